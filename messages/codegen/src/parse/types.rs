//! The type of a field: `float64`, `string<=5[<=2]`, `geometry_msgs/Twist[]`.

use super::{
    line::{Line, Located},
    names,
};
use crate::{
    error::Problem,
    model::{Arity, Base, FieldType, Kind, Primitive, TypeName},
};

/// Reads a type. A name without a package belongs to `package`.
pub(crate) fn field_type(line: &mut Line<'_>, package: &str) -> Result<FieldType, Located> {
    let base = base(line, package)?;
    let arity = arity(line)?;
    Ok(FieldType { base, arity })
}

fn base(line: &mut Line<'_>, package: &str) -> Result<Base, Located> {
    let start = line.clone();
    let word = line.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '/');
    if word.is_empty() {
        return Err(start.unexpected("a type"));
    }
    if let Some(primitive) = Primitive::from_ros(word) {
        return Ok(Base::Primitive(primitive));
    }
    if word == "string" || word == "wstring" {
        let bound = if line.eat("<=") { Some(bound(line)?) } else { None };
        return Ok(Base::Text { wide: word == "wstring", bound });
    }
    nested(word, package).map(Base::Nested).map_err(|problem| (start.position(), problem))
}

/// `Name`, `package/Name` or `package/msg/Name`.
fn nested(word: &str, package: &str) -> Result<TypeName, Problem> {
    let parts: Vec<&str> = word.split('/').collect();
    let (package, name) = match parts.as_slice() {
        [name] => (package, *name),
        [package, name] | [package, "msg", name] => (*package, *name),
        _ => {
            let expected = "a type of the form Name, package/Name or package/msg/Name";
            return Err(Problem::Unexpected { expected, found: format!("{word:?}") });
        }
    };
    names::package(package)?;
    names::interface(name)?;
    Ok(TypeName { package: package.to_owned(), kind: Kind::Message, name: name.to_owned() })
}

fn arity(line: &mut Line<'_>) -> Result<Arity, Located> {
    if !line.eat("[") {
        return Ok(Arity::One);
    }
    let arity = if line.rest().starts_with(']') {
        Arity::Sequence
    } else if line.eat("<=") {
        Arity::Bounded(bound(line)?)
    } else {
        Arity::Array(bound(line)?)
    };
    if line.eat("]") { Ok(arity) } else { Err(line.unexpected("a ] behind the number of elements")) }
}

/// A number of elements, which cannot be 0 and must fit where CDR counts.
fn bound(line: &mut Line<'_>) -> Result<usize, Located> {
    const EXPECTED: &str = "a number of elements from 1 to 4294967295";
    let start = line.clone();
    match line.number(EXPECTED)? {
        count if count > 0 && u32::try_from(count).is_ok() => Ok(count),
        _ => Err(start.unexpected(EXPECTED)),
    }
}
