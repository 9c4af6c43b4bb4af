//! What a definition says, after parsing.

/// A place in a file, counted from 1. Columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The full name of an interface, such as `std_msgs/msg/String`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TypeName {
    pub(crate) package: String,
    pub(crate) kind: Kind,
    pub(crate) name: String,
}

impl std::fmt::Display for TypeName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}/{}", self.package, self.kind.word(), self.name)
    }
}

/// The three kinds of interface. The word for each is its folder and its file extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Message,
    Service,
    Action,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Message, Self::Service, Self::Action];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Message => "msg",
            Self::Service => "srv",
            Self::Action => "action",
        }
    }

    /// How many definitions a file of this kind holds, with `---` between them.
    pub(crate) fn sections(self) -> usize {
        match self {
            Self::Message => 1,
            Self::Service => 2,
            Self::Action => 3,
        }
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Interface {
    pub(crate) name: TypeName,
    /// What the file says about itself in front.
    pub(crate) doc: String,
    /// The message; request and response; or goal, result and feedback.
    pub(crate) sections: Vec<Definition>,
}

/// A list of fields and constants.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Definition {
    pub(crate) doc: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) constants: Vec<Constant>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: FieldType,
    pub(crate) default: Option<Value>,
    pub(crate) doc: String,
    pub(crate) at: Position,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Constant {
    pub(crate) name: String,
    pub(crate) base: Base,
    pub(crate) value: Value,
    pub(crate) doc: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FieldType {
    pub(crate) base: Base,
    pub(crate) arity: Arity,
}

/// The type of one element.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Base {
    Primitive(Primitive),
    Text { wide: bool, bound: Option<usize> },
    Nested(TypeName),
}

/// How many elements a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arity {
    One,
    Array(usize),
    Bounded(usize),
    Sequence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Primitive {
    Bool,
    Byte,
    Char,
    Int8,
    Uint8,
    Int16,
    Uint16,
    Int32,
    Uint32,
    Int64,
    Uint64,
    Float32,
    Float64,
}

impl Primitive {
    /// Name in definitions, name in Rust, and number in RIHS01 type descriptions (`type_description_interfaces/msg/FieldType`).
    /// There `char` is an 8-bit unsigned integer, while `byte` has a number of its own.
    const TABLE: [(Self, &'static str, &'static str, u8); 13] = [
        (Self::Bool, "bool", "bool", 15),
        (Self::Byte, "byte", "u8", 16),
        (Self::Char, "char", "u8", 3),
        (Self::Int8, "int8", "i8", 2),
        (Self::Uint8, "uint8", "u8", 3),
        (Self::Int16, "int16", "i16", 4),
        (Self::Uint16, "uint16", "u16", 5),
        (Self::Int32, "int32", "i32", 6),
        (Self::Uint32, "uint32", "u32", 7),
        (Self::Int64, "int64", "i64", 8),
        (Self::Uint64, "uint64", "u64", 9),
        (Self::Float32, "float32", "f32", 10),
        (Self::Float64, "float64", "f64", 11),
    ];

    pub(crate) fn from_ros(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    fn row(self) -> (&'static str, &'static str, u8) {
        // The table has a row for each, so the default is never used.
        Self::TABLE.iter().find(|row| row.0 == self).map_or(("", "", 0), |row| (row.1, row.2, row.3))
    }

    pub(crate) fn ros(self) -> &'static str {
        self.row().0
    }

    pub(crate) fn rust(self) -> &'static str {
        self.row().1
    }

    pub(crate) fn type_id(self) -> u8 {
        self.row().2
    }
}

/// A constant's value or a field's default.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    List(Vec<Value>),
}

impl std::fmt::Display for Base {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Primitive(primitive) => formatter.write_str(primitive.ros()),
            Self::Text { wide, bound } => {
                formatter.write_str(if *wide { "wstring" } else { "string" })?;
                bound.map_or(Ok(()), |bound| write!(formatter, "<={bound}"))
            }
            Self::Nested(name) => write!(formatter, "{name}"),
        }
    }
}

impl std::fmt::Display for FieldType {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.base)?;
        match self.arity {
            Arity::One => Ok(()),
            Arity::Array(count) => write!(formatter, "[{count}]"),
            Arity::Bounded(bound) => write!(formatter, "[<={bound}]"),
            Arity::Sequence => formatter.write_str("[]"),
        }
    }
}
