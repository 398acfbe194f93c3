//! Many tasks of one VM that take turns.
//!
//! Tasks that can run are in a queue. A task that waits for something outside is not, and costs nothing until its waker
//! puts it back. Each turn gives out fuel along the queue, to each task by its weight (deficit round robin: a task
//! keeps fuel that it could not use because the turn ended, until its turn comes again). So over time fuel is shared by
//! weight, whatever the size of a turn, and a turn takes time in proportion to its fuel, however many tasks there are.

mod next;
mod places;
mod spawner;

use super::{Access, Result, Task};
use crate::api::{Fuel, Lua, Stepped};
use crate::error::ErrorKind;
use crate::object::TaskId;
pub use next::Next;
use places::{Entry, Place, Places};
pub use spawner::Spawner;
use spawner::{Mailbox, Signal};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

/// The least fuel that a turn gives each task on average. A turn with too little fuel for that serves only some of the
/// tasks. This keeps the fixed cost of a step small beside its work.
const LEAST_SHARE: u64 = 256;

/// The fuel that a slice of collection counts as, in a turn that had to wait for it: both take about as long.
const COLLECTION_FUEL: u64 = 65_536;

/// How many places that are gone may stand in the queue, besides one per task: so looking for them costs little per
/// removal.
const SLACK_OF_QUEUE: usize = 32;

/// The share of a VM's fuel that a task of [`Tasks`] gets.
///
/// ```
/// use fife::Share;
///
/// let share = Share { weight: 4, budget: Some(1_000_000), ..Share::default() };
/// assert_eq!(share.tank, None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How much it gets beside the other tasks that can run: weight 4 gets twice as much as weight 2. By default 1; 0
    /// counts as 1.
    pub weight: u32,
    /// The most fuel that it can have at a time, and so use in one turn, in units of about an instruction. What it has
    /// left when it begins to wait stays in the tank, for a later turn. By default there is no tank: it may use all
    /// that a turn gives it, and loses the rest. 0 counts as 1.
    pub tank: Option<u64>,
    /// The fuel for the whole task, from when it was spawned. When that is used up, the task is
    /// [cancelled](Task::cancel) with [`Limits::close_fuel`](crate::Limits::close_fuel), and ends with an error of
    /// [`ErrorKind::Fuel`]. By default there is no limit.
    pub budget: Option<u64>,
}

impl Default for Share {
    fn default() -> Share {
        Share { weight: 1, tank: None, budget: None }
    }
}

/// What a [turn](Tasks::turn) did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Turn {
    /// How many tasks were given fuel.
    pub ran: usize,
    /// The tasks that have ended, in order: those that returned, with their [results](Task::results), and the errors of
    /// the others.
    pub ended: Vec<(TaskId, Result<Task>)>,
    /// How much of the turn's fuel was used, in units of about an instruction: what the tasks used, and 65,536 units for
    /// each time that the collector worked in place of a task.
    pub used: u64,
    /// Whether there is nothing to do now: there are no tasks, or all of them wait for something outside.
    pub idle: bool,
}

/// Many tasks of one VM, which take turns by weight. Like tokio's `JoinSet`, it does not own what they run on.
///
/// A host either calls [`turn`](Self::turn) when it has time for them, as a game does in each frame, or awaits
/// [`next`](Self::next). Any number of tasks may wait for something outside: they cost nothing until they are woken.
///
/// A [`Share`] bounds each task; [`Limits::deadline`](crate::Limits::deadline) does not apply. Dropping this abandons
/// all tasks, as dropping each of them does.
///
/// A task may also be run and polled through another handle. If two `Tasks` have it, only the one that ran it last is
/// told when it is woken. A task that was run to its end through another handle ends here in its next turn. So does a
/// task of another VM, with an error of [`ErrorKind::Handle`].
///
/// ```
/// use fife::{ErrorKind, Lua, Share, Tasks};
///
/// let mut lua = Lua::new();
/// let mut tasks = Tasks::new();
/// let sum = tasks.spawn(lua.load("local s = 0 for i = 1, 1000 do s = s + i end return s").start(())?);
/// let spin = lua.load("while true do pcall(error) end").start(())?;
/// let spin = tasks.spawn_with(spin, Share { budget: Some(20_000), ..Share::default() });
/// let mut ends = Vec::new();
/// while !tasks.is_empty() {
///     ends.extend(tasks.turn(&mut lua, 1_000).ended);
/// }
/// let [(first, Ok(task)), (second, Err(error))] = &ends[..] else { panic!("{ends:?}") };
/// assert_eq!((*first, task.results::<i64>(&lua)?), (sum, 500_500));
/// assert_eq!((*second, error.kind()), (spin, ErrorKind::Fuel));
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Default)]
pub struct Tasks {
    places: Places,
    /// Where each is, by its VM and its number.
    numbers: HashMap<Number, Place>,
    /// Tasks that can run, and perhaps places of tasks that are gone. A running task is the first, so that a panic of
    /// the host's code leaves it there.
    ready: VecDeque<Place>,
    /// The sum of their weights.
    ready_weight: u64,
    /// Tasks that have ended, and whose end the host has not been given.
    ended: VecDeque<(TaskId, Result<Task>)>,
    mailbox: Arc<Mailbox>,
}

/// A task's VM, and its number there.
type Number = (usize, TaskId);

fn number(task: &Task) -> Number {
    (task.vm_number(), task.id())
}

/// How a task's turn ended.
enum Visit {
    /// It can run on, but has had its share; or the collector has to work first.
    Served,
    /// It can run on and has fuel left, but the turn has none.
    Cut,
    Waits,
    Ended(Result<()>),
}

impl Tasks {
    /// Has no tasks yet.
    pub fn new() -> Tasks {
        Tasks::default()
    }

    /// Adds a task with the share [`Share::default`]. It runs in the next turn.
    ///
    /// If it is there already, through another handle, it stays the same task.
    pub fn spawn(&mut self, task: Task) -> TaskId {
        self.spawn_with(task, Share::default())
    }

    /// Adds a task with this share of the fuel. If it is there already, through another handle, it has this share from
    /// now on.
    pub fn spawn_with(&mut self, task: Task, share: Share) -> TaskId {
        let (id, number) = (task.id(), number(&task));
        if let Some(place) = self.numbers.get(&number)
            && let Some(entry) = self.places.get_mut(*place)
        {
            if entry.is_ready {
                self.ready_weight = self.ready_weight - entry.weight() + u64::from(share.weight.max(1));
            }
            entry.set_share(share);
            return id;
        }
        let place = self.places.add(Entry::new(task, share));
        self.numbers.insert(number, place);
        self.make_ready(place);
        id
    }

    /// A spawner, which adds tasks from elsewhere: from functions that scripts call, and from other threads.
    ///
    /// ```
    /// use fife::gc::Context;
    /// use fife::{Function, Lua, Result, Tasks};
    ///
    /// let mut lua = Lua::new();
    /// let mut tasks = Tasks::new();
    /// let spawner = tasks.spawner();
    /// lua.globals().set_function(&lua, "spawn", move |ctx: Context<'_>, body: Function| -> Result<()> {
    ///     spawner.spawn(body.start(&ctx, ())?)?;
    ///     Ok(())
    /// })?;
    /// let source = "log = {} for i = 1, 3 do spawn(function() log[#log + 1] = i end) end";
    /// tasks.spawn(lua.load(source).start(())?);
    /// while !tasks.turn(&mut lua, 10_000).idle {}
    /// assert_eq!(lua.load("table.concat(log, ' ')").eval::<String>()?, "1 2 3");
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn spawner(&self) -> Spawner {
        Spawner::new(&self.mailbox)
    }

    /// The number of tasks: those that can run, those that wait, those that a [`spawner`](Self::spawner) has just
    /// added, and those that have ended but whose end no [`next`](Self::next) or [`turn`](Self::turn) has returned yet.
    /// Zero means that there is nothing left to run and nothing left to be told.
    pub fn len(&self) -> usize {
        self.running() + self.ended.len()
    }

    /// Whether [`len`](Self::len) is zero.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of tasks that have not ended.
    fn running(&self) -> usize {
        self.numbers.len() + self.mailbox.spawned()
    }

    /// Gives each task that can run a part of the fuel by its weight, and runs it until that is used up. Returns after
    /// work in proportion to the fuel, as a [step](Lua::step) does, and the collector's work for what was allocated.
    /// What a task uses beyond its part is taken from its next one. If the fuel is too little for all tasks, this
    /// serves some of them, and the next turn continues with the others.
    ///
    /// # Panics
    /// If the host's code that a task calls panics. That task has failed then, which the next turn reports; the others
    /// are not affected.
    pub fn turn(&mut self, lua: &mut Lua, fuel: u64) -> Turn {
        self.take_mail();
        let (ran, used) = self.round(lua, fuel);
        self.take_mail();
        Turn { ran, ended: self.ended.drain(..).collect(), used, idle: self.ready_weight == 0 }
    }

    /// Waits for the next task that ends, and gives it, or the error with which it failed; nothing if there are no
    /// tasks. Tasks that end at the same time are given one after another. Dropping this future early loses nothing.
    ///
    /// It runs only tasks that were woken, and returns to the executor after the fuel of one
    /// [step](crate::Limits::step_fuel), which they share by weight; if some can still run, it wakes itself. So scripts
    /// that spin do not hold up the runtime's other tasks.
    ///
    /// ```
    /// use fife::{Lua, Tasks};
    ///
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let mut future = std::pin::pin!(future);
    /// #     loop {
    /// #         let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    /// #         if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut cx) { return value }
    /// #     }
    /// # }
    /// # block_on(async {
    /// let mut lua = Lua::new();
    /// let mut tasks = Tasks::new();
    /// for count in [1_000_000, 10] {
    ///     tasks.spawn(lua.load("for i = 1, ... do end return ...").start(count)?);
    /// }
    /// let mut ends = Vec::new();
    /// while let Some((_, ended)) = tasks.next(&mut lua).await {
    ///     ends.push(ended?.results::<i64>(&lua)?);
    /// }
    /// assert_eq!(ends, [10, 1_000_000]);
    /// # Ok::<(), fife::Error>(())
    /// # })?;
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn next<'a>(&'a mut self, lua: &'a mut Lua) -> Next<'a> {
        Next::new(self, lua)
    }

    /// [Cancels](Task::cancel) a task where it is, with [`Limits::close_fuel`](crate::Limits::close_fuel), and takes it
    /// out. No turn and no [`next`](Self::next) tells of it. True if all that it had to close was closed; false if the
    /// fuel ended first, or if there is no such task of this VM.
    ///
    /// ```
    /// use fife::{Lua, Tasks};
    ///
    /// let mut lua = Lua::new();
    /// let mut tasks = Tasks::new();
    /// let source = "local file <close> = setmetatable({}, {__close = function() closed = true end}) \
    ///     while true do end";
    /// let id = tasks.spawn(lua.load(source).start(())?);
    /// tasks.turn(&mut lua, 1_000);
    /// assert!(tasks.cancel(&mut lua, id) && tasks.is_empty());
    /// assert!(lua.globals().get::<bool>(&lua, "closed")?);
    /// assert!(!tasks.cancel(&mut lua, id));
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn cancel(&mut self, lua: &mut Lua, id: TaskId) -> bool {
        let Some(task) = self.remove(lua, id) else { return false };
        task.close(lua)
    }

    /// A task, to look at or [interrupt](Task::interrupt) it; nothing if it is not there, or a
    /// [`spawner`](Self::spawner) has just added it and no turn has seen it yet.
    pub fn get(&self, vm: &impl Access, id: TaskId) -> Option<&Task> {
        let place = self.numbers.get(&(Task::number_of_vm(vm), id))?;
        self.places.get(*place).map(|entry| &entry.task)
    }

    /// Removes a task and gives it back, to be run in another way; nothing if it is not there.
    pub fn remove(&mut self, vm: &impl Access, id: TaskId) -> Option<Task> {
        self.take_mail();
        let place = *self.numbers.get(&(Task::number_of_vm(vm), id))?;
        let entry = self.take_out(place)?;
        // Turns pass over what is gone; but where there are none, the queue would grow.
        if self.ready.len() > 2 * self.numbers.len() + SLACK_OF_QUEUE {
            self.ready.retain(|place| self.places.get(*place).is_some());
        }
        Some(entry.task)
    }

    /// Puts a task back into the queue that was woken.
    fn make_ready(&mut self, place: Place) {
        if let Some(entry) = self.places.get_mut(place)
            && !entry.is_ready
        {
            entry.is_ready = true;
            self.ready_weight += entry.weight();
            self.ready.push_back(place);
        }
    }

    /// Takes what came from elsewhere: new tasks, and news of those that can go on.
    fn take_mail(&mut self) {
        let Some(mail) = self.mailbox.take() else { return };
        for (task, share) in mail.spawned {
            self.spawn_with(task, share);
        }
        for place in mail.woken {
            self.make_ready(place);
        }
    }

    /// Removes a task; its place in the queue, if it has one, is passed over.
    fn take_out(&mut self, place: Place) -> Option<Entry> {
        let entry = self.places.take(place)?;
        self.numbers.remove(&number(&entry.task));
        if entry.is_ready {
            self.ready_weight -= entry.weight();
        }
        Some(entry)
    }

    /// Gives each task of the queue its part of the fuel. Returns how many were served, and the fuel used.
    fn round(&mut self, lua: &mut Lua, fuel: u64) -> (usize, u64) {
        let (count, weights) = (self.ready.len(), u128::from(self.ready_weight.max(1)));
        // Where this is more than the turn's, not all are served in it.
        let given = u128::from(fuel.max(LEAST_SHARE.saturating_mul(count as u64)));
        let (mut ran, mut left) = (0, fuel);
        for _ in 0..count {
            if left == 0 {
                break;
            }
            let Some(&place) = self.ready.front() else { break };
            let Some(entry) = self.places.get_mut(place) else {
                self.ready.pop_front();
                continue;
            };
            let part = given * u128::from(entry.weight()) / weights;
            entry.refill(u64::try_from(part).unwrap_or(u64::MAX).max(1));
            ran += 1;
            let visit = self.visit(lua, place, &mut left);
            if matches!(visit, Visit::Cut) {
                break;
            }
            self.ready.pop_front();
            match visit {
                Visit::Served | Visit::Cut => self.ready.push_back(place),
                Visit::Waits => self.put_aside(place),
                Visit::Ended(end) => {
                    if let Some(Entry { task, .. }) = self.take_out(place) {
                        self.ended.push_back((task.id(), end.map(|()| task)));
                    }
                }
            }
        }
        (ran, fuel - left)
    }

    /// Runs a task until its part of the turn's fuel is used up.
    fn visit(&mut self, lua: &mut Lua, place: Place, left: &mut u64) -> Visit {
        let step_fuel = lua.enter(|ctx| ctx.limits().step_fuel);
        let Some(entry) = self.places.get_mut(place) else { return Visit::Waits };
        loop {
            if entry.budget == 0 {
                let before = entry.task.fuel_used();
                let error = entry.task.stop(lua, ErrorKind::Fuel);
                *left = left.saturating_sub(entry.task.fuel_used() - before);
                return Visit::Ended(Err(error));
            }
            if entry.tank == 0 {
                entry.is_served = true;
                return Visit::Served;
            }
            if *left == 0 {
                return Visit::Cut;
            }
            let given = entry.tank.min(entry.budget).min(step_fuel).min(*left);
            let mut slice = Fuel::with(given);
            let given = slice.remaining();
            let stepped = lua.step(&entry.task, &mut slice);
            let used = slice.used_of(given);
            entry.draw(used);
            *left -= used;
            match stepped {
                Stepped::Finished => return Visit::Ended(Ok(())),
                Stepped::Failed => return Visit::Ended(Err(entry.task.failure(lua))),
                Stepped::Waiting => {
                    let signal = entry.signal.get_or_insert_with(|| Arc::new(Signal::new(&self.mailbox, place)));
                    let is_woken = lua.enter(|ctx| signal.attend(ctx, &entry.task));
                    entry.rest();
                    // It was woken already: it goes on, but others have their turn.
                    return if is_woken { Visit::Served } else { Visit::Waits };
                }
                Stepped::Ready if used > 0 => {}
                // The collector did something instead, or it is to; the next task's step will have it do more.
                Stepped::Ready | Stepped::NeedsMemory | Stepped::Busy => {
                    *left = left.saturating_sub(COLLECTION_FUEL);
                    return Visit::Served;
                }
            }
        }
    }

    /// A task waits: it is in the queue no more.
    fn put_aside(&mut self, place: Place) {
        if let Some(entry) = self.places.get_mut(place) {
            entry.is_ready = false;
            self.ready_weight -= entry.weight();
        }
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.mailbox.close();
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("len", &self.len()).field("ready", &self.ready.len()).finish_non_exhaustive()
    }
}
