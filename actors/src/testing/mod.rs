//! Actors under test: one or many in one thread, on virtual time, joined by a network in memory (feature `testing`).
//!
//! Nothing waits for real time: when every actor waits, the clock goes on to the next moment at which something happens. Nothing is
//! left to chance either: one seed always gives the same course, and a test that fails names the seed that repeats it. What is tested
//! is the product itself: the same shells, mailboxes and codecs, started by the same launch.
//!
//! ```
//! use rosactor::messages::std_msgs::UInt32;
//! use rosactor::prelude::*;
//! use rosactor::testing::TestRig;
//!
//! struct Doubler {
//!     out: Publisher<UInt32>,
//! }
//!
//! impl Actor for Doubler {
//!     fn setup(node: &mut Setup<Self>) -> Result<Self> {
//!         node.subscribe("in", Self::on_number);
//!         Ok(Self { out: node.publisher("out") })
//!     }
//! }
//!
//! impl Doubler {
//!     fn on_number(&mut self, number: UInt32) {
//!         self.out.publish(UInt32 { data: 2 * number.data });
//!     }
//! }
//!
//! let rig = TestRig::new(1);
//! let out = rig.probe::<UInt32>("out");
//! let _doubler = rig.start::<Doubler>("doubler");
//! rig.feed("in").publish(UInt32 { data: 21 });
//! assert_eq!(out.expect(Duration::from_secs(1), |number| number.data == 42).data, 42);
//! out.expect_none(Duration::from_secs(60)); // of virtual time
//! ```
//!
//! # What it is not
//!
//! Computing takes no virtual time, also on a [`Pool`](crate::Pool), whose closures run at once. Supervised programs and bridges live in
//! real time, so a deployment that has them is refused.

mod deployed;
mod probe;
mod rig;

pub use deployed::Deployed;
pub use probe::Probe;
pub use rig::{Feed, TestRig};
pub use rosactor_transport::memory::Faults;
