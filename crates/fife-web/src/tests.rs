//! Tests the module through its exports, as a page uses it, and with every kind of wrong number.
//!
//! # Safety argument
//! Raw pointers do here what JavaScript does with the module's memory: within the length that the module gave with
//! each, and while no function of it runs.

use crate::exports::*;
use std::fs;
use std::path::Path;

/// The console of these tests.
const CONSOLE: u32 = 3;

/// Writes an input and returns the lengths of its name and of all of it.
fn input(name: &str, source: &str) -> (u32, u32) {
    let text = [name.as_bytes(), source.as_bytes()].concat();
    let place = fife_input(text.len() as u32);
    assert!(!place.is_null());
    // SAFETY: the module has just made room for these bytes there, which nothing else refers to; JavaScript writes them
    // in the same way.
    unsafe { place.copy_from(text.as_ptr(), text.len()) };
    (name.len() as u32, text.len() as u32)
}

/// The answer, which has `length` bytes.
fn answer(length: u32) -> Vec<u8> {
    // SAFETY: the module says that there are `length` bytes, and no function of it runs meanwhile.
    unsafe { std::slice::from_raw_parts(fife_answer(), length as usize) }.to_vec()
}

fn text(length: u32) -> String {
    String::from_utf8(answer(length)).expect("UTF-8")
}

/// The answer up to its zero byte.
fn error_text() -> String {
    let length = (0..).find(|length| answer(length + 1).ends_with(&[0])).expect("an end");
    text(length)
}

fn open() {
    assert_eq!(fife_open(64 << 20, 1, 2), 1);
}

fn start(source: &str) -> u32 {
    let (name, length) = input("test", source);
    let job = fife_start(name, length, CONSOLE);
    assert!(job >= 0, "{}", error_text());
    job as u32
}

/// Gives turns until the job needs something other than another turn.
fn finish(job: u32) -> u32 {
    for _ in 0..100_000 {
        let turn = fife_step(job, 8192);
        if turn > 1 {
            return turn;
        }
    }
    panic!("no end")
}

/// The output, each piece with its kind in front.
fn output() -> String {
    let length = fife_output(CONSOLE);
    let bytes = answer(length);
    let (mut shown, mut rest) = (String::new(), &bytes[..]);
    while let [kind, a, b, c, d, tail @ ..] = rest {
        let (piece, tail) = tail.split_at(u32::from_le_bytes([*a, *b, *c, *d]) as usize);
        shown += &format!("{kind}{}", String::from_utf8_lossy(piece));
        rest = tail;
    }
    shown
}

fn run(source: &str) -> String {
    let job = start(source);
    let turn = finish(job);
    let shown = match turn {
        2 => output(),
        3 => output() + &text(fife_error(job)),
        other => format!("turn {other}"),
    };
    fife_drop(job);
    shown
}

#[test]
fn a_prompt_prints_and_shows_values() {
    open();
    assert_eq!(run("print('hello', 1)"), "0hello\t1\n");
    assert_eq!(run("1 + 1, 'a\\n', nil"), "12, \"a\\n\", nil\n");
    assert_eq!(run("x = 1"), "");
    assert_eq!(run("print(x) return x"), "01\n11\n");
    assert_eq!(
        run("{1, 2, {3}, name = 'n', [1.5] = true, inner = {{{}}}}"),
        "1{1, 2, {3}, inner = {{{}}}, name = \"n\", [1.5] = true}\n"
    );
    assert_eq!(run("setmetatable({}, {__tostring = function() return 'me' end})"), "1me\n");
    assert_eq!(run("local t = {} t.t = t return t"), "1{t = {t = {t = {…}}}}\n");
    assert!(run("local t = {} for i = 1, 100 do t[i] = i end return t").contains("… 76 more"));
    assert_eq!(run("'ä', '\\xff'"), "1\"ä\", \"\\xFF\"\n");
    assert_eq!(run("-- nothing"), "");
    // Values are shown with the library as it was.
    assert_eq!(run("string.format, table.concat, tostring = nil, nil, nil return {1}"), "1{1}\n");
}

#[test]
fn warnings_and_errors_are_told_apart() {
    open();
    assert_eq!(run("warn('@on') warn('careful')"), "2Lua warning: careful\n");
    let told = run("local t = nil\nprint('x')\nlocal y = 1 + t.name");
    let expected = r#"0x
{"kind":"runtime","message":"test:3: attempt to index a nil value (local 't')","chunk":"test","line":3,"column":17,"traceback":["test:3: in main chunk","[C]: in ?"]}"#;
    assert_eq!(told, expected);
    let told = run("nothing.at.all");
    let expected = r#"{"kind":"runtime","message":"test:1: attempt to index a nil value (global 'nothing')","chunk":"test","line":1,"column":9,"traceback":["test:1: in main chunk","[C]: in ?"]}"#;
    assert_eq!(told, expected);
    let told = run("local function f(n) return n + {} end\nlocal function g() f(1) end\ng()");
    assert!(told.contains(r#""line":1,"column":30"#) && told.contains("in upvalue 'f'"), "{told}");
    let told = run("coroutine.wrap(function()\n error('\"x\"\\n') end)()");
    assert!(told.contains(r#""message":"test:2: test:2: \"x\"\u000a""#), "{told}");
    assert!(run("error({})").contains("(error object is a table value)"));
}

#[test]
fn what_is_typed_is_complete_or_not() {
    let check = |source: &str| {
        let (name, length) = input("test", source);
        fife_check(name, length)
    };
    assert_eq!(["1 + 1", "x = 1", "f()", "", "for i = 1, 2 do end"].map(check), [0; 5]);
    assert_eq!(["for i = 1, 2 do", "x =", "f(", "[[", "--[[", "if a then"].map(check), [1; 6]);
    assert_eq!(["x = = 1", "end", "'abc", "f('a", "x"].map(check), [2, 2, 2, 2, 0]);
    assert_eq!(check("x = = 1"), 2);
    assert_eq!(
        error_text(),
        r#"{"kind":"syntax","message":"test:1: unexpected symbol near '='","chunk":"test","line":1,"column":5,"traceback":[]}"#
    );
}

#[test]
fn tokens_count_as_javascript_does() {
    let (_, length) = input("", "x = 'ä€😀' -- é\n@ 1");
    let bytes = answer(fife_tokens(length));
    let numbers: Vec<u32> = bytes.chunks(4).map(|it| u32::from_le_bytes(it.try_into().expect("four bytes"))).collect();
    let tokens: Vec<&[u32]> = numbers.chunks(3).collect();
    // `😀` is two units.
    assert_eq!(tokens, [[3, 0, 1], [6, 2, 3], [5, 4, 10], [1, 11, 15], [0, 16, 17], [4, 18, 19]]);
}

/// In steps of 8,192 units, the loop makes as many turns as the price in the book says.
#[test]
fn a_loop_costs_what_the_book_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/fuel.md");
    let page = fs::read_to_string(page).expect("readable");
    let (_, after) = page.split_once("A turn of `while true do i = i + 1 end`").expect("the book has the loop");
    let price: f64 = after.split_whitespace().find_map(|word| word.parse().ok()).expect("a price");
    open();
    assert_eq!(run("i = 0"), "");
    let job = start("while true do i = i + 1 end");
    fife_step(job, 8192);
    let read = || -> f64 {
        let shown = run("i");
        shown[1..].trim().parse().expect("a number")
    };
    let mut last = read();
    for _ in 0..50 {
        assert_eq!(fife_step(job, 8192), 0);
        let now = read();
        assert!((now - last - 8192.0 / price).abs() <= 1.0, "{} turns at {price}", now - last);
        last = now;
    }
    assert!((fife_count(job, 0) - 51.0 * 8192.0).abs() < 64.0);
}

#[test]
fn two_jobs_share_what_is_global() {
    open();
    run("i = 0");
    let counting = start("while true do i = i + 1 end");
    let mut last = -1.0;
    for _ in 0..10 {
        fife_step(counting, 8192);
        let now: f64 = run("i")[1..].trim().parse().expect("a number");
        assert!(now > last);
        last = now;
    }
    fife_interrupt(counting);
    assert_eq!(finish(counting), 3);
    assert!(text(fife_error(counting)).contains("interrupted!"));
}

/// A button may be pressed before a job's first turn.
#[test]
fn an_interrupt_is_never_early() {
    open();
    for turns in 0..3 {
        let job = start("while true do end");
        for _ in 0..turns {
            fife_step(job, 1);
        }
        fife_interrupt(job);
        assert_eq!(finish(job), 3);
        assert!(text(fife_error(job)).contains("interrupted!"));
        fife_drop(job);
    }
    assert_eq!(run("1 + 1"), "12\n");
}

#[test]
fn who_catches_interrupts_is_dropped() {
    open();
    let job = start("while true do pcall(function() while true do end end) end");
    assert_eq!(fife_step(job, 8192), 0);
    for _ in 0..20 {
        fife_interrupt(job);
        assert_eq!(fife_step(job, 8192), 0);
    }
    assert!(!text(fife_place(job)).is_empty());
    fife_drop(job);
    assert_eq!(fife_step(job, 8192), 5);
    assert_eq!(run("'alive'"), "1\"alive\"\n");
}

#[test]
fn hostile_scripts_harm_nothing() {
    open();
    for source in [
        "local s = 'x' while true do s = s .. s end",
        "local t = {} while true do t[#t + 1] = {} end",
        "local function f() return 1 + f() end f()",
        "local co = coroutine.wrap(function(f) f(f) end) co(co)",
        "string.rep('x', 1 << 40)",
        "return ('x'):rep(1e6):rep(1e6)",
        "table.unpack({}, 1, 1e9)",
    ] {
        let told = run(source);
        assert!(told.contains("\"kind\""), "{source}: {told}");
    }
    let job = start("('a'):rep(1e4):find('.-.-.-.-b$')");
    for _ in 0..50 {
        assert_eq!(fife_step(job, 8192), 0);
    }
    fife_drop(job);
    assert_eq!(run("'alive'"), "1\"alive\"\n");
    assert!(fife_memory(2) <= fife_memory(3) + 300_000.0 && fife_memory(0) <= fife_memory(2));
}

/// With a heap full of live data, jobs wait while collections advance by slices, and are then refused, or run.
#[test]
fn a_full_heap_is_collected_by_slices() {
    open();
    assert!(run("kept = {} while true do kept[#kept + 1] = {} end").contains("not enough memory"));
    let mut waits = 0;
    for _ in 0..50 {
        let job = start("kept[#kept + 1] = {{}, {}, {}, {}, {}, {}, {}, {}} return ('x'):rep(10000)");
        let mut turn = fife_step(job, 8192);
        while turn < 2 {
            waits += u32::from(turn == 1);
            turn = fife_step(job, 8192);
        }
        // The ballast is enough for this job.
        assert_eq!(turn, 2, "{}", text(fife_error(job)));
        fife_drop(job);
        assert!(output().ends_with("(9000 bytes more)\n"));
    }
    assert!(waits > 50, "{waits} turns of collecting");
    assert_eq!(run("kept = nil"), "");
    assert_eq!(run("#('x'):rep(1e6)"), "11000000\n");
    assert!(fife_memory(2) <= fife_memory(3) + 300_000.0);
}

#[test]
fn output_is_bounded() {
    open();
    let job = start("for i = 1, 1e5 do print(i) end print(('x'):rep(1e6)) for i = 1, 9 do print(i) end");
    assert_eq!(finish(job), 2);
    assert_eq!(fife_count(job, 1), 100_010.0);
    let shown = output();
    assert!(
        shown.len() < 520 << 10 && shown.ends_with("x … (998000 bytes more)\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"),
        "{}",
        shown.len()
    );
    // What was taken is gone.
    assert_eq!(output(), "");
}

#[test]
fn long_lines_are_folded() {
    open();
    let shown = run("print(('x'):rep(2000)) print(('x'):rep(2001)) print(('x'):rep(1e7), 2) print('short')");
    let line = "x".repeat(2000);
    assert_eq!(shown, format!("0{line}\n{line} … (1 byte more)\n{line} … (9998002 bytes more)\nshort\n"));
    // No character is cut in two, and bytes that are not text count, too.
    let shown = run("print('a' .. ('م'):rep(1000)) print(('\\xff'):rep(3000))");
    let (one, other) = shown.split_once('\n').expect("two lines");
    assert_eq!(one, format!("0a{} … (2 bytes more)", "م".repeat(999)));
    assert!(other.ends_with(" … (1000 bytes more)\n"), "{other}");
    // A line and a long one after it, in one call; and a line of which a part was already taken.
    let shown = run("print(('y\\n'):rep(3) .. ('x'):rep(3000) .. '\\nz')");
    assert_eq!(shown, format!("0y\ny\ny\n{line} … (1000 bytes more)\nz\n"));
    let shown = run("print(('x'):rep(1e6) .. '\\n' .. ('y\\n'):rep(2e5) .. 'end')");
    assert!(shown.len() < 520 << 10 && shown.starts_with("0") && shown.ends_with("y\nend\n"), "{}", shown.len());
    // Other output begins on a new line.
    let shown = run("warn('@on') warn(('w'):rep(3000)) print(1)");
    assert!(shown.starts_with("2Lua warning: www") && shown.ends_with("w … (1013 bytes more)\n01\n"), "{shown}");
}

#[test]
fn what_finalizers_write_is_marked() {
    open();
    assert_eq!(
        run("setmetatable({}, {__gc = function() print('bye') end}) collectgarbage() print('done')"),
        "3bye\n0done\n"
    );
    let shown = run("warn('@on') setmetatable({}, {__gc = function() error('x', 0) end}) collectgarbage() return 1");
    assert_eq!(shown, "3Lua warning: error in __gc (x)\n11\n");
    // The finalizers of a job run in the turns of another, on its fuel.
    let (name, length) =
        input("maker", "for i = 1, 1000 do setmetatable({}, {__gc = function() count = (count or 0) + 1 end}) end");
    let maker = fife_start(name, length, 0) as u32;
    assert_eq!(finish(maker), 2);
    fife_drop(maker);
    let job = start("collectgarbage() print(count)");
    assert_eq!(finish(job), 2);
    assert!(fife_count(job, 0) > 10_000.0, "{}", fife_count(job, 0));
    assert_eq!(output(), "01000\n");
    fife_drop(job);
}

/// The number of turns until a job ends that must wait for finalizers.
fn turns_of(job: u32) -> u32 {
    (1..200_000).find(|_| fife_step(job, 16384) > 1).expect("an end")
}

#[test]
fn finalizers_hold_nothing_up_for_ever() {
    open();
    // Each one never ends, and catches everything.
    let endless = "local meta = {__gc = function() while true do pcall(function() while true do end end) end end}";
    run(&format!("{endless} for i = 1, 5000 do setmetatable({{}}, meta) end"));
    let job = start("collectgarbage() return 'alive'");
    let turns = turns_of(job);
    let shown = output();
    assert!(
        shown.contains("3") && shown.ends_with("finalizers took too long, and were dropped\n1\"alive\"\n"),
        "{shown}"
    );
    assert!((1000..2000).contains(&turns), "{turns}");
    fife_drop(job);
    // A single one gets a single message, and an interrupt drops it at once.
    run(&format!("{endless} setmetatable({{}}, meta)"));
    let job = start("collectgarbage() return 'alive'");
    for _ in 0..200 {
        assert!(fife_step(job, 16384) < 2);
    }
    fife_interrupt(job);
    assert!(turns_of(job) < 10);
    assert!(text(fife_error(job)).contains("interrupted!"));
    assert_eq!(output(), "3a finalizer took too long, and was dropped\n");
    fife_drop(job);
    // These make more of them.
    run("local meta = {} function meta.__gc() for i = 1, 3 do setmetatable({}, meta) end collectgarbage('step') end \
        for i = 1, 100 do setmetatable({}, meta) end");
    let job = start("collectgarbage() return 'alive'");
    let turns = turns_of(job);
    let shown = output();
    assert!(shown.ends_with("1\"alive\"\n"), "{shown}");
    assert!(turns < 60_000, "{turns}");
    assert_eq!(run("1 + 1"), "12\n");
}

#[test]
fn tanks_bound_what_a_job_uses() {
    open();
    let job = start("while true do end");
    assert!(fife_count(job, 2).is_nan());
    fife_refill(job, 1000.0, 5000.0);
    assert_eq!(fife_step(job, 8192), 0);
    assert_eq!(fife_step(job, 8192), 4);
    assert!(fife_count(job, 2) <= 0.0 && (fife_count(job, 0) - 1000.0).abs() < 64.0);
    fife_refill(job, 1e9, 5000.0);
    assert!(fife_count(job, 2) <= 5000.0);
    assert_eq!(fife_step(job, 100), 0);
    fife_untank(job);
    assert_eq!(fife_step(job, 1 << 20), 0);
    assert!(fife_count(job, 0) > 1_000_000.0);
}

#[test]
fn wrong_numbers_do_nothing() {
    assert_eq!(fife_start(0, 0, 0), -1);
    assert!(error_text().contains("there is no virtual machine"));
    open();
    assert!(fife_input(u32::MAX).is_null());
    let (_, length) = input("", "1");
    assert_eq!(fife_start(u32::MAX, u32::MAX, 0), 0);
    assert_eq!(fife_start(0, length, u32::MAX), -1);
    fife_drop(0);
    // Even if there is a free job number.
    assert_eq!(fife_start(0, length, 64), -1);
    assert_eq!(fife_start(0, length, 63), 0);
    for job in [1, 1 << 31, u32::MAX] {
        assert_eq!((fife_step(job, 1), fife_error(job), fife_place(job)), (5, 0, 0));
        assert!(fife_count(job, 0).is_nan());
        fife_interrupt(job);
        fife_untank(job);
        fife_drop(job);
        fife_refill(job, f64::NAN, f64::INFINITY);
    }
    assert!(fife_count(0, 77).is_nan() && fife_memory(77).is_nan());
    assert_eq!(fife_output(u32::MAX), 0);
    fife_refill(0, f64::NEG_INFINITY, f64::NAN);
    assert_eq!(fife_tokens(u32::MAX), 12);
}

#[test]
fn jobs_are_bounded() {
    open();
    let mut count = 0;
    loop {
        let (name, length) = input("", "while true do end");
        if fife_start(name, length, 0) < 0 {
            break;
        }
        count += 1;
    }
    assert_eq!((count, error_text().contains("too many jobs")), (1000, true));
}
