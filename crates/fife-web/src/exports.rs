//! The functions that JavaScript calls.
//!
//! Arguments and results are numbers. Longer data goes through two buffers of this module: the page writes into the one
//! that [`fife_input`] makes, and reads answers from the one at [`fife_answer`], whose length the function returned.
//! The page must look up both again after each call, since the module's memory may have moved or grown.
//!
//! # Safety argument
//! The module follows no pointer from outside, since it gets none. Each number is checked, and any number is safe: a
//! wrong one gets the answer that there is nothing. The two pointers that it gives away are of its own buffers, whole
//! and initialized, to which no reference is held while JavaScript runs: each function borrows the page's state only
//! while it runs, and none calls JavaScript, because the module imports nothing. JavaScript that writes elsewhere harms
//! its own instance of the module and no other: that is WebAssembly's promise, not this file's.
//!
//! The only `unsafe` here is that each function has a name in the whole program (`no_mangle`), which no two may share.
//! All begin with `fife_`, and no other crate of this module exports any.

#![allow(unsafe_code)]

use crate::job::Turn;
use crate::machine::{CONSOLES_MAX, Machine};
use crate::report::Report;
use crate::text::{self, SOURCE_MAX, Typed};
use std::cell::RefCell;

/// The most bytes of input: a chunk and its name.
const INPUT_MAX: usize = SOURCE_MAX + 1024;

/// The state of an instance of the module.
#[derive(Default)]
struct Page {
    input: Vec<u8>,
    answer: Vec<u8>,
    machine: Option<Machine>,
}

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// Nothing here is entered while it runs, since it calls no JavaScript.
fn with_page<T>(use_page: impl FnOnce(&mut Page) -> T) -> T {
    PAGE.with_borrow_mut(use_page)
}

/// Leaves an answer, and returns its length.
fn answer(write: impl FnOnce(&Page, &mut Vec<u8>)) -> u32 {
    with_page(|page| {
        let mut bytes = std::mem::take(&mut page.answer);
        bytes.clear();
        write(page, &mut bytes);
        page.answer = bytes;
        page.answer.len() as u32
    })
}

impl Page {
    /// The first `length` bytes of the input, or all if it has fewer.
    fn input(&self, length: u32) -> &[u8] {
        &self.input[..self.input.len().min(length as usize)]
    }

    /// The input, split into a name and the rest.
    fn named_input(&self, name_length: u32, length: u32) -> (String, &[u8]) {
        let input = self.input(length);
        let (name, source) = input.split_at(input.len().min(name_length as usize));
        (String::from_utf8_lossy(name).into_owned(), source)
    }
}

/// Makes room for an input of `length` bytes and returns where it is; 0 if that is too long.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_input(length: u32) -> *mut u8 {
    with_page(|page| {
        if length as usize > INPUT_MAX {
            return std::ptr::null_mut();
        }
        page.input.clear();
        page.input.resize(length as usize, 0);
        page.input.as_mut_ptr()
    })
}

/// Where the last answer is.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_answer() -> *const u8 {
    with_page(|page| page.answer.as_ptr())
}

/// Answers with the tokens of the input: for each its kind, start and end, four bytes each, in UTF-16 units.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_tokens(length: u32) -> u32 {
    answer(|page, into| text::tokens(page.input(length), into))
}

/// Whether the input is complete: 0 if it is, 1 if it needs more, 2 if it is wrong, whatever follows. In the last two
/// cases the answer is the error, which ends with a zero byte.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_check(name_length: u32, length: u32) -> u32 {
    let mut found = 0;
    answer(|page, into| {
        let (name, source) = page.named_input(name_length, length);
        let (number, report) = match text::classify(source, &name) {
            Typed::Expression | Typed::Chunk => return,
            Typed::Incomplete(report) => (1, report),
            Typed::Wrong(report) => (2, report),
        };
        found = number;
        report.write(into);
        into.push(0);
    });
    found
}

/// Makes the virtual machine of this instance, replacing an earlier one. It may hold `memory` bytes. The seed should be
/// drawn at random. Returns 1 if there is one now.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_open(memory: u32, seed_low: u32, seed_high: u32) -> u32 {
    let seed = u64::from(seed_high) << 32 | u64::from(seed_low);
    let machine = Machine::new(memory as usize, seed).ok();
    with_page(|page| {
        page.machine = machine;
        u32::from(page.machine.is_some())
    })
}

/// Makes a job from the input, a name followed by source text, and returns its number. If it cannot, returns -1, and
/// the answer is the error, which ends with a zero byte.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_start(name_length: u32, length: u32, console: u32) -> i32 {
    with_page(|page| {
        let (name, source) = page.named_input(name_length, length);
        let source = source.to_vec();
        let started = match &mut page.machine {
            Some(machine) => machine.start(&source, &name, console as usize),
            None => Err(Report::of_host("there is no virtual machine")),
        };
        started.map_or_else(
            |report| {
                page.answer.clear();
                report.write(&mut page.answer);
                page.answer.push(0);
                -1
            },
            |number| number as i32,
        )
    })
}

/// Gives a job a turn of `fuel` units and returns the outcome.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_step(job: u32, fuel: u32) -> u32 {
    with_page(|page| match &mut page.machine {
        Some(machine) => machine.step(job as usize, u64::from(fuel)) as u32,
        None => Turn::Unknown as u32,
    })
}

/// A number about a job: 0 the fuel it has used, 1 the lines it has written, 2 the contents of its tank (negative for a
/// debt, NaN without a tank).
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_count(job: u32, which: u32) -> f64 {
    with_page(|page| {
        let Some(job) = page.machine.as_mut().and_then(|machine| machine.job(job as usize)) else { return f64::NAN };
        match which {
            0 => job.used as f64,
            1 => job.lines as f64,
            2 => job.tank.map_or(f64::NAN, |tank| tank.remaining() as f64),
            _ => f64::NAN,
        }
    })
}

/// Fills a job's tank by `units`, up to `cap`. A job without one gets a tank.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_refill(job: u32, units: f64, cap: f64) {
    with_page(|page| {
        if let Some(machine) = &mut page.machine {
            // NaN and numbers below 0 become 0.
            machine.refill(job as usize, units as u64, cap as u64);
        }
    });
}

/// Takes away a job's tank.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_untank(job: u32) {
    with_page(|page| {
        if let Some(job) = page.machine.as_mut().and_then(|machine| machine.job(job as usize)) {
            job.tank = None;
        }
    });
}

/// Raises an error in a job, which its script can catch.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_interrupt(job: u32) {
    with_page(|page| {
        if let Some(machine) = &mut page.machine {
            machine.interrupt(job as usize);
        }
    });
}

/// Drops a job, whatever it is doing. A later job may get its number.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_drop(job: u32) {
    with_page(|page| {
        if let Some(machine) = &mut page.machine {
            machine.drop_job(job as usize);
        }
    });
}

/// Answers with the error of a job that failed.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_error(job: u32) -> u32 {
    with_page(|page| {
        let Page { answer, machine, .. } = page;
        answer.clear();
        if let Some(report) = machine.as_mut().and_then(|it| it.job(job as usize)).and_then(|job| job.report()) {
            report.write(answer);
        }
        answer.len() as u32
    })
}

/// Answers with the place where a job is: `chunk:line`.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_place(job: u32) -> u32 {
    answer(|page, into| {
        if let Some(machine) = &page.machine {
            machine.place(job as usize, into);
        }
    })
}

/// Takes the output of a console and answers with it: for each piece its kind (0 printed, 1 a result, 2 a warning), one
/// byte; its length, four bytes; its text.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_output(console: u32) -> u32 {
    answer(|page, into| {
        if let Some(machine) = page.machine.as_ref().filter(|_| (console as usize) < CONSOLES_MAX) {
            machine.take_output(console as usize, into);
        }
    })
}

/// A number of bytes: 0 what the virtual machine holds, 1 what is in use, 2 the most it ever held, 3 its limit.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_memory(which: u32) -> f64 {
    with_page(|page| {
        let numbers = page.machine.as_ref().map(Machine::memory);
        numbers.and_then(|numbers| numbers.get(which as usize).copied()).map_or(f64::NAN, |number| number as f64)
    })
}
