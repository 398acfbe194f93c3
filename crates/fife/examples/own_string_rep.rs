//! `string.rep` on the public API alone: `own_string_rep [--time]`.
//!
//! It matches the library's function in everything that a script can see: results, messages, fuel, behavior at the
//! limits. For some inputs both are run and compared, in large steps and in the smallest. `--time` prints how long the
//! two take.
//!
//! A test, `tests/examples.rs`, compares its output without a flag with `own_string_rep.txt`.

#![forbid(unsafe_code)]

use fife::gc::{Call, Error, Function, LuaString, Poll, Reply, Sequence, Value};
use fife::{Collect, Fuel, Limits, Lua, Status, native};
use std::time::Instant;

/// A longer result is made only after its fuel has been paid.
const AT_ONCE: usize = 1 << 18;

/// `rep(s, n [, sep])`
fn rep<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    let count = call.integer(1)?;
    let separator = call.string_or_none(2)?;
    if count <= 0 {
        let empty = call.ctx().string("");
        return call.one(empty);
    }
    // One more separator has to fit, as in PUC-Rio Lua.
    let separator_length = separator.map_or(0, LuaString::len);
    let length = i128::from(count) * (string.len() + separator_length) as i128;
    if length > call.ctx().limits().string_bytes as i128 {
        return Err(call.error("resulting string too large"));
    }
    let length = length as usize - separator_length;
    if length == 0 || count == 1 {
        return call.one(string);
    }
    // An impossible result is refused before it is paid for.
    call.reserve(length)?;
    call.charge(length / 16);
    if length <= AT_ONCE || call.fuel_left() > 0 {
        let result = repeat(call, string, separator, length)?;
        return call.one(result);
    }
    // The arguments may have been numbers.
    call.set(0, string);
    call.set(2, separator);
    call.sequence(Paid { length, is_waiting: false })
}

/// Copies of a string with separators between them.
fn repeat<'gc>(
    call: &Call<'gc, '_>,
    string: LuaString<'gc>,
    separator: Option<LuaString<'gc>>,
    length: usize,
) -> Result<LuaString<'gc>, Error<'gc>> {
    call.reserve(length)?;
    call.make_string_with(length, |bytes| {
        if let ([byte], None) = (string.as_bytes(), separator) {
            bytes.fill(*byte);
            return;
        }
        // Writes one copy and separator, or as much of it as fits, and then doubles that until the room is full.
        let mut filled = 0;
        for part in [string.as_bytes(), separator.map_or(&[], LuaString::as_bytes)] {
            let part = &part[..part.len().min(bytes.len() - filled)];
            bytes[filled..filled + part.len()].copy_from_slice(part);
            filled += part.len();
        }
        while filled < bytes.len() {
            let more = filled.min(bytes.len() - filled);
            bytes.copy_within(..more, filled);
            filled += more;
        }
    })
}

/// A long result whose fuel is being paid: a later step makes it, after repaying the debt.
#[derive(Collect)]
struct Paid {
    length: usize,
    is_waiting: bool,
}

impl<'gc> Sequence<'gc> for Paid {
    const NAME: &'static str = "app.rep";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if call.fuel_left() <= 0 && !self.is_waiting {
            self.is_waiting = true;
            return Ok(Poll::Pending);
        }
        let result = repeat(call, call.string(0)?, call.string_or_none(2)?, self.length)?;
        call.push(result);
        Ok(Poll::Return(1))
    }
}

// ---- The comparison ----

/// Calls of the field `rep` of a table.
const INPUTS: &[&str] = &[
    "lib.rep('ab', 3)",
    "lib.rep('ab', 3, ', ')",
    "lib.rep('ab', 1, ', ')",
    "lib.rep('', 1000)",
    "lib.rep('', 3, '-')",
    "lib.rep('ab', 0)",
    "lib.rep('ab', -1)",
    "lib.rep(12, '2', 3)",
    "lib.rep()",
    "lib.rep('x', {})",
    "lib.rep('x', 1.5)",
    "lib.rep('x', 2, true)",
    "lib.rep(print, 2)",
    "lib.rep('x', 1 << 62)",
    "lib.rep('x', 1 << 30)",
    "#lib.rep('x', 100000)",
    "#lib.rep('xyz', 300000, '--')",
    "select(2, pcall(lib.rep, 'x', 1 << 26))",
    "select(2, pcall(lib.rep))",
];

/// The outcome of an input in steps of this much fuel, and the fuel it took. Errors are caught, since the cost of an
/// uncaught error's traceback depends on where a function is found.
fn run(is_own: bool, input: &str, step: u64) -> (String, i64) {
    let mut limits = Limits::untrusted();
    limits.memory = Some(16 << 20);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    define(&mut lua, is_own);
    let source = format!(
        "local is_done, result = pcall(function() return {input} end)
        return (is_done and '' or 'error: ') .. tostring(result)"
    );
    // Compiled first, so that only the run's fuel counts.
    let function = lua.load(source).name("=input").into_function().expect("the input is Lua");
    let task = function.start(&lua, ()).expect("there is memory");
    let mut used = 0;
    loop {
        let mut fuel = Fuel::with(step);
        let ended = task.run(&mut lua, &mut fuel);
        used += step as i64 - fuel.remaining();
        match ended {
            Ok(Status::Finished) => break,
            Ok(_) => {}
            Err(error) => panic!("{input}: {error}"),
        }
    }
    (task.results(&lua).expect("it returns a text"), used)
}

/// Makes the table `lib` with one of the two functions.
fn define(lua: &mut Lua, is_own: bool) {
    lua.enter(|ctx| {
        let lib = ctx.table();
        let Value::Table(string) = ctx.globals().get_field(ctx, "string") else { unreachable!("it is open") };
        let library = string.get_field(ctx, "rep");
        let own = Function::native(ctx, native!("app.rep" as "string.rep", rep)).expect("the name is free");
        lib.set_field(ctx, "rep", if is_own { own.into() } else { library });
        ctx.globals().set_field(ctx, "lib", lib);
    });
}

pub(crate) fn report() -> String {
    let mut lines = String::new();
    for input in INPUTS {
        let (text, fuel) = run(true, input, 100_000);
        assert_eq!(run(false, input, 100_000), (text.clone(), fuel), "{input}: the library's");
        assert_eq!(run(true, input, 10), run(false, input, 10), "{input}: in small steps");
        lines += &format!("{input}: {text}, for {fuel} units\n");
    }
    lines
}

/// The shortest times, in seconds, of a loop of calls of the library's function and of this one, taken in turns.
fn seconds(input: &str, calls: u32) -> [f64; 2] {
    let mut both = [false, true].map(|is_own| {
        let mut lua = Lua::new();
        define(&mut lua, is_own);
        lua
    });
    let source = format!("local lib = lib for i = 1, {calls} do local result = {input} end");
    let mut least = [f64::INFINITY; 2];
    for _ in 0..40 {
        for (lua, least) in both.iter_mut().zip(&mut least) {
            let task = lua.load(&source).name("=time").start(()).expect("there is memory");
            let start = Instant::now();
            assert_eq!(task.run(lua, &mut Fuel::with(u64::MAX)).expect("it ends"), Status::Finished);
            *least = least.min(start.elapsed().as_secs_f64());
        }
    }
    least
}

#[allow(dead_code, reason = "a test takes the report alone")]
fn main() {
    print!("{}", report());
    if std::env::args().any(|word| word == "--time") {
        for (input, calls) in
            [("lib.rep('x', 10)", 20_000), ("lib.rep('ab', 100, ',')", 10_000), ("lib.rep('abc', 100000)", 100)]
        {
            let [library, own] = seconds(input, calls);
            println!("{input}: {:.2} times as long as the library's", own / library);
        }
    }
}
