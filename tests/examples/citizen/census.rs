//! An actor that watches who is there.

use rosactor::prelude::*;

/// Logs `nodes N` whenever the number of nodes on the graph has changed.
pub(crate) struct Census {
    graph: Graph,
    nodes: usize,
}

impl Actor for Census {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.every(Duration::from_millis(20), Self::look);
        Ok(Self { graph: node.graph(), nodes: 0 })
    }
}

impl Census {
    fn look(&mut self) {
        let nodes = self.graph.nodes().len();
        if nodes != self.nodes {
            self.nodes = nodes;
            info!("nodes {nodes}");
        }
    }
}
