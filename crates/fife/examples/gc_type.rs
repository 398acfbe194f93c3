//! A Rust type that refers to Lua objects and lives among them: a queue of callbacks, without a handle, so that cycles
//! through it are collected. This is the layer below classes: see `fife::gc`.

#![forbid(unsafe_code)]

use fife::arena::{Gc, RefLock};
use fife::gc::{Call, Context, Error, Function, Reply, Table, UserData, Value};
use fife::{Collect, Lua, native, userdata_type};
use std::collections::VecDeque;

/// Functions to call, with one argument each.
#[derive(Collect)]
struct Queue<'gc> {
    waiting: VecDeque<(Function<'gc>, Value<'gc>)>,
}

userdata_type! {
    /// Userdata that are queues.
    QueueType("example.queue") for RefLock<Queue<'_>>;
}

/// The queue on which a method is called: its first argument.
fn queue<'gc>(call: &Call<'gc, '_>) -> Result<Gc<'gc, RefLock<Queue<'gc>>>, Error<'gc>> {
    let data = call.userdata(0, "queue")?;
    data.downcast::<QueueType>().ok_or_else(|| call.type_error(0, "queue"))
}

/// `queue:push(f, argument)`
fn push<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (queue, function, argument) = (queue(call)?, call.function(1)?, call.get(2));
    let waiting = queue.borrow().waiting.len();
    // Its memory outside of the heap is not counted, so it is bounded.
    if waiting >= 1000 {
        return Err(call.error("too many functions wait"));
    }
    queue.borrow_mut(call.ctx().mc()).waiting.push_back((function, argument));
    call.one(waiting as i64 + 1)
}

/// `queue:next()`: calls the next function and returns its results; returns nothing if none is waiting.
fn next<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let next = queue(call)?.borrow_mut(call.ctx().mc()).waiting.pop_front();
    let Some((function, argument)) = next else { return call.nothing() };
    call.push(function);
    call.push(argument);
    call.tail_call(1)
}

/// Makes a queue with its methods.
fn make(ctx: Context<'_>) -> UserData<'_> {
    let methods: Table<'_> = ctx.table();
    for definition in [native!("example.queue.push", push), native!("example.queue.next", next)] {
        let name = definition.name().rsplit('.').next().unwrap_or_default();
        methods.set_field(ctx, name, Function::native(ctx, definition).expect("no other native has the name"));
    }
    let metatable = ctx.table();
    metatable.set_field(ctx, "__index", methods);
    metatable.set_field(ctx, "__name", ctx.string("queue"));
    let data = UserData::new::<QueueType>(ctx, Gc::new(ctx.mc(), RefLock::new(Queue { waiting: VecDeque::new() })));
    data.set_metatable(ctx.mc(), Some(metatable));
    data
}

fn main() -> fife::Result<()> {
    let mut lua = Lua::builder().output(|text| print!("{}", String::from_utf8_lossy(text))).build()?;
    lua.enter(|ctx| ctx.globals().set_field(ctx, "queue", make(ctx)));
    lua.load(
        r#"
        queue:push(print, "one")
        queue:push(function(text) coroutine.yield(text) end, "two")
        -- The queue refers to itself: that is no reason to stay.
        queue:push(function() return queue end, queue)
        queue:next()
        print(coroutine.wrap(function() queue:next() end)())
        print(queue:next() == queue, queue:next())
        queue:push(print, queue)
        "#,
    )
    .exec()?;
    let error = lua.load("queue.push(1, print)").name("=mistake").exec().unwrap_err();
    println!("{error}");

    // Rust does not hold it, so it goes with its last variable.
    lua.collect_all();
    let before = lua.memory().object_bytes;
    lua.load("queue = nil").exec()?;
    lua.collect_all();
    println!("collected: {}", lua.memory().object_bytes < before);
    Ok(())
}
