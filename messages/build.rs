//! Writes the Rust types of every package in `interfaces/`, and for the tests those in `tests/interfaces/`.

use std::{env, error::Error, fs, path::Path};

use rosactor_codegen::Generator;

fn main() -> Result<(), Box<dyn Error>> {
    let shipped = Generator::new().packages("interfaces");
    let test = Generator::new().packages("tests/interfaces");
    shipped.build()?;
    test.build_as("test_interfaces.rs")?;
    let all = [("::rosactor_messages", shipped.struct_paths()?), ("crate::types", test.struct_paths()?)];
    fs::write(Path::new(&env::var("OUT_DIR")?).join("every_type.rs"), every_type(&all))?;
    Ok(())
}

/// A macro by which tests do something with every type.
fn every_type(all: &[(&str, Vec<String>)]) -> String {
    let mut code = String::from("macro_rules! every_type { ($do:ident) => {\n");
    for (root, paths) in all {
        paths.iter().for_each(|path| code += &format!("$do!({root}::{path});\n"));
    }
    code + "} }\n"
}
