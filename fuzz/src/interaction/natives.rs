//! The host's functions, in the table `host`: what natives may do that a script cannot, in the middle of everything.
//!
//! The input decides whether panics, and steps of tasks within a step, are allowed. A panic here has [`OnPurpose`] as
//! its payload and bypasses libFuzzer's panic hook, which would end the process.

use fife::arena::Static;
use fife::gc::{Call, Context, Error, Function, Native, Poll, Reply, Sequence, Value};
use fife::{Collect, Fuel, Task, native, userdata_type};
use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;

/// What the host's functions panic with.
pub struct OnPurpose;

/// What the host's functions may do, and the tasks that they know.
pub struct Stage {
    pub tasks: RefCell<Vec<Task>>,
    pub may_panic: Cell<bool>,
    pub may_step: Cell<bool>,
}

thread_local! {
    /// Of the program that runs in this thread.
    pub static STAGE: Stage = const {
        Stage { tasks: RefCell::new(Vec::new()), may_panic: Cell::new(false), may_step: Cell::new(false) }
    };
}

/// Panics, if this is allowed.
fn boom() {
    // A second panic while the first one is on its way would end the process.
    if STAGE.with(|stage| stage.may_panic.get()) && !std::thread::panicking() {
        resume_unwind(Box::new(OnPurpose));
    }
}

/// Defines `host`.
pub fn open<'gc>(ctx: Context<'gc>) {
    let functions: [&'static Native; 16] = [
        native!("host.pass", pass),
        native!("host.pass_few", pass_few),
        native!("host.relay", relay),
        native!("host.each", each),
        native!("host.wait", wait),
        native!("host.stall", stall),
        native!("host.keep", keep),
        native!("host.make", make),
        native!("host.drops", drops),
        native!("host.mess", mess),
        native!("host.spend", spend),
        native!("host.many", many),
        native!("host.trace", trace),
        native!("host.step", step),
        native!("host.interrupt", interrupt),
        native!("host.boom", panics),
    ];
    let library = ctx.table();
    for native in functions {
        let (_, name) = native.name().rsplit_once('.').expect("it has a namespace");
        let function = Function::native_with(ctx, native, &[Value::Nil, Value::Nil]).expect("names are unique");
        library.set_field(ctx, name, function);
    }
    ctx.globals().set_field(ctx, "host", library);
}

/// `host.pass(f, ...)`: a tail call with all arguments.
fn pass<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.any(0)?;
    call.tail_call(call.len() - 1)
}

/// `host.pass_few(f, ...)`: a tail call with the last argument alone, the others stay below.
fn pass_few<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (function, last) = (call.any(0)?, call.get(call.len() - 1));
    call.push(function);
    call.push(last);
    call.tail_call(usize::from(call.len() > 4))
}

/// `host.relay(f, ...)`: a tail call by a sequence.
fn relay<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.sequence(Relay)
}

#[derive(Collect)]
struct Relay;

impl<'gc> Sequence<'gc> for Relay {
    const NAME: &'static str = "fuzz.relay";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        call.any(0)?;
        Ok(Poll::TailCall(call.len() as u32 - 1))
    }
}

/// `host.each(f, n, ...)`: calls `f` with its last results, n times, and returns all of them. Errors become results.
fn each<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.any(0)?;
    let left = call.integer_or(1, 2)?.clamp(0, 12) as u32;
    call.sequence(Each { left, catches: left.is_multiple_of(2), last: Value::Nil })
}

#[derive(Collect)]
struct Each<'gc> {
    left: u32,
    catches: bool,
    last: Value<'gc>,
}

impl<'gc> Sequence<'gc> for Each<'gc> {
    const NAME: &'static str = "fuzz.each";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if self.left == 0 || call.len() > 60 {
            return Ok(Poll::Return(call.len() as u32));
        }
        self.left -= 1;
        self.last = if call.len() > 2 { call.get(call.len() - 1) } else { Value::Nil };
        let function = call.get(0);
        call.push(function);
        call.push(self.last);
        if self.left == 5 { Ok(Poll::TailCall(1)) } else { Ok(Poll::Call(1)) }
    }
    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        if self.left == 7 {
            boom();
        }
        if !self.catches || self.left == 1 {
            return Err(error);
        }
        call.push(error.value());
        Ok(Poll::Pending)
    }
    fn catches(&self) -> bool {
        self.catches
    }
}

/// `host.wait()`: ends the step.
fn wait<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.interrupt();
    call.values(call.len())
}

/// `host.stall(n)`: is polled n times, each of which ends the step.
fn stall<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let left = call.integer_or(0, 3)?.clamp(0, 40) as u32;
    call.sequence(Stall(left))
}

#[derive(Collect)]
struct Stall(u32);

impl<'gc> Sequence<'gc> for Stall {
    const NAME: &'static str = "fuzz.stall";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if self.0 == 0 {
            return Ok(Poll::Return(1));
        }
        self.0 -= 1;
        call.interrupt();
        let text = call.make_string(b"a string of the host that nothing else has")?;
        call.push(text);
        Ok(Poll::Pending)
    }
}

/// `host.keep(v)`: keeps a value in an upvalue, and returns the one before.
fn keep<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let before = call.upvalue(0);
    let value = call.get(0);
    call.set_upvalue(0, value);
    call.one(before)
}

/// `host.make(n [, much])`: a list of objects of all kinds, in the memory that there is.
fn make<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let count = call.integer_or(0, 5)?.clamp(0, 40);
    let much = call.get(1).to_bool();
    call.reserve(if much { 100 << 10 } else { 2 << 10 })?;
    call.charge(count as usize * 20);
    let list = call.make_table()?;
    for index in 1..=count {
        let value: Value<'gc> = match index % 4 {
            0 => call.make_table()?.into(),
            1 => call.make_string_with(if much { 2000 } else { 30 }, |bytes| bytes.fill(b'm'))?.into(),
            2 => {
                let made = native!("host.made", |call| call.one(call.upvalue(0)));
                call.make_function(made, &[list.into(), call.get(0)])?.into()
            }
            _ => make_drops(call)?,
        };
        list.set(call.ctx(), index, value).map_err(|error| call.failed(error))?;
    }
    call.one(list)
}

/// An object that panics when it is dropped, if that is allowed: now and then.
struct Drops(bool);

impl Drop for Drops {
    fn drop(&mut self) {
        if self.0 {
            boom();
        }
    }
}

userdata_type! {
    /// Userdata with such an object.
    DropsType("app.drops") for Static<Drops>;
}

fn make_drops<'gc>(call: &Call<'gc, '_>) -> Result<Value<'gc>, Error<'gc>> {
    thread_local!(static COUNT: Cell<u32> = const { Cell::new(0) });
    let count = COUNT.with(|count| count.replace(count.get().wrapping_add(1)));
    Ok(call.make_userdata::<DropsType>(Static(Drops(count % 16 == 15)))?.into())
}

/// `host.drops()`: an object with a destructor.
fn drops<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let made = make_drops(call)?;
    call.one(made)
}

/// `host.mess(t)`: reads, writes and walks through a table, from Rust.
fn mess<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (ctx, table) = (call.ctx(), call.table(0)?);
    let made = call.make_table()?;
    call.charge(200);
    let mut key = Value::Nil;
    for _ in 0..20 {
        let Ok(Some((next, value))) = table.next(ctx, key) else { break };
        made.set(ctx, 1, value).map_err(|error| call.failed(error))?;
        table.set(ctx, next, made).map_err(|error| call.failed(error))?;
        key = next;
    }
    let length = table.length();
    table.set(ctx, length.wrapping_add(1), made).map_err(|error| call.failed(error))?;
    if let Some(metatable) = table.metatable() {
        table.set_metatable(ctx.mc(), None);
        metatable.set(ctx, 1, table).map_err(|error| call.failed(error))?;
        table.set_metatable(ctx.mc(), Some(metatable));
    }
    call.one(made)
}

/// `host.spend(n)`: costs fuel.
fn spend<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.charge(call.integer_or(0, 9)?.clamp(0, 2000) as usize);
    call.nothing()
}

/// `host.many(n)`: many results.
fn many<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let count = call.integer_or(0, 9)?.clamp(0, 3000) as usize;
    call.charge(count);
    call.reserve_values(count)?;
    for index in 0..count {
        call.push(if index % 2 == 0 { Value::Integer(index as i64) } else { call.upvalue(1) });
    }
    call.values(count)
}

/// `host.trace(level)`: a traceback.
fn trace<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let level = call.integer_or(0, 0)?.clamp(0, 9) as usize;
    let text = call.traceback(level);
    call.charge(500);
    let text = call.make_string(&text)?;
    call.one(text)
}

/// `host.step(k [, n])`: steps a task, which may be the one that runs. It must refuse.
fn step<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (number, units) = (call.integer_or(0, 1)?, call.integer_or(1, 50)?.clamp(1, 1000));
    let ctx = call.ctx();
    let stepped = STAGE.with(|stage| {
        let tasks = stage.tasks.borrow();
        if !stage.may_step.get() || tasks.is_empty() {
            return None;
        }
        let task = tasks[number.rem_euclid(tasks.len() as i64) as usize].fetch(ctx).expect("one VM has all of them");
        drop(tasks);
        let mut fuel = Fuel::with(units as u64);
        let stepped = task.step(ctx, &mut fuel);
        assert_eq!(fuel.remaining(), units, "a step within a step runs nothing, and answers {stepped:?}");
        Some(stepped)
    });
    call.one(stepped.is_some())
}

/// `host.interrupt(k)`: has the next step of a task begin with an error.
fn interrupt<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let number = call.integer_or(0, 1)?;
    STAGE.with(|stage| {
        let tasks = stage.tasks.borrow();
        if let Some(task) = tasks.get(number as usize % tasks.len().max(1)) {
            let _ = task.interrupt(call, "interrupted by a native");
        }
    });
    call.nothing()
}

/// `host.boom([f])`: panics; with a function, after a call of that.
fn panics<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if let Value::Function(_) = call.get(0) {
        return call.sequence(Boom(false));
    }
    boom();
    call.nothing()
}

#[derive(Collect)]
struct Boom(bool);

impl<'gc> Sequence<'gc> for Boom {
    const NAME: &'static str = "fuzz.boom";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if std::mem::replace(&mut self.0, true) {
            boom();
            return Ok(Poll::Return(0));
        }
        Ok(Poll::Call(call.len() as u32 - 1))
    }
    fn error(&mut self, _: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        boom();
        Err(error)
    }
    fn catches(&self) -> bool {
        true
    }
}
