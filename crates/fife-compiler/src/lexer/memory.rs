//! Memory that the lexer and the parser request before they take it.
//!
//! A [`Memory`] knows how many of the meter's bytes its holder has, so that all of them go back in one place, when it
//! is dropped; an error needs no clean-up of its own. Vectors do not know it: a growing vector is passed along with the
//! memory that pays for it.

use crate::account::Account;
use crate::meter::{Meter, Refused, Work};
use crate::segments::Segments;
use fife_arena::{OutOfMemory, Vector};

/// The bytes that one run of the parser has taken from its meter.
pub(crate) struct Memory<'m>(Account<'m>);

impl<'m> Memory<'m> {
    pub(crate) fn new(meter: &'m mut dyn Meter) -> Memory<'m> {
        Memory(Account::resume(meter, 0, 0))
    }

    /// Checks that there would be room for `bytes` that are accounted for elsewhere.
    pub(crate) fn probe(&mut self, bytes: usize) -> Result<(), Refused> {
        self.0.take(bytes)?;
        self.0.give(bytes);
        Ok(())
    }

    /// Tells the meter of work that was done.
    pub(crate) fn note(&mut self, work: Work) {
        self.0.note(work);
    }

    /// Leaves `bytes` to the new owner of the vectors that hold them.
    pub(crate) fn leave(&mut self, bytes: usize) {
        self.0.leave(bytes);
    }

    /// Makes room in `vector` for `additional` more items. While a vector moves, both places are paid for.
    pub(crate) fn reserve<T>(&mut self, vector: &mut Vector<T>, additional: usize) -> Result<(), Refused> {
        let capacity = vector.capacity();
        let needed = vector.len().checked_add(additional).ok_or(Refused)?;
        if needed <= capacity {
            return Ok(());
        }
        self.reserve_exact(vector, needed.max(capacity.saturating_mul(2)).max(4))
    }

    /// Makes the vector's capacity larger, to at least `wanted`.
    fn reserve_exact<T>(&mut self, vector: &mut Vector<T>, wanted: usize) -> Result<(), Refused> {
        let capacity = vector.capacity();
        let wanted = Vector::<T>::capacity_for(wanted);
        self.0.take(wanted.checked_mul(size_of::<T>()).ok_or(Refused)?)?;
        let moved = vector.try_reserve(wanted - vector.len());
        self.0.give(if moved.is_ok() { capacity } else { wanted } * size_of::<T>());
        moved.map_err(|OutOfMemory| Refused)
    }

    #[inline]
    pub(crate) fn push<T>(&mut self, vector: &mut Vector<T>, item: T) -> Result<(), Refused> {
        if vector.len() == vector.capacity() {
            self.reserve(vector, 1)?;
        }
        vector.push(item);
        Ok(())
    }

    /// Adds an item to a list in segments.
    #[inline]
    pub(crate) fn append<T>(&mut self, list: &mut Segments<T>, item: T) -> Result<(), Refused> {
        if let Some(segment) = list.room() {
            segment.push(item);
            return Ok(());
        }
        self.append_growing(list, item)
    }

    #[cold]
    fn append_growing<T>(&mut self, list: &mut Segments<T>, item: T) -> Result<(), Refused> {
        if let Err(others) = list.growing() {
            self.push(others, Vector::new())?;
        }
        let Ok((segment, capacity)) = list.growing() else { return Err(Refused) };
        self.reserve_exact(segment, capacity)?;
        segment.push(item);
        Ok(())
    }

    pub(crate) fn extend<T: Copy>(&mut self, vector: &mut Vector<T>, items: &[T]) -> Result<(), Refused> {
        self.reserve(vector, items.len())?;
        vector.extend_from_slice(items);
        Ok(())
    }

    /// Drops a vector and gives its memory back.
    pub(crate) fn release<T>(&mut self, vector: Vector<T>) {
        let bytes = vector.held_bytes();
        drop(vector);
        self.0.give(bytes);
    }
}

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        let (used, _) = self.0.state();
        self.0.give(used);
        self.0.settle();
    }
}
