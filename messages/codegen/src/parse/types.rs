//! The type of a field: `float64`, `string<=5[<=2]`, `geometry_msgs/Twist[]`.

use super::{
    line::{Line, Located},
    names, numbers,
};
use crate::{
    error::{Problem, shorten},
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

/// `Name`, `package/Name` or `package/msg/Name`. The last form is that of all other places in ROS; only rosidl refuses
/// it.
fn nested(word: &str, package: &str) -> Result<TypeName, Problem> {
    let parts: Vec<&str> = word.split('/').collect();
    let (package, name) = match parts.as_slice() {
        ["time" | "duration"] => {
            let expected = "a type of ROS 2, where time and duration are builtin_interfaces/Time and Duration";
            return Err(Problem::Unexpected { expected, found: format!("{word:?}") });
        }
        [name] => (package, *name),
        [package, name] | [package, "msg", name] => (*package, *name),
        _ => {
            let expected = "a type of the form Name, package/Name or package/msg/Name";
            return Err(Problem::Unexpected { expected, found: format!("{:?}", shorten(word)) });
        }
    };
    names::package(package)?;
    if parts.len() == 1 {
        names::simple_type(name)?
    } else {
        names::interface(name)?
    }
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

/// A number of elements.
fn bound(line: &mut Line<'_>) -> Result<usize, Located> {
    let start = line.clone();
    let word = line.take_while(|c| c.is_ascii_digit() || c == '_' || c == '+');
    numbers::count(word).ok_or_else(|| start.unexpected("a number of elements from 1 to 4294967295"))
}
