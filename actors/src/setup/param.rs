//! Parameters: constants of an actor that the deployment file may set.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};

use crate::deployment::ParamValue;

/// A value that a parameter can have, as in ROS: `bool`, `i64`, `f64`, `String`, and vectors of them; an `Option` of one
/// can be absent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter",
    note = "parameters are `bool`, `i64`, `f64`, `String`, `Vec` of one of these, or `Option` of any of these"
)]
pub trait ParamType: Clone + Send + Sync + Debug + 'static {
    /// What the type is called in messages to the user: "a number".
    const EXPECTED: &'static str;

    /// Takes the value from the deployment file, if it has the right type. An integer is accepted for an `f64`.
    fn from_value(value: &ParamValue) -> Option<Self>;

    /// The value as messages to the user show it.
    fn shown(&self) -> String {
        format!("{self:?}")
    }
}

macro_rules! param_types {
    ($($type:ty, $expected:literal, $($pattern:pat => $value:expr),+;)+) => {$(
        impl ParamType for $type {
            const EXPECTED: &'static str = $expected;

            fn from_value(value: &ParamValue) -> Option<Self> {
                match value {
                    $($pattern => Some($value),)+
                    _ => None,
                }
            }
        }
    )+};
}

// Doubles hold every integer that a person writes in a file exactly; ROS would refuse `1` for `1.0`.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn double(value: i64) -> f64 {
    value as f64
}

param_types! {
    bool, "a truth value", ParamValue::Bool(v) => *v;
    i64, "a whole number", ParamValue::Integer(v) => *v;
    f64, "a number", ParamValue::Double(v) => *v, ParamValue::Integer(v) => double(*v);
    String, "a text", ParamValue::String(v) => v.clone();
    Vec<bool>, "a list of truth values", ParamValue::BoolArray(v) => v.clone(), ParamValue::EmptyArray => Vec::new();
    Vec<i64>, "a list of whole numbers", ParamValue::IntegerArray(v) => v.clone(), ParamValue::EmptyArray => Vec::new();
    Vec<f64>, "a list of numbers", ParamValue::DoubleArray(v) => v.clone(), ParamValue::IntegerArray(v) => v.iter().map(|i| double(*i)).collect(), ParamValue::EmptyArray => Vec::new();
    Vec<String>, "a list of texts", ParamValue::StringArray(v) => v.clone(), ParamValue::EmptyArray => Vec::new();
}

impl<T: ParamType> ParamType for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: &ParamValue) -> Option<Self> {
        T::from_value(value).map(Some)
    }

    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "absent".to_owned(), T::shown)
    }
}

type Check<T> = Box<dyn Fn(&T) -> Result<(), String>>;

/// A parameter's name with what its values must satisfy.
#[must_use]
pub struct ParamSpec<T> {
    pub(crate) name: String,
    check: Option<Check<T>>,
    _type: PhantomData<T>,
}

/// Names a parameter, so that a range can be put on it.
///
/// ```
/// # use rosactor::prelude::*;
/// # struct Node { workers: Param<i64> }
/// # impl Actor for Node {
/// fn setup(node: &mut Setup<Self>) -> Result<Self> {
///     Ok(Self { workers: node.param(param("workers").range(1..=64), 4) })
/// }
/// # }
/// ```
pub fn param<T>(name: impl Into<String>) -> ParamSpec<T> {
    ParamSpec { name: name.into(), check: None, _type: PhantomData }
}

impl<T: ParamType + PartialOrd> ParamSpec<T> {
    /// Values outside the range are refused.
    pub fn range(mut self, range: impl RangeBounds<T> + 'static) -> Self {
        self.check =
            Some(Box::new(
                move |value| {
                    if range.contains(value) { Ok(()) } else { Err(format!("must be {}", describe(&range))) }
                },
            ));
        self
    }
}

impl<T> ParamSpec<T> {
    /// Says why a value is not allowed.
    pub(crate) fn check(&self, value: &T) -> Result<(), String> {
        self.check.as_ref().map_or(Ok(()), |check| check(value))
    }
}

impl<T> From<&str> for ParamSpec<T> {
    fn from(name: &str) -> Self {
        param(name)
    }
}

fn describe<T: ParamType>(range: &impl RangeBounds<T>) -> String {
    let lower = match range.start_bound() {
        Bound::Included(v) => Some(format!("at least {}", v.shown())),
        Bound::Excluded(v) => Some(format!("more than {}", v.shown())),
        Bound::Unbounded => None,
    };
    let upper = match range.end_bound() {
        Bound::Included(v) => Some(format!("at most {}", v.shown())),
        Bound::Excluded(v) => Some(format!("less than {}", v.shown())),
        Bound::Unbounded => None,
    };
    [lower, upper].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
