//! How much of the meter's memory one run of the parser or of the code generator holds.
//!
//! Most requests are for a few bytes, and the meter may be far away. So an account asks it for lots, which it uses up.

use crate::meter::{Meter, Refused, Work};

/// The bytes that were taken from a meter, and those of them that are in use.
pub(crate) struct Account<'m> {
    meter: &'m mut dyn Meter,
    used: usize,
    /// At least as many as are used.
    taken: usize,
}

/// What the meter is asked for is rounded up to this.
const LOT: usize = 2 << 10;

impl<'m> Account<'m> {
    /// An account that has taken `taken` bytes already, and uses `used` of them.
    pub(crate) fn resume(meter: &'m mut dyn Meter, used: usize, taken: usize) -> Account<'m> {
        Account { meter, used, taken }
    }

    /// How many bytes are used, and how many are taken.
    pub(crate) fn state(&self) -> (usize, usize) {
        (self.used, self.taken)
    }

    /// Requests `bytes` more.
    #[inline]
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        if bytes > self.taken - self.used {
            self.take_lots(bytes)?;
        }
        self.used += bytes;
        Ok(())
    }

    #[cold]
    fn take_lots(&mut self, bytes: usize) -> Result<(), Refused> {
        let missing = bytes - (self.taken - self.used);
        let lots = missing.checked_next_multiple_of(LOT).ok_or(Refused)?;
        self.meter.take(lots)?;
        self.taken += lots;
        Ok(())
    }

    /// Gives back `bytes` of those in use.
    #[inline]
    pub(crate) fn give(&mut self, bytes: usize) {
        debug_assert!(bytes <= self.used);
        self.used -= bytes.min(self.used);
        if self.taken - self.used >= 4 * LOT {
            self.give_lots();
        }
    }

    #[cold]
    fn give_lots(&mut self) {
        let kept = self.used + LOT;
        self.meter.give(self.taken - kept);
        self.taken = kept;
    }

    /// Gives back everything that is not in use.
    pub(crate) fn settle(&mut self) {
        self.meter.give(self.taken - self.used);
        self.taken = self.used;
    }

    /// Tells the meter of work that was done.
    pub(crate) fn note(&mut self, work: Work) {
        self.meter.note(work);
    }

    /// Leaves `bytes` of those in use to another owner.
    pub(crate) fn leave(&mut self, bytes: usize) {
        debug_assert!(bytes <= self.used);
        let bytes = bytes.min(self.used);
        self.used -= bytes;
        self.taken -= bytes;
    }
}
