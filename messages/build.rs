//! Writes the Rust types of every package in `interfaces/`.

fn main() -> Result<(), rosactor_codegen::Errors> {
    rosactor_codegen::Generator::new().packages("interfaces").build()
}
