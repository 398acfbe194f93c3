//! What reaches a `Tasks` from elsewhere: new tasks from a [`Spawner`], and wakers that say which waiting tasks can
//! continue.

use super::super::Error;
use super::places::Place;
use super::{Result, Share, Task};
use crate::object::{Context, TaskId};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// News for the [`Tasks`](super::Tasks), which takes it at its next turn.
#[derive(Default)]
pub(super) struct Mailbox {
    mail: Mutex<Mail>,
    /// Whether there may be mail, so that looking for it need not lock.
    is_any: AtomicBool,
}

#[derive(Default)]
pub(super) struct Mail {
    pub(super) spawned: Vec<(Task, Share)>,
    pub(super) woken: Vec<Place>,
    /// The waker to wake when mail comes: of the runtime's task that awaits [`Tasks::next`](super::Tasks::next).
    listener: Option<Waker>,
    /// The `Tasks` was dropped.
    is_closed: bool,
}

impl Mailbox {
    /// No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds mail, and wakes the listener, once. False if nothing will ever take it.
    fn put(&self, add: impl FnOnce(&mut Mail)) -> bool {
        let mut mail = self.lock();
        if mail.is_closed {
            return false;
        }
        add(&mut mail);
        self.is_any.store(true, Ordering::Release);
        let listener = mail.listener.take();
        drop(mail);
        if let Some(listener) = listener {
            listener.wake();
        }
        true
    }

    /// Takes the mail, if there is any.
    pub(super) fn take(&self) -> Option<Mail> {
        if !self.is_any.load(Ordering::Relaxed) || !self.is_any.swap(false, Ordering::Acquire) {
            return None;
        }
        let mut mail = self.lock();
        let (spawned, woken) = (std::mem::take(&mut mail.spawned), std::mem::take(&mut mail.woken));
        Some(Mail { spawned, woken, ..Mail::default() })
    }

    /// How many new tasks there are.
    pub(super) fn spawned(&self) -> usize {
        self.lock().spawned.len()
    }

    /// Makes this waker, in place of the one before, wake when the next mail comes.
    pub(super) fn listen(&self, waker: &Waker) {
        let waker = Some(waker.clone());
        let before = std::mem::replace(&mut self.lock().listener, waker);
        drop(before);
    }

    /// Forgets the waker: nothing waits for mail any more.
    pub(super) fn ignore(&self) {
        let before = self.lock().listener.take();
        drop(before);
    }

    /// Refuses mail from now on, and drops what there is.
    pub(super) fn close(&self) {
        let mut mail = self.lock();
        let before = std::mem::replace(&mut *mail, Mail { is_closed: true, ..Mail::default() });
        drop(mail);
        drop(before);
    }
}

/// The waker of one waiting task.
pub(super) struct Signal {
    mailbox: Arc<Mailbox>,
    place: Place,
    /// Whether it was woken since the task began to wait.
    is_told: AtomicBool,
}

impl Signal {
    pub(super) fn new(mailbox: &Arc<Mailbox>, place: Place) -> Signal {
        Signal { mailbox: mailbox.clone(), place, is_told: AtomicBool::new(false) }
    }

    /// Reports wake-ups of the waiting task from now on. True if there was one already.
    pub(super) fn attend(self: &Arc<Self>, ctx: Context<'_>, task: &Task) -> bool {
        self.is_told.store(false, Ordering::Release);
        task.fetch(ctx).is_ok_and(|task| !task.keep(ctx, &Waker::from(self.clone())))
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_told.swap(true, Ordering::AcqRel) {
            self.mailbox.put(|mail| mail.woken.push(self.place));
        }
    }
}

/// Adds tasks to [`Tasks`](super::Tasks) from elsewhere: see [`Tasks::spawner`](super::Tasks::spawner). It can be
/// cloned and sent to other threads.
///
/// Each task takes some hundred bytes of the host's memory, apart from the VM's memory, which
/// [`Limits::memory`](crate::Limits::memory) bounds. A host that lets scripts spawn should bound the number of tasks
/// where it spawns them.
#[derive(Clone)]
pub struct Spawner {
    mailbox: Arc<Mailbox>,
}

impl Spawner {
    pub(super) fn new(mailbox: &Arc<Mailbox>) -> Spawner {
        Spawner { mailbox: mailbox.clone() }
    }

    /// Adds a task with the share [`Share::default`]. It runs in the next turn, and a future that awaits
    /// [`Tasks::next`](super::Tasks::next) is woken.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle): the `Tasks` or the task's VM no longer exists. The task is
    /// dropped then.
    pub fn spawn(&self, task: Task) -> Result<TaskId> {
        self.spawn_with(task, Share::default())
    }

    /// As [`spawn`](Self::spawn), with this share of the fuel.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn).
    pub fn spawn_with(&self, task: Task, share: Share) -> Result<TaskId> {
        let id = task.id();
        if task.is_orphan() {
            return Err(Error::gone("the task's VM was dropped"));
        }
        let mut spawned = Some((task, share));
        if self.mailbox.put(|mail| mail.spawned.extend(spawned.take())) {
            Ok(id)
        } else {
            Err(Error::gone("the Tasks of this spawner were dropped"))
        }
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawner").finish_non_exhaustive()
    }
}
