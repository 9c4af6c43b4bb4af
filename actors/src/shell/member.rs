//! Who is meant by what is said of a member.

/// A member of a running deployment, wherever it stands in the file. No number is given twice, so what is still said of one that is
/// gone, or of one as it was before its entry changed, concerns nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MemberId(u64);

/// Gives the numbers out.
#[derive(Debug, Default)]
pub(crate) struct MemberIds(u64);

impl MemberIds {
    pub(crate) fn next(&mut self) -> MemberId {
        self.0 += 1;
        MemberId(self.0)
    }
}
