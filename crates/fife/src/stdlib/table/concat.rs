//! `table.concat`.
//!
//! The result grows in a buffer and becomes a string at the end. A short list without metamethods is done at once;
//! otherwise the buffer continues as part of a sequence.

use super::super::buffer::Buffer;
use super::{LENGTH, READ, check_table};
use crate::error::Error;
use crate::native::{Call, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::{LuaString, Slot, Table, Value};
use fife_arena::Collect;
use fife_bytecode::number;

/// How much fuel is spent without a sequence, and between two checks of the fuel.
const CHUNK: usize = 1000;

/// The places of the window after the four arguments.
const VALUE: usize = 4;

/// `table.concat`
pub(super) fn concat<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let mut concat = Concat {
        operations: Operations::default(),
        is_checked: false,
        is_read: false,
        next: 1,
        left: 0,
        separator: None,
        buffer: Buffer::new(call),
    };
    if let Some(table) = call.raw_table(0) {
        concat.check(call, table.length())?;
        if concat.run_raw(call, table)? {
            let result = concat.buffer.finish(call)?;
            return call.one(result);
        }
    } else {
        check_table(call, 0, READ | LENGTH)?;
    }
    call.fix_arguments(VALUE);
    call.push_slot(Slot::NIL);
    call.sequence(concat)
}

/// A running `table.concat`.
#[derive(Collect)]
struct Concat<'gc> {
    operations: Operations<'gc>,
    /// Whether the arguments are known.
    is_checked: bool,
    /// Whether the next element was read into the window's value `VALUE`.
    is_read: bool,
    /// The index of the next element, and how many are left.
    next: i64,
    left: u64,
    /// Also in the window, unless it is the text of a number.
    separator: Option<LuaString<'gc>>,
    buffer: Buffer<'gc>,
}

impl<'gc> Concat<'gc> {
    /// Checks the arguments. `size` is the index of the last element.
    fn check(&mut self, call: &Call<'gc, '_>, size: i64) -> Result<(), Error<'gc>> {
        self.separator = call.string_or_none(1)?;
        self.next = call.integer_or(2, 1)?;
        let last = call.integer_or(3, size)?;
        if self.next <= last {
            self.left = (last.wrapping_sub(self.next) as u64).saturating_add(1);
        }
        self.is_checked = true;
        Ok(())
    }

    /// Appends the next element, and the separator if another element follows. Returns the fuel for it. An error comes
    /// before any change.
    #[inline]
    fn append(&mut self, call: &Call<'gc, '_>, element: Slot<'gc>) -> Result<usize, Error<'gc>> {
        let number;
        let text = match element.value() {
            Value::String(string) => string.as_bytes(),
            Value::Integer(value) => {
                number = number::integer_text(value);
                number.as_bytes()
            }
            Value::Number(value) => {
                number = number::float_text(value);
                number.as_bytes()
            }
            _ => return Err(self.invalid_value(call, element)),
        };
        let separator = match self.separator {
            Some(separator) if self.left > 1 => separator.as_bytes(),
            _ => b"",
        };
        let length = text.len().saturating_add(separator.len());
        self.buffer.reserve(call, length)?;
        for part in [text, separator] {
            self.buffer.append(call, part)?;
        }
        // This may wrap around after the last element.
        self.next = self.next.wrapping_add(1);
        self.left -= 1;
        Ok(2 + length / 16)
    }

    #[cold]
    fn invalid_value(&self, call: &Call<'gc, '_>, element: Slot<'gc>) -> Error<'gc> {
        let type_name = element.value().type_name();
        call.error(format!("invalid value ({type_name}) at index {} in table for 'concat'", self.next))
    }

    /// Continues until about a `CHUNK` of fuel is spent, which [`append`](Self::append) charges in part. True if that
    /// was all.
    fn run_raw(&mut self, call: &Call<'gc, '_>, table: Table<'gc>) -> Result<bool, Error<'gc>> {
        let mut spent = 0;
        while self.left > 0 && spent < CHUNK {
            spent += self.append(call, table.get_slot(self.next))?;
        }
        call.charge(spent);
        Ok(self.left == 0)
    }

    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        if !self.is_checked {
            let size = self.operations.length(call, call.get(0))?;
            self.check(call, size)?;
        }
        while self.left > 0 {
            if !self.is_read
                && !self.operations.has_answer()
                && let Some(table) = call.raw_table(0)
            {
                self.run_raw(call, table)?;
                call.spend(0)?;
                continue;
            }
            if !self.is_read {
                let value = self.operations.get_element(call, 0, self.next)?;
                call.replace_slot(VALUE, value);
                self.is_read = true;
            }
            let spent = self.append(call, call.slot(VALUE))?;
            self.is_read = false;
            call.spend(spent)?;
        }
        let result = loop {
            match self.buffer.make_string_in_portions(call)? {
                Some(result) => break result,
                None => call.spend(0)?,
            }
        };
        self.buffer.take_memory().free(call.ctx().mc());
        call.push(result);
        Ok(1)
    }
}

impl<'gc> Sequence<'gc> for Concat<'gc> {
    const NAME: &'static str = "table.concat";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call))
    }
}
