//! Errors for tools: a line of JSON each.
//!
//! ```text
//! {"kind":"runtime","message":"a.lua:2: …","chunk":"a.lua","line":2,"column":3,"length":5,"label":"nil","labels":[…],"notes":[…],"traceback":[…]}
//! ```
//!
//! `kind`, `message` and the three lists are always there; the keys from `chunk` to `length` only where the place is
//! known, and `label` only where there is something to say of it. `kind` is `runtime`, `syntax`, `warning`, or `error`
//! if only the message is known; `stopped` where a limit ended the run, `usage` where the command line is wrong, `hint`
//! for a remark of the prompt. Lines and columns count from 1; columns and lengths are in bytes. Bytes that are not
//! UTF-8 are replaced.

use super::finding::{Finding, Mark, Remark};
use fife::{FrameInfo, SourcePosition};
use fife_compiler::chunk_name::chunk_display_name;
use std::fmt::Write;

/// The line, with its end.
pub(super) fn line(found: &Finding) -> String {
    let mut object = Object::new();
    object.text("kind", found.kind);
    object.text("message", &String::from_utf8_lossy(found.message()));
    let chunk =
        found.place.as_ref().map(|place| String::from_utf8_lossy(&chunk_display_name(&place.chunk)).into_owned());
    let mut others: &[Mark] = &[];
    if let (Some(place), Some(chunk)) = (&found.place, &chunk) {
        object.mark(chunk, &place.primary);
        others = &place.others;
    }
    object.list("labels", others, |mark, object| object.mark(chunk.as_deref().unwrap_or_default(), mark));
    object.list("notes", &found.remarks, |remark, object| {
        object.text("kind", if matches!(remark, Remark::Help(_)) { "help" } else { "note" });
        object.text("text", remark.text());
    });
    object.list("traceback", &found.frames, frame);
    let mut line = object.finish();
    line.push('\n');
    line
}

fn frame(frame: &FrameInfo, object: &mut Object) {
    object.text("text", &frame.text);
    if let Some(name) = &frame.name {
        object.text("name", name);
    }
    if let Some(SourcePosition { chunk, line, column, .. }) = &frame.position {
        object.text("chunk", chunk);
        object.number("line", u64::from(*line));
        if let Some(column) = column {
            object.number("column", u64::from(*column));
        }
    }
    object.number("coroutine", u64::from(frame.coroutine));
    if frame.skipped > 0 {
        object.number("skipped", frame.skipped as u64);
    }
}

/// An object that is being written.
struct Object(String);

impl Object {
    fn new() -> Object {
        Object("{".to_owned())
    }

    fn key(&mut self, key: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        write_text(&mut self.0, key);
        self.0.push(':');
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        write_text(&mut self.0, value);
    }

    fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        // Writing to a string does not fail.
        let _ = write!(self.0, "{value}");
    }

    fn mark(&mut self, chunk: &str, mark: &Mark) {
        self.text("chunk", chunk);
        self.number("line", u64::from(mark.line));
        self.number("column", mark.range.start as u64 + 1);
        self.number("length", mark.range.len() as u64);
        if !mark.label.is_empty() {
            self.text("label", &mark.label);
        }
    }

    fn list<T>(&mut self, key: &str, items: &[T], write: impl Fn(&T, &mut Object)) {
        self.key(key);
        let all: Vec<String> = items
            .iter()
            .map(|item| {
                let mut object = Object::new();
                write(item, &mut object);
                object.finish()
            })
            .collect();
        self.0.push('[');
        self.0.push_str(&all.join(","));
        self.0.push(']');
    }

    fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A text in JSON: in ASCII quotes, with control characters escaped, including those that are commands for terminals.
fn write_text(into: &mut String, text: &str) {
    into.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => into.extend(['\\', character]),
            '\n' => into.push_str("\\n"),
            '\t' => into.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(into, "\\u{:04x}", u32::from(control));
            }
            other => into.push(other),
        }
    }
    into.push('"');
}
