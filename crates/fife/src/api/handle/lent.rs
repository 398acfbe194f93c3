//! Lends borrowed values: the host's closures reach a value while it is lent, and at no other time.
//!
//! # Safety argument
//!
//! The pointer in a [`Lending`] comes from a `&mut T` that [`Lent::lend`] holds. `lend` neither returns nor unwinds
//! before it has removed its own lending, and it waits as long as that is in use. [`Lent::with`] marks a lending as in
//! use while it has a `&mut T` of it, until it returns or unwinds; a lending in use is given to no one else. So there
//! is only one reference to the value at a time. Lending a `&mut T` from `with` again makes a lending of its own, and
//! the first one stays in use meanwhile. Since only one thread at a time uses a value, `T: Send` suffices to share a
//! `Lent`.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A `&mut T` of the host, lent for the time of a call to the closures that scripts call: the world of a game, a
/// connection, anything that does not belong to the VM.
///
/// All clones share what is lent, so each closure keeps a clone. [`lend`](Self::lend) lends a value, and closures get
/// it by [`with`](Self::with).
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
    /// Signals that a lending is no longer in use.
    given_back: Condvar,
}

struct State<T> {
    /// What is lent. Closures get the last one.
    lendings: Vec<Lending<T>>,
    /// The number of the next lending.
    next: u64,
}

/// A value that is lent.
struct Lending<T> {
    /// Unique in its place.
    number: u64,
    pointer: *mut T,
    is_in_use: bool,
}

impl<T> State<T> {
    fn find(&mut self, number: u64) -> Option<&mut Lending<T>> {
        // Nearly always one of the last.
        self.lendings.iter_mut().rfind(|lending| lending.number == number)
    }
}

// SAFETY: only one thread at a time uses what is lent, see the safety argument.
unsafe impl<T: Send> Send for Lent<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Lent<T> {}

impl<T> Place<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        // Nothing panics while it is locked.
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
struct TakesBack<'a, T> {
    place: &'a Place<T>,
    number: u64,
}

impl<T> Drop for TakesBack<'_, T> {
    fn drop(&mut self) {
        let mut state = self.place.state();
        // Another thread may be using it; this one has stopped by now.
        while state.find(self.number).is_some_and(|lending| lending.is_in_use) {
            state = self.place.given_back.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.lendings.retain(|lending| lending.number != self.number);
    }
}

/// Marks a lending as no longer in use.
struct Use<'a, T> {
    place: &'a Place<T>,
    number: u64,
}

impl<T> Drop for Use<'_, T> {
    fn drop(&mut self) {
        if let Some(lending) = self.place.state().find(self.number) {
            lending.is_in_use = false;
        }
        self.place.given_back.notify_all();
    }
}

impl<T: 'static> Lent<T> {
    /// Nothing is lent yet.
    pub fn new() -> Lent<T> {
        let state = State { lendings: Vec::new(), next: 0 };
        Lent(Arc::new(Place { state: Mutex::new(state), given_back: Condvar::new() }))
    }

    /// Lends a value while `during` runs. What was lent before is lent again afterwards.
    ///
    /// If another thread, with a VM of its own, is using the value at the end, this waits for it.
    pub fn lend<R>(&self, value: &mut T, during: impl FnOnce() -> R) -> R {
        let mut state = self.0.state();
        let number = state.next;
        state.next += 1;
        state.lendings.push(Lending { number, pointer: value, is_in_use: false });
        drop(state);
        let _takes_back = TakesBack { place: &self.0, number };
        during()
    }

    /// Calls a closure with the value that is lent.
    ///
    /// # Errors
    /// Nothing is lent; or the value is in use, by a `with` further out or by another thread.
    pub fn with<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, NotLent> {
        let mut state = self.0.state();
        let (number, pointer) = match state.lendings.last_mut() {
            None => return Err(NotLent { is_in_use: false }),
            Some(Lending { is_in_use: true, .. }) => return Err(NotLent { is_in_use: true }),
            Some(lending) => {
                lending.is_in_use = true;
                (lending.number, lending.pointer)
            }
        };
        drop(state);
        let _use = Use { place: &self.0, number };
        // SAFETY: it stays lent while it is in use, and nothing else uses it.
        Ok(change(unsafe { &mut *pointer }))
    }
}

impl<T> fmt::Debug for Lent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state();
        f.debug_struct("Lent")
            .field("is_lent", &!state.lendings.is_empty())
            .field("is_in_use", &state.lendings.last().is_some_and(|lending| lending.is_in_use))
            .finish_non_exhaustive()
    }
}

/// Why [`Lent::with`] has no value.
///
/// ```
/// use fife::Lent;
///
/// let lent = Lent::<i64>::new();
/// let error = lent.with(|value| *value).unwrap_err();
/// assert_eq!((error.is_in_use(), &*error.to_string()), (false, "the value is not lent now"));
/// let nested = lent.lend(&mut 1, || lent.with(|_| lent.with(|value| *value))).unwrap();
/// assert!(nested.unwrap_err().is_in_use());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLent {
    is_in_use: bool,
}

impl NotLent {
    /// Whether a value is lent, but is in use.
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
