//! Finds out about an error that a script raised, while its frames still exist.
//!
//! The message says what failed and the name of the value. The failing instruction says which of its operands has that
//! name, where the operand got its value, and which table it was read from. What the code does not show is not claimed.

use super::finding::{Finding, Mark, Place, Remark};
use super::near::{self, Nearest};
use super::source::{Source, Sources};
use super::span;
use fife::gc::semantics::{Event, metamethod};
use fife::gc::{
    Activation, Call, Context, FunctionCode, Inspector, NameKind, Operand, Origin, Position, Slot, Table, Value,
};

/// The fields of a table are listed if there are at most this many.
const FIELDS_MAX: usize = 3;

/// The longest name of a field that is shown.
const FIELD_NAME_MAX: usize = 40;

/// The farthest line from the error that is shown with it.
const LINES_APART_MAX: u32 = 100;

/// The parts of a message.
struct Said<'m> {
    text: &'m str,
    /// The kind and the name in ` (local 'x')`.
    name: Option<(&'m str, &'m str)>,
}

impl<'m> Said<'m> {
    fn of(text: &'m str) -> Said<'m> {
        let name = text.rfind(" (").and_then(|at| {
            let inner = &text[at + 2..text[at..].find("')").map(|end| at + end)?];
            inner.split_once(" '")
        });
        Said { text, name }
    }

    /// The action and the type in `attempt to index a nil value`.
    fn attempt(&self) -> Option<(&'m str, &'m str)> {
        let rest = self.text.strip_prefix("attempt to ")?;
        let (action, rest) = rest.split_once(" a ")?;
        Some((action, &rest[..rest.find(" value")?]))
    }
}

/// Finds out about an error in a message handler. `message` is its message, and `plain` its whole plain text.
pub(super) fn examine(call: &Call<'_, '_>, message: &[u8], plain: &[u8], sources: &Sources) -> Finding {
    let inspector = call.inspector();
    // From the thread that ran down to the coroutine where it was raised.
    let threads: Vec<Inspector<'_>> = std::iter::successors(Some(inspector), |it| it.origin()).collect();
    let mut finding = Finding {
        kind: "runtime",
        message_length: message.len().min(plain.len()),
        coroutines: coroutine_lines(&threads),
        frames: inspector.frames(1),
        ..Finding::of_message(plain)
    };
    // The handler itself is a level of its thread.
    let levels = |index: usize| threads[index].levels().skip(usize::from(index == 0));
    let mut said = message;
    for index in 0..threads.len() - 1 {
        said = without_position(said, levels(index));
    }
    let innermost: Vec<Activation<'_>> = levels(threads.len() - 1).take(LEVELS_MAX).collect();
    let Some(failing) = Failing::find(&innermost, said) else { return finding };
    said = without_position(said, innermost.iter().copied());
    let Some(source) = sources.find(failing.code.source()) else { return finding };
    let Ok(said) = str::from_utf8(said) else { return finding };
    let mut explaining = Explaining { ctx: call.ctx(), failing, source, marks: Vec::new(), remarks: Vec::new() };
    let Some(primary) = explaining.explain(&Said::of(said)) else { return finding };
    if let Some(resumer) = threads.len().checked_sub(2) {
        explaining.mark_resumption(levels(resumer));
    }
    let Explaining { failing, marks, mut remarks, .. } = explaining;
    let (near, far): (Vec<Mark>, Vec<Mark>) =
        marks.into_iter().partition(|mark| mark.line.abs_diff(primary.line) <= LINES_APART_MAX);
    let chunk = String::from_utf8_lossy(&failing.code.short_source()).into_owned();
    remarks.splice(
        ..0,
        far.into_iter().map(|it| Remark::Note(format!("{} ({chunk}:{}:{})", it.label, it.line, it.range.start + 1))),
    );
    finding.place = Some(Place { chunk: failing.code.source().to_vec(), primary, others: near });
    finding.remarks = remarks;
    finding
}

/// How many levels are searched for the one that a message names.
const LEVELS_MAX: usize = 32;

/// How many coroutines are shown, besides the one that was resumed first.
const COROUTINES_MAX: usize = 10;

/// Lines of a traceback of the coroutines that an error came out of, the innermost first.
fn coroutine_lines(threads: &[Inspector<'_>]) -> Vec<u8> {
    let mut lines = Vec::new();
    for (index, thread) in threads.iter().enumerate().skip(1).rev() {
        let shown = threads.len() - 1 - index;
        if shown == COROUTINES_MAX && index > 1 {
            lines.extend_from_slice(format!("\n\t--- {} coroutines more, resumed by ---", index - 1).as_bytes());
        }
        if shown >= COROUTINES_MAX && index > 1 {
            continue;
        }
        let traceback = thread.traceback(0);
        lines.extend_from_slice(traceback.strip_prefix(b"stack traceback:").unwrap_or_default());
        let code = thread.levels().last().and_then(|level| level.function()?.code());
        let place = code.map(|code| format!("{}:{}", String::from_utf8_lossy(&code.short_source()), code.first_line()));
        let place = place.unwrap_or_else(|| "[C]".to_owned());
        lines.extend_from_slice(format!("\n\t--- coroutine of {place}, resumed by ---").as_bytes());
    }
    lines
}

/// The position at the start of messages of what is at this level.
fn position_text(level: Activation<'_>) -> Option<Vec<u8>> {
    let (code, position) = (level.function()?.code()?, level.position()?);
    Some([&code.short_source()[..], format!(":{}: ", position.line).as_bytes()].concat())
}

/// A message without the position at its start, if it is that of one of these.
fn without_position<'m, 'gc>(message: &'m [u8], levels: impl Iterator<Item = Activation<'gc>>) -> &'m [u8] {
    let mut texts = levels.take(LEVELS_MAX).filter_map(position_text);
    texts.find_map(|text| message.strip_prefix(&text[..])).unwrap_or(message)
}

/// The Lua function in which an error is.
struct Failing<'a, 'gc> {
    level: Activation<'gc>,
    code: FunctionCode<'gc>,
    position: Position,
    /// The function it called that raised the error, if it did not fail itself.
    thrower: Option<Activation<'gc>>,
    /// Whether that is the innermost level.
    is_innermost_call: bool,
    /// Those below it.
    callers: &'a [Activation<'gc>],
}

impl<'a, 'gc> Failing<'a, 'gc> {
    /// The one that a message names by its position, or the innermost.
    fn find(levels: &'a [Activation<'gc>], message: &[u8]) -> Option<Failing<'a, 'gc>> {
        let named = levels.iter().position(|it| position_text(*it).is_some_and(|text| message.starts_with(&text)));
        let index = named.or_else(|| levels.iter().position(|it| it.position().is_some()))?;
        let level = levels[index];
        let thrower = index.checked_sub(1).map(|above| levels[above]);
        Some(Failing {
            level,
            code: level.function()?.code()?,
            position: level.position()?,
            thrower,
            is_innermost_call: index == 1,
            callers: &levels[index + 1..],
        })
    }
}

/// What is being found out.
struct Explaining<'a, 'gc> {
    ctx: Context<'gc>,
    failing: Failing<'a, 'gc>,
    source: Source,
    marks: Vec<Mark>,
    remarks: Vec<Remark>,
}

impl<'gc> Explaining<'_, 'gc> {
    /// Finds the remarks, and the place of the error.
    fn explain(&mut self, said: &Said<'_>) -> Option<Mark> {
        let at = self.mark(self.failing.position, "")?;
        let line = self.source.line(at.line)?;
        // A call is where its arguments begin.
        let callee = Some(&line[at.range.clone()]).filter(|text| matches!(text[0], b'(' | b'{' | b'"' | b'\'' | b'['));
        let callee = callee.and_then(|_| span::called_name(line, at.range.start));
        let callee = callee.map(|range| Mark { range, ..at.clone() });
        let Some(thrower) = self.failing.thrower else {
            return self.explain_operation(said).or(callee).or(Some(at));
        };
        let argument = bad_argument(said.text).filter(|(_, name)| self.is_called(thrower, name));
        let argument = argument.and_then(|(number, _)| {
            let range = span::argument(line, at.range.start, number)?;
            Some(Mark { range, label: format!("argument #{number}"), ..at.clone() })
        });
        argument.or(callee).or(Some(at))
    }

    /// Whether a call made the native of this name fail, rather than a metamethod or a loop that the native called;
    /// `error` may have any text.
    fn is_called(&self, thrower: Activation<'gc>, name: &str) -> bool {
        let called = thrower
            .name()
            .filter(|called| !matches!(called.kind, NameKind::Metamethod | NameKind::Hook | NameKind::ForIterator));
        self.failing.is_innermost_call
            && thrower.position().is_none()
            && called.is_some_and(|called| called.text == name.as_bytes())
    }

    /// The token at a place that the compiler knows.
    fn mark(&self, position: Position, label: impl Into<String>) -> Option<Mark> {
        let (line, start) = self.source.find(position)?;
        Some(Mark { line: position.line, range: span::token(line, start)?, label: label.into() })
    }

    fn text(&self, mark: &Mark) -> &[u8] {
        self.source.line(mark.line).and_then(|line| line.get(mark.range.clone())).unwrap_or_default()
    }

    /// An operation of the function itself.
    fn explain_operation(&mut self, said: &Said<'_>) -> Option<Mark> {
        if let Some(mark) = self.loop_value(said) {
            return Some(mark);
        }
        let operands = self.failing.level.operands();
        let Some((kind, name)) = said.name else { return self.explain_nameless(said, &operands) };
        let blamed = operands
            .into_iter()
            .find(|it| it.name().is_some_and(|found| found.kind.as_str() == kind && found.text == name.as_bytes()))?;
        let value = blamed.value();
        let (action, type_name) = said.attempt().unwrap_or(("", value.map_or("", Value::type_name)));
        if value.is_some_and(|value| value.type_name() != type_name && !has_type_name(self.ctx, value)) {
            // It has another value by now.
            return None;
        }
        match blamed.name()?.kind {
            NameKind::Local => self.explain_variable(blamed, name, type_name),
            NameKind::Upvalue => {
                let line = self.source.line(self.failing.position.line)?;
                let range = span::only_variable(line, name.as_bytes())?;
                Some(Mark { line: self.failing.position.line, range, label: type_name.to_owned() })
            }
            NameKind::Global | NameKind::Field | NameKind::Method => {
                let mut at = self.mark(blamed.set_at()?, type_name)?;
                if self.text(&at) != name.as_bytes() {
                    return None;
                }
                let line = self.source.line(at.line)?;
                if action == "index"
                    && let Some(selection) = span::next_selection(line, &at.range)
                {
                    at.label = format!("{type_name}: indexed by '{selection}'");
                }
                if type_name == "nil" {
                    self.explain_missing(blamed, name, action == "call", &mut at);
                }
                Some(at)
            }
            _ => None,
        }
    }

    /// What a numeric loop cannot count with.
    fn loop_value(&self, said: &Said<'_>) -> Option<Mark> {
        let (what, rest) = said.text.strip_prefix("bad 'for' ")?.split_once(" (number expected, got ")?;
        let number = ["initial value", "limit", "step"].iter().position(|it| *it == what)?;
        let at = self.mark(self.failing.position, rest.strip_suffix(')')?)?;
        let range = span::loop_value(self.source.line(at.line)?, at.range.start, number)?;
        Some(Mark { range, ..at })
    }

    /// An operation on a value that has no name.
    fn explain_nameless(&mut self, said: &Said<'_>, operands: &[Operand<'gc>]) -> Option<Mark> {
        let (_, type_name) = said.attempt()?;
        let mut candidates =
            operands.iter().filter(|it| it.value().is_some_and(|value| value.type_name() == type_name));
        let blamed = candidates.next().filter(|_| candidates.next().is_none())?;
        if blamed.origin() == Some(Origin::Call)
            && let Some(mut mark) = self.mark_call(blamed.set_at()?)
        {
            mark.label = format!("this call gave {}", with_article(type_name));
            self.marks.push(mark);
        }
        None
    }

    /// A local variable of a wrong type.
    fn explain_variable(&mut self, blamed: Operand<'gc>, name: &str, type_name: &str) -> Option<Mark> {
        if self.mark_setter(blamed, name, type_name, "") {
            return None;
        }
        let line = self.source.line(self.failing.position.line)?;
        let range = span::only_variable(line, name.as_bytes())?;
        let label = type_name.to_owned();
        if blamed.parameter() == Some(0) && name == "self" && type_name == "nil" {
            self.explain_self();
        } else if blamed.parameter().is_some()
            && let Some(caller) = self.caller()
        {
            self.remarks.push(Remark::Note(format!("'{name}' is a parameter; the function was called at {caller}")));
        }
        Some(Mark { line: self.failing.position.line, range, label })
    }

    /// Marks where a variable got its value.
    fn mark_setter(&mut self, operand: Operand<'gc>, name: &str, type_name: &str, more: &str) -> bool {
        let (Some(origin), Some(position)) = (operand.origin(), operand.set_at()) else { return false };
        if operand.value().is_some_and(|value| !can_make(origin, value)) {
            // It was changed by other means, as `debug.setlocal` is.
            return false;
        }
        let value = with_article(type_name);
        let mark = match origin {
            Origin::Call => self.mark_call(position),
            Origin::Nil => self.mark_declaration(position, name),
            _ => self.mark(position, ""),
        };
        let Some(mut mark) = mark else { return false };
        if origin == Origin::Variable && self.text(&mark) == name.as_bytes() {
            // It was read there, from where closures share it, and set elsewhere.
            return false;
        }
        if origin == Origin::Table && self.text(&mark) == b"{" {
            // An empty one as a whole.
            let line = self.source.line(mark.line).unwrap_or_default();
            if line.get(mark.range.end) == Some(&b'}') {
                mark.range.end += 1;
            }
        }
        mark.label = if more.is_empty() { format!("'{name}' was set to {value} here") } else { more.to_owned() };
        self.marks.push(mark);
        true
    }

    /// Where a variable became nil: at a `nil`, or at its name where no value is left for it.
    fn mark_declaration(&self, position: Position, name: &str) -> Option<Mark> {
        let mark = self.mark(position, "")?;
        if self.text(&mark) == b"nil" {
            return Some(mark);
        }
        let line = self.source.line(mark.line)?;
        let range = span::declared_name(line, mark.range.end, name.as_bytes())?;
        Some(Mark { range, ..mark })
    }

    /// A global variable, field or method that is not there.
    fn explain_missing(&mut self, blamed: Operand<'gc>, name: &str, is_called: bool, at: &mut Mark) {
        let (Some(kind), Some(table)) = (blamed.name().map(|name| name.kind), blamed.table()) else { return };
        let ctx = self.ctx;
        let mut nearest = Nearest::new(name.as_bytes());
        let Some(value) = table.value() else { return };
        if matches!(value, Value::Table(fields) if !fields.get_field(ctx, name).is_nil()) {
            // It has come since, or is another table's.
            return;
        }
        match (value, near::index_table(ctx, value)) {
            (Value::Table(fields), _) => {
                nearest.consider_table(ctx, fields, is_called);
                if kind != NameKind::Global {
                    self.explain_fields(table, fields);
                }
            }
            (value, Some(methods)) => {
                nearest.consider_table(ctx, methods, is_called);
                if let Value::String(_) = value {
                    let what = if kind == NameKind::Method { "method" } else { "field" };
                    at.label = format!("strings have no {what} '{name}'");
                    if let Some(name) = local_name(table) {
                        self.mark_setter(table, &name, "string", "");
                    }
                }
            }
            _ => {}
        }
        if kind == NameKind::Global
            && let Some(local) = self.near_local(name, is_called)
        {
            self.remarks.push(Remark::Help(format!("there is a local '{local}'")));
        } else if let Some(found) = nearest.found()
            && !(kind == NameKind::Global && self.is_local(&found))
        {
            self.remarks.push(Remark::Help(match kind {
                NameKind::Global => format!("there is a global '{found}'"),
                _ => format!("did you mean '{found}'?"),
            }));
        }
    }

    /// Whether a local variable in scope has this name.
    fn is_local(&self, name: &str) -> bool {
        self.failing.level.locals().any(|variable| variable.name() == name.as_bytes())
    }

    /// The local variable in scope whose name is nearly this one.
    fn near_local(&self, name: &str, is_called: bool) -> Option<String> {
        let mut nearest = Nearest::new(name.as_bytes());
        for variable in self.failing.level.locals() {
            if !is_called || matches!(variable.value(), Value::Function(_)) {
                nearest.consider(variable.name());
            }
        }
        nearest.found()
    }

    /// Explains a table without a field: that it is empty, or has only a few others.
    fn explain_fields(&mut self, variable: Operand<'gc>, fields: Table<'gc>) {
        let Some(name) = local_name(variable) else { return };
        if !metamethod(self.ctx, Slot::from(Value::Table(fields)), Event::Index).is_nil() {
            // It has what other tables have, or what a function says.
            return;
        }
        let Some(found) = few_fields(self.ctx, fields) else { return };
        let what = match &found[..] {
            [] => {
                let label = format!("'{name}' was set here, and is empty");
                if variable.origin() == Some(Origin::Table) && self.mark_setter(variable, &name, "table", &label) {
                    return;
                }
                format!("'{name}' is empty")
            }
            [only] => format!("'{name}' has the field '{only}' only"),
            [before @ .., last] => format!("'{name}' has the fields '{}' and '{last}' only", before.join("', '")),
        };
        let passed = variable.parameter().and_then(|_| self.caller());
        self.remarks.push(Remark::Note(match passed {
            Some(caller) => format!("{what}; it was passed at {caller}"),
            None => what,
        }));
    }

    /// The call of the function, if it was called by Lua code.
    fn call_of_function(&self) -> Option<(FunctionCode<'gc>, Position)> {
        let caller = self.failing.callers.first().filter(|_| !self.failing.level.is_tail_call())?;
        // The name says that a call called it, and no metamethod did.
        let name = self.failing.level.name()?;
        let is_call = !matches!(name.kind, NameKind::Metamethod | NameKind::Hook | NameKind::ForIterator);
        Some((caller.function()?.code()?, caller.position()?)).filter(|_| is_call)
    }

    /// Where the function was called, in words.
    fn caller(&self) -> Option<String> {
        let (code, position) = self.call_of_function()?;
        let Position { line, column } = position;
        Some(format!("{}:{line}:{column}", String::from_utf8_lossy(&code.short_source())))
    }

    /// A method that was called without an object.
    fn explain_self(&mut self) {
        let Some((code, position)) = self.call_of_function() else { return };
        let Some(name) = self.failing.level.name().filter(|name| name.kind == NameKind::Field) else { return };
        let is_method = self.source.line(self.failing.code.first_line());
        if !is_method.is_some_and(|line| span::declares_method(line, name.text))
            || code.source() != self.failing.code.source()
        {
            return;
        }
        let Some(mut mark) = self.mark_call(position) else { return };
        let Some((line, start)) = self.source.find(position) else { return };
        let has_none = span::is_without_arguments(line, start);
        mark.label = format!("called here{}", if has_none { ", without an argument" } else { "" });
        let called = String::from_utf8_lossy(&line[mark.range.start..start]).into_owned();
        if let Some((object, method)) = called.trim_end().rsplit_once('.') {
            let (object, method) = (object.trim_end(), method.trim_start());
            let declared = format!("'{method}' is declared with ':'");
            self.remarks.push(match has_none {
                true => Remark::Help(format!("{declared}; call it as '{object}:{method}()'")),
                // An object may have been given, and be nil.
                false => Remark::Note(format!("{declared}, so its first argument is 'self'")),
            });
        }
        self.marks.push(mark);
    }

    /// A call as a whole, of which the compiler knows where its arguments begin.
    fn mark_call(&self, position: Position) -> Option<Mark> {
        let (line, start) = self.source.find(position)?;
        let range = span::call(line, start).or_else(|| span::token(line, start))?;
        Some(Mark { line: position.line, range, label: String::new() })
    }

    /// Marks where the coroutine was resumed that failed, if that is in the same chunk. `levels` are those of what
    /// resumed it.
    fn mark_resumption(&mut self, levels: impl Iterator<Item = Activation<'gc>>) {
        let resumer = levels.take(2).find_map(|level| Some((level.function()?.code()?, level.position()?)));
        if let Some((code, position)) = resumer
            && code.source() == self.failing.code.source()
            && let Some(mark) = self.mark_call(position)
        {
            self.marks.push(Mark { label: "resumed here".to_owned(), ..mark });
        }
    }
}

/// Whether a value can be what was put where it is in this way.
fn can_make(origin: Origin, value: Value<'_>) -> bool {
    match origin {
        Origin::Nil => value.is_nil(),
        Origin::Constant => {
            matches!(value, Value::Boolean(_) | Value::Integer(_) | Value::Number(_) | Value::String(_))
        }
        Origin::Table => matches!(value, Value::Table(_)),
        Origin::Function => matches!(value, Value::Function(_)),
        _ => true,
    }
}

/// The name of a local variable.
fn local_name(operand: Operand<'_>) -> Option<String> {
    let name = operand.name().filter(|name| name.kind == NameKind::Local)?;
    String::from_utf8(name.text.to_vec()).ok()
}

/// The number and the name in `bad argument #2 to 'rep' (...)`.
fn bad_argument(said: &str) -> Option<(usize, &str)> {
    let (number, rest) = said.strip_prefix("bad argument #")?.split_once(" to '")?;
    Some((number.parse().ok()?, &rest[..rest.find("' (")?]))
}

/// The fields of a table, if it has few and all of them are named.
fn few_fields<'gc>(ctx: Context<'gc>, table: Table<'gc>) -> Option<Vec<String>> {
    let (mut found, mut are_all, mut rest) = (Vec::new(), true, near::LOOKED_AT_MAX);
    near::for_each_entry(ctx, table, &mut rest, |key, _| {
        let name = match key {
            Value::String(key) if key.len() <= FIELD_NAME_MAX => str::from_utf8(key.as_bytes()).ok().map(str::to_owned),
            _ => None,
        };
        are_all = name.is_some() && found.len() < FIELDS_MAX;
        found.extend(name.filter(|_| are_all));
        are_all
    });
    found.sort();
    (are_all && rest > 0).then_some(found)
}

/// Whether the metatable of a value has a name for its type, which messages say then.
fn has_type_name<'gc>(ctx: Context<'gc>, value: Value<'gc>) -> bool {
    matches!(metamethod(ctx, Slot::from(value), Event::Name).value(), Value::String(_))
}

/// The name of a type in a sentence.
fn with_article(type_name: &str) -> String {
    if type_name == "nil" { type_name.to_owned() } else { format!("a {type_name}") }
}
