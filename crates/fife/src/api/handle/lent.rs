//! Lending: closures of the host reach a borrowed value while it is lent to them, and at no other time.
//!
//! # Safety argument
//!
//! The pointer in a [`Place`] comes from a `&mut T` that [`Lent::lend`] holds, and `lend` does not return, nor unwind, before it has found
//! that very pointer in the place and taken it out. [`Lent::with`] takes the pointer out of the place while it has a `&mut T` of it, and
//! puts it back when that is over, also by a panic. So a pointer that is in a place is valid, and nobody else has a reference to what it
//! points to. `lend` within `with` puts another pointer there, and its end restores that there was none. As values are only
//! ever used by one thread at a time, `T: Send` suffices for a `Lent` to be shared.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A `&mut T` of the host, lent to the closures that scripts call, for the time of a call: the world of a game, a connection, whatever is
/// not the VM's own.
///
/// Clones are one and the same: closures keep one each. A value is lent by [`lend`](Self::lend), and closures get it by [`with`](Self::with).
///
/// ```
/// use fife::{Lent, Lua};
///
/// struct World {
///     monsters: Vec<String>,
/// }
///
/// let mut lua = Lua::new();
/// let world = Lent::<World>::new();
/// let lent = world.clone();
/// lua.globals().set_function(&lua, "spawn", move |name: String| {
///     lent.with(|world| {
///         world.monsters.push(name);
///         world.monsters.len()
///     })
/// })?;
///
/// let mut real = World { monsters: vec!["rat".into()] };
/// let count = world.lend(&mut real, || lua.load("spawn('bat') return spawn('cat')").eval::<i64>())?;
/// assert_eq!((count, real.monsters.len()), (3, 3));
///
/// let error = lua.load("spawn('elk')").name("=demo").exec().unwrap_err();
/// assert_eq!(error.to_string(), "the value is not lent now");
/// assert!(error.downcast_ref::<fife::NotLent>().is_some());
/// # Ok::<(), fife::Error>(())
/// ```
#[doc(alias = "scope")]
pub struct Lent<T>(Arc<Place<T>>);

struct Place<T> {
    state: Mutex<State<T>>,
    /// Something was put back.
    put_back: Condvar,
}

struct State<T> {
    /// What is lent, and not in use.
    pointer: Option<*mut T>,
    /// How many closures have one.
    users: usize,
}

// SAFETY: what is lent is used by one thread at a time, see the safety argument.
unsafe impl<T: Send> Send for Lent<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Lent<T> {}

impl<T> Place<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        // Nobody panics while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Lent<T> {
    fn clone(&self) -> Self {
        Lent(self.0.clone())
    }
}

impl<T: 'static> Default for Lent<T> {
    fn default() -> Self {
        Lent::new()
    }
}

/// Takes back what was lent.
struct Lending<'a, T> {
    place: &'a Place<T>,
    pointer: *mut T,
    before: Option<*mut T>,
}

impl<T> Drop for Lending<'_, T> {
    fn drop(&mut self) {
        let mut state = self.place.state();
        // Another thread may have it; this one has given it back by now.
        while state.pointer != Some(self.pointer) {
            state = self.place.put_back.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.pointer = self.before;
        drop(state);
        // Who lent something before may wait for that.
        self.place.put_back.notify_all();
    }
}

/// Gives back what is in use.
struct Use<'a, T> {
    place: &'a Place<T>,
    pointer: *mut T,
}

impl<T> Drop for Use<'_, T> {
    fn drop(&mut self) {
        let mut state = self.place.state();
        state.pointer = Some(self.pointer);
        state.users -= 1;
        drop(state);
        self.place.put_back.notify_all();
    }
}

impl<T: 'static> Lent<T> {
    /// Nothing is lent yet.
    pub fn new() -> Lent<T> {
        Lent(Arc::new(Place { state: Mutex::new(State { pointer: None, users: 0 }), put_back: Condvar::new() }))
    }

    /// Lends a value while `during` runs. What was lent before is lent again afterwards.
    ///
    /// If another thread uses the value, which takes a VM of its own, this waits for it at the end.
    pub fn lend<R>(&self, value: &mut T, during: impl FnOnce() -> R) -> R {
        let pointer: *mut T = value;
        let before = self.0.state().pointer.replace(pointer);
        let _lending = Lending { place: &self.0, pointer, before };
        during()
    }

    /// Gives the value that is lent to a closure.
    ///
    /// # Errors
    /// None is lent; or it is in use, by a `with` that this one is inside of, or by another thread.
    pub fn with<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, NotLent> {
        let mut state = self.0.state();
        let Some(pointer) = state.pointer.take() else {
            return Err(NotLent { is_in_use: state.users > 0 });
        };
        state.users += 1;
        drop(state);
        let _use = Use { place: &self.0, pointer };
        // SAFETY: it was in the place: valid until it is back there, and nobody else's.
        Ok(change(unsafe { &mut *pointer }))
    }
}

impl<T> fmt::Debug for Lent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state();
        f.debug_struct("Lent")
            .field("is_lent", &state.pointer.is_some())
            .field("is_in_use", &(state.users > 0))
            .finish_non_exhaustive()
    }
}

/// Why [`Lent::with`] has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLent {
    is_in_use: bool,
}

impl NotLent {
    /// Whether a value is lent, but in use.
    pub fn is_in_use(&self) -> bool {
        self.is_in_use
    }
}

impl fmt::Display for NotLent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_in_use { "the value is lent, but in use" } else { "the value is not lent now" })
    }
}

impl std::error::Error for NotLent {}

#[cfg(test)]
mod tests;
