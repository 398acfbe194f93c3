//! Waiting for the next task that ends.

use super::{Result, Task, Tasks};
use crate::api::Lua;
use crate::object::TaskId;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Waits for the next task that ends: [`Tasks::next`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Next<'a> {
    tasks: &'a mut Tasks,
    lua: &'a mut Lua,
}

impl<'a> Next<'a> {
    pub(super) fn new(tasks: &'a mut Tasks, lua: &'a mut Lua) -> Next<'a> {
        Next { tasks, lua }
    }
}

impl Future for Next<'_> {
    type Output = Option<(TaskId, Result<Task>)>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Next { tasks, lua } = self.get_mut();
        // Before the mail is taken, so that whatever comes later wakes this future.
        tasks.mailbox.listen(cx.waker());
        tasks.take_mail();
        if tasks.ended.is_empty() && tasks.running() > 0 {
            let fuel = lua.enter(|ctx| ctx.limits().step_fuel);
            tasks.round(lua, fuel);
        }
        if let Some(ended) = tasks.ended.pop_front() {
            return Poll::Ready(Some(ended));
        }
        if tasks.is_empty() {
            return Poll::Ready(None);
        }
        if tasks.ready_weight > 0 {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Next<'_> {
    fn drop(&mut self) {
        self.tasks.mailbox.ignore();
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Next").field(self.tasks).finish()
    }
}
