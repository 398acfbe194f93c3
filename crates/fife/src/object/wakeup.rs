//! Wake-ups: the signal that a waiting task can continue.
//!
//! Each waiting task has one, to which Rust's wakers refer, perhaps in other threads and after the VM was dropped. It
//! remembers that there was a wake-up, and passes it on to the last caller that polled the task.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// The state behind the waker of a task.
#[derive(Default)]
pub(crate) struct Wakeup(Mutex<State>);

#[derive(Default)]
struct State {
    /// Whether there was a wake-up since the task last began to run.
    is_woken: bool,
    /// Whether the awaited future is polled in this step anyway, so that a wake-up says nothing new.
    is_muted: bool,
    /// The waker of the caller that polled the task, to be woken once.
    caller: Option<Waker>,
    /// The waker of the `Tasks` it belongs to, to be woken once, even if something else polled the task since.
    keeper: Option<Waker>,
}

impl State {
    /// Those to be woken: the `Tasks` first, whose waker only notes it, for the caller's is the host's and may panic.
    fn take_listeners(&mut self) -> impl Iterator<Item = Waker> + use<> {
        self.keeper.take().into_iter().chain(self.caller.take())
    }
}

impl Wakeup {
    // No waker is woken or dropped under the lock: that may run any code of the host's.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Clears the wake-ups so far, because the task runs.
    pub(crate) fn answer(&self) {
        let mut state = self.state();
        state.is_woken = false;
        state.is_muted = false;
    }

    pub(crate) fn is_woken(&self) -> bool {
        self.state().is_woken
    }

    /// Sets whether wake-ups say nothing new.
    pub(crate) fn mute(&self, is_muted: bool) {
        self.state().is_muted = is_muted;
    }

    /// Lets the next wake-up wake this waker, in place of the one before. False if there was a wake-up already.
    pub(crate) fn listen(&self, caller: &Waker) -> bool {
        self.register(caller, |state| &mut state.caller)
    }

    /// As [`listen`](Self::listen), for the `Tasks` that the task belongs to.
    pub(crate) fn keep(&self, keeper: &Waker) -> bool {
        self.register(keeper, |state| &mut state.keeper)
    }

    fn register(&self, waker: &Waker, place: fn(&mut State) -> &mut Option<Waker>) -> bool {
        let waker = waker.clone();
        let mut state = self.state();
        let listens = !state.is_woken;
        let unused = if listens { place(&mut state).replace(waker) } else { Some(waker) };
        drop(state);
        drop(unused);
        listens
    }

    /// Stops passing wake-ups to the caller, because another one has taken over.
    pub(crate) fn forget_caller(&self) {
        let before = self.state().caller.take();
        drop(before);
    }

    /// Passes on the end of the task, as a wake-up.
    pub(crate) fn end(&self) {
        let listeners = self.state().take_listeners();
        listeners.for_each(Waker::wake);
    }
}

impl Wake for Wakeup {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut state = self.state();
        if state.is_muted {
            return;
        }
        state.is_woken = true;
        let listeners = state.take_listeners();
        drop(state);
        listeners.for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Default)]
    struct Count(AtomicU32);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_caller_is_woken_once() {
        let (wakeup, count) = (Arc::<Wakeup>::default(), Arc::<Count>::default());
        let waker = Waker::from(wakeup.clone());
        let count_of = || count.0.load(Ordering::Relaxed);
        let listen = || wakeup.listen(&Waker::from(count.clone()));
        assert!(listen());
        waker.wake_by_ref();
        waker.wake_by_ref();
        assert!(wakeup.is_woken() && count_of() == 1);
        assert!(!listen(), "it was woken before");
        wakeup.answer();
        assert!(listen());
        wakeup.mute(true);
        waker.wake_by_ref();
        assert!(!wakeup.is_woken() && count_of() == 1);
        wakeup.answer();
        wakeup.forget_caller();
        waker.wake_by_ref();
        assert!(wakeup.is_woken() && count_of() == 1);
        wakeup.answer();
        assert!(listen());
        wakeup.end();
        wakeup.end();
        assert_eq!(count_of(), 2);
        // A keeper is woken, too.
        assert!(listen() && wakeup.keep(&Waker::from(count.clone())));
        waker.wake_by_ref();
        waker.wake_by_ref();
        assert_eq!(count_of(), 4);
        wakeup.answer();
        assert!(wakeup.keep(&Waker::from(count.clone())));
        wakeup.forget_caller();
        wakeup.end();
        assert_eq!(count_of(), 5);
    }
}
