//! What JavaScript calls.
//!
//! An argument is a number, and so is a result. Longer things go through two buffers of this module: the page writes into the one that
//! [`fife_input`] makes, and reads what a function has left in the one at [`fife_answer`], whose length that function returned. The page
//! must look for both anew after each call, since the module's memory may have moved or grown.
//!
//! # Safety argument
//! The module follows no pointer that it is given, since it is given none. Each number is checked, and any number will do: the wrong one
//! gets the answer that there is nothing. The two pointers that it gives away are of buffers that it owns, whole and initialized, and which no
//! reference is held to while JavaScript runs: each function borrows the page's state for as long as it runs, and none calls JavaScript,
//! because the module imports nothing. JavaScript that writes elsewhere harms its own instance of the module, and no other: that
//! is WebAssembly's promise, not this file's.
//!
//! What is `unsafe` here is that each function has a name of the whole program (`no_mangle`), which two must not share. All begin with
//! `fife_`, and no other crate of this module exports any.

#![allow(unsafe_code)]

use crate::job::Turn;
use crate::machine::{CONSOLES_MAX, Machine};
use crate::report::Report;
use crate::text::{self, SOURCE_MAX, Typed};
use std::cell::RefCell;

/// The most bytes of input: a chunk and its name.
const INPUT_MAX: usize = SOURCE_MAX + 1024;

/// All that an instance of the module has.
#[derive(Default)]
struct Page {
    input: Vec<u8>,
    answer: Vec<u8>,
    machine: Option<Machine>,
}

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// Nothing here is entered while it runs, for it calls nothing of JavaScript's.
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
    /// The first bytes of the input, as many as there are.
    fn input(&self, length: u32) -> &[u8] {
        &self.input[..self.input.len().min(length as usize)]
    }

    /// The input as a name and what follows it.
    fn named_input(&self, name_length: u32, length: u32) -> (String, &[u8]) {
        let input = self.input(length);
        let (name, source) = input.split_at(input.len().min(name_length as usize));
        (String::from_utf8_lossy(name).into_owned(), source)
    }
}

/// Makes room for an input of so many bytes, and says where. Nowhere (0) if that is too long.
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

/// Where the last answer lies.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_answer() -> *const u8 {
    with_page(|page| page.answer.as_ptr())
}

/// Answers with the tokens of the input: a kind, a start and an end each, four bytes each, in units of UTF-16.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_tokens(length: u32) -> u32 {
    answer(|page, into| text::tokens(page.input(length), into))
}

/// Whether the input is complete: 0 if it is, 1 if more has to come, 2 if it is wrong, whatever comes. In the last two cases
/// the answer, which ends with a zero byte, is the error.
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

/// Makes the virtual machine of this instance, in place of one that is there. It may hold so many bytes. The seed should be drawn at random.
/// 1 if there is one now.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_open(memory: u32, seed_low: u32, seed_high: u32) -> u32 {
    let seed = u64::from(seed_high) << 32 | u64::from(seed_low);
    let machine = Machine::new(memory as usize, seed).ok();
    with_page(|page| {
        page.machine = machine;
        u32::from(page.machine.is_some())
    })
}

/// Makes a job of the input, a name and then source text, and returns its number. If that cannot be, it returns -1, and the answer, which ends
/// with a zero byte, is the error.
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

/// Gives a job a turn of so many units of fuel, and returns what that came to.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_step(job: u32, fuel: u32) -> u32 {
    with_page(|page| match &mut page.machine {
        Some(machine) => machine.step(job as usize, u64::from(fuel)) as u32,
        None => Turn::Unknown as u32,
    })
}

/// A number about a job: 0 the fuel that it has used, 1 the lines that it has written, 2 what its tank holds (negative for a debt, and not a
/// number without a tank).
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

/// Fills a job's tank by so many units, up to a cap. From now on it has one.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_refill(job: u32, units: f64, cap: f64) {
    with_page(|page| {
        if let Some(machine) = &mut page.machine {
            // What is no number or below 0 is 0.
            machine.refill(job as usize, units as u64, cap as u64);
        }
    });
}

/// Takes a job's tank away.
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

/// Forgets a job, whatever it is doing. Its number may be that of a later one.
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

/// Takes what was written to a console, and answers with it: for each piece its kind (0 printed, 1 a result, 2 a warning), one byte; its
/// length, four bytes; its text.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_output(console: u32) -> u32 {
    answer(|page, into| {
        if let Some(machine) = page.machine.as_ref().filter(|_| (console as usize) < CONSOLES_MAX) {
            machine.take_output(console as usize, into);
        }
    })
}

/// A number of bytes: 0 those that the virtual machine holds, 1 those in use, 2 the most that it ever held, 3 its limit.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn fife_memory(which: u32) -> f64 {
    with_page(|page| {
        let numbers = page.machine.as_ref().map(Machine::memory);
        numbers.and_then(|numbers| numbers.get(which as usize).copied()).map_or(f64::NAN, |number| number as f64)
    })
}
