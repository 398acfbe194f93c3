//! Many tasks in one VM: how they share its fuel, what ends them, and who may add more.

use fife::gc::Context;
use fife::{
    Error, ErrorKind, Fuel, Function, Limits, Lua, Result, Share, Status, Stepped, Task, TaskId, Tasks, Thread, Value,
};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::thread;

/// Counts in a global variable forever.
const COUNT: &str = "local name = ... _G[name] = 0 while true do _G[name] = _G[name] + 1 end";

/// The most fuel that one segment of code takes.
const SEGMENT: u64 = 250;

fn start(lua: &mut Lua, source: &str, argument: impl for<'g> fife::IntoLuaMulti<'g>) -> Task {
    lua.load(source).start(argument).unwrap()
}

fn count(lua: &Lua, name: &str) -> u64 {
    lua.globals().get::<Option<u64>>(lua, name).unwrap().unwrap_or(0)
}

fn weighing(weight: u32) -> Share {
    Share { weight, ..Share::default() }
}

/// The result of [`Tasks::next`].
type Found = Option<(TaskId, Result<Task>)>;

/// Polls once. Also returns how often the caller was woken meanwhile.
fn poll_once(tasks: &mut Tasks, lua: &mut Lua) -> (Poll<Found>, usize) {
    struct Count(AtomicUsize);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let wakes = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(wakes.clone());
    let next = std::pin::pin!(tasks.next(lua));
    let polled = next.poll(&mut TaskContext::from_waker(&waker));
    (polled, wakes.0.load(Ordering::Relaxed))
}

// ---- Shares ----

/// Measured by the work that scripts do, whatever the size of the turns and the number of tasks.
#[test]
fn fuel_is_shared_by_weight() {
    for (turn, each) in [(300, 1), (1_000, 1), (20_000, 1), (1_000_000, 1), (1_000, 40), (50_000, 40)] {
        let mut lua = Lua::new();
        let mut tasks = Tasks::new();
        let mut names = Vec::new();
        for number in 0..each {
            for weight in [1, 2, 4] {
                let name = format!("{weight}.{number}");
                tasks.spawn_with(start(&mut lua, COUNT, &*name), weighing(weight));
                names.push((weight, name));
            }
        }
        let mut used = 0;
        while used < 700_000 * each {
            let turn = tasks.turn(&mut lua, turn);
            assert!(turn.ended.is_empty() && !turn.idle && turn.ran > 0);
            used += turn.used;
        }
        let counts = names.iter().map(|(weight, name)| count(&lua, name) / u64::from(*weight));
        let (least, most) = (counts.clone().min().unwrap(), counts.max().unwrap());
        assert!(least > 10_000 && most - least <= least / 20, "turns of {turn} for {each}: {least} to {most}");
    }
}

/// A turn takes no more than its fuel and one segment, and every task gets its turn in the end.
#[test]
fn a_turn_is_bounded_by_its_fuel() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    for number in 0..1_000 {
        tasks.spawn(start(&mut lua, COUNT, number));
    }
    let before = (0..1_000).map(|number| count_of(&lua, number)).sum::<u64>();
    assert_eq!(before, 0);
    for _ in 0..1_000 {
        let turn = tasks.turn(&mut lua, 1_000);
        assert!(turn.used <= 1_000 && turn.ran <= 5, "{turn:?}");
    }
    let counts: Vec<u64> = (0..1_000).map(|number| count_of(&lua, number)).collect();
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert_eq!(tasks.turn(&mut lua, 0).ran, 0);
}

fn count_of(lua: &Lua, number: i64) -> u64 {
    lua.globals().get::<Option<u64>>(lua, number).unwrap().unwrap_or(0)
}

/// The cost of one round of the loop in [`COUNT`].
fn cost_of_counting() -> u64 {
    let mut lua = Lua::new();
    let task = start(&mut lua, COUNT, "n");
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1_000_000)).unwrap(), Status::OutOfFuel);
    1_000_000 / count(&lua, "n")
}

#[test]
fn no_task_exceeds_its_tank() {
    let cost = cost_of_counting();
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    let share = |tank| Share { tank: Some(tank), ..Share::default() };
    for (name, tank) in [("a", 500), ("b", 5_000)] {
        tasks.spawn_with(start(&mut lua, COUNT, name), share(tank));
    }
    let (mut before, mut all) = ([0, 0], [0, 0]);
    for _ in 0..100 {
        tasks.turn(&mut lua, 1_000_000);
        for (index, (name, tank)) in [("a", 500), ("b", 5_000)].into_iter().enumerate() {
            let now = count(&lua, name) * cost;
            assert!(now - before[index] <= tank + SEGMENT, "{name}: {}", now - before[index]);
            before[index] = now;
            all[index] = now;
        }
    }
    // Use beyond the tank is taken from the next one.
    assert!(all[0] <= 100 * 500 + SEGMENT && all[1] <= 100 * 5_000 + SEGMENT, "{all:?}");
    assert!(all[0] >= 90 * 500 && all[1] >= 90 * 5_000, "{all:?}");
}

/// A task without a tank, a budget or a noticeable weight still ends, and so does waiting for it.
#[test]
fn the_least_shares() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    let least = tasks.spawn_with(start(&mut lua, "return 1", ()), Share { weight: 0, tank: Some(0), budget: None });
    let none =
        tasks.spawn_with(start(&mut lua, "return 1", ()), Share { weight: u32::MAX, tank: None, budget: Some(0) });
    let mut ends = BTreeMap::new();
    for _ in 0..1_000 {
        ends.extend(tasks.turn(&mut lua, 1_000).ended);
    }
    assert!(ends[&least].is_ok());
    assert_eq!(ends[&none].as_ref().unwrap_err().kind(), ErrorKind::Fuel);
}

/// An indivisible operation may take far more than the tank; the next ones pay for it.
#[test]
fn an_operation_beyond_the_tank_is_paid_later() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    let source = "local s = ('x'):rep(1000000) n = 0 while true do n = n + 1 t = s .. n end";
    let task = start(&mut lua, source, ());
    tasks.spawn_with(task, Share { tank: Some(10_000), ..Share::default() });
    let mut last = 0;
    let (mut longest, mut pause) = (0, 0);
    for _ in 0..200 {
        tasks.turn(&mut lua, 100_000);
        let now = count(&lua, "n");
        assert!(now - last <= 1, "each takes more than a tank");
        pause = if now == last { pause + 1 } else { 0 };
        longest = longest.max(pause);
        last = now;
    }
    assert!(last > 5 && longest >= 2, "{last} copies, {longest} turns without");
}

#[test]
fn a_budget_ends_a_task() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    let with = |budget| Share { budget: Some(budget), ..Share::default() };
    let spin = start(&mut lua, "function spin() while true do pcall(error) end end spin()", ());
    let spin = tasks.spawn_with(spin, with(10_000));
    let short = start(&mut lua, "return 1", ());
    let short = tasks.spawn_with(short, with(10_000));
    let none = start(&mut lua, "ran = true", ());
    let none = tasks.spawn_with(none, with(0));
    let mut ended = BTreeMap::new();
    let mut used = 0;
    while !tasks.is_empty() {
        let turn = tasks.turn(&mut lua, 700);
        used += turn.used;
        ended.extend(turn.ended);
    }
    assert!((10_000..11_500).contains(&used), "{used}");
    let Err(error) = &ended[&spin] else { panic!("{ended:?}") };
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Fuel, "out of fuel"));
    assert!(error.traceback().unwrap().contains("in function 'spin'"), "{error:?}");
    assert_eq!(ended[&short].as_ref().unwrap().results::<i64>(&lua).unwrap(), 1);
    assert_eq!(ended[&none].as_ref().unwrap_err().kind(), ErrorKind::Fuel);
    assert!(!lua.globals().get::<bool>(&lua, "ran").unwrap_or(false));
}

// ---- Waiting for the next one ----

#[test]
fn next_gives_control_back() {
    let mut limits = Limits::default();
    limits.step_fuel = 5_000;
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let cost = cost_of_counting();
    let mut tasks = Tasks::new();
    for name in ["a", "b", "c"] {
        tasks.spawn(start(&mut lua, COUNT, name));
    }
    let mut before = 0;
    for _ in 0..100 {
        let (polled, wakes) = poll_once(&mut tasks, &mut lua);
        assert!(polled.is_pending() && wakes == 1, "it goes on, and says so");
        let now = ["a", "b", "c"].iter().map(|name| count(&lua, name)).sum::<u64>() * cost;
        assert!(now - before <= 5_000 + 3 * SEGMENT, "{}", now - before);
        before = now;
    }
    tasks.spawn(start(&mut lua, "return 'done'", ()));
    let ended = loop {
        if let (Poll::Ready(ended), _) = poll_once(&mut tasks, &mut lua) {
            break ended;
        }
    };
    assert_eq!(ended.unwrap().1.unwrap().results::<String>(&lua).unwrap(), "done");
    assert_eq!(tasks.len(), 3);
}

#[test]
fn next_of_none_is_none() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    assert!(matches!(poll_once(&mut tasks, &mut lua), (Poll::Ready(None), 0)));
    for number in 0..3 {
        tasks.spawn(start(&mut lua, "return ...", number));
    }
    tasks.spawn(start(&mut lua, "error('oh', 0)", ()));
    let mut ends = Vec::new();
    while let (Poll::Ready(Some((_, ended))), _) = poll_once(&mut tasks, &mut lua) {
        ends.push(ended.and_then(|task| task.results::<i64>(&lua)).map_err(|error| error.to_string()));
    }
    assert_eq!(ends, [Ok(0), Ok(1), Ok(2), Err("oh".to_owned())]);
    assert!(matches!(poll_once(&mut tasks, &mut lua), (Poll::Ready(None), 0)));
}

/// Tasks that end at the same time are returned one after another, and a loop over `next` that checks `is_empty` misses
/// none.
#[test]
fn tasks_are_there_until_their_end_was_given() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    for number in 0..4 {
        tasks.spawn(start(&mut lua, "return ...", number));
    }
    let (mut given, mut left) = (Vec::new(), Vec::new());
    while !tasks.is_empty() {
        let (Poll::Ready(Some((_, ended))), _) = poll_once(&mut tasks, &mut lua) else { panic!("{tasks:?}") };
        given.push(ended.unwrap().results::<i64>(&lua).unwrap());
        left.push(tasks.len());
    }
    assert_eq!((given, left), (vec![0, 1, 2, 3], vec![3, 2, 1, 0]));
    // A turn returns what `next` has yet to return.
    for number in 0..3 {
        tasks.spawn(start(&mut lua, "return ...", number));
    }
    assert!(poll_once(&mut tasks, &mut lua).0.is_ready());
    assert_eq!(tasks.len(), 2);
    assert_eq!(tasks.turn(&mut lua, 1_000).ended.len(), 2);
    assert!(tasks.is_empty());
}

// ---- Waiting for something outside ----

/// Opens for those waiting at it, and counts how often it was polled.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    is_open: bool,
    waiting: Vec<Waker>,
    polls: usize,
}

impl Gate {
    fn open(&self) {
        let waiting = {
            let mut inside = self.0.lock().unwrap();
            inside.is_open = true;
            std::mem::take(&mut inside.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    fn polls(&self) -> usize {
        self.0.lock().unwrap().polls
    }

    fn pass(&self) -> impl Future<Output = ()> + Send + use<> {
        let gate = self.clone();
        std::future::poll_fn(move |cx| {
            let mut inside = gate.0.lock().unwrap();
            inside.polls += 1;
            if inside.is_open {
                return Poll::Ready(());
            }
            inside.waiting.push(cx.waker().clone());
            Poll::Pending
        })
    }

    /// Lets scripts wait at it under this name.
    fn install(&self, lua: &Lua, name: &str) {
        let gate = self.clone();
        lua.globals().set_async_function(lua, name, move || gate.pass()).unwrap();
    }
}

/// Drives a future as a runtime does: polls it only when it was woken, and sleeps meanwhile. Counts polls and wake-ups.
fn block_on<T>(future: impl Future<Output = T>) -> (T, usize, usize) {
    struct Thread(thread::Thread, AtomicUsize);
    impl Wake for Thread {
        fn wake(self: Arc<Self>) {
            self.1.fetch_add(1, Ordering::SeqCst);
            self.0.unpark();
        }
    }
    let thread = Arc::new(Thread(thread::current(), AtomicUsize::new(0)));
    let waker = Waker::from(thread.clone());
    let mut future = std::pin::pin!(future);
    let (mut polls, mut seen) = (0, 0);
    loop {
        polls += 1;
        if let Poll::Ready(value) = future.as_mut().poll(&mut TaskContext::from_waker(&waker)) {
            return (value, polls, thread.1.load(Ordering::SeqCst));
        }
        while thread.1.load(Ordering::SeqCst) == seen {
            thread::park();
        }
        seen = thread.1.load(Ordering::SeqCst);
    }
}

#[test]
fn those_that_wait_cost_nothing() {
    let mut lua = Lua::new();
    let (gate, other) = (Gate::default(), Gate::default());
    gate.install(&lua, "wait");
    other.install(&lua, "wait_for_other");
    let mut tasks = Tasks::new();
    let waiter: Function = lua.load("function() wait() passed = (passed or 0) + 1 end").eval().unwrap();
    for _ in 0..10_000 {
        tasks.spawn(waiter.start(&lua, ()).unwrap());
    }
    tasks.spawn(start(&mut lua, "wait_for_other() return 'other'", ()));
    while !tasks.turn(&mut lua, 100_000).idle {}
    assert_eq!(gate.polls(), 10_000);
    let turn = tasks.turn(&mut lua, 100_000);
    assert!(turn.idle && (turn.ran, turn.used) == (0, 0), "{turn:?}");
    tasks.spawn(start(&mut lua, COUNT, "n"));
    for _ in 0..100 {
        assert_eq!(tasks.turn(&mut lua, 1_000).ran, 1);
    }
    // One task is woken and polled; no other is.
    other.open();
    let turn = tasks.turn(&mut lua, 1_000);
    let [(_, Ok(task))] = &turn.ended[..] else { panic!("{turn:?}") };
    assert_eq!((task.results::<String>(&lua).unwrap(), turn.ran, gate.polls()), ("other".to_owned(), 2, 10_000));
    gate.open();
    let mut ended = 0;
    while tasks.len() > 1 {
        ended += tasks.turn(&mut lua, 100_000).ended.len();
    }
    assert_eq!((ended, gate.polls(), count(&lua, "passed")), (10_000, 20_000, 10_000));
}

#[test]
fn next_sleeps_until_one_is_woken() {
    let mut lua = Lua::new();
    let gates: Vec<Gate> = (0..4).map(|_| Gate::default()).collect();
    let mut tasks = Tasks::new();
    let mut ids = Vec::new();
    for (number, gate) in gates.iter().enumerate() {
        gate.install(&lua, &format!("wait{number}"));
        ids.push(tasks.spawn(start(&mut lua, &format!("wait{number}() return {number}"), ())));
    }
    let spawner = tasks.spawner();
    let late = start(&mut lua, "return 'late'", ());
    let openers = gates.clone();
    let opener = thread::spawn(move || {
        for (number, gate) in [3, 1, 0, 2].into_iter().map(|number| (number, &openers[number])) {
            thread::sleep(std::time::Duration::from_millis(5));
            gate.open();
            if number == 0 {
                return (spawner.spawn(late).unwrap(), openers);
            }
        }
        unreachable!("one of them is the third")
    });
    let mut order = Vec::new();
    let ((), polls, wakes) = block_on(async {
        while order.len() < 4 {
            let (id, ended) = tasks.next(&mut lua).await.unwrap();
            ended.unwrap();
            order.push(id);
        }
    });
    let (late, _) = opener.join().unwrap();
    assert_eq!(order[..2], [ids[3], ids[1]]);
    assert!(order[2..].contains(&ids[0]) && order[2..].contains(&late), "{order:?}");
    assert!(polls <= wakes + 1, "{polls} polls, {wakes} wake-ups");
    assert!(gates[..2].iter().all(|gate| gate.polls() == 2) && gates[2].polls() == 1);
    // A task that is interrupted while it waits continues.
    tasks.get(&lua, ids[2]).unwrap().interrupt(&lua, "enough").unwrap();
    let (ended, _, _) = block_on(async { tasks.next(&mut lua).await });
    assert!(ended.unwrap().1.unwrap_err().to_string().ends_with(":1: enough"));
}

/// A task that wakes itself at each poll continues, and others get their turns.
#[test]
fn a_future_that_always_wakes_itself_is_no_spinner() {
    let mut lua = Lua::new();
    let again = || {
        let mut times = 1000;
        std::future::poll_fn(move |cx| {
            cx.waker().wake_by_ref();
            times -= 1;
            if times == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
    };
    lua.globals().set_async_function(&lua, "again", again).unwrap();
    let mut tasks = Tasks::new();
    tasks.spawn(start(&mut lua, "again() return 'ok'", ()));
    tasks.spawn(start(&mut lua, COUNT, "n"));
    let mut turns = 0;
    while tasks.len() > 1 {
        tasks.turn(&mut lua, 1_000);
        turns += 1;
        assert!(count(&lua, "n") >= turns * 10, "{turns}");
    }
    assert!(turns >= 1000);
}

/// On a runtime with one thread, another task of the runtime runs between the polls of a set that only spins.
#[test]
fn a_spinning_script_does_not_starve_the_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut lua = Lua::builder().limits(Limits::untrusted()).build().unwrap();
    let mut tasks = Tasks::new();
    for name in ["a", "b", "c"] {
        tasks.spawn(start(&mut lua, COUNT, name));
    }
    let spins = async {
        tasks.next(&mut lua).await;
    };
    let ticks = async {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        "ticked"
    };
    let first = runtime.block_on(async {
        tokio::select! {
            biased;
            () = spins => "ended",
            it = ticks => it,
        }
    });
    assert_eq!(first, "ticked");
    assert!(["a", "b", "c"].iter().all(|name| count(&lua, name) > 1_000));
}

#[test]
fn what_is_cancelled_closes_its_variables() {
    let mut lua = Lua::new();
    Gate::default().install(&lua, "wait");
    let mut tasks = Tasks::new();
    let closing = |body: &str| {
        format!("local it <close> = setmetatable({{}}, {{__close = function() {body} closed = (closed or 0) + 1 end}})")
    };
    let waits = tasks.spawn(start(&mut lua, &(closing("") + " wait()"), ()));
    let spins = tasks.spawn(start(&mut lua, &(closing("") + " while true do pcall(error) end"), ()));
    let stubborn = tasks.spawn(start(&mut lua, &(closing("while true do end") + " wait()"), ()));
    let budget = Share { budget: Some(5_000), ..Share::default() };
    tasks.spawn_with(start(&mut lua, &(closing("") + " while true do pcall(error) end"), ()), budget);
    let endless = tasks.spawn_with(start(&mut lua, &(closing("while true do end") + " while true do end"), ()), budget);
    let mut ended = Vec::new();
    for _ in 0..40 {
        let turn = tasks.turn(&mut lua, 1_000);
        // A turn takes its fuel, and what closing its last task takes.
        assert!(turn.used <= 1_000);
        ended.extend(turn.ended);
    }
    let [(_, Err(first)), (second, Err(_))] = &ended[..] else { panic!("{ended:?}") };
    assert_eq!((first.kind(), *second, count(&lua, "closed")), (ErrorKind::Fuel, endless, 1));
    assert!(tasks.cancel(&mut lua, waits) && tasks.cancel(&mut lua, spins));
    assert_eq!(count(&lua, "closed"), 3);
    assert!(!tasks.cancel(&mut lua, stubborn) && !tasks.cancel(&mut lua, stubborn));
    assert!(tasks.is_empty() && count(&lua, "closed") == 3);
}

/// The same if no task takes a turn: a removed task leaves no place behind in the queue, and the others get their turns
/// in order.
#[test]
fn what_is_taken_out_is_gone() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    let before = tasks.spawn(start(&mut lua, "log = 'a'", ()));
    for round in 0..2_000 {
        let task = start(&mut lua, "log = log .. '!'", ());
        let id = tasks.spawn(task);
        assert!(if round % 2 == 0 { tasks.cancel(&mut lua, id) } else { tasks.remove(&lua, id).is_some() });
    }
    let shown = format!("{tasks:?}");
    let ready = shown.split("ready: ").nth(1).and_then(|rest| rest.split(',').next()?.parse::<usize>().ok());
    assert!(ready.is_some_and(|ready| (1..100).contains(&ready)), "{shown}");
    let after = tasks.spawn(start(&mut lua, "log = log .. 'b'", ()));
    let ended: Vec<TaskId> = tasks.turn(&mut lua, 10_000).ended.iter().map(|(id, _)| *id).collect();
    assert_eq!((ended, lua.globals().get::<String>(&lua, "log").unwrap()), (vec![before, after], "ab".to_owned()));
    assert_eq!(format!("{tasks:?}"), "Tasks { len: 0, ready: 0, .. }");
}

/// A waiting task has given back most of its stack, but debuggers can still look at it.
#[test]
fn debuggers_look_at_tasks_that_wait() {
    let mut lua = Lua::builder().libraries(fife::Libraries::ALL).build().unwrap();
    lua.set_poison(true);
    let gate = Gate::default();
    gate.install(&lua, "wait");
    let mut tasks = Tasks::new();
    let source = "thread = coroutine.running()
        local function many(n, ...) local a, b, c, d = 1, 2, 3, {} if n > 0 then return (many(n - 1, ...)) end
            wait(a, b, c, d, a, b, c, d, a, b, c, d) return a + b + c, d end
        local t = {many(3, 4, 5, 6), many(2, 1)} return #t, t[1]";
    let sum = tasks.spawn(start(&mut lua, source, ()));
    while !tasks.turn(&mut lua, 1_000).idle {}
    let look = "local seen = 0
        for level = 0, 6 do
            for n = -20, 300 do
                local is_level, name, value = pcall(debug.getlocal, thread, level, n)
                if not is_level then break end
                if name then seen = seen + 1 end
                if name == 'a' then debug.setlocal(thread, level, n, 10) end
                if name == '(temporary)' then debug.setlocal(thread, level, n, value) end
            end
            debug.getinfo(thread, level, 'nSltufrL')
        end
        debug.sethook(thread, function() end, 'l')
        assert(#debug.traceback(thread) > 50)
        return seen";
    for _ in 0..3 {
        assert!(lua.load(look).eval::<i64>().unwrap() > 20);
        lua.collect_all();
    }
    gate.open();
    let turn = loop {
        let turn = tasks.turn(&mut lua, 1_000);
        if turn.idle {
            break turn;
        }
    };
    let [(id, Ok(task))] = &turn.ended[..] else { panic!("{turn:?}") };
    assert_eq!((*id, task.results::<(i64, i64)>(&lua).unwrap()), (sum, (2, 15)));
}

/// A stack that was deep once need not be restored after each wait, which would cost far more than the fuel for it.
#[test]
fn a_stack_that_was_deep_does_not_come_back() {
    let mut lua = Lua::new();
    let gate = Gate::default();
    gate.install(&lua, "wait");
    let source = "local t = {} for i = 1, 900000 do t[i] = i end select('#', table.unpack(t)) t = nil
        wait() collectgarbage() while true do end";
    let task = start(&mut lua, source, ());
    assert_eq!(task.run(&mut lua, &mut Fuel::with(100_000_000)).unwrap(), Status::Waiting);
    assert!(lua.memory().peak_held_bytes > 16 << 20);
    gate.open();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1_000_000)).unwrap(), Status::OutOfFuel);
    assert!(lua.memory().object_bytes < 1 << 20, "{:?}", lua.memory());
}

/// Thousands of waiting tasks have given their stacks back; if memory is full when they continue, they wait for it, or
/// end.
#[test]
fn stacks_come_back_within_the_limit() {
    let limit = 5 << 20;
    let mut limits = Limits::untrusted();
    (limits.memory, limits.coroutines) = (Some(limit), usize::MAX);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let gate = Gate::default();
    gate.install(&lua, "wait");
    let mut tasks = Tasks::new();
    let waiter: Function = lua
        .load("function() local t = {} wait() for i = 1, 100 do t[i] = i end passed = (passed or 0) + 1 while more do end end")
        .eval()
        .unwrap();
    for _ in 0..1_500 {
        tasks.spawn(waiter.start(&lua, ()).unwrap());
    }
    while !tasks.turn(&mut lua, 100_000).idle {}
    assert_eq!(tasks.len(), 1_500);
    // All continue and none ends, which takes more room than there is.
    lua.load("more, passed = true, 0 while true do hog = {hog} end").exec().unwrap_err();
    gate.open();
    let mut ends = Vec::new();
    let mut turns = 0;
    while ends.is_empty() {
        ends.extend(tasks.turn(&mut lua, 1_000_000).ended);
        turns += 1;
        assert!(turns < 5_000, "{:?}", lua.memory());
    }
    assert!(ends.len() < 1_500);
    assert!(ends.iter().all(|(_, end)| end.as_ref().is_err_and(|error| error.kind() == ErrorKind::Memory)));
    let peak = lua.memory().peak_held_bytes;
    assert!(peak <= limit + (256 << 10), "{peak}");
    let globals = lua.globals();
    globals.set(&lua, "hog", false).and_then(|()| globals.set(&lua, "more", false)).unwrap();
    while !tasks.is_empty() {
        ends.extend(tasks.turn(&mut lua, 1_000_000).ended);
    }
    let ok = ends.iter().filter(|(_, end)| end.is_ok()).count();
    assert!(ok > 0 && ends.len() == 1_500, "{ok} of {}", ends.len());
}

/// A task pays for what it has used beyond its fuel, even if its stack cannot be restored at once.
#[test]
fn a_debt_outlives_a_refused_stack() {
    let mut lua = Lua::new();
    let gate = Gate::default();
    let here = gate.clone();
    lua.globals().set_async_function(&lua, "wait", move |_: String| here.pass()).unwrap();
    lua.load("text = ('x'):rep(1 << 24)").exec().unwrap();
    let task = start(&mut lua, "wait(text)", ());
    let step = |lua: &mut Lua, fuel| lua.step(&task, &mut Fuel::with(fuel));
    while step(&mut lua, 10) != Stepped::Waiting {}
    gate.open();
    lua.refuse_allocations(0, 1);
    assert_eq!(step(&mut lua, 100_000_000), Stepped::NeedsMemory);
    assert!(task.fuel_used() < 1_000, "{}", task.fuel_used());
    assert_eq!(task.run(&mut lua, &mut Fuel::with(100_000_000)).unwrap(), Status::Finished);
    assert!(task.fuel_used() > 1 << 20, "{}", task.fuel_used());
}

// ---- Spawners ----

#[test]
fn scripts_and_threads_spawn() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    let spawner = tasks.spawner();
    let inside = spawner.clone();
    lua.globals()
        .set_function(&lua, "spawn", move |ctx: Context<'_>, body: Function| -> Result<u64> {
            Ok(inside.spawn_with(body.start(&ctx, ())?, weighing(2))?.get())
        })
        .unwrap();
    let source = "local function grow(depth) made = (made or 0) + 1
            if depth > 0 then for _ = 1, 3 do spawn(function() grow(depth - 1) end) end end end grow(4)";
    tasks.spawn(start(&mut lua, source, ()));
    let sent: Vec<Task> = (0..8).map(|n| start(&mut lua, "made = made + 1", n)).collect();
    let threads: Vec<_> = sent
        .into_iter()
        .map(|task| {
            let spawner = spawner.clone();
            thread::spawn(move || spawner.spawn(task).unwrap())
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(tasks.len(), 9);
    let mut ended = 0;
    while !tasks.is_empty() {
        ended += tasks.turn(&mut lua, 10_000).ended.into_iter().filter(|(_, end)| end.is_ok()).count();
    }
    assert_eq!((count(&lua, "made"), ended), (1 + 3 + 9 + 27 + 81 + 8, 121 + 8));
    // A task spawned while `next` waits wakes it.
    let mut next = std::pin::pin!(tasks.next(&mut lua));
    assert!(matches!(next.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())), Poll::Ready(None)));
}

#[test]
fn a_spawner_outlives_what_it_spawns_into() {
    let mut lua = Lua::new();
    let tasks = Tasks::new();
    let spawner = tasks.spawner();
    let first = start(&mut lua, "return 1", ());
    spawner.spawn(first).unwrap();
    let task = start(&mut lua, "return 1", ());
    drop(tasks);
    let error = spawner.spawn(task).unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Handle, "the Tasks of this spawner were dropped"));
    // The tasks it had taken are abandoned.
    lua.collect_all();

    let mut tasks = Tasks::new();
    let spawner = tasks.spawner();
    let (kept, late) = (start(&mut lua, "return 1", ()), start(&mut lua, "return 1", ()));
    spawner.spawn(kept).unwrap();
    drop(lua);
    let error = spawner.spawn(late).unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Handle, "the task's VM was dropped"));
    // Earlier tasks belong to a VM that is gone.
    let turn = tasks.turn(&mut Lua::new(), 1_000);
    let [(_, Err(error))] = &turn.ended[..] else { panic!("{turn:?}") };
    assert_eq!(error.kind(), ErrorKind::Handle);
}

// ---- Other events ----

#[test]
fn a_task_of_another_vm_ends() {
    let (mut lua, mut other) = (Lua::new(), Lua::new());
    let mut tasks = Tasks::new();
    let own = start(&mut lua, "return 1", ());
    let foreign = start(&mut other, "return 2", ());
    assert_eq!(own.id(), foreign.id(), "numbers are a VM's own");
    tasks.spawn(own);
    tasks.spawn(foreign);
    assert_eq!(tasks.len(), 2);
    let turn = tasks.turn(&mut lua, 1_000);
    let [(_, Ok(own)), (_, Err(error))] = &turn.ended[..] else { panic!("{turn:?}") };
    assert_eq!((own.results::<i64>(&lua).unwrap(), error.kind()), (1, ErrorKind::Handle));
    assert!(tasks.is_empty() && turn.idle);
}

#[test]
fn one_task_by_two_handles() {
    let mut lua = Lua::new();
    let mut tasks = Tasks::new();
    let task = start(&mut lua, COUNT, "n");
    let again = lua.enter(|ctx| task.fetch(ctx).unwrap().stash(ctx));
    let other = start(&mut lua, COUNT, "m");
    tasks.spawn_with(other, weighing(5));
    let id = tasks.spawn(task);
    assert_eq!(tasks.spawn_with(again, weighing(5)), id);
    assert_eq!(tasks.len(), 2);
    while count(&lua, "m") < 100_000 {
        tasks.turn(&mut lua, 10_000);
    }
    let (n, m) = (count(&lua, "n"), count(&lua, "m"));
    assert!(n.abs_diff(m) < m / 20, "the second share counts: {n}, {m}");
    // Dropping the handle has not abandoned it.
    let task = tasks.remove(&lua, id).unwrap();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1_000)).unwrap(), Status::OutOfFuel);
    assert!(tasks.remove(&lua, id).is_none() && tasks.len() == 1);
    // A task that has ended through another handle has ended here, too.
    let task = start(&mut lua, "return 7", ());
    let again = lua.enter(|ctx| task.fetch(ctx).unwrap().stash(ctx));
    let id = tasks.spawn(again);
    task.run(&mut lua, &mut Fuel::with(1_000)).unwrap();
    let turn = tasks.turn(&mut lua, 1_000);
    let [(ended, Ok(task))] = &turn.ended[..] else { panic!("{turn:?}") };
    assert_eq!((*ended, task.results::<i64>(&lua).unwrap()), (id, 7));
    // So has one that waited here and was polled elsewhere. It continues here if the other poller does not look again.
    for is_run in [false, true] {
        let gate = Gate::default();
        gate.install(&lua, "wait");
        let task = start(&mut lua, "wait() return 8", ());
        let again = lua.enter(|ctx| task.fetch(ctx).unwrap().stash(ctx));
        let mut tasks = Tasks::new();
        let id = tasks.spawn(task);
        assert!(tasks.turn(&mut lua, 1_000).idle);
        let polled = again.poll(&mut lua, &mut Fuel::with(1_000), &mut TaskContext::from_waker(Waker::noop()));
        assert_eq!(polled.unwrap(), Status::Waiting);
        gate.open();
        if is_run {
            assert_eq!(again.run(&mut lua, &mut Fuel::with(1_000)).unwrap(), Status::Finished);
        }
        let (found, polls, _) = block_on(async { tasks.next(&mut lua).await });
        let (ended, task) = found.unwrap();
        assert_eq!((ended, task.unwrap().results::<i64>(&lua).unwrap(), polls), (id, 8, 1));
    }
}

/// A task that waits here is cancelled through another handle, whose waker panics: it has still ended here.
#[test]
fn a_waker_that_panics_hides_no_end() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }
    let mut lua = Lua::new();
    Gate::default().install(&lua, "wait");
    let task = start(&mut lua, "wait()", ());
    let again = lua.enter(|ctx| task.fetch(ctx).unwrap().stash(ctx));
    let mut tasks = Tasks::new();
    let id = tasks.spawn(task);
    assert!(tasks.turn(&mut lua, 1_000).idle);
    let waker = Waker::from(Arc::new(Panics));
    let polled = again.poll(&mut lua, &mut Fuel::with(1_000), &mut TaskContext::from_waker(&waker));
    assert_eq!(polled.unwrap(), Status::Waiting);
    assert!(catch_unwind(AssertUnwindSafe(|| again.cancel(&mut lua, &mut Fuel::with(1_000)))).is_err());
    let turn = tasks.turn(&mut lua, 1_000);
    let [(ended, _)] = &turn.ended[..] else { panic!("{turn:?}") };
    assert_eq!((*ended, tasks.len()), (id, 0));
}

#[test]
fn a_panic_of_the_hosts_fails_one_task() {
    let mut lua = Lua::new();
    lua.globals().set_function(&lua, "oops", || -> () { panic!("oops") }).unwrap();
    let mut tasks = Tasks::new();
    tasks.spawn(start(&mut lua, COUNT, "n"));
    let bad = tasks.spawn(start(&mut lua, "oops()", ()));
    let good = tasks.spawn(start(&mut lua, "return 1", ()));
    let caught = catch_unwind(AssertUnwindSafe(|| tasks.turn(&mut lua, 30_000)));
    assert!(caught.is_err());
    let mut ended = Vec::new();
    for _ in 0..3 {
        ended.extend(tasks.turn(&mut lua, 30_000).ended);
    }
    let [(first, Err(error)), (second, Ok(_))] = &ended[..] else { panic!("{ended:?}") };
    assert_eq!((*first, error.kind(), *second), (bad, ErrorKind::Panicked, good));
    let before = count(&lua, "n");
    tasks.turn(&mut lua, 30_000);
    assert!(count(&lua, "n") > before && tasks.len() == 1);
}

/// As an error does. A waker that panics then, too, does not end the process.
#[test]
fn a_panic_wakes_who_waits_for_the_task() {
    struct Count {
        wakes: AtomicUsize,
        panics: bool,
    }
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.wakes.fetch_add(1, Ordering::Relaxed);
            assert!(!self.panics, "on purpose");
        }
    }
    for (source, panics) in [("gate() error('x')", false), ("gate() boom()", false), ("gate() boom()", true)] {
        let mut lua = Lua::new();
        let is_open = Arc::new(AtomicUsize::new(0));
        let gate = is_open.clone();
        let gate = move || {
            let gate = gate.clone();
            std::future::poll_fn(
                move |_| {
                    if gate.load(Ordering::Relaxed) == 1 { Poll::Ready(()) } else { Poll::Pending }
                },
            )
        };
        lua.globals().set_async_function(&lua, "gate", gate).unwrap();
        lua.globals().set_function(&lua, "boom", || -> () { panic!("on purpose") }).unwrap();
        let task = start(&mut lua, source, ());
        let count = Arc::new(Count { wakes: AtomicUsize::new(0), panics });
        let waker = Waker::from(count.clone());
        let polled = task.poll(&mut lua, &mut Fuel::with(10_000), &mut TaskContext::from_waker(&waker));
        assert_eq!(polled.unwrap(), Status::Waiting);
        // Another handle, which ends it.
        let mut tasks = Tasks::new();
        let other = start(&mut lua, source, ());
        let other_handle = lua.enter(|ctx| other.fetch(ctx).unwrap().stash(ctx));
        let id = tasks.spawn(other);
        assert!(poll_once(&mut tasks, &mut lua).0.is_pending());
        is_open.store(1, Ordering::Relaxed);
        for task in [&task, &other_handle] {
            let ran = catch_unwind(AssertUnwindSafe(|| task.run(&mut lua, &mut Fuel::with(10_000)).map(|_| ())));
            assert_eq!(ran.is_err(), source.contains("boom"), "{source}");
            assert!(task.error(&lua).is_some(), "{source}");
        }
        assert_eq!(count.wakes.load(Ordering::Relaxed), 1, "{source}");
        let Poll::Ready(Some((ended, Err(_)))) = poll_once(&mut tasks, &mut lua).0 else { panic!("{source}") };
        assert_eq!(ended, id);
    }
}

/// A host that catches panics has its account of fuel and its collector all the same.
#[test]
fn what_was_done_before_a_panic_counts() {
    let mut lua = Lua::new();
    lua.globals().set_function(&lua, "boom", || -> () { panic!("on purpose") }).unwrap();
    let caught = |ran: &mut dyn FnMut()| assert!(catch_unwind(AssertUnwindSafe(ran)).is_err());
    // 2,000 units and more before the panic, in one step or in several.
    let source = "for i = 1, 1000 do local a = i * i + i end boom()";
    let is_paid = |used: u64| assert!((2_000..9_000).contains(&used), "{used}");
    for step_fuel in [100, 1 << 20] {
        let mut limits = Limits::default();
        limits.step_fuel = step_fuel;
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        lua.globals().set_function(&lua, "boom", || -> () { panic!("on purpose") }).unwrap();
        let task = start(&mut lua, source, ());
        let mut fuel = Fuel::with(10_000);
        caught(&mut || drop(task.run(&mut lua, &mut fuel)));
        is_paid(10_000 - fuel.remaining() as u64);
        is_paid(task.fuel_used());
        // A call that waits for its end, and a future.
        lua.set_fuel(Some(10_000));
        let function: Function = lua.load(format!("return function() {source} end")).eval().unwrap();
        let before = lua.fuel().unwrap();
        caught(&mut || drop(function.call::<()>(&mut lua, ())));
        is_paid(before - lua.fuel().unwrap());
        lua.set_fuel(Some(10_000));
        let mut running = Box::pin(lua.load(source).call_async::<()>(()));
        caught(&mut || while running.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())).is_pending() {});
        drop(running);
        is_paid(10_000 - lua.fuel().unwrap());
    }
    // Each call makes garbage, and none returns.
    let big: Function = lua.load("return function() local s = ('x'):rep(100000) boom() return s end").eval().unwrap();
    for _ in 0..300 {
        caught(&mut || drop(big.call::<()>(&mut lua, ())));
    }
    assert!(lua.memory().held_bytes < 2_000_000, "{:?}", lua.memory());
}

/// The main thread of a task is a value that scripts and the host can have; the task's error is not theirs.
#[test]
fn closing_a_failed_tasks_thread_leaves_its_error() {
    let mut lua = Lua::new();
    for close in ["", "main = nil return coroutine.close(failed)"] {
        let task = start(&mut lua, "failed = coroutine.running() error('oops')", ());
        assert!(task.run(&mut lua, &mut Fuel::with(10_000)).is_err());
        if close.is_empty() {
            let main: Thread = lua.globals().get(&lua, "failed").unwrap();
            let _ = main.close(&mut lua);
        } else {
            let _ = lua.load(close).eval::<Value>();
        }
        let error = task.error(&lua).expect("it has failed");
        assert_eq!(error.to_string(), "[string \"failed = coroutine.running() error('oops')\"]:1: oops");
        assert!(error.traceback().is_some());
        assert_eq!(task.run(&mut lua, &mut Fuel::with(100)).unwrap_err().to_string(), error.to_string());
    }
}

/// The task that the VM keeps for the host's next call is not one of the coroutines that there may be.
#[test]
fn calls_before_make_no_coroutine_too_many() {
    let mut limits = Limits::default();
    limits.coroutines = 2;
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    for _ in 0..3 {
        let task = start(&mut lua, "coroutine.create(print)", ());
        assert_eq!(task.run(&mut lua, &mut Fuel::with(10_000)).unwrap(), Status::Finished);
        lua.load("x = 1").exec().unwrap();
    }
    let many =
        lua.load("local a, b = coroutine.create(print), coroutine.create(print) return a, b").exec().unwrap_err();
    assert!(many.to_string().ends_with("too many coroutines"), "{many}");
}

/// More fuel than there are numbers for is as much as there are.
#[test]
fn a_turn_counts_what_was_used() {
    let mut limits = Limits::default();
    limits.step_fuel = u64::MAX;
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let mut tasks = Tasks::new();
    tasks.spawn_with(start(&mut lua, "for i = 1, 1000 do end", ()), Share { tank: Some(u64::MAX), ..Share::default() });
    let used = tasks.turn(&mut lua, u64::MAX).used;
    assert!((1_000..10_000).contains(&used), "{used}");
}

/// Memory that one task waits for is collected, and the turn stays bounded.
#[test]
fn tasks_wait_for_memory() {
    let mut limits = Limits::untrusted();
    limits.memory = Some(8 << 20);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let mut tasks = Tasks::new();
    for _ in 0..4 {
        let source = "for i = 1, 300 do local s = ('x'):rep(700000) .. i end return 'ok'";
        tasks.spawn(start(&mut lua, source, ()));
    }
    let hog = start(&mut lua, "local t = {} for i = 1, math.huge do t[i] = ('y'):rep(100000) .. i end", ());
    let counting = start(&mut lua, COUNT, "n");
    let mut run = |tasks: &mut Tasks, left| {
        let mut ends = Vec::new();
        while tasks.len() > left {
            for (_, end) in tasks.turn(&mut lua, 50_000).ended {
                ends.push(end.map(|task| task.results::<String>(&lua).unwrap()).map_err(|error| error.kind()));
            }
        }
        (ends, count(&lua, "n"))
    };
    assert_eq!(run(&mut tasks, 0).0, vec![Ok("ok".to_owned()); 4]);
    // A task that wants more than there is ends, and another continues.
    tasks.spawn(hog);
    tasks.spawn(counting);
    let (ends, counted) = run(&mut tasks, 1);
    assert!(ends == [Err(ErrorKind::Memory)] && counted > 1_000, "{ends:?}, {counted}");
}

/// A set of tasks, and a future that waits for the next one, can be sent where the VM can.
#[test]
fn what_can_be_sent() {
    fn is_send<T: Send>() {}
    fn is_sync<T: Sync>() {}
    is_send::<(Tasks, fife::Spawner, fife::Turn, Share)>();
    is_sync::<fife::Spawner>();
    #[cfg(feature = "send")]
    is_send::<fife::Next<'_>>();
    let shared = Arc::new(Mutex::new(Tasks::new()));
    thread::spawn(move || assert!(shared.lock().unwrap().is_empty())).join().unwrap();
    let _: fn(Error) = drop;
}

/// Tasks that follow one another share coroutines; none can resume or close a coroutine that is not suspended,
/// whichever task it is in.
#[test]
fn followers_share_coroutines_and_do_no_harm() {
    let mut lua = Lua::new();
    let mut fuel = Fuel::with(100_000);
    let source = "co = coroutine.create(function() coroutine.yield(1) while true do end end)
        other = coroutine.create(function() coroutine.yield('other') return 'end' end)
        coroutine.resume(other) coroutine.resume(co) coroutine.resume(co)";
    let first = lua.load(source).start(()).unwrap();
    assert_eq!(first.run(&mut lua, &mut fuel).unwrap(), Status::OutOfFuel);
    let (stranger, id) = ("return coroutine.resume(other)", first.id());
    let run = |lua: &mut Lua, source: &str, follows: bool| -> String {
        let task = lua.load(source).start(()).unwrap();
        if follows {
            task.follow(lua, id).unwrap();
        }
        assert_eq!(task.run(lua, &mut Fuel::with(100_000)).unwrap(), Status::Finished);
        let (done, text): (bool, String) = task.results(lua).unwrap();
        format!("{done} {text}")
    };
    assert_eq!(run(&mut lua, stranger, false), "false cannot resume a coroutine of another task");
    // It is in the middle of the first task.
    assert_eq!(run(&mut lua, "return coroutine.resume(co)", true), "false cannot resume non-suspended coroutine");
    assert_eq!(run(&mut lua, "return pcall(coroutine.close, co)", true), "false cannot close a running coroutine");
    // Two followers; one is in the middle of the coroutine that the other wants.
    let busy = "shared = coroutine.wrap(function() while true do coroutine.yield(1) for i = 1, 1e9 do end end end)
        shared() shared()";
    let second = lua.load(busy).start(()).unwrap();
    second.follow(&lua, id).unwrap();
    assert_eq!(second.run(&mut lua, &mut Fuel::with(10_000)).unwrap(), Status::OutOfFuel);
    let busy = run(&mut lua, "local done, text = pcall(shared) return done, text:gsub('^.-: ', '')", true);
    assert_eq!(busy, "false cannot resume non-suspended coroutine");
    // An abandoned task takes its coroutine with it, and no other.
    drop(second);
    lua.collect_all();
    let dropped = run(&mut lua, "local done, text = pcall(shared) return done, text:gsub('^.-: ', '')", true);
    assert!(dropped.starts_with("false cannot resume"), "{dropped}");
    assert_eq!(run(&mut lua, stranger, true), "true end");
    drop(first);
    lua.collect_all();
    assert_eq!(
        run(&mut lua, "return coroutine.resume(coroutine.create(function() return 'new' end))", false),
        "true new"
    );
}

// ---- Long strings ----

/// A concatenation that an error from outside ended is not continued by another one of the same length.
#[test]
fn an_interrupted_concatenation_is_forgotten() {
    let length = if cfg!(debug_assertions) { 1_000 } else { 400_000 };
    let mut lua = Lua::new();
    let source = "
        local length = ...
        done, broken = 0, 0
        local parts = {}
        for i = 1, 4 do parts[i] = string.rep(string.char(96 + i), length) end
        local function join(left, right) return left .. right end
        for i = 1, math.huge do
            local left, right = parts[1 + i % 4], parts[1 + i // 4 % 4]
            local fine, text = pcall(join, left, right)
            if not fine then
                broken = broken + 1
            elseif text:sub(1, length) == left and text:sub(length + 1) == right then
                done = done + 1
            else
                error('a mixture')
            end
        end";
    let (mut done, mut broken) = (0, 0);
    for round in 0..2000 {
        let task = start(&mut lua, source, length);
        // One error: outside of the protected call, it ends the task.
        for step in 0..150 {
            let fuel = 20 + (step + round) * 7 % (length / 8);
            if lua.step(&task, &mut Fuel::with(fuel)) == Stepped::Failed {
                break;
            }
            if step == 50 + round % 50 {
                task.interrupt(&lua, "enough").unwrap();
            }
        }
        assert!(task.error(&lua).is_none_or(|error| error.to_string().contains("enough")));
        (done, broken) = (done + count(&lua, "done"), broken + count(&lua, "broken"));
        if done > 1000 && broken > 50 {
            return;
        }
    }
    panic!("{done} were done and {broken} broken off");
}

/// With the default limits and a string of 64 MiB, a step takes no more fuel than its own and a portion's.
#[test]
fn a_long_concatenation_is_divided() {
    let mut lua = Lua::new();
    let task = start(&mut lua, "local s = string.rep('x', 32 << 20) s = s .. s return #s", ());
    let mut most = 0;
    loop {
        let mut fuel = Fuel::with(1_000);
        let stepped = lua.step(&task, &mut fuel);
        most = most.max(1_000 - fuel.remaining());
        if stepped == Stepped::Finished {
            break;
        }
        assert_eq!(stepped, Stepped::Ready);
    }
    assert!(most < 20_000, "{most} units in a step");
}
