//! Actors of a deployment, each with three mailboxes.

use std::path::Path;

use rosactor::deployment::Deployment;
use rosactor::messages::std_msgs::Int64;
use rosactor::prelude::*;
use rosactor::{Actors, launch};

use crate::{MAILBOXES, measure};

/// `first` is the type of the first actor.
pub(crate) fn start(first: &str, count: usize) {
    let mut file = "deployment: many\nactors:\n".to_owned();
    for number in 0..count {
        let kind = if number == 0 { first } else { IDLE };
        file += &format!("- {{name: actor_{number}, type: {kind}}}\n");
    }
    let deployment = Deployment::parse(Path::new("many.yaml"), &file).expect("the file is right");
    let mut actors = Actors::new();
    actors.add::<Idle>(IDLE).add::<Onlooker>(ONLOOKER);
    drop(measure(|| launch::start(deployment, actors).expect("the deployment starts")).stop());
}

pub(crate) const IDLE: &str = "start/Idle";
pub(crate) const ONLOOKER: &str = "start/Onlooker";

struct Idle;

impl Actor for Idle {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        subscribe(node);
        Ok(Self)
    }
}

fn subscribe<A: Actor>(node: &mut Setup<A>) {
    for mailbox in 0..MAILBOXES {
        node.subscribe(format!("~/topic_{mailbox}").as_str(), |_: &mut A, _: Int64| ());
    }
}

/// As idle, but interested in the graph.
struct Onlooker {
    _graph: Graph,
}

impl Actor for Onlooker {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        subscribe(node);
        Ok(Self { _graph: node.graph() })
    }
}
