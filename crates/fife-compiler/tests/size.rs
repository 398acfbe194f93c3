//! Long, deep and wide programs: they compile in linear time and on a small stack, or fail with Lua's message; and the
//! meter's account is balanced afterwards.

use fife_bytecode::{Instruction, Prototype, verify::verify};
use fife_compiler::{CompileError, Meter, Refused, compile};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// A meter with a limit that keeps count of the bytes taken.
struct Counter {
    taken: usize,
    peak: usize,
    limit: usize,
}

impl Counter {
    fn new(limit: usize) -> Counter {
        Counter { taken: 0, peak: 0, limit }
    }
}

impl Meter for Counter {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        if bytes > self.limit - self.taken {
            return Err(Refused);
        }
        self.taken += bytes;
        self.peak = self.peak.max(self.taken);
        Ok(())
    }
    fn give(&mut self, bytes: usize) {
        self.taken = self.taken.checked_sub(bytes).expect("more given back than was taken");
    }
}

/// Rust's allocator with a count of this thread's bytes, and of their maximum, to check the meter's account.
struct CountingAllocator;

thread_local! {
    static ALLOCATED: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

fn count(more: usize, less: usize) {
    // At the end of a thread it may be gone.
    let _ = ALLOCATED.try_with(|it| {
        let bytes = (it.get().0 + more).saturating_sub(less);
        it.set((bytes, it.get().1.max(bytes)));
    });
}

// SAFETY: the system's allocator does all the work.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller promises it.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller promises it.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// What the meter may leave out: the chunk's name, a few fixed tables.
const EXCUSED: usize = 16 << 10;

/// Compiles on a stack of 1 MiB. Compiled code is verified, and the meter must agree in any case.
fn try_compile(source: String) -> Result<Prototype, String> {
    let run = move || {
        let mut meter = Counter::new(usize::MAX);
        let (before, _) = ALLOCATED.get();
        ALLOCATED.set((before, before));
        let compiled = compile(source.as_bytes(), b"=test", &mut meter);
        let (after, peak) = ALLOCATED.get();
        assert!(peak - before <= meter.peak + EXCUSED, "{} at the peak, {} metered", peak - before, meter.peak);
        match compiled {
            Ok(prototype) => {
                assert_eq!(meter.taken, prototype.tree_bytes());
                let owned = after - before;
                assert!(owned <= meter.taken + EXCUSED, "{owned} left, {} metered", meter.taken);
                Ok(verify(prototype).unwrap_or_else(|error| panic!("{error}")).into_inner())
            }
            Err(error) => {
                assert_eq!(meter.taken, 0);
                Err(error.to_string())
            }
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap()
}

fn compiled(source: String) -> Prototype {
    let start = source.bytes().take(60).map(char::from).collect::<String>();
    try_compile(source).unwrap_or_else(|error| panic!("{start}...: {error}"))
}

const CHAIN: usize = 200_000;

#[test]
fn chains_of_any_length() {
    for (first, more, last) in [
        ("return a", " + a", ""),
        ("return 1", " + 1", ""),
        ("local a = 1 return a", " * 2 - a", ""),
        ("return a", " and a", ""),
        ("return a", " or a", ""),
        ("return a", " and b or a", ""),
        ("if a", " and b or a == 1", " then end"),
        ("return a", " == a", ""),
        ("return a", " < a", ""),
        ("return a", ".b", ""),
        ("return a", "[1]", ""),
        ("a", "()", ""),
        ("a", ":m(1)", ""),
        ("return a", ".b[1]():c()", ""),
        ("if a then b()", " elseif a == 1 then b()", " end"),
        ("x = 1", " x = x + 1", ""),
        ("", "x = 'abc' ", ""),
        ("return {1", ", 1", "}"),
        ("return {", "a = 1, ", "}"),
        ("while a do ", "x = 1 if x then break end ", "end"),
        ("for i = 1, 2 do ", "x = 1 ", "end"),
        ("for i in f do ", "x = 1 ", "end"),
        ("local x, y = 1, 2 x = y and (function() ", "x = y ", "end)()"),
        ("do ", "goto out ", "::out:: end"),
        ("", "local function f() return f end f = nil do local x <close> = f end ", ""),
    ] {
        let count = if more.contains("local function") { 40 } else { CHAIN };
        compiled(format!("{first}{}{last}", more.repeat(count)));
    }
}

#[test]
fn deep_nesting() {
    let nest = |open: &str, middle: &str, close: &str, depth: usize| {
        format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
    };
    let mut compiled_count = 0;
    for (before, open, middle, close) in [
        ("return ", "(", "a", ")"),
        ("return ", "(1 + ", "a", ")"),
        ("return ", "{", "", "}"),
        ("return ", "{1, x = ", "1", "}"),
        ("return ", "- ", "a", ""),
        ("return ", "not ", "a", ""),
        ("return ", "f(", "...", ")"),
        ("return ", "f(a, ", "g()", ")"),
        ("return ", "t[", "1", "]"),
        ("return ", "a .. ", "a", ""),
        ("return ", "a ^ ", "a", ""),
        ("return ", "(a and ", "b", ")"),
        ("return ", "(a == 1 or not ", "b", ")"),
        ("return ", "function() return ", "1", " end"),
        ("return ", "f(function(x) local y = {", "1", "} end)"),
        ("", "do ", "x = 1", " end"),
        ("", "do local a <close> = b ", "x = 1", " end"),
        ("", "while a do ", "x = 1", " end"),
        ("", "repeat ", "x = 1", " until a"),
        ("", "if a then ", "x = 1", " end"),
        ("", "for i in f do ", "x = 1", " end"),
        ("", "for i = 1, 2 do ", "x = 1", " end"),
        ("", "local function f() ", "return f", " end"),
        ("", "if a then elseif (function() ", "", " end)() then end"),
    ] {
        for depth in [10, 60, 90, 150, 190, 198] {
            match try_compile(format!("{before}{}", nest(open, middle, close, depth))) {
                Ok(_) => compiled_count += 1,
                Err(error) => {
                    let known = ["C stack overflow", "too many registers", "too many local variables", "overflow"];
                    assert!(depth >= 60, "{open} {depth}: {error}");
                    assert!(known.iter().any(|it| error.contains(it)), "{open} {depth}: {error}");
                }
            }
        }
    }
    assert!(compiled_count > 60, "{compiled_count}");
}

#[test]
fn open_calls_are_not_separated() {
    let depth = 180;
    let prototype = compiled(format!("return {}...{}", "f(".repeat(depth), ")".repeat(depth)));
    assert!(prototype.code.iter().any(|it| matches!(it, Instruction::CallOpen { .. })));
}

#[test]
fn register_limit() {
    let names = |count: usize| (0..count).map(|it| format!("v{it}")).collect::<Vec<_>>().join(", ");
    compiled(format!("local {} = f()", names(200)));
    compiled(format!("return f({})", "1, ".repeat(250) + "1"));
    let message = "test:1: function or expression needs too many registers";
    assert_eq!(try_compile(format!("return f({})", "1, ".repeat(260) + "1")).unwrap_err(), message);
    assert_eq!(
        try_compile(format!("local {} = f() return {}", names(200), "g(1, ".repeat(30) + "1" + &")".repeat(30)))
            .unwrap_err(),
        message
    );
    let many = format!("{} = f()", vec!["a"; 190].join(", "));
    compiled(many);
}

#[test]
fn far_jumps() {
    for condition in ["a", "not a", "a == b", "a ~= 1", "a < b", "a <= 1", "a > 1", "a == nil", "a and b or a == 2"] {
        let body = "x = y ".repeat(20_000);
        compiled(format!(
            "local a, b = ... if {condition} then {body} else {body} end while {condition} do {body} end"
        ));
        let values = vec!["x.y(z)"; 20_000].join(" or ");
        compiled(format!("local a, b = ... local c = {condition} or {values} return c"));
    }
}

#[test]
fn large_programs_take_linear_time() {
    let functions = |count: usize| {
        let one =
            |it| format!("function f{it}(a, b) local t = {{a, b, x = {it}}} return t.x + a * {it}.5, 's{it}' end\n");
        (0..count).map(one).collect::<String>()
    };
    let constants = |count: usize| {
        let fields = (0..count).map(|it| format!("['k{it}'] = {it}.5, {}", 100000 + it)).collect::<Vec<_>>();
        format!("return {{{}}}", fields.join(", "))
    };
    let mut times = Vec::new();
    for (name, source) in [
        ("functions", functions(5_000)),
        ("constants", constants(100_000)),
        ("ten megabytes", "do local a = t.x; if a then a = f(a, 1.5, 'text') end t.x = a end\n".repeat(150_000)),
    ] {
        let (start, length) = (Instant::now(), source.len());
        let prototype = compiled(source);
        let time = start.elapsed();
        println!("{name}: {length} bytes, {} instructions, {time:?}", prototype.code.len());
        times.push(time);
    }
    assert!(times.iter().all(|time| *time < Duration::from_secs(20)), "{times:?}");
}

#[test]
fn a_refusal_is_an_error_and_leaves_nothing_taken() {
    let source = format!(
        "local function f(x) return f, x end {} return {{{}}}",
        "x = a.b + 1.5 if x == 1 or y then g('s', ...) end ".repeat(20),
        (0..40).map(|it| format!("k{it} = function() return f, {it}.5 end")).collect::<Vec<_>>().join(", ")
    );
    let mut meter = Counter::new(usize::MAX);
    compile(source.as_bytes(), b"=test", &mut meter).unwrap();
    let peak = meter.peak;
    for limit in (0..peak).step_by(37) {
        let mut meter = Counter::new(limit);
        assert_eq!(compile(source.as_bytes(), b"=test", &mut meter), Err(CompileError::Memory), "{limit} of {peak}");
        assert_eq!(meter.taken, 0);
    }
    assert!(compile(source.as_bytes(), b"=test", &mut Counter::new(peak)).is_ok());
}
