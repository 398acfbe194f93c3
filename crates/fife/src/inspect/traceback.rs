//! Tracebacks in PUC-Rio Lua's form.

use super::activation::Activation;
use super::inspector::Inspector;
use crate::object::{
    ActivationKind, Context, FrameInfo, Function, FunctionCode, LuaString, NativeObject, Slot, SourcePosition, Table,
    Value,
};
use fife_bytecode::Position;
use std::borrow::Cow;

/// How many levels are shown at the start and at the end of a long traceback.
const FIRST_LEVELS: i64 = 10;
const LAST_LEVELS: i64 = 11;

/// How many of the coroutines that an error left are shown, besides the outermost one.
const FIRST_COROUTINES: usize = 10;

/// The most entries of tables that are searched for a function's global name.
const SEARCH_MAX: u32 = 4096;

/// Tables with more room than this are not searched: even empty room takes time.
const SEARCHED_SIZE_MAX: usize = 1 << 16;

/// How many bytes of lines are always made, with names that a script chose.
const FREE_LINES: usize = 16 << 10;

/// How many copies of a line's bytes exist while a traceback is made: in the line and the text, whose vector grows, and
/// in both texts of a frame.
const COPIES: usize = 6;

/// What is shown of a stack.
enum Shown<'gc> {
    /// A level, and what is said of it.
    Level(Activation<'gc>, Line<'gc>),
    /// So many levels are left out.
    Gap(i64),
}

/// What a traceback says of a level.
struct Line<'gc> {
    source: Option<Vec<u8>>,
    position: Option<Position>,
    text: Vec<u8>,
    name: Option<(&'static str, Cow<'gc, [u8]>)>,
    is_tail_call: bool,
}

/// Passes the levels of a traceback to `show`, innermost first, without those before `first`.
///
/// Takes time in proportion to the number of frames. Each line shown may take a bounded search of the loaded modules.
///
/// `made` counts the bytes of all lines of one traceback, which decides whether there is room for longer names.
fn show<'gc>(inspector: Inspector<'gc>, first: i64, made: &mut usize, mut show: impl FnMut(Shown<'gc>)) {
    let ctx = inspector.ctx();
    // They are counted, and then passed over.
    ctx.state().charge(inspector.object().frame_count.get() as usize / 2);
    let last = inspector.levels().count() as i64 - 1;
    let is_long = last.saturating_sub(first) > FIRST_LEVELS + LAST_LEVELS;
    // What is left out, as PUC-Rio Lua counts it: the level in whose place this is said is one more.
    let gap_start = first.saturating_add(FIRST_LEVELS);
    let gap_length = last.saturating_sub(gap_start).saturating_sub(LAST_LEVELS);
    for (level, activation) in (0i64..).zip(inspector.levels()).skip(usize::try_from(first).unwrap_or(usize::MAX)) {
        if is_long && level >= gap_start && level <= gap_start + gap_length {
            if level == gap_start {
                show(Shown::Gap(gap_length));
            }
            continue;
        }
        let line = line(ctx, activation, *made);
        *made += line.text.len();
        show(Shown::Level(activation, line));
    }
}

/// Appends what a traceback has of it.
fn append(text: &mut Vec<u8>, shown: &Shown<'_>) {
    match shown {
        Shown::Gap(length) => text.extend_from_slice(format!("\n\t...\t(skipping {length} levels)").as_bytes()),
        Shown::Level(_, line) => {
            text.extend_from_slice(b"\n\t");
            text.extend_from_slice(&line.text);
            if line.is_tail_call {
                text.extend_from_slice(b"\n\t(...tail calls...)");
            }
        }
    }
}

/// `stack traceback:` and a line for each activation, innermost first. Levels before `first` are left out.
pub(super) fn traceback(inspector: Inspector<'_>, first: i64) -> Vec<u8> {
    let mut text = b"stack traceback:".to_vec();
    show(inspector, first, &mut 0, |shown| append(&mut text, &shown));
    text
}

/// The text of [`traceback`], and the same in parts, with the coroutines that the thread's error came out of.
pub(super) fn traceback_in_parts(inspector: Inspector<'_>, first: i64) -> (Vec<u8>, Vec<FrameInfo>) {
    let (mut frames, mut made) = (Vec::new(), 0);
    let mut coroutines: Vec<Inspector<'_>> = std::iter::successors(inspector.origin(), |it| it.origin()).collect();
    // The innermost first. Those in between may be many.
    let count = coroutines.len();
    while let Some(coroutine) = coroutines.pop() {
        if (1..count.saturating_sub(FIRST_COROUTINES)).contains(&coroutines.len()) {
            continue;
        }
        show(coroutine, 0, &mut made, |shown| add_frame(&mut frames, shown, coroutines.len() as u32 + 1));
    }
    let mut text = b"stack traceback:".to_vec();
    show(inspector, first, &mut made, |shown| {
        append(&mut text, &shown);
        add_frame(&mut frames, shown, 0);
    });
    frames.shrink_to_fit();
    (text, frames)
}

/// Adds it in parts.
fn add_frame(frames: &mut Vec<FrameInfo>, shown: Shown<'_>, coroutine: u32) {
    let (activation, line) = match shown {
        // The next one takes it.
        Shown::Gap(length) => {
            let skipped = usize::try_from(length).unwrap_or(0);
            return frames.push(FrameInfo {
                text: String::new(),
                kind: ActivationKind::Native,
                name: None,
                position: None,
                is_tail_call: false,
                coroutine,
                // The level in whose place PUC-Rio Lua says so is one more.
                skipped: skipped + 1,
            });
        }
        Shown::Level(activation, line) => (activation, line),
    };
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let position = line
        .position
        .zip(line.source.as_deref())
        .map(|(position, source)| SourcePosition::new(lossy(source), position.line).at_column(position.column));
    let gap = frames.pop_if(|it| it.text.is_empty() && it.coroutine == coroutine && it.skipped > 0);
    frames.push(FrameInfo {
        text: lossy(&line.text),
        kind: activation.kind(),
        name: line.name.map(|(kind, name)| format!("{kind} '{}'", String::from_utf8_lossy(&name))),
        position,
        is_tail_call: line.is_tail_call,
        coroutine,
        skipped: gap.map_or(0, |gap| gap.skipped),
    });
}

/// What is said of one level.
fn line<'gc>(ctx: Context<'gc>, activation: Activation<'gc>, made: usize) -> Line<'gc> {
    let code = activation.function().and_then(Function::code);
    let (source, position) = (code.map(FunctionCode::short_source), activation.position());
    let mut text = source.as_deref().unwrap_or(b"[C]").to_vec();
    if let Some(position) = position {
        text.extend_from_slice(format!(":{}", position.line).as_bytes());
    }
    text.extend_from_slice(b": in ");
    // The name under which a loaded module has the function comes first.
    let name = match global_name(ctx, activation, made) {
        Some(name) => Some(("function", Cow::Owned(name))),
        None => match activation.name().filter(|name| can_show(ctx, made, name.text)) {
            Some(name) => Some((name.kind.as_str(), Cow::Borrowed(name.text))),
            // More than PUC-Rio Lua knows: natives of a host have names, too.
            None => activation.native_name().map(|name| ("function", Cow::Borrowed(name.as_bytes()))),
        },
    };
    match (&name, code) {
        (Some((kind, name)), _) => quote(&mut text, kind, name),
        (None, Some(code)) if code.is_main() => text.extend_from_slice(b"main chunk"),
        (None, Some(code)) => {
            text.extend_from_slice(b"function <");
            text.extend_from_slice(&code.short_source());
            text.extend_from_slice(format!(":{}>", code.first_line()).as_bytes());
        }
        (None, None) => text.push(b'?'),
    }
    Line { source, position, text, name, is_tail_call: activation.is_tail_call() }
}

/// Whether memory is left for a traceback of `made` bytes to take a line with this name. Without memory the line leaves
/// the name out, and still says where the function is.
fn can_show(ctx: Context<'_>, made: usize, name: &[u8]) -> bool {
    let bytes = made.saturating_add(name.len());
    bytes <= FREE_LINES || ctx.mc().has_room(bytes.saturating_mul(COPIES))
}

fn quote(text: &mut Vec<u8>, kind: &str, name: &[u8]) {
    text.extend_from_slice(kind.as_bytes());
    text.extend_from_slice(b" '");
    text.extend_from_slice(name);
    text.push(b'\'');
}

/// The name under which a loaded module has the function: `error`, `string.rep`.
fn global_name<'gc>(ctx: Context<'gc>, activation: Activation<'gc>, made: usize) -> Option<Vec<u8>> {
    let loaded = match ctx.registry().get_field(ctx, "_LOADED") {
        Value::Table(loaded) => Some(loaded),
        _ => None,
    };
    // Nearly all natives are where their names say.
    if let Some(name) = activation.native_name() {
        let (library, field) = name.rsplit_once('.').unwrap_or(("_G", name));
        let module = loaded.unwrap_or(ctx.globals()).get_field(ctx, library);
        if let Value::Table(module) = module
            && let Value::Function(found) = module.get_field(ctx, field)
            && let Function::Native(native) = found
            && activation.function().map_or(NativeObject::shown_name(native) == name, |function| function == found)
        {
            return Some(name.as_bytes().to_vec());
        }
    }
    let function = Slot::from(Value::Function(activation.function()?));
    let mut search = Search { ctx, made, function, rest: SEARCH_MAX };
    let found = match loaded {
        Some(loaded) => search.modules(loaded),
        // Without `require` the libraries are what is in global tables.
        None => search.fields(ctx.globals(), b"_G").or_else(|| search.modules(ctx.globals())),
    };
    ctx.state().charge((SEARCH_MAX - search.rest) as usize / 4);
    found
}

/// A search for a function.
struct Search<'gc> {
    ctx: Context<'gc>,
    /// The bytes of lines that were made before.
    made: usize,
    function: Slot<'gc>,
    /// How many entries may still be looked at.
    rest: u32,
}

impl<'gc> Search<'gc> {
    /// Whether a table is too large to be searched.
    fn is_too_large(table: Table<'gc>) -> bool {
        table.0.entry_count() > SEARCHED_SIZE_MAX
    }

    /// Looks for the function among the entries of a table, and in the tables that those are.
    fn modules(&mut self, table: Table<'gc>) -> Option<Vec<u8>> {
        if Search::is_too_large(table) {
            return None;
        }
        let mut position = 0;
        while let Some((name, value, after)) = self.entry(table, position) {
            position = after;
            let Some(name) = name else { continue };
            if value.raw_equal(&self.function) {
                return Some(name.as_bytes().to_vec());
            }
            if let Some(module) = value.as_table()
                && let found @ Some(_) = self.fields(Table(module), name.as_bytes())
            {
                return found;
            }
        }
        None
    }

    /// Looks for the function among the entries of a module. Global variables are called by their names alone.
    fn fields(&mut self, module: Table<'gc>, module_name: &[u8]) -> Option<Vec<u8>> {
        if Search::is_too_large(module) {
            return None;
        }
        let mut position = 0;
        while let Some((name, value, after)) = self.entry(module, position) {
            position = after;
            if let Some(name) = name
                && value.raw_equal(&self.function)
            {
                let is_global = module_name == b"_G";
                let prefix: &[&[u8]] = if is_global { &[] } else { &[module_name, b"."] };
                return Some([&prefix.concat()[..], name.as_bytes()].concat());
            }
        }
        None
    }

    /// The next entry, its key if that is a string that can be shown, and the position behind it.
    fn entry(&mut self, table: Table<'gc>, position: u32) -> Option<(Option<LuaString<'gc>>, Slot<'gc>, u32)> {
        if self.rest == 0 {
            return None;
        }
        let (entry, after, passed) = table.0.next_entry(position);
        // What was passed is paid for, also where it is more than was left.
        self.ctx.state().charge(passed as usize / 4);
        self.rest = self.rest.saturating_sub(1 + passed);
        let (key, value) = entry?;
        let name = key.as_string().map(LuaString).filter(|name| can_show(self.ctx, self.made, name.as_bytes()));
        Some((name, value, after))
    }
}
