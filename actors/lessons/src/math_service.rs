//! Lesson: answer requests.

use rosactor::{
    messages::example_interfaces::{AddTwoIntsRequest, AddTwoIntsResponse},
    prelude::*,
};

/// Adds two 64-bit integers. A sum that does not fit wraps around, with a warning.
pub struct MathService;

impl Actor for MathService {
    fn setup(node: &mut Setup<Self>) -> Result<Self> {
        node.serve("add_two_ints", Self::add);
        Ok(Self)
    }
}

impl MathService {
    fn add(&mut self, request: AddTwoIntsRequest) -> AddTwoIntsResponse {
        let AddTwoIntsRequest { a, b } = request;
        let (sum, overflowed) = a.overflowing_add(b);
        if overflowed {
            warn!("Request: {a} + {b} does not fit into 64 bits and wraps to {sum}");
        } else {
            info!("Request: {a} + {b} = {sum}");
        }
        AddTwoIntsResponse { sum }
    }
}
