//! Tables, as Lua programs use them, against a model: random programs with all instructions that load and store; see
//! `common/tables.rs`.
//!
//! `large_tables.rs` does the same from Rust, so it takes none of the paths of the machine's loop.
//!
//! `FIFE_TABLE_ROUNDS=1000000 cargo test --release --test table_model` runs more of them, `FIFE_TABLE_FIRST=N` starts
//! with another one.

#[path = "common/tables.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets have it in a library")]
mod tables;

use fife_bytecode::Prototype;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use tables::{Session, mixed, write};

/// How many programs run in one VM.
const SESSION: u64 = 50;

fn number(name: &str, default: u64) -> u64 {
    if cfg!(miri) {
        return default;
    }
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// The program with this number.
fn program(round: u64) -> String {
    let mut state = round.wrapping_mul(0x2545_F491_4F6C_DD1D);
    write(&mut |end| (mixed(&mut state) % end as u64) as usize)
}

#[test]
fn tables_hold_what_programs_store() {
    let first = number("FIFE_TABLE_FIRST", 0);
    let end = first + number("FIFE_TABLE_ROUNDS", if cfg!(miri) { 5 } else { 2_500 });
    let next = AtomicU64::new(first);
    let work = || {
        loop {
            let start = next.fetch_add(SESSION, Ordering::Relaxed);
            if start >= end {
                break;
            }
            play_session(start, end.min(start + SESSION));
        }
    };
    // Sessions are independent, so each core plays the next one.
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |count| count.get()) {
            scope.spawn(work);
        }
    });
}

/// Runs the programs of one session.
fn play_session(start: u64, end: u64) {
    let mut session = Session::new(start);
    // Half of them run all at once, and half in slices, short or longer ones.
    let slice = [None, Some(60), None, Some(3000)][(start / SESSION % 4) as usize];
    for round in start..end {
        let program = program(round);
        if let Err(error) = session.run(&program, slice) {
            panic!("round {round}: {error}\n{program}");
        }
    }
}

/// The instructions that use tables.
const INSTRUCTIONS: &[&str] = &[
    "GetUpvalueField",
    "SetUpvalueField",
    "GetIndex",
    "GetIndexInteger",
    "GetField",
    "SetIndex",
    "SetIndexInteger",
    "SetField",
    "SelfField",
    "NewTable",
    "SetList",
    "SetListOpen",
    "Length",
    "ForGenericCall",
];

#[test]
fn programs_have_all_instructions_of_tables() {
    let mut missing: BTreeSet<&str> = INSTRUCTIONS.iter().copied().collect();
    for round in 0..300 {
        let source = program(round);
        // Instructions in the checks that every program makes do not count.
        let end = source.rfind("see(1, 1, t1[1])").expect("every program reads at its end");
        let chunk = fife_compiler::compile(&source.as_bytes()[..end], b"=program", &mut fife_compiler::Unmetered);
        let chunk = chunk.unwrap_or_else(|error| panic!("{error:?}\n{source}"));
        let mut prototypes: Vec<&Prototype> = vec![&chunk];
        while let Some(prototype) = prototypes.pop() {
            for instruction in &prototype.code {
                missing.remove(instruction.name());
            }
            prototypes.extend(prototype.prototypes.iter().map(|nested| &**nested));
        }
    }
    assert!(missing.is_empty(), "no program has these instructions: {missing:?}");
}
