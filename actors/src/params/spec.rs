//! What a declaration says of a parameter besides its default.

use std::ops::{Bound, RangeBounds};

use rosactor_transport::messages::rcl_interfaces::ParameterDescriptor;

use super::value::ParamType;

type Check<T> = Box<dyn Fn(&T) -> Result<(), String> + Send + Sync>;

/// A parameter's name with what its values must satisfy.
#[must_use]
pub struct ParamSpec<T> {
    pub(crate) descriptor: ParameterDescriptor,
    checks: Vec<Check<T>>,
}

/// Names a parameter, so that more can be said of it.
///
/// ```
/// # use rosactor::prelude::*;
/// # struct Node { workers: Param<i64> }
/// # impl Actor for Node {
/// fn setup(node: &mut Setup<Self>) -> Result<Self> {
///     Ok(Self { workers: node.param(param("workers").range(1..=64).description("threads of the pool"), 4) })
/// }
/// # }
/// ```
pub fn param<T>(name: impl Into<String>) -> ParamSpec<T> {
    ParamSpec { descriptor: ParameterDescriptor { name: name.into(), ..Default::default() }, checks: Vec::new() }
}

impl<T: ParamType + PartialOrd> ParamSpec<T> {
    /// Values outside the range are refused. ROS's tools show it.
    pub fn range(mut self, range: impl RangeBounds<T> + Send + Sync + 'static) -> Self {
        let text = describe(&range);
        T::describe_range(inner(range.start_bound()), inner(range.end_bound()), &mut self.descriptor);
        self.descriptor.additional_constraints.clone_from(&text);
        self.checks.push(Box::new(
            move |value| {
                if range.contains(value) { Ok(()) } else { Err(format!("must be {text}")) }
            },
        ));
        self
    }
}

impl<T> ParamSpec<T> {
    /// What the parameter is for. ROS's tools show it.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.descriptor.description = text.into();
        self
    }

    /// Only the deployment file sets it; while the actor runs, it is fixed.
    pub fn read_only(mut self) -> Self {
        self.descriptor.read_only = true;
        self
    }

    /// Values for which the function returns an error are refused with it: "must be ..".
    pub fn check(mut self, check: impl Fn(&T) -> Result<(), String> + Send + Sync + 'static) -> Self {
        self.checks.push(Box::new(check));
        self
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.descriptor.name
    }

    /// Says why a value is not allowed.
    pub(crate) fn refuse(&self, value: &T) -> Result<(), String> {
        self.checks.iter().try_for_each(|check| check(value))
    }
}

impl<T> From<&str> for ParamSpec<T> {
    fn from(name: &str) -> Self {
        param(name)
    }
}

fn inner<T>(bound: Bound<&T>) -> Option<&T> {
    match bound {
        Bound::Included(value) | Bound::Excluded(value) => Some(value),
        Bound::Unbounded => None,
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
