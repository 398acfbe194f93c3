//! The searchers of `package.searchers`: preloaded modules, Lua files, libraries in C, and libraries in C that hold
//! several modules.

use super::search::{Found, PathSearch};
use super::{Field, NO_C_LIBRARIES, PRELOAD, registered};
use crate::error::Error;
use crate::native::{Call, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::{LuaString, Value};
use crate::stdlib::io::c_string;
use fife_arena::Collect;

/// The searcher of `package.preload`. Costs fuel in proportion to the name, besides calls of metamethods.
pub(super) fn search_preload<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = c_string(call, 0)?;
    call.truncate(0);
    call.sequence(Preload { name, is_missing: false, operations: Operations::default() })
}

/// The searcher of Lua files along `package.path`. Costs as much as `package.searchpath` and `loadfile`.
pub(super) fn search_lua<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = c_string(call, 0)?;
    search(call, Kind::Lua, name, name)
}

/// The searcher of libraries in C along `package.cpath`. Costs as much as `package.searchpath`.
pub(super) fn search_c<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = c_string(call, 0)?;
    search(call, Kind::C, name, name)
}

/// The searcher of libraries in C that are named after the module's name up to the first dot. Costs as much as
/// `package.searchpath`.
pub(super) fn search_c_root<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = c_string(call, 0)?;
    match memchr::memchr(b'.', name.as_bytes()) {
        None => call.nothing(),
        Some(end) => {
            let root = call.make_string(&name.as_bytes()[..end])?;
            search(call, Kind::C, name, root)
        }
    }
}

/// A running searcher of `package.preload`.
#[derive(Collect)]
struct Preload<'gc> {
    name: LuaString<'gc>,
    /// Whether the field is known to be missing.
    is_missing: bool,
    operations: Operations<'gc>,
}

impl<'gc> Preload<'gc> {
    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        let ctx = call.ctx();
        if !self.is_missing
            && let Some(preload) = registered(ctx, PRELOAD)
        {
            let found = self.operations.get(call, preload, self.name)?;
            if !found.is_nil() {
                call.push_slot(found);
                call.push(ctx.string(":preload:"));
                return Ok(2);
            }
        }
        self.is_missing = true;
        let name = self.name.as_bytes();
        call.charge(name.len() / 16);
        call.reserve(name.len() * 2)?;
        let message = call.make_string(&[b"no field package.preload['", name, b"']"].concat())?;
        call.push(message);
        Ok(1)
    }
}

impl<'gc> Sequence<'gc> for Preload<'gc> {
    const NAME: &'static str = "package.searchers.preload";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call))
    }
}

/// What to search for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lua,
    C,
}

impl Kind {
    /// The field of `package` with the path.
    fn field(self) -> &'static str {
        match self {
            Kind::Lua => "path",
            Kind::C => "cpath",
        }
    }
}

fn search<'gc>(
    call: &mut Call<'gc, '_>,
    kind: Kind,
    module: LuaString<'gc>,
    name: LuaString<'gc>,
) -> Result<Reply, Error<'gc>> {
    call.truncate(0);
    call.sequence(Searcher { kind, module, name, stage: Stage::Start })
}

/// A running searcher.
#[derive(Collect)]
struct Searcher<'gc> {
    #[collect(static)]
    kind: Kind,
    module: LuaString<'gc>,
    /// The module's name as it appears in names of files.
    name: LuaString<'gc>,
    stage: Stage<'gc>,
}

#[derive(Collect)]
#[expect(clippy::large_enum_variant, reason = "it is part of one object of the heap, and a box would not be")]
enum Stage<'gc> {
    Start,
    /// A metamethod was asked for the path.
    Path,
    Search(PathSearch<'gc>),
    /// `loadfile` was called with this file.
    Load(LuaString<'gc>),
}

impl<'gc> Sequence<'gc> for Searcher<'gc> {
    const NAME: &'static str = "package.searchers.file";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match &mut self.stage {
            Stage::Start => {
                let Value::Table(package) = call.upvalue(0) else {
                    return Err(call.error("the upvalue 'package' was replaced"));
                };
                let field = call.ctx().string(self.kind.field());
                match Field::get(call, package, field)? {
                    Field::Value(path) => self.begin(call, path),
                    Field::Call(poll) => {
                        self.stage = Stage::Path;
                        Ok(poll)
                    }
                }
            }
            Stage::Path => {
                let path = call.get(call.results_from());
                self.begin(call, path)
            }
            Stage::Search(search) => match search.advance(call)? {
                None => Ok(Poll::Pending),
                Some(Found::Nothing(message)) => {
                    call.push(message);
                    Ok(Poll::Return(1))
                }
                Some(Found::File(file)) if self.kind == Kind::Lua => {
                    self.stage = Stage::Load(file);
                    call.push(call.upvalue(1));
                    call.push(file);
                    Ok(Poll::Call(1))
                }
                Some(Found::File(file)) => Err(self.failed(call, file, NO_C_LIBRARIES.as_bytes())),
            },
            Stage::Load(file) => {
                let file = *file;
                let (function, message) = (call.get(call.results_from()), call.get(call.results_from() + 1));
                if let Value::String(message) = message
                    && function.is_nil()
                {
                    return Err(self.failed(call, file, message.as_bytes()));
                }
                call.push(function);
                call.push(file);
                Ok(Poll::Return(2))
            }
        }
    }
}

impl<'gc> Searcher<'gc> {
    /// Begins to search along a path.
    fn begin(&mut self, call: &mut Call<'gc, '_>, path: Value<'gc>) -> Result<Poll, Error<'gc>> {
        call.truncate(0);
        call.push(path);
        if !matches!(path, Value::String(_) | Value::Integer(_) | Value::Number(_)) {
            return Err(call.error(format!("'package.{}' must be a string", self.kind.field())));
        }
        let path = c_string(call, 0)?;
        let (separator, replacement) = (call.ctx().string("."), call.ctx().string("/"));
        self.stage = Stage::Search(PathSearch::new(call, self.name, path, separator, replacement));
        Ok(Poll::Pending)
    }

    /// The error of a file that was found but cannot be loaded.
    fn failed(&self, call: &Call<'gc, '_>, file: LuaString<'gc>, message: &[u8]) -> Error<'gc> {
        let module = self.module.as_bytes();
        if let Err(refused) = call.reserve(2 * (module.len() + file.len() + message.len())) {
            return refused;
        }
        call.error([b"error loading module '", module, b"' from file '", file.as_bytes(), b"':\n\t", message].concat())
    }
}
