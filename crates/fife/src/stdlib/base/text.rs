//! Text for people: `print`, `tostring` and `warn`.

use crate::error::Error;
use crate::native::{Call, Host, Interrupt, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::{Context, Value};
use crate::stdlib::buffer::Buffer;
use fife_arena::Collect;
use fife_bytecode::number::{self, NumberText};

/// `tostring`
pub(super) fn tostring<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let value = call.any(0)?;
    let mut operations = Operations::default();
    match operations.text(call, value) {
        Ok(text) => call.one(text),
        Err(interrupt) => call.go_on(interrupt, ToString(operations)),
    }
}

/// A `tostring` that calls `__tostring`.
#[derive(Collect)]
struct ToString<'gc>(Operations<'gc>);

impl<'gc> Sequence<'gc> for ToString<'gc> {
    const NAME: &'static str = "tostring";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.0.resume(call);
        let text = self.0.text(call, call.get(0));
        finish(text.map(|text| {
            call.push(text);
            1
        }))
    }
}

/// The text of a value without `__tostring` and `__name`, as `print` shows it.
enum Shown<'gc> {
    Bytes(&'gc [u8]),
    Number(NumberText),
    /// An object.
    Other,
}

impl<'gc> Shown<'gc> {
    fn of(value: Value<'gc>) -> Shown<'gc> {
        match value {
            Value::String(text) => Shown::Bytes(text.as_bytes()),
            Value::Integer(value) => Shown::Number(number::integer_text(value)),
            Value::Number(value) => Shown::Number(number::float_text(value)),
            Value::Nil => Shown::Bytes(b"nil"),
            Value::Boolean(value) => Shown::Bytes(if value { b"true" } else { b"false" }),
            _ => Shown::Other,
        }
    }

    /// Empty for an object.
    fn as_bytes(&self) -> &[u8] {
        match self {
            Shown::Bytes(bytes) => bytes,
            Shown::Number(text) => text.as_bytes(),
            Shown::Other => &[],
        }
    }
}

/// The most bytes that `print` passes to the host between two checks of the fuel.
const CHUNK: usize = 1 << 18;

/// Collects small pieces, so that the host sees one write per line. Large pieces are passed on as they are.
struct Output<'gc> {
    host: &'gc dyn Host,
    collected: Vec<u8>,
}

impl<'gc> Output<'gc> {
    /// The most bytes collected.
    const SIZE: usize = 4096;

    fn new(ctx: Context<'gc>) -> Output<'gc> {
        Output { host: ctx.host(), collected: Vec::with_capacity(128) }
    }

    fn add(&mut self, bytes: &[u8]) {
        if self.collected.len() + bytes.len() > Output::SIZE {
            self.write();
        }
        if bytes.len() > Output::SIZE {
            // As in PUC-Rio Lua, `print` ignores a failure of output.
            let _ = self.host.write_output(bytes);
        } else {
            self.collected.extend_from_slice(bytes);
        }
    }

    fn write(&mut self) {
        if !self.collected.is_empty() {
            let _ = self.host.write_output(&self.collected);
            self.collected.clear();
        }
    }
}

/// `print`
pub(super) fn print<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let mut output = Output::new(call.ctx());
    let mut operations = Operations::default();
    let arguments = call.len();
    for index in 0..arguments {
        if index > 0 {
            output.collected.push(b'\t');
        }
        let value = match Shown::of(call.get(index)) {
            Shown::Other => match operations.shown(call, call.get(index)) {
                Ok(value) => Shown::of(value),
                Err(Interrupt::Fail(error)) => return Err(error),
                Err(_) => Shown::Other,
            },
            shown => shown,
        };
        if matches!(value, Shown::Other) || output.collected.len() + value.as_bytes().len() >= Output::SIZE {
            // Nothing has been written yet, so it begins anew.
            call.truncate(arguments);
            let print = Print { operations: Operations::default(), arguments, next: 0, offset: 0 };
            return call.sequence(print);
        }
        output.collected.extend_from_slice(value.as_bytes());
    }
    call.charge(arguments + output.collected.len() / 16);
    output.collected.push(b'\n');
    output.write();
    call.nothing()
}

/// A `print` that calls `__tostring`, or has much to write.
#[derive(Collect)]
struct Print<'gc> {
    operations: Operations<'gc>,
    arguments: usize,
    /// The next argument to write, and how many of its bytes are written.
    next: usize,
    offset: usize,
}

impl<'gc> Print<'gc> {
    fn run(&mut self, call: &mut Call<'gc, '_>, output: &mut Output<'gc>) -> Step<'gc, u32> {
        while self.next < self.arguments {
            let value = match Shown::of(call.get(self.next)) {
                Shown::Other => {
                    let is_answer = self.operations.has_answer();
                    let value = self.operations.shown(call, call.get(self.next))?;
                    if is_answer {
                        call.set(self.next, value);
                    }
                    Shown::of(value)
                }
                shown => shown,
            };
            if self.next > 0 && self.offset == 0 {
                output.add(b"\t");
            }
            let rest = &value.as_bytes()[self.offset..];
            let chunk = &rest[..rest.len().min(CHUNK)];
            call.charge(1 + chunk.len() / 16);
            output.add(chunk);
            if chunk.len() < rest.len() {
                self.offset += chunk.len();
            } else {
                self.next += 1;
                self.offset = 0;
            }
            // Checked after some work, so that every step with fuel makes progress.
            if self.next < self.arguments {
                call.spend(0)?;
            }
        }
        output.add(b"\n");
        Ok(0)
    }
}

impl<'gc> Sequence<'gc> for Print<'gc> {
    const NAME: &'static str = "print";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        let mut output = Output::new(call.ctx());
        let step = self.run(call, &mut output);
        // Also before a call, whose function may write, too, and before an error.
        output.write();
        finish(step)
    }
}

/// `warn`
pub(super) fn warn<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let first = call.string(0)?;
    for index in 1..call.len() {
        if !matches!(call.get(index), Value::String(_) | Value::Integer(_) | Value::Number(_)) {
            return Err(call.type_error(index, "string"));
        }
    }
    call.charge(call.len() / 4);
    let ctx = call.ctx();
    if call.len() == 1 && first.as_bytes().first() == Some(&b'@') {
        match first.as_bytes() {
            b"@on" => ctx.show_warnings(true),
            b"@off" => ctx.show_warnings(false),
            // Other control messages are ignored.
            _ => {}
        }
        return call.nothing();
    }
    if !ctx.shows_warnings() {
        return call.nothing();
    }
    call.set(0, first);
    let mut warning = Warning { next: 0, count: call.len(), text: Buffer::new(call) };
    if warning.run(call)? { call.nothing() } else { call.sequence(warning) }
}

/// A warning that is being put together.
#[derive(Collect)]
struct Warning<'gc> {
    next: usize,
    count: usize,
    text: Buffer<'gc>,
}

impl<'gc> Warning<'gc> {
    /// Adds arguments while there is fuel, and shows the warning after the last one. Returns whether that is done.
    fn run(&mut self, call: &Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        while self.next < self.count {
            // All arguments are strings or numbers.
            let value = Shown::of(call.get(self.next));
            call.charge(1);
            self.text.append(call, value.as_bytes())?;
            self.next += 1;
            if call.fuel_left() < 0 {
                return Ok(false);
            }
        }
        call.ctx().warn(&[self.text.as_slice()]);
        Ok(true)
    }
}

impl<'gc> Sequence<'gc> for Warning<'gc> {
    const NAME: &'static str = "warn";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Ok(if self.run(call)? { Poll::Return(0) } else { Poll::Pending })
    }
}
