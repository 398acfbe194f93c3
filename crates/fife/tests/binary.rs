//! Binary chunks from the host's side: who may load them, what they cost, and that damaged ones do no harm.
//!
//! The last test is for the verifier and the loop together. It takes the chunks of all scripts of `tests/lua`, changes
//! them where it hurts (instructions, operands, live counts, captures, variables, single bytes), and runs those that
//! still pass, with little memory and fuel, freed memory overwritten and a collection at each pause: nothing panics, no
//! debug assertion fails, and every run ends. The changes are the same each time.

#[path = "common/files.rs"]
mod files;
#[path = "../../fife-bytecode/src/verify/tests/repay.rs"]
mod repay;

use fife::{Error, ErrorKind, Fuel, Host, Libraries, Limits, Lua, LuaString, Stepped};
use fife_bytecode::chunk::{self, SIGNATURE};
use fife_bytecode::{Capture, Constant, Cost, Local, Prototype, UpvalueKind, Verified, segment_rest, verify};
use fife_compiler::{Unmetered, compile};
use files::files_below;
use repay::repay;
use std::fs;
use std::path::Path;

fn chunk_of(source: &str) -> Vec<u8> {
    let prototype = compile(source.as_bytes(), b"=test", &mut Unmetered).expect("it compiles");
    chunk::write(&prototype, false)
}

fn allowing(binary_chunks: Option<bool>) -> Limits {
    let mut limits = Limits::default();
    limits.binary_chunks = binary_chunks;
    limits
}

/// The result of `load` for a chunk in this VM.
fn loaded(lua: &mut Lua, chunk: &[u8]) -> String {
    lua.load("return select(2, load(...)) or 'loaded'").call(LuaString::from(chunk)).expect("load reports")
}

#[test]
fn the_host_says_whether_binary_chunks_are_loaded() {
    let chunk = chunk_of("return 7");
    let forbidden = "attempt to load a binary chunk (not allowed by the host)";
    for (mut lua, is_allowed) in [
        (Lua::new(), false),
        (Lua::builder().limits(allowing(None)).build().unwrap(), false),
        (Lua::builder().limits(allowing(Some(false))).build().unwrap(), false),
        (Lua::builder().limits(allowing(Some(true))).build().unwrap(), true),
        (Lua::builder().limits(allowing(None)).libraries(Libraries::ALL).build().unwrap(), true),
        (Lua::builder().limits(allowing(Some(false))).libraries(Libraries::ALL).build().unwrap(), false),
    ] {
        assert_eq!(loaded(&mut lua, &chunk), if is_allowed { "loaded" } else { forbidden });
        match lua.load(&chunk).name("=host").eval::<i64>() {
            Ok(value) => assert_eq!((value, is_allowed), (7, true)),
            Err(error) => {
                assert!(!is_allowed);
                assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Syntax, forbidden));
                let at_once = lua.load(&chunk).name("=host").into_function().expect_err("it is forbidden");
                assert_eq!((at_once.kind(), at_once.message()), (error.kind(), error.message()));
            }
        }
    }
    // Whatever is allowed, it must be a chunk.
    let mut lua = Lua::builder().libraries(Libraries::ALL).build().unwrap();
    let error = lua.load(&chunk[..chunk.len() - 1]).name("=host").exec().expect_err("it is cut");
    assert_eq!(error.to_string(), "host: bad binary format (truncated chunk)");
}

#[test]
fn a_sandbox_dumps() {
    let mut lua = Lua::new();
    let chunk: LuaString = lua.load("string.dump(function() return 7 end)").eval().expect("it dumps");
    assert!(chunk.starts_with(SIGNATURE));
}

/// The most memory held while a script runs, and how it ended.
fn run_metered(source: &str, limit: usize) -> (usize, Result<(), Error>) {
    let mut limits = allowing(Some(true));
    limits.memory = Some(limit);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load(source).name("=metered").start(()).expect("there is memory");
    let mut peak = 0;
    loop {
        let stepped = lua.step(&task, &mut Fuel::with(1000));
        peak = peak.max(lua.memory().held_bytes);
        match stepped {
            Stepped::Finished => return (peak, Ok(())),
            Stepped::Failed => return (peak, Err(task.error(&lua).unwrap())),
            _ => {}
        }
    }
}

#[test]
fn dumping_and_loading_are_metered() {
    // Loaded chunks count as held, their names included.
    let many = |name: &str| {
        format!(
            "local chunk = string.dump(load(('x = 1 '):rep(2000), {name}))
             local t = {{}}
             for i = 1, 1000 do t[i] = assert(load(chunk)) end"
        )
    };
    for name in ["'=short'", "('n'):rep(200000)"] {
        let (peak, ended) = run_metered(&many(name), 4 << 20);
        assert!(ended.is_err_and(|error| error.to_string().contains("not enough memory")), "{name}");
        assert!(peak <= 4 << 20, "{name}: {peak}");
    }
    // A large chunk is written and read in pieces of work.
    let large = "local parts = {}
        for i = 1, 3000 do parts[i] = 'local function f(a) return a + ' .. i .. ' end x = f(1)' end
        local f = assert(load('do ' .. table.concat(parts, ' end do ') .. ' end return 7'))
        local chunk = string.dump(f)
        assert(#chunk > 100000 and assert(load(chunk))() == 7)
        local at = 0
        local g = assert(load(function() at = at + 1 return chunk:sub(at * 1000 - 999, at * 1000) end))
        assert(string.dump(g) == chunk)";
    let (_, ended) = run_metered(large, 64 << 20);
    ended.expect("it does");
}

/// A count that no file of that size can hold is not believed.
#[test]
fn forged_counts_take_no_memory() {
    let mut chunk = chunk_of("return 1");
    let head = SIGNATURE.len() + 5 + 1 + "=test".len();
    // The two lines, parameters, variable arguments, registers, cost; then the length of the code.
    chunk.truncate(head + 6);
    chunk.extend([0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);
    chunk.extend([0; 100]);
    let mut lua = Lua::builder().limits(allowing(Some(true))).build().unwrap();
    let error = lua.load(&chunk).name("=forged").exec().expect_err("it is forged");
    assert_eq!(error.to_string(), "forged: bad binary format (truncated chunk)");
}

// ---- Damage ----

/// SplitMix64: the same numbers in every run.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn chance(&mut self, once_in: usize) -> bool {
        self.below(once_in) == 0
    }
}

/// The prototypes of a tree.
fn count(prototype: &Prototype) -> usize {
    1 + prototype.prototypes.iter().map(|nested| count(nested)).sum::<usize>()
}

/// Changes one of them, chosen by number.
fn change_one(prototype: &mut Prototype, number: &mut usize, change: &mut dyn FnMut(&mut Prototype)) {
    if *number == 0 {
        change(prototype);
    }
    *number = number.wrapping_sub(1);
    prototype.prototypes.iter_mut().for_each(|nested| change_one(nested, number, change));
}

/// Changes a function in one place.
fn damage(prototype: &mut Prototype, rng: &mut Rng) {
    let length = prototype.code.len();
    if length < 2 {
        return;
    }
    let (pc, other) = (rng.below(length), rng.below(length));
    match rng.below(16) {
        0..3 => prototype.code[pc] = prototype.code[other],
        3 => prototype.code.swap(pc, other),
        4 | 5 => {
            let up = rng.chance(2);
            let end = pc + 1 + rng.below(length - pc);
            for live in &mut prototype.live[pc..end] {
                *live = if up { live.wrapping_add(1) } else { live.wrapping_sub(1) };
            }
        }
        6..9 => {
            let (mut code, mut live) = (prototype.code.to_vec(), prototype.live.to_vec());
            if rng.chance(2) {
                code.remove(pc);
                live.remove(pc);
            } else {
                code.insert(pc, code[other]);
                live.insert(pc, live[pc]);
            }
            (prototype.code, prototype.live) = (code.into(), live.into());
        }
        9 => prototype.register_count = prototype.register_count.wrapping_add(rng.below(9) as u8).wrapping_sub(4),
        10 => {
            prototype.parameter_count = rng.below(4) as u8;
            if let Some(live) = prototype.live.first_mut() {
                *live = prototype.parameter_count;
            }
        }
        11 => prototype.is_vararg = !prototype.is_vararg,
        12 => {
            let constants = [Constant::Nil, Constant::Integer(rng.next() as i64), Constant::Float(0.5)];
            if !prototype.constants.is_empty() {
                let at = rng.below(prototype.constants.len());
                prototype.constants[at] = constants[rng.below(3)].clone();
            }
        }
        13 => {
            if !prototype.upvalues.is_empty() {
                let upvalue = rng.below(prototype.upvalues.len());
                let upvalue = &mut prototype.upvalues[upvalue];
                upvalue.capture = match rng.below(3) {
                    0 => Capture::Running,
                    1 => Capture::Register(rng.below(8) as u8),
                    _ => Capture::Upvalue(rng.below(3) as u8),
                };
                upvalue.kind = if rng.chance(2) { UpvalueKind::Cell } else { UpvalueKind::Value };
            }
        }
        _ => {
            let (start, register) = (pc.min(other) as u32, rng.below(12) as u8);
            let local = Local { name: (*b"any").into(), register, in_cell: false, start, end: length as u32 };
            prototype.locals = prototype.locals.iter().cloned().chain([local]).collect();
        }
    }
}

/// A damaged copy, if it passes the verifier.
fn damaged(whole: &Prototype, rng: &mut Rng) -> Option<Verified> {
    let mut copy = whole.clone();
    for _ in 0..rng.below(4) {
        let mut number = rng.below(count(&copy));
        change_one(&mut copy, &mut number, &mut |it| damage(it, rng));
    }
    let mut bytes = chunk::write(&copy, false);
    let head = SIGNATURE.len() + 5;
    for _ in 0..rng.below(3) {
        let at = head + rng.below(bytes.len() - head);
        // Usually a little more or less: another register, another constant.
        bytes[at] = match rng.below(4) {
            0 => rng.next() as u8,
            1 => bytes[at] ^ 1,
            2 => bytes[at].wrapping_add(1),
            _ => bytes[at].wrapping_sub(1),
        };
    }
    let mut copy = chunk::read(&bytes, &mut |_| true).ok()?;
    if !rng.chance(8) {
        repay(&mut copy);
    }
    verify(copy).ok()
}

/// A host that takes output and offers nothing else.
struct Quiet;

impl Host for Quiet {
    fn write_output(&self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a chunk for a while, under small limits.
fn endure(chunk: &[u8], name: &str) {
    let mut limits = allowing(Some(true));
    limits.memory = Some(2 << 20);
    limits.stack_slots = 20_000;
    limits.call_depth = 2_000;
    let mut lua = Lua::builder().host(Quiet).limits(limits).libraries(Libraries::ALL).build().unwrap();
    lua.set_poison(true);
    // Loaded in advance, so that the fuel is for what the chunk does.
    let Ok(function) = lua.load(chunk).name("=damaged").into_function() else { return };
    let task = function.start(&lua, ()).unwrap();
    let mut fuel_left = RUN_FUEL;
    for _ in 0..STEPS_MAX {
        let mut fuel = Fuel::with(STEP_FUEL);
        let stepped = lua.step(&task, &mut fuel);
        fuel_left -= STEP_FUEL as i64 - fuel.remaining();
        match stepped {
            Stepped::Finished => return,
            Stepped::Failed => return drop(task.error(&lua).unwrap()),
            _ if fuel_left < 0 => return,
            _ => drop(lua.collect_step(4096)),
        }
    }
    panic!("{name} does not end");
}

const RUN_FUEL: i64 = if cfg!(miri) { 1_500 } else { 10_000 };
const STEP_FUEL: u64 = 300;
const STEPS_MAX: usize = 10_000;

/// How often each script is damaged. `FIFE_DAMAGE` can raise it.
const ROUNDS: usize = if cfg!(miri) { 3 } else { 40 };

#[test]
fn damaged_chunks_do_no_harm() {
    let rounds = std::env::var("FIFE_DAMAGE").ok().and_then(|it| it.parse().ok()).unwrap_or(ROUNDS);
    let (mut tried, mut passed) = (0, 0);
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lua");
    for (place, path) in files_below(&scripts, "lua").into_iter().enumerate() {
        // Miri takes seconds for each.
        if cfg!(miri) && place % 60 != 7 {
            continue;
        }
        let source = fs::read(&path).expect("a readable script");
        let prototype = compile(fife::source_of_file(&source), b"=script", &mut Unmetered);
        let Some(prototype) = prototype.ok().filter(|it| it.code.len() < 2_000) else { continue };
        let mut rng = Rng(place as u64);
        for _ in 0..rounds {
            tried += 1;
            if let Some(verified) = damaged(&prototype, &mut rng) {
                passed += 1;
                endure(&chunk::write(verified.prototype(), rng.chance(8)), &path.to_string_lossy());
            }
        }
    }
    assert!(passed > tried / 10, "only {passed} of {tried} pass");
}
