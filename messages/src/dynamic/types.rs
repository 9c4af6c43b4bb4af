//! A type that is known at run time, and the registry of such types.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use bytes::Bytes;
use rosactor_codegen::{Described, DescribedField, Library};
use serde::{Deserializer, de::DeserializeSeed};

use super::{Field, Kind, Message, Seed, TypeError, decode, layout::Layout, make, near, ros2msg, shipped};
use crate::{DecodeError, TypeDescription, type_description_interfaces as wire};

/// The field by which ROS describes a type without fields.
pub(super) const DUMMY: &str = "structure_needs_at_least_one_member";

/// A message, a service, an action, or one of the types that ROS derives from the latter two. Shared by the messages of
/// it.
pub struct Type {
    pub(super) name: String,
    pub(super) hash: String,
    pub(super) fields: Vec<Field>,
    pub(super) layout: Layout,
}

impl Type {
    /// The type of Rust messages of type `M`.
    ///
    /// # Errors
    /// `M` is written by hand, so that its fields are not known.
    pub fn of<M: crate::Message>() -> Result<Arc<Self>, TypeError> {
        Self::from_static(M::DESCRIPTION)
    }

    /// The type that generated code describes. It is made once and then shared.
    ///
    /// # Errors
    /// The description belongs to a type written by hand, so that its fields are not known.
    pub fn from_static(description: &'static TypeDescription) -> Result<Arc<Self>, TypeError> {
        shipped::shared(description)
    }

    /// The type that a peer describes. It is trusted in nothing: all that it refers to must be there, and the hashes
    /// are computed anew. Compare [`hash`](Self::hash) with the one by which the peer calls the type.
    ///
    /// # Errors
    /// The description is wrong, or describes what ROS's definitions cannot say.
    pub fn from_description(description: &wire::TypeDescription) -> Result<Arc<Self>, TypeError> {
        make::from_wire(description)
    }

    /// The type of the name `name` from its definition and those that it needs in one text, as MCAP files and ROS's
    /// bags store them with the encoding `ros2msg`. What the text leaves out is taken from the shipped types.
    ///
    /// # Errors
    /// The text is wrong.
    pub fn from_ros2msg(name: &str, text: &str) -> Result<Arc<Self>, TypeError> {
        let mut types = Types { own: BTreeMap::new() };
        types.add(&ros2msg::definitions(name, text)?, true)?;
        types.get(name)
    }

    /// The name as ROS writes it, such as `std_msgs/msg/String`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The RIHS01 hash.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The fields in order.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.place(name).and_then(|place| self.fields.get(place))
    }

    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// Whether messages of both mean the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.name == other.name && self.hash == other.hash)
    }

    /// A message of the defaults.
    #[must_use]
    pub fn default_message(self: &Arc<Self>) -> Message {
        let fields = self.fields.iter().map(Field::default_value).collect();
        Message { ty: Arc::clone(self), fields }
    }

    /// Reads a message from CDR with its 4-byte header, in either byte order.
    ///
    /// # Errors
    /// The bytes are not such a message, or more than 3 bytes follow it.
    pub fn decode(self: &Arc<Self>, bytes: &[u8]) -> Result<Message, DecodeError> {
        decode::message(self, crate::cdr::Reader::new(bytes)?)
    }

    /// As [`decode`](Self::decode), but long sequences of bytes share the payload's memory and are not copied.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_shared(self: &Arc<Self>, payload: &Bytes) -> Result<Message, DecodeError> {
        decode::message(self, crate::cdr::Reader::shared(payload)?)
    }

    /// Builds a message from JSON, YAML or another format that tells what it holds. See [`Seed`] for what is accepted.
    ///
    /// # Errors
    /// The input is not such a message. The text says where and why.
    pub fn deserialize<'de, D: Deserializer<'de>>(self: &Arc<Self>, deserializer: D) -> Result<Message, D::Error> {
        Seed::new(self).deserialize(deserializer)
    }

    /// The description of it that ROS nodes give to each other.
    #[must_use]
    pub fn to_description(&self) -> wire::TypeDescription {
        make::to_wire(self)
    }

    /// The types that this one is made of, also by way of others, each once, in the order of their names.
    #[must_use]
    pub fn references(&self) -> BTreeMap<&str, &Arc<Self>> {
        let mut found = BTreeMap::new();
        let mut waiting: Vec<&Self> = vec![self];
        while let Some(next) = waiting.pop() {
            for field in &next.fields {
                if let Kind::Message(nested) = &field.kind
                    && found.insert(nested.name(), nested).is_none()
                {
                    waiting.push(nested);
                }
            }
        }
        found
    }

    /// As the code generator has it.
    pub(super) fn described(&self) -> Described {
        let dummy = || DescribedField {
            name: DUMMY.to_owned(),
            type_id: Kind::Uint8.id(),
            capacity: 0,
            string_capacity: 0,
            nested: String::new(),
            default_value: String::new(),
        };
        let field = |field: &Field| DescribedField {
            name: field.name.clone(),
            type_id: field.kind.id() + field.arity.id(),
            capacity: field.arity.capacity(),
            string_capacity: field.kind.string_bound().unwrap_or(0),
            nested: if let Kind::Message(nested) = &field.kind { nested.name.clone() } else { String::new() },
            default_value: field.default_text.clone(),
        };
        let fields = if self.fields.is_empty() { vec![dummy()] } else { self.fields.iter().map(field).collect() };
        Described { name: self.name.clone(), hash: self.hash.clone(), fields }
    }
}

impl PartialEq for Type {
    /// By everything that a description says, defaults included.
    fn eq(&self, other: &Self) -> bool {
        // Each type within is compared once. From field to field it could be seen more often than there is time for.
        let own = |ty: &Self, other: &Self| ty.is(other) && ty.fields == other.fields;
        std::ptr::eq(self, other)
            || (own(self, other)
                && self.references().values().zip(other.references().values()).all(|(one, other)| own(one, other)))
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.name, self.hash)
    }
}

/// Types by name: the shipped ones, and those that were added.
#[derive(Clone, Debug, Default)]
pub struct Types {
    own: BTreeMap<String, Arc<Type>>,
}

impl Types {
    /// The shipped types.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The type of this name, such as `std_msgs/msg/String`, `example_interfaces/srv/AddTwoInts_Request`, or
    /// `std_msgs/String` for a message.
    ///
    /// # Errors
    /// There is none. The error names some that are called much the same.
    pub fn get(&self, name: &str) -> Result<Arc<Type>, TypeError> {
        let message = || name.split_once('/').map(|(package, rest)| format!("{package}/msg/{rest}"));
        match self.find(name) {
            None => match message().and_then(|name| self.find(&name)) {
                Some(found) => found,
                None => {
                    let near = near::names(name, self.names());
                    Err(TypeError::Unknown { name: name.to_owned(), near })
                }
            },
            Some(found) => found,
        }
    }

    fn find(&self, name: &str) -> Option<Result<Arc<Type>, TypeError>> {
        let own = self.own.get(name).cloned().map(Ok);
        own.or_else(|| shipped::description(name).map(Type::from_static))
    }

    /// The names of all types.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.own.keys().map(String::as_str);
        let all: BTreeSet<&str> = own.chain(shipped::names().map(|name| -> &str { name })).collect();
        all.into_iter()
    }

    /// Adds the definition of `package/msg/Name`, `package/srv/Name` or `package/action/Name`. It may refer to the
    /// types that are there.
    ///
    /// # Errors
    /// The definition is wrong, or the name is known for another type.
    pub fn add_definition(&mut self, name: &str, text: &str) -> Result<Arc<Type>, TypeError> {
        self.add_definitions([(name, text)])?;
        self.get(name)
    }

    /// Adds definitions that may refer to each other, and to the types that are there. All are added or none.
    ///
    /// # Errors
    /// A definition is wrong, or a name is known for another type.
    pub fn add_definitions<'a>(
        &mut self,
        definitions: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), TypeError> {
        let definitions: Vec<_> = definitions.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        self.add(&definitions, false)
    }

    /// Adds the types of a text as [`Type::from_ros2msg`] reads it.
    ///
    /// # Errors
    /// The text is wrong, or a name in it is known for another type. [`Type::from_ros2msg`] stands for itself.
    pub fn add_ros2msg(&mut self, name: &str, text: &str) -> Result<Arc<Type>, TypeError> {
        self.add(&ros2msg::definitions(name, text)?, false)?;
        self.get(name)
    }

    /// Adds a type that a peer describes, and what it refers to. See [`Type::from_description`].
    ///
    /// # Errors
    /// The description is wrong, or a name in it is known for another type.
    pub fn add_description(&mut self, description: &wire::TypeDescription) -> Result<Arc<Type>, TypeError> {
        let ty = make::from_wire(description)?;
        let all = ty.references().into_values().chain([&ty]).cloned().collect();
        self.insert(all, false)?;
        Ok(ty)
    }

    fn add(&mut self, definitions: &[(String, &str)], replace: bool) -> Result<(), TypeError> {
        let mut library = Library::new();
        definitions.iter().for_each(|(name, text)| library.add(name, text));
        let mut rows = Vec::new();
        for name in library.missing() {
            // What is not found either is a mistake in the definition, which the library reports with its place.
            if let Some(found) = self.find(&name) {
                let found = found?;
                for ty in found.references().into_values().chain([&found]) {
                    let row = ty.described();
                    library.know(&row);
                    rows.push(row);
                }
            }
        }
        rows.extend(library.describe()?);
        self.insert(make::all(&rows)?, replace)
    }

    /// Adds types, all or none.
    fn insert(&mut self, types: Vec<Arc<Type>>, replace: bool) -> Result<(), TypeError> {
        for ty in &types {
            if let (false, Some(known)) = (replace, self.find(&ty.name).transpose()?)
                && known.hash != ty.hash
            {
                let (known, found) = (known.hash.clone(), ty.hash.clone());
                return Err(TypeError::Conflict { name: ty.name.clone(), known, found });
            }
        }
        for ty in types {
            if replace || self.find(&ty.name).is_none() {
                self.own.insert(ty.name.clone(), ty);
            }
        }
        Ok(())
    }
}
