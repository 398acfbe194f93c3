//! How the compiler asks for memory.
//!
//! The virtual machine counts every byte that a script can make it hold. The compiler's working
//! memory is part of that, so each growth of a buffer that depends on the source is first asked for.

/// Whoever counts the compiler's memory said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Counts the memory the compiler holds, in bytes.
pub trait Meter {
    /// Asks for `bytes` more.
    fn take(&mut self, bytes: usize) -> Result<(), Refused>;
    /// Gives back `bytes` that were taken.
    fn give(&mut self, bytes: usize);
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
