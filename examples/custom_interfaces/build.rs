//! Writes the Rust types of the packages in `interfaces/`.

fn main() -> Result<(), rosactor_codegen::Errors> {
    rosactor_codegen::Generator::new().packages("interfaces").runtime("::rosactor::messages").build()
}
