//! How the compiler requests memory.
//!
//! The virtual machine counts every byte that a script can make it hold. That includes the compiler's working memory,
//! so every growth of a buffer that depends on the source is requested first.

/// The meter refused memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Work that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A source was parsed to its end, or as far as it could be: how many expressions and local variables there were.
    Parsed(usize),
    /// A function was compiled, or the beginning of one: how many instructions and constants it became.
    Generated(usize),
}

/// Counts the memory the compiler holds, in bytes.
pub trait Meter {
    /// Requests `bytes` more.
    fn take(&mut self, bytes: usize) -> Result<(), Refused>;
    /// Gives back `bytes` that were taken.
    fn give(&mut self, bytes: usize);
    /// Is told of work that was done, also where it ends with an error.
    fn note(&mut self, work: Work) {
        let _ = work;
    }
}

/// A meter that never refuses and does not count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unmetered;

impl Meter for Unmetered {
    fn take(&mut self, _bytes: usize) -> Result<(), Refused> {
        Ok(())
    }
    fn give(&mut self, _bytes: usize) {}
}
