//! What a type is made of, at run time: as `type_description_interfaces` has it.

/// A message, a service, an action, or one of the types that ROS derives from the latter two.
#[derive(Debug, PartialEq, Eq)]
pub struct TypeDescription {
    /// The name as ROS writes it, such as `std_msgs/msg/String`.
    pub name: &'static str,
    /// The RIHS01 hash.
    pub hash: &'static str,
    /// The fields in order. A type without fields has the one byte that stands for it on the wire, so that there is always
    /// one, but for a type written by hand: its fields are not known.
    pub fields: &'static [FieldDescription],
}

/// A field of a type.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldDescription {
    /// Its name.
    pub name: &'static str,
    /// Its type, by the constants of `type_description_interfaces/msg/FieldType`.
    pub type_id: u8,
    /// Length of a fixed array, bound of a bounded sequence, 0 for all else.
    pub capacity: u64,
    /// Bound of a bounded string, 0 for all else.
    pub string_capacity: u64,
    /// The type of a field that is not built in.
    pub nested: Option<&'static TypeDescription>,
    /// The default as the definition writes it, empty where there is none.
    pub default_value: &'static str,
}

/// The types of a ROS package.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    /// Its name.
    pub name: &'static str,
    /// Its messages, services and actions.
    pub types: &'static [&'static TypeDescription],
}

impl TypeDescription {
    /// The types that this one is made of, also by way of others, each once, in the order of their names.
    #[must_use]
    pub fn references(&self) -> Vec<&'static TypeDescription> {
        let mut found: Vec<&'static TypeDescription> = Vec::new();
        let mut waiting: Vec<_> = self.nested().collect();
        while let Some(next) = waiting.pop() {
            if let Err(place) = found.binary_search_by_key(&next.name, |known| known.name) {
                found.insert(place, next);
                waiting.extend(next.nested());
            }
        }
        found
    }

    /// The types that ROS derives from this service or action, such as `example_interfaces/srv/AddTwoInts_Request`, in the
    /// order of their names. A message has none.
    #[must_use]
    pub fn derived(&self) -> Vec<&'static TypeDescription> {
        let is_derived =
            |other: &&TypeDescription| other.name.strip_prefix(self.name).is_some_and(|rest| rest.starts_with('_'));
        self.references().into_iter().filter(is_derived).collect()
    }

    fn nested(&self) -> impl Iterator<Item = &'static TypeDescription> {
        self.fields.iter().filter_map(|field| field.nested)
    }
}
