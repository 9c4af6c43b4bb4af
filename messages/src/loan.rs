//! Memory that is filled before it is shared.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use bytes::Bytes;

use crate::Octets;

/// Memory that somebody lends: the transport lends what it can send without a copy.
pub trait Lend: AsRef<[u8]> + AsMut<[u8]> + Send + 'static {
    /// The memory as it is now, to be shared and not changed any more.
    fn share(self: Box<Self>) -> Bytes;
}

impl Lend for Vec<u8> {
    fn share(self: Box<Self>) -> Bytes {
        Bytes::from(*self)
    }
}

/// Bytes of a message to come, in memory of the transport: write them like a slice, then make [`Octets`] of them.
///
/// What is in it at first is not said: it may be of an earlier message.
///
/// ```
/// use rosactor_messages::{LoanedOctets, Octets};
///
/// let mut data = LoanedOctets::from(vec![0; 3]);
/// data.copy_from_slice(&[1, 2, 3]);
/// let data: Octets = data.into();
/// assert_eq!(data, [1, 2, 3]);
/// ```
pub struct LoanedOctets(Box<dyn Lend>);

impl LoanedOctets {
    /// Memory of this lender.
    pub fn new(memory: impl Lend) -> Self {
        Self(Box::new(memory))
    }
}

impl From<Vec<u8>> for LoanedOctets {
    /// Memory of this process, which no transport can send without a copy.
    fn from(memory: Vec<u8>) -> Self {
        Self::new(memory)
    }
}

impl Deref for LoanedOctets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

impl DerefMut for LoanedOctets {
    fn deref_mut(&mut self) -> &mut [u8] {
        (*self.0).as_mut()
    }
}

impl fmt::Debug for LoanedOctets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("LoanedOctets").field(&self.len()).finish()
    }
}

impl<T> From<LoanedOctets> for Octets<T> {
    /// Shares the memory.
    fn from(loaned: LoanedOctets) -> Self {
        loaned.0.share().into()
    }
}
