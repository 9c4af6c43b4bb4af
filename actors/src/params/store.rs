//! The parameters of one actor: what was declared, what they are now, and what a change has to satisfy.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use rosactor_transport::messages::builtin_interfaces::Time;
use rosactor_transport::messages::rcl_interfaces::{
    ListParametersResult, Parameter, ParameterDescriptor, ParameterEvent, ParameterValue,
};

use super::list;
use super::spec::ParamSpec;
use super::value::{ParamType, type_name};

/// A parameter's value, which others may change while the actor runs. Clones see the same value.
#[derive(Clone, Debug)]
pub struct Param<T> {
    name: Arc<str>,
    value: Arc<RwLock<T>>,
    store: Arc<Store>,
}

impl<T: ParamType> Param<T> {
    /// The value of this moment.
    #[must_use]
    pub fn get(&self) -> T {
        self.value.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the value from within, and announces it on `/parameter_events`. Range and checks of the declaration hold
    /// as for changes from outside; a read-only parameter can be changed so, and the actor's hooks are not asked, since the
    /// actor is who asks.
    ///
    /// # Errors
    /// Why the value is refused.
    pub fn set(&self, value: T) -> Result<(), String> {
        let change = Parameter { name: self.name.to_string(), value: value.to_message() };
        let staged = self.store.stage(&[change], Origin::Inside)?;
        self.store.commit(staged);
        Ok(())
    }
}

/// Who asks for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The actor itself.
    Inside,
    /// Somebody else.
    Outside,
}

/// Makes a value the parameter's.
type Commit = Box<dyn FnOnce() + Send>;

/// Checks a value, and prepares to make it the parameter's.
type Stage = Box<dyn Fn(&ParameterValue) -> Result<Commit, String> + Send + Sync>;

/// Where events go.
type Announce = Box<dyn Fn(ParameterEvent) + Send + Sync>;

struct Entry {
    descriptor: ParameterDescriptor,
    value: ParameterValue,
    stage: Stage,
}

/// Changes that have been checked and not been made.
#[must_use]
pub(crate) struct Staged(Vec<(Parameter, Commit)>);

/// All parameters of one actor.
pub(crate) struct Store {
    /// The actor's full name, for events.
    node: String,
    entries: Mutex<BTreeMap<String, Entry>>,
    announce: OnceLock<Announce>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Store").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Store {
    pub(crate) fn new(node: String) -> Arc<Self> {
        Arc::new(Self { node, entries: Mutex::default(), announce: OnceLock::new() })
    }

    /// Declares a parameter, whose value has been checked.
    pub(crate) fn declare<T: ParamType>(self: &Arc<Self>, spec: ParamSpec<T>, value: T) -> Param<T> {
        let name: Arc<str> = spec.name().into();
        let message = value.to_message();
        let value = Arc::new(RwLock::new(value));
        let cell = Arc::clone(&value);
        let mut descriptor = spec.descriptor.clone();
        descriptor.r#type = T::TYPE;
        let stage: Stage = Box::new(move |given| {
            let Some(given) = T::from_message(given) else {
                return Err(format!("must be {}, but it is {}", T::EXPECTED, type_name(given.r#type)));
            };
            spec.refuse(&given).map_err(|why| format!("{why}, but it is {}", given.shown()))?;
            let cell = Arc::clone(&cell);
            Ok(Box::new(move || *cell.write().unwrap_or_else(PoisonError::into_inner) = given))
        });
        self.entries().insert(name.to_string(), Entry { descriptor, value: message, stage });
        Param { name, value, store: Arc::clone(self) }
    }

    /// Whether a parameter of this name was declared.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.entries().contains_key(name)
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.entries().keys().cloned().collect()
    }

    /// Says where changes are announced, and announces everything there is as new.
    pub(crate) fn connect(&self, announce: impl Fn(ParameterEvent) + Send + Sync + 'static) {
        let all = |(name, entry): (&String, &Entry)| Parameter { name: name.clone(), value: entry.value.clone() };
        let new_parameters = self.entries().iter().map(all).collect();
        if self.announce.set(Box::new(announce)).is_ok() {
            self.tell(ParameterEvent { new_parameters, ..ParameterEvent::default() });
        }
    }

    /// Checks changes against what was declared. Either all can be made, or none.
    pub(crate) fn stage(&self, changes: &[Parameter], origin: Origin) -> Result<Staged, String> {
        let entries = self.entries();
        let stage = |change: &Parameter| {
            let name = &change.name;
            let Some(entry) = entries.get(name) else {
                let known = entries.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                return Err(format!("{} has no parameter `{name}`; it has {known}", self.node));
            };
            if entry.descriptor.read_only && origin == Origin::Outside {
                return Err(format!("parameter `{name}` is read-only; only the deployment file sets it"));
            }
            let commit = (entry.stage)(&change.value).map_err(|why| format!("parameter `{name}` {why}"))?;
            Ok((change.clone(), commit))
        };
        changes.iter().map(stage).collect::<Result<_, _>>().map(Staged)
    }

    /// Makes the changes and announces them.
    pub(crate) fn commit(&self, Staged(changes): Staged) {
        let mut changed_parameters = Vec::with_capacity(changes.len());
        let mut entries = self.entries();
        for (change, commit) in changes {
            commit();
            if let Some(entry) = entries.get_mut(&change.name) {
                entry.value = change.value.clone();
            }
            changed_parameters.push(change);
        }
        drop(entries);
        if !changed_parameters.is_empty() {
            self.tell(ParameterEvent { changed_parameters, ..ParameterEvent::default() });
        }
    }

    /// The values of these parameters. None at all if one is unknown, as nodes of rclpy and rclcpp answer.
    pub(crate) fn values(&self, names: &[String]) -> Vec<ParameterValue> {
        self.of_each(names, |entry| entry.value.clone())
    }

    /// The descriptors of these parameters. None at all if one is unknown.
    pub(crate) fn descriptors(&self, names: &[String]) -> Vec<ParameterDescriptor> {
        self.of_each(names, |entry| entry.descriptor.clone())
    }

    /// The types of these parameters. None at all if one is unknown.
    pub(crate) fn types(&self, names: &[String]) -> Vec<u8> {
        self.of_each(names, |entry| entry.value.r#type)
    }

    /// The names that have one of the prefixes.
    pub(crate) fn list(&self, prefixes: &[String], depth: u64) -> ListParametersResult {
        list::list(self.entries().keys().map(String::as_str), prefixes, depth)
    }

    fn of_each<T>(&self, names: &[String], get: impl Fn(&Entry) -> T) -> Vec<T> {
        let entries = self.entries();
        names.iter().map(|name| entries.get(name).map(&get)).collect::<Option<_>>().unwrap_or_default()
    }

    fn tell(&self, event: ParameterEvent) {
        if let Some(announce) = self.announce.get() {
            announce(ParameterEvent {
                stamp: Time::from(rosactor_transport::clock::date()),
                node: self.node.clone(),
                ..event
            });
        }
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        // Every change is one step on a map, so a panic leaves no half of one.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::mpsc;

    use super::super::{Hooks, param};
    use super::*;

    fn change<T: ParamType>(name: &str, value: T) -> Parameter {
        Parameter { name: name.to_owned(), value: value.to_message() }
    }

    /// A store with a few parameters, and what it announces.
    struct Rig {
        store: Arc<Store>,
        events: mpsc::Receiver<ParameterEvent>,
        speed: Param<f64>,
        workers: Param<i64>,
        frame: Param<String>,
        limit: Param<Option<f64>>,
    }

    fn rig() -> Rig {
        let store = Store::new("/robot/nav".to_owned());
        let speed = store.declare(param("speed").range(0.0..=2.0).description("m/s"), 0.5);
        let workers = store.declare(param("pool.workers").range(1..), 4);
        let frame = store.declare(param("frame").read_only(), "map".to_owned());
        let limit = store.declare(param("limit").range(Some(0.0)..), None);
        let (sender, events) = mpsc::channel();
        store.connect(move |event| drop(sender.send(event)));
        Rig { store, events, speed, workers, frame, limit }
    }

    fn set(rig: &Rig, changes: &[Parameter]) -> Result<(), String> {
        let result = Hooks::<()>::default().set(&mut (), &rig.store, changes.to_vec());
        if result.successful { Ok(()) } else { Err(result.reason) }
    }

    #[test]
    fn everything_is_announced_once_at_first_and_then_what_changes() {
        let rig = rig();
        let first = rig.events.try_recv().unwrap();
        let names: Vec<_> = first.new_parameters.iter().map(|new| new.name.as_str()).collect();
        assert_eq!((first.node.as_str(), names), ("/robot/nav", vec!["frame", "limit", "pool.workers", "speed"]));
        set(&rig, &[change("speed", 1.5), change("pool.workers", 2_i64)]).unwrap();
        let event = rig.events.try_recv().unwrap();
        assert_eq!(event.changed_parameters, [change("speed", 1.5), change("pool.workers", 2_i64)]);
        assert_eq!((event.new_parameters.len(), event.deleted_parameters.len()), (0, 0));
        rig.speed.set(1.0).unwrap();
        assert_eq!(rig.events.try_recv().unwrap().changed_parameters, [change("speed", 1.0)]);
        assert!(rig.events.try_recv().is_err());
    }

    #[test]
    fn handles_see_what_others_set() {
        let rig = rig();
        let other = rig.speed.clone();
        set(&rig, &[change("speed", 1.5), change("limit", Some(3.0))]).unwrap();
        assert_eq!((other.get(), rig.limit.get()), (1.5, Some(3.0)));
        set(&rig, &[change("limit", None::<f64>)]).unwrap();
        assert_eq!(rig.limit.get(), None);
    }

    #[test]
    fn changes_that_are_refused_say_why_and_change_nothing() {
        let rig = rig();
        let cases = [
            (change("speed", 2.5), "parameter `speed` must be at least 0.0 and at most 2.0, but it is 2.5"),
            (change("speed", f64::NAN), "parameter `speed` must be at least 0.0 and at most 2.0, but it is NaN"),
            (change("speed", 1_i64), "parameter `speed` must be a number, but it is a whole number"),
            (change("speed", None::<f64>), "parameter `speed` must be a number, but it is nothing"),
            (change("pool.workers", 0_i64), "parameter `pool.workers` must be at least 1, but it is 0"),
            (change("frame", "odom".to_owned()), "parameter `frame` is read-only; only the deployment file sets it"),
            (change("limit", -1.0), "parameter `limit` must be at least 0.0, but it is -1.0"),
            (change("sped", 1.0), "/robot/nav has no parameter `sped`; it has frame, limit, pool.workers, speed"),
        ];
        drop(rig.events.try_recv());
        for (wrong, why) in cases {
            // The right one beside it must not be set either.
            assert_eq!(set(&rig, &[change("limit", Some(1.0)), wrong]), Err(why.to_owned()));
        }
        assert_eq!((rig.speed.get(), rig.workers.get(), rig.limit.get()), (0.5, 4, None));
        assert_eq!(rig.frame.get(), "map");
        assert!(rig.events.try_recv().is_err(), "nothing changed, so there is nothing to announce");
        assert_eq!(rig.frame.set("odom".to_owned()), Ok(()), "the actor itself may");
    }

    #[test]
    fn hooks_complete_refuse_and_follow() {
        let rig = rig();
        let mut hooks = Hooks::<Vec<String>>::default();
        hooks.before.push(Box::new(|_, mut changes| {
            if changes.iter().any(|change| change.name == "speed") {
                changes.push(change("limit", Some(9.0)));
            }
            changes
        }));
        hooks.check.push(Box::new(|_, changes| match changes.len() {
            3.. => Err("too much at once".to_owned()),
            _ => Ok(()),
        }));
        hooks.after.push(Box::new(|seen, changes| seen.extend(changes.iter().map(|change| change.name.clone()))));
        let mut seen = Vec::new();
        assert!(hooks.set(&mut seen, &rig.store, vec![change("speed", 1.0)]).successful);
        assert_eq!((rig.speed.get(), rig.limit.get()), (1.0, Some(9.0)));
        let refused = hooks.set(&mut seen, &rig.store, vec![change("speed", 1.5), change("pool.workers", 8_i64)]);
        assert_eq!((refused.successful, refused.reason.as_str()), (false, "too much at once"));
        assert_eq!((rig.speed.get(), rig.workers.get()), (1.0, 4));
        assert_eq!(seen, ["speed", "limit"]);
    }

    #[test]
    fn questions_are_answered_as_nodes_of_ros_answer_them() {
        let rig = rig();
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(rig.store.values(&names(&["speed", "limit"])), [0.5.to_message(), ParameterValue::default()]);
        assert_eq!(rig.store.values(&names(&["speed", "sped"])), []);
        assert_eq!(rig.store.types(&names(&["speed", "frame"])), [3, 4]);
        let descriptors = rig.store.descriptors(&names(&["speed", "pool.workers", "frame"]));
        assert_eq!((descriptors[0].r#type, descriptors[0].description.as_str()), (3, "m/s"));
        assert_eq!(descriptors[0].floating_point_range[0].to_value, 2.0);
        assert_eq!(descriptors[1].integer_range[0].from_value, 1);
        assert_eq!(descriptors[1].integer_range[0].to_value, i64::MAX);
        assert!(descriptors[2].read_only && !descriptors[0].read_only);
    }
}
