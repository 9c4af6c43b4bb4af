//! Actors of a deployment, each with three mailboxes.

use std::path::Path;

use rosactor::deployment::Deployment;
use rosactor::messages::std_msgs::Int64;
use rosactor::prelude::*;
use rosactor::{Actors, launch};

use crate::{MAILBOXES, measure};

pub(crate) fn start(count: usize) {
    let mut file = "deployment: many\nactors:\n".to_owned();
    for number in 0..count {
        file += &format!("- {{name: actor_{number}, type: start/Idle}}\n");
    }
    let deployment = Deployment::parse(Path::new("many.yaml"), &file).expect("the file is right");
    let mut actors = Actors::new();
    actors.add::<Idle>("start/Idle");
    drop(measure(|| launch::start(deployment, actors).expect("the deployment starts")).stop());
}

struct Idle;

impl Actor for Idle {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        for mailbox in 0..MAILBOXES {
            node.subscribe(format!("~/topic_{mailbox}").as_str(), Self::on_number);
        }
        Ok(Self)
    }
}

impl Idle {
    fn on_number(&mut self, _: Int64) {}
}
