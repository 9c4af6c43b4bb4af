//! An actor that hears what nodes log.

use rosactor::messages::rcl_interfaces::Log;
use rosactor::prelude::*;

/// Tells `heard LEVEL NAME TEXT` for each line on `/rosout` that the node `ros_logger` logged.
pub(crate) struct Hearer;

impl Actor for Hearer {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.subscribe(topic("/rosout").latched(1000), |_: &mut Self, log: Log| {
            if log.name == "ros_logger" {
                info!("heard {} {} {}", log.level, log.name, log.msg);
            }
        });
        Ok(Self)
    }
}
