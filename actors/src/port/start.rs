//! The start of an incarnation, as a port of its own: its handler may return `Work` like any other.

use std::cell::Cell;
use std::rc::Rc;

use rosactor_transport::DeclareError;

use super::{Delivered, Endpoints, Lane, Port, PortId, Step};
use crate::work::Next;

/// Opens a port that delivers once per incarnation.
pub(crate) fn start_port<A: 'static>(
    endpoints: &mut Endpoints,
    handler: impl Fn(&mut A) -> Next<A> + 'static,
) -> Result<(PortId, Port<A>), DeclareError> {
    let (port, ()) =
        endpoints.port("start".to_owned(), Lane::Start, |_, _| Ok(())).map(|(port, unit)| (port, *unit))?;
    let begun = Rc::new(Cell::new(false));
    let deliver = move |actor: &mut A| {
        (!begun.replace(true)).then(|| Delivered { step: Step::from(handler(actor)), more: false })
    };
    Ok((port, Port::new("start".to_owned(), Lane::Start, 1, Box::new(deliver))))
}
