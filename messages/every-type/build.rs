//! Writes the types of `test_msgs`, and a macro that names every type.

use std::{env, error::Error, fs, path::Path};

use rosactor_codegen::Generator;

fn main() -> Result<(), Box<dyn Error>> {
    let shipped = Generator::new().packages("../interfaces");
    let test = Generator::new().packages("interfaces");
    test.build()?;
    let all = [("::rosactor_messages", shipped.struct_paths()?), ("crate", test.struct_paths()?)];
    fs::write(Path::new(&env::var("OUT_DIR")?).join("every_type.rs"), every_type(&all))?;
    Ok(())
}

/// A macro by which something is done with every type.
fn every_type(all: &[(&str, Vec<String>)]) -> String {
    let mut code = String::from("macro_rules! every_type { ($do:ident) => {\n");
    for (root, paths) in all {
        paths.iter().for_each(|path| code += &format!("$do!({root}::{path});\n"));
    }
    code + "} }\n"
}
