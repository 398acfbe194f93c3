//! `require`: asks the searchers for a module's loader, runs it, and stores its result.

use super::{Field, LOADED, registered};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{LuaString, Table, Value};
use crate::stdlib::buffer::Buffer;
use crate::stdlib::io::c_string;
use fife_arena::Collect;
use fife_bytecode::number;

/// `require`
pub(in crate::stdlib) fn require<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = c_string(call, 0)?;
    let Some(loaded) = registered(call.ctx(), LOADED) else {
        return Err(call.error("the registry has no 'package.loaded'"));
    };
    if loaded.metatable().is_none() {
        let found = loaded.get(call.ctx(), name);
        if found.to_bool() {
            return call.one(found);
        }
    }
    call.truncate(0);
    call.sequence(Require {
        name,
        loaded,
        searchers: None,
        searcher: 0,
        data: Value::Nil,
        stage: Stage::Start,
        message: Buffer::new(call),
        value: None,
    })
}

/// A running `require`. The window has only the current call.
#[derive(Collect)]
struct Require<'gc> {
    name: LuaString<'gc>,
    /// `package.loaded`
    loaded: Table<'gc>,
    searchers: Option<Table<'gc>>,
    /// The number of the last searcher that was asked.
    searcher: i64,
    /// The searcher's second result, which says where the module is.
    data: Value<'gc>,
    /// What to do with the awaited value.
    #[collect(static)]
    stage: Stage,
    /// The messages of the searchers.
    message: Buffer<'gc>,
    /// The awaited value, while waiting for memory to continue with it.
    value: Option<Value<'gc>>,
}

/// Named after what happened last.
#[derive(Clone, Copy)]
enum Stage {
    Start,
    /// The module was looked for among those that are loaded.
    LookedUp,
    /// `package.searchers` was looked for.
    SearchersFound,
    /// A searcher was called.
    Searched,
    /// The loader was called.
    Loaded,
    /// The loader's result was stored.
    Entered,
    /// The module was looked for again.
    LookedUpAgain,
    /// `true` was stored, because the loader returned nothing.
    TrueEntered,
}

/// How to continue.
enum Next<'gc> {
    /// At a stage, with a value.
    Go(Stage, Value<'gc>),
    /// At a stage, with the value that a call returns.
    Call(Stage, Poll),
    Done(Poll),
}

impl<'gc> Sequence<'gc> for Require<'gc> {
    const NAME: &'static str = "require";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let mut value = self.value.take().unwrap_or_else(|| call.get(call.results_from()));
        loop {
            let advanced = self.advance(call, value).inspect_err(|_| self.value = Some(value));
            match advanced? {
                Next::Go(stage, next) => (self.stage, value) = (stage, next),
                Next::Call(stage, poll) => {
                    self.stage = stage;
                    return Ok(poll);
                }
                Next::Done(poll) => return Ok(poll),
            }
        }
    }
}

impl<'gc> Require<'gc> {
    fn advance(&mut self, call: &mut Call<'gc, '_>, value: Value<'gc>) -> Result<Next<'gc>, Error<'gc>> {
        let ctx = call.ctx();
        match self.stage {
            Stage::Start => self.look_up(call, Stage::LookedUp),
            Stage::LookedUp if value.to_bool() => {
                call.push(value);
                Ok(Next::Done(Poll::Return(1)))
            }
            Stage::LookedUp => {
                let Value::Table(package) = call.upvalue(0) else {
                    return Err(call.error("the upvalue 'package' was replaced"));
                };
                let field = Field::get(call, package, ctx.string("searchers"))?;
                Ok(next(field, Stage::SearchersFound))
            }
            Stage::SearchersFound => match value {
                Value::Table(searchers) => {
                    self.searchers = Some(searchers);
                    self.search(call)
                }
                _ => Err(call.error("'package.searchers' must be a table")),
            },
            Stage::Searched => self.searched(call, value),
            Stage::Loaded if value.is_nil() => Ok(Next::Go(Stage::Entered, Value::Nil)),
            Stage::Loaded => {
                call.truncate(0);
                let field = Field::set(call, self.loaded, self.name, value)?;
                Ok(next(field, Stage::Entered))
            }
            Stage::Entered => self.look_up(call, Stage::LookedUpAgain),
            Stage::LookedUpAgain if value.is_nil() => {
                call.truncate(0);
                let field = Field::set(call, self.loaded, self.name, Value::Boolean(true))?;
                Ok(next(field, Stage::TrueEntered))
            }
            Stage::LookedUpAgain => Ok(self.done(call, value)),
            Stage::TrueEntered => Ok(self.done(call, Value::Boolean(true))),
        }
    }

    fn look_up(&self, call: &mut Call<'gc, '_>, then: Stage) -> Result<Next<'gc>, Error<'gc>> {
        call.truncate(0);
        Ok(next(Field::get(call, self.loaded, self.name)?, then))
    }

    /// Asks the next searcher.
    fn search(&mut self, call: &mut Call<'gc, '_>) -> Result<Next<'gc>, Error<'gc>> {
        call.truncate(0);
        let number = self.searcher + 1;
        let searcher = self.searchers.map_or(Value::Nil, |searchers| searchers.get_integer(number));
        if searcher.is_nil() {
            let (name, said) = (self.name.as_bytes(), self.message.as_slice());
            call.reserve(2 * (name.len() + said.len()))?;
            call.charge((name.len() + said.len()) / 8);
            return Err(call.error([b"module '", name, b"' not found:", said].concat()));
        }
        self.searcher = number;
        call.push(searcher);
        call.push(self.name);
        Ok(Next::Call(Stage::Searched, Poll::Call(1)))
    }

    /// Examines a searcher's result, and calls it if it is a loader.
    fn searched(&mut self, call: &mut Call<'gc, '_>, found: Value<'gc>) -> Result<Next<'gc>, Error<'gc>> {
        if let Value::Function(loader) = found {
            self.data = call.get(call.results_from() + 1);
            call.truncate(0);
            call.push(loader);
            call.push(self.name);
            call.push(self.data);
            return Ok(Next::Call(Stage::Loaded, Poll::Call(2)));
        }
        let message = &mut self.message;
        let added = with_text(found, |text| {
            message.reserve(call, text.len() + 2)?;
            message.append(call, b"\n\t")?;
            message.append(call, text)
        });
        added.transpose()?;
        self.search(call)
    }

    fn done(&self, call: &mut Call<'gc, '_>, module: Value<'gc>) -> Next<'gc> {
        call.push(module);
        call.push(self.data);
        Next::Done(Poll::Return(2))
    }
}

fn next(field: Field<'_>, then: Stage) -> Next<'_> {
    match field {
        Field::Value(value) => Next::Go(then, value),
        Field::Call(poll) => Next::Call(then, poll),
    }
}

/// The bytes of a string, or of a number's text.
fn with_text<T>(value: Value<'_>, then: impl FnOnce(&[u8]) -> T) -> Option<T> {
    match value {
        Value::String(text) => Some(then(text.as_bytes())),
        Value::Integer(value) => Some(then(number::integer_text(value).as_bytes())),
        Value::Number(value) => Some(then(number::float_text(value).as_bytes())),
        _ => None,
    }
}
