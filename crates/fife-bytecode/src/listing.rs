//! A compiled function as text, for people and for golden tests: Fife's `luac -l -l`.
//!
//! Everything is printed from the declarations in `instruction.rs`; only the contents of comments (constants, names of
//! upvalues, jump targets) are added here. Instructions are numbered from 0, as everywhere in Fife. Unverified
//! prototypes can be listed: what points nowhere is shown as `?`.

use crate::instruction::{Instruction, Operand};
use crate::number::{float_text, integer_text};
use crate::prototype::{Capture, Constant, Prototype, UpvalueKind};
use std::fmt::{self, Display, Write};

#[cfg(test)]
mod tests;

/// The most bytes of a string shown in a comment.
const COMMENT_STRING_MAX: usize = 60;

/// The listing of a function and of all functions in it, each before those nested in it: a header, then a line per
/// instruction with its place, its line in the source, its operands, and, after a semicolon, what they refer to and how
/// many registers are live. With `full`, also the constants, local variables and upvalues.
pub fn list(prototype: &Prototype, full: bool) -> String {
    let mut out = String::new();
    let mut pending = vec![prototype];
    while let Some(prototype) = pending.pop() {
        // Writing to a string cannot fail.
        let _ = list_function(prototype, full, &mut out);
        pending.extend(prototype.prototypes.iter().rev().map(|nested| &**nested));
    }
    out
}

fn list_function(prototype: &Prototype, full: bool, out: &mut String) -> fmt::Result {
    if !out.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "{} ({})", Title(prototype), Count(prototype.code.len(), "instruction"))?;
    writeln!(
        out,
        "{}{} param{}, {}, {}, {}, {}, {}, entry ${}",
        prototype.parameter_count,
        if prototype.is_vararg { "+" } else { "" },
        if prototype.parameter_count == 1 { "" } else { "s" },
        Count(prototype.register_count as usize, "slot"),
        Count(prototype.upvalues.len(), "upvalue"),
        Count(prototype.locals.len(), "local"),
        Count(prototype.constants.len(), "constant"),
        Count(prototype.prototypes.len(), "function"),
        prototype.entry_cost,
    )?;
    for (pc, instruction) in prototype.code.iter().enumerate() {
        list_instruction(prototype, pc, instruction, out)?;
    }
    if full {
        list_tables(prototype, out)?;
    }
    Ok(())
}

fn list_instruction(prototype: &Prototype, pc: usize, instruction: &Instruction, out: &mut String) -> fmt::Result {
    let mut operands = String::new();
    let mut comment = String::new();
    let mut result = Ok(());
    instruction.operands(|name, operand| {
        result = result
            .and_then(|()| write_operand(name, operand, &mut operands))
            .and_then(|()| write_remark(prototype, pc, operand, &mut comment));
    });
    result?;
    write!(out, "\t{pc}\t[{}]\t{:<20}\t{operands}", prototype.position(pc).line, instruction.name())?;
    match prototype.live.get(pc) {
        Some(live) => writeln!(out, "\t;{comment} live {live}"),
        None => writeln!(out, "\t;{comment} live ?"),
    }
}

fn write_operand(name: &str, operand: Operand, out: &mut String) -> fmt::Result {
    // A switch is shown only if it is on.
    if operand == Operand::Switch(false) {
        return Ok(());
    }
    if !out.is_empty() {
        out.push(' ');
    }
    match operand {
        Operand::Input(it) | Operand::Output(it) | Operand::Block(it) => write!(out, "{it:?}"),
        Operand::Key(it) => write!(out, "{it:?}"),
        Operand::Constant(it) => write!(out, "{it:?}"),
        Operand::Prototype(it) => write!(out, "{it:?}"),
        Operand::Upvalue(it) => write!(out, "{it:?}"),
        Operand::Jump(offset) => write!(out, "{offset:+}"),
        Operand::Cost(cost) => write!(out, "${cost}"),
        Operand::Number(value) => write!(out, "{name}={value}"),
        Operand::Switch(_) => out.write_str(name),
    }
}

/// Writes what an operand refers to.
fn write_remark(prototype: &Prototype, pc: usize, operand: Operand, out: &mut String) -> fmt::Result {
    match operand {
        Operand::Key(key) => write_constant(prototype, key.index(), out),
        Operand::Constant(constant) => write_constant(prototype, constant.0 as usize, out),
        Operand::Prototype(index) => match prototype.prototypes.get(index.0 as usize) {
            Some(inner) => write!(out, " {},", Title(inner)),
            None => write!(out, " ?,"),
        },
        Operand::Upvalue(index) => match prototype.upvalues.get(index.index()) {
            Some(upvalue) => write!(out, " {},", Text(&upvalue.name)),
            None => write!(out, " ?,"),
        },
        Operand::Jump(offset) => write!(out, " to {},", pc as i64 + 1 + offset as i64),
        _ => Ok(()),
    }
}

fn write_constant(prototype: &Prototype, index: usize, out: &mut String) -> fmt::Result {
    match prototype.constants.get(index) {
        Some(Constant::String(bytes)) if bytes.len() > COMMENT_STRING_MAX => {
            write!(out, " \"{}\"...,", Text(&bytes[..COMMENT_STRING_MAX]))
        }
        Some(constant) => write!(out, " {},", Value(constant)),
        None => write!(out, " ?,"),
    }
}

fn list_tables(prototype: &Prototype, out: &mut String) -> fmt::Result {
    writeln!(out, "constants ({}):", prototype.constants.len())?;
    for (index, constant) in prototype.constants.iter().enumerate() {
        writeln!(out, "\t{index}\t{}", Value(constant))?;
    }
    writeln!(out, "locals ({}):", prototype.locals.len())?;
    for (index, local) in prototype.locals.iter().enumerate() {
        let cell = if local.in_cell { "\tcell" } else { "" };
        writeln!(out, "\t{index}\t{}\tr{}\t{}\t{}{cell}", Text(&local.name), local.register, local.start, local.end)?;
    }
    writeln!(out, "upvalues ({}):", prototype.upvalues.len())?;
    for (index, upvalue) in prototype.upvalues.iter().enumerate() {
        write!(out, "\t{index}\t{}\t", Text(&upvalue.name))?;
        match upvalue.capture {
            Capture::Register(register) => write!(out, "r{register}")?,
            Capture::Upvalue(upvalue) => write!(out, "u{upvalue}")?,
            Capture::Running => write!(out, "running")?,
        }
        let kind = match upvalue.kind {
            UpvalueKind::Value => "value",
            UpvalueKind::Cell => "cell",
        };
        writeln!(out, "\t{kind}")?;
    }
    Ok(())
}

/// `main <file:0,0>`
struct Title<'a>(&'a Prototype);

impl Display for Title<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prototype = self.0;
        f.write_str(if prototype.line_defined == 0 { "main <" } else { "function <" })?;
        match &*prototype.source {
            [b'@' | b'=', name @ ..] => write!(f, "{}", Text(name))?,
            _ => f.write_str("(string)")?,
        }
        write!(f, ":{},{}>", prototype.line_defined, prototype.last_line_defined)
    }
}

/// `1 slot`, `2 slots`
struct Count<'a>(usize, &'a str);

impl Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}

/// A constant as source text.
struct Value<'a>(&'a Constant);

impl Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Constant::Nil => f.write_str("nil"),
            Constant::Boolean(value) => write!(f, "{value}"),
            Constant::Integer(value) => write!(f, "{}", integer_text(*value)),
            Constant::Float(value) => write!(f, "{}", float_text(*value)),
            Constant::String(bytes) => write!(f, "\"{}\"", Text(bytes)),
        }
    }
}

/// Bytes, with Lua's escapes for all but printable ASCII.
struct Text<'a>(&'a [u8]);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &byte in self.0 {
            match byte {
                b'"' => f.write_str("\\\"")?,
                b'\\' => f.write_str("\\\\")?,
                b'\n' => f.write_str("\\n")?,
                b'\r' => f.write_str("\\r")?,
                b'\t' => f.write_str("\\t")?,
                b' '..=b'~' => f.write_char(byte as char)?,
                _ => write!(f, "\\{byte:03}")?,
            }
        }
        Ok(())
    }
}
