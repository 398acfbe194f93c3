//! Finalizers, run by a task of their own.
//!
//! What a script's garbage leaves behind runs with the next step of the virtual machine, whosever that is (see `__gc` in the manual): what
//! one prompt has dropped would run in the middle of what another one does, and write among its lines. So there is a task here that does nothing,
//! and it takes a step before each one of a job's. Whatever is due then runs in that, from the fuel of the job that has to wait for it, and what
//! it writes is marked as a finalizer's.
//!
//! # How long a job waits for them
//! Nothing says where one finalizer ends and the next one begins, but dropping the task drops the one that runs, and no other. That is done
//! after [`RUN_MAX`] units, and from then on after each [`SHORT_RUN_MAX`], until none is due. Finalizers that make objects with finalizers could
//! still go on for ever: so after [`WAIT_MAX`] units the machine takes no more of them, and those that there are run, or are dropped, one after
//! the other. Their number is bounded by the memory of the machine.

use crate::output::{Kind, Output};
use fife::arena::Static;
use fife::gc::{Call, Error, Poll, Sequence};
use fife::{Collect, Fuel, Function, Lua, Stepped, Task};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The fuel that finalizers may use, one after the other, before the one that runs is dropped.
const RUN_MAX: u64 = 16 << 20;

/// The same, when that has happened once and others are still due.
const SHORT_RUN_MAX: u64 = 1024;

/// The fuel that they may use while a job waits for them. Then no object gets a finalizer any more.
const WAIT_MAX: u64 = 64 << 20;

/// What a step takes in which no finalizer was due, at most.
const REST_MAX: u64 = 16;

/// Ends each step as soon as finalizers, which come first, are done.
#[derive(Collect)]
struct Rest(Static<Arc<AtomicBool>>);

impl<'gc> Sequence<'gc> for Rest {
    const NAME: &'static str = "web.rest";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.0.0.store(true, Ordering::Relaxed);
        call.interrupt();
        Ok(Poll::Pending)
    }
}

pub(crate) struct Finalizers {
    output: Output,
    rest: Function,
    /// Whether the last step came to what the task itself does.
    is_resting: Arc<AtomicBool>,
    task: Option<Task>,
    /// What they have used since none was due, and since one was dropped.
    waited: u64,
    run: u64,
    /// How many were dropped since none was due.
    dropped: u64,
    /// None is to run for long, until none is due.
    is_hurried: bool,
    /// Objects get no finalizers any more.
    is_closed: bool,
}

impl Finalizers {
    pub(crate) fn new(lua: &Lua, output: Output) -> fife::Result<Finalizers> {
        let is_resting = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_resting);
        let rest = Function::native(lua, "rest", move |call| call.sequence(Rest(Static(Arc::clone(&flag)))))?;
        let task = Some(rest.start(lua, ())?);
        Ok(Finalizers {
            output,
            rest,
            is_resting,
            task,
            waited: 0,
            run: 0,
            dropped: 0,
            is_hurried: false,
            is_closed: false,
        })
    }

    /// Runs those that are due, for so much fuel, which it takes from `left`. True if none is due any more.
    pub(crate) fn run(&mut self, lua: &mut Lua, left: &mut u64) -> bool {
        while *left > 0 {
            if self.run >= self.run_max() {
                self.drop_one(lua);
            }
            // Where there is no memory for the task, they run as they would without it.
            let Some(task) = self.task.take().or_else(|| self.rest.start(lua, ()).ok()) else { return true };
            let given = (*left).min(self.run_max() - self.run);
            let mut fuel = Fuel::with(given);
            self.is_resting.store(false, Ordering::Relaxed);
            self.output.set_finalizing(true);
            let stepped = lua.step(&task, &mut fuel);
            self.output.set_finalizing(false);
            let used = given.saturating_sub(fuel.remaining().max(0) as u64);
            let is_resting = self.is_resting.load(Ordering::Relaxed);
            if !matches!(stepped, Stepped::Finished | Stepped::Failed) {
                self.task = Some(task);
            }
            if is_resting && used <= REST_MAX {
                self.tell();
                (self.waited, self.run, self.is_hurried) = (0, 0, false);
                return true;
            }
            *left = left.saturating_sub(used);
            self.waited += used;
            self.run = if is_resting { 0 } else { self.run + used };
            if used == 0 && self.task.is_some() {
                // A slice of the collector's.
                return false;
            }
        }
        false
    }

    /// Has those that are due now run for a short time at most: a person wants what waits for them to go on.
    pub(crate) fn interrupt(&mut self) {
        self.is_hurried = true;
    }

    fn run_max(&self) -> u64 {
        if self.dropped > 0 || self.is_hurried { SHORT_RUN_MAX } else { RUN_MAX }
    }

    fn drop_one(&mut self, lua: &mut Lua) {
        self.task = None;
        self.run = 0;
        self.dropped += 1;
        if self.waited >= WAIT_MAX && !self.is_closed {
            self.is_closed = true;
            self.task = lua.start_closing();
        }
    }

    /// Says what was dropped, when it is over.
    fn tell(&mut self) {
        let dropped = std::mem::take(&mut self.dropped);
        let end = if self.is_closed { "; this machine takes no more of them" } else { "" };
        let text = match dropped {
            0 => return,
            1 => format!("a finalizer took too long, and was dropped{end}\n"),
            _ => format!("{dropped} finalizers took too long, and were dropped{end}\n"),
        };
        self.output.set_finalizing(true);
        self.output.write(Kind::Finalizer, text.as_bytes());
        self.output.set_finalizing(false);
    }
}
