//! Modules: `require` and `package`.
//!
//! There are two searchers, for `package.preload` and for Lua files along `package.path`; libraries in C can not
//! be loaded. Files are read through the host. Searching is done in pieces, a template of the path at a time.

use super::load;
use super::metered_bytes::MeteredBytes;
use crate::api::{Call, OpenMode, Poll, Reply, Sequence};
use crate::error::Error;
use crate::object::{Context, Function, Table, Value};
use fife_arena::Collect;
use fife_bytecode::number;

/// PUC-Rio Lua's on Linux.
const DEFAULT_PATH: &str = "/usr/local/share/lua/5.4/?.lua;/usr/local/share/lua/5.4/?/init.lua;\
    /usr/local/lib/lua/5.4/?.lua;/usr/local/lib/lua/5.4/?/init.lua;./?.lua;./?/init.lua";

/// Directory separator, template separator, name mark, and two marks of C libraries.
const CONFIGURATION: &str = "/\n;\n?\n!\n-\n";

/// Where the registry keeps `package.loaded` and `package.preload`, as in PUC-Rio Lua.
const LOADED: &str = "_LOADED";
const PRELOAD: &str = "_PRELOAD";

/// Defines `package` and `require`, and enters the libraries opened so far as loaded modules.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let (globals, package) = (ctx.globals(), ctx.table());
    let (loaded, preload) = (ctx.table(), ctx.table());
    globals.set_field(ctx, "package", package);
    for name in ["_G", "package", "coroutine", "table", "io", "os", "string", "math", "utf8", "debug"] {
        if let library @ Value::Table(_) = globals.get_field(ctx, name) {
            loaded.set_field(ctx, name, library);
        }
    }
    ctx.registry().set_field(ctx, LOADED, loaded);
    ctx.registry().set_field(ctx, PRELOAD, preload);
    let own = [Value::Table(package)];
    let searchers = ctx.table();
    let all = [
        Function::native(ctx, "package.preload_searcher", search_preload),
        Function::native_with(ctx, "package.lua_searcher", search_lua, &own),
    ];
    for (index, searcher) in (1i64..).zip(all) {
        // An empty array takes its first entries; the limit on memory is not known to be set yet.
        let _ = searchers.set(ctx, index, searcher);
    }
    package.set_field(ctx, "loaded", loaded);
    package.set_field(ctx, "preload", preload);
    package.set_field(ctx, "searchers", searchers);
    package.set_field(ctx, "path", ctx.string(initial_path(ctx)));
    package.set_field(ctx, "cpath", ctx.string(""));
    package.set_field(ctx, "config", ctx.string(CONFIGURATION));
    package.set_field(ctx, "searchpath", Function::native(ctx, "package.searchpath", searchpath));
    package.set_field(ctx, "loadlib", Function::native(ctx, "package.loadlib", loadlib));
    globals.set_field(ctx, "require", Function::native_with(ctx, "require", require, &own));
}

/// The path of the environment, with `;;` standing for the default one.
fn initial_path(ctx: Context<'_>) -> Vec<u8> {
    let host = &ctx.state().host;
    let Some(path) = host.environment(b"LUA_PATH_5_4").or_else(|| host.environment(b"LUA_PATH")) else {
        return DEFAULT_PATH.as_bytes().to_vec();
    };
    let Some(mark) = path.windows(2).position(|pair| pair == b";;") else { return path };
    let (before, after) = (&path[..mark], &path[mark + 2..]);
    let parts = [before, DEFAULT_PATH.as_bytes(), after];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(&b';')
}

fn registered<'gc>(ctx: Context<'gc>, name: &str) -> Option<Table<'gc>> {
    match ctx.registry().get_field(ctx, name) {
        Value::Table(table) => Some(table),
        _ => None,
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

// ---- require ----

/// `require(modname)`. Constant, besides what the searchers and the loader do.
fn require<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = call.string(0)?;
    let ctx = call.ctx();
    let found = registered(ctx, LOADED).map_or(Value::Nil, |loaded| loaded.get(ctx, name));
    if found.to_bool() {
        return call.one(found);
    }
    call.truncate(1);
    call.set(0, name);
    call.sequence(Require { stage: RequireStage::Search, searcher: 1, message: MeteredBytes::default() })
}

/// A `require` on its way. Its window: the module's name, and later what the searcher said about where it is.
#[derive(Collect)]
struct Require {
    #[collect(static)]
    stage: RequireStage,
    /// The number of the searcher to be asked, or that was.
    searcher: i64,
    /// What the searchers had to say.
    #[collect(static)]
    message: MeteredBytes,
}

#[derive(Clone, Copy)]
enum RequireStage {
    Search,
    Searched,
    Loaded,
}

impl Require {
    /// Asks the next searcher.
    fn search<'gc>(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let ctx = call.ctx();
        let Value::Table(package) = call.upvalue(0) else { return Err(call.error("'package' is lost")) };
        let Value::Table(searchers) = package.get_field(ctx, "searchers") else {
            return Err(call.error("'package.searchers' must be a table"));
        };
        let searcher = searchers.get_integer(self.searcher);
        if searcher.is_nil() {
            let name = call.string(0)?.as_bytes();
            let said = self.message.as_slice();
            call.reserve(2 * (name.len() + said.len()))?;
            call.charge((name.len() + said.len()) / 8);
            return Err(call.error([b"module '", name, b"' not found:", said].concat()));
        }
        self.stage = RequireStage::Searched;
        call.push(searcher);
        call.push(call.get(0));
        Ok(Poll::Call(1))
    }

    /// Looks at what a searcher returned, and calls the loader if it is one.
    fn searched<'gc>(&mut self, call: &mut Call<'gc, '_>) -> Result<Option<Poll>, Error<'gc>> {
        let results = call.results_from();
        let (found, data) = (call.get(results), call.get(results + 1));
        if let Value::Function(loader) = found {
            call.truncate(1);
            call.push(data);
            call.push(loader);
            call.push(call.get(0));
            call.push(data);
            self.stage = RequireStage::Loaded;
            return Ok(Some(Poll::Call(2)));
        }
        let message = &mut self.message;
        let added = with_text(found, |text| {
            message.reserve(call, text.len() + 2)?;
            message.append(call, b"\n\t")?;
            message.append(call, text)
        });
        if let Some(Err(refused)) = added {
            return Err(call.failed(refused));
        }
        call.truncate(1);
        self.searcher += 1;
        Ok(None)
    }

    /// Enters what the loader returned.
    fn loaded<'gc>(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let ctx = call.ctx();
        let result = call.get(call.results_from());
        let (name, data) = (call.get(0), call.get(1));
        let mut module = result;
        if let Some(loaded) = registered(ctx, LOADED) {
            if result.is_nil() {
                // The loader may have entered the module itself.
                module = loaded.get(ctx, name);
            }
            if module.is_nil() {
                module = Value::Boolean(true);
            }
            loaded.set(ctx, name, module).map_err(|refused| call.failed(refused))?;
        }
        call.push(module);
        call.push(data);
        Ok(Poll::Return(2))
    }
}

impl<'gc> Sequence<'gc> for Require {
    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match self.stage {
            RequireStage::Search => self.search(call),
            RequireStage::Searched => match self.searched(call)? {
                Some(poll) => Ok(poll),
                None => {
                    self.stage = RequireStage::Search;
                    self.search(call)
                }
            },
            RequireStage::Loaded => self.loaded(call),
        }
    }
}

// ---- Searchers ----

/// The searcher of `package.preload`. In proportion to the name.
fn search_preload<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (name, ctx) = (call.string(0)?, call.ctx());
    let found = registered(ctx, PRELOAD).map_or(Value::Nil, |preload| preload.get(ctx, name));
    if !found.is_nil() {
        return call.all([found, Value::String(ctx.string(":preload:"))]);
    }
    call.charge(name.len() / 16);
    call.reserve(name.len() * 2)?;
    let message = [b"no field package.preload['", name.as_bytes(), b"']"].concat();
    let message = call.make_string(&message)?;
    call.one(message)
}

/// The searcher of Lua files along `package.path`. A hundred units for each place, and as `load`.
fn search_lua<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (name, ctx) = (call.string(0)?, call.ctx());
    let path = match call.upvalue(0) {
        Value::Table(package) => package.get_field(ctx, "path"),
        _ => Value::Nil,
    };
    let Some(path) = with_text(path, |path| ctx.string(path)) else {
        return Err(call.error("'package.path' must be a string"));
    };
    call.truncate(0);
    call.push(name);
    call.push(path);
    call.push(ctx.string("."));
    call.push(ctx.string("/"));
    call.sequence(SearchPath { position: 0, tried: MeteredBytes::default(), loads: true })
}

/// `package.searchpath(name, path [, sep [, rep]])`. A hundred units for each place.
fn searchpath<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (name, path) = (call.string(0)?, call.string(1)?);
    let ctx = call.ctx();
    let separator = call.string_or_none(2)?.unwrap_or_else(|| ctx.string("."));
    let replacement = call.string_or_none(3)?.unwrap_or_else(|| ctx.string("/"));
    call.truncate(0);
    for part in [name, path, separator, replacement] {
        call.push(part);
    }
    call.sequence(SearchPath { position: 0, tried: MeteredBytes::default(), loads: false })
}

/// A search along a path. Its window: the name, the path, the separator in the name, and what replaces that.
#[derive(Collect)]
struct SearchPath {
    /// Where in the path the next template starts.
    position: usize,
    /// The message with the places where no file was.
    #[collect(static)]
    tried: MeteredBytes,
    /// Whether the file is to be loaded, for `require`, or its name returned.
    loads: bool,
}

/// Replaces what equals `from` by `to`.
fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while !from.is_empty()
        && let Some(at) = memchr::memmem::find(rest, from)
    {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}

/// The most bytes of `text` with what equals `from` replaced by `to`.
fn replaced_length(text: &[u8], from: &[u8], to: &[u8]) -> usize {
    if from.is_empty() {
        return text.len();
    }
    memchr::memmem::find_iter(text, from).count().saturating_mul(to.len()).saturating_add(text.len())
}

impl<'gc> Sequence<'gc> for SearchPath {
    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let [name, path, separator, replacement] = [0, 1, 2, 3].map(|index| call.string(index));
        let (given_name, path) = (name?.as_bytes(), path?.as_bytes());
        let (separator, replacement) = (separator?.as_bytes(), replacement?.as_bytes());
        // The name is made anew in each poll, rather than kept: it is short, or was paid for.
        let length = replaced_length(given_name, separator, replacement);
        call.charge((given_name.len() + length) / 8);
        call.reserve(length)?;
        let name = replace(given_name, separator, replacement);
        while self.position <= path.len() {
            let rest = &path[self.position..];
            let template = &rest[..memchr::memchr(b';', rest).unwrap_or(rest.len())];
            if template.is_empty() {
                self.position += 1;
                continue;
            }
            let length = replaced_length(template, b"?", &name);
            call.reserve(length.saturating_mul(2))?;
            self.tried.reserve(call, length.saturating_add(16)).map_err(|refused| call.failed(refused))?;
            call.charge(100 + length / 8);
            let file = replace(template, b"?", &name);
            if self.loads {
                if let Ok(source) = call.ctx().state().host.read_file(&file) {
                    return load_module(call, given_name, &file, &source);
                }
            } else if call.ctx().state().host.open(&file, OpenMode::READ).is_ok() {
                let file = call.make_string(&file)?;
                call.push(file);
                return Ok(Poll::Return(1));
            }
            self.position += template.len() + 1;
            let start: &[u8] = if self.tried.as_slice().is_empty() { b"no file '" } else { b"\n\tno file '" };
            for part in [start, &file, b"'"] {
                self.tried.append(call, part).map_err(|refused| call.failed(refused))?;
            }
            if call.fuel_left() <= 0 {
                return Ok(Poll::Pending);
            }
        }
        call.reserve(self.tried.as_slice().len() + 64)?;
        let message = call.make_string(self.tried.as_slice())?;
        if self.loads {
            call.push(message);
            return Ok(Poll::Return(1));
        }
        call.push(Value::Nil);
        call.push(message);
        Ok(Poll::Return(2))
    }
}

/// The loader that a file is, and the file's name.
fn load_module<'gc>(call: &mut Call<'gc, '_>, name: &[u8], file: &[u8], source: &[u8]) -> Result<Poll, Error<'gc>> {
    let chunk_name = [b"@", file].concat();
    match load::compile(call, load::source_of_file(source), &chunk_name, None, None)? {
        Ok(function) => {
            let file = call.make_string(file)?;
            call.push(function);
            call.push(file);
            Ok(Poll::Return(2))
        }
        Err(message) => {
            let mut text = b"error loading module '".to_vec();
            text.extend_from_slice(name);
            text.extend_from_slice(b"' from file '");
            text.extend_from_slice(file);
            text.extend_from_slice(b"':\n\t");
            with_text(message, |message| text.extend_from_slice(message));
            Err(call.error(text))
        }
    }
}

/// `package.loadlib(libname, funcname)`. Libraries in C can not be loaded; PUC-Rio Lua answers so where the system has
/// none. Constant.
fn loadlib<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.string(0)?;
    call.string(1)?;
    let ctx = call.ctx();
    let message = ctx.string("dynamic libraries not enabled; check your Lua installation");
    call.all([Value::Nil, Value::String(message), Value::String(ctx.string("absent"))])
}
