//! The `fife` command as its users meet it: options, exit statuses, and what it prints where.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a run of the command came to.
struct Run {
    status: Option<i32>,
    output: String,
    errors: String,
}

impl Run {
    #[track_caller]
    fn prints(self, output: &str) -> Run {
        assert_eq!(self.output, output, "standard error: {}", self.errors);
        self
    }

    #[track_caller]
    fn complains(self, errors: &str) -> Run {
        assert_eq!(self.errors, errors);
        self
    }

    #[track_caller]
    fn mentions(self, text: &str) -> Run {
        assert!(self.errors.contains(text), "{text:?} is not in {:?}", self.errors);
        self
    }

    #[track_caller]
    fn ends_with(self, status: i32) {
        assert_eq!(self.status, Some(status), "standard error: {}", self.errors);
    }
}

fn fife<S: AsRef<OsStr>>(words: &[S]) -> Run {
    fife_with_input(words, b"")
}

fn fife_with_input<S: AsRef<OsStr>>(words: &[S], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fife"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // A command that does not read its input may be gone already.
    let _ = child.stdin.take().expect("the input is a pipe").write_all(input);
    let result = child.wait_with_output().expect("the command ends");
    Run {
        status: result.status.code(),
        output: String::from_utf8_lossy(&result.stdout).into_owned(),
        errors: String::from_utf8_lossy(&result.stderr).into_owned(),
    }
}

/// A file that is there for the time of a test.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, content: &[u8]) -> Temporary {
        let path = std::env::temp_dir().join(format!("fife-command-{}-{name}", std::process::id()));
        fs::write(&path, content).expect("the file can be written");
        Temporary(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("the path is text")
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

// ---- Options and arguments ----

#[test]
fn version() {
    fife(&["-v"]).prints(concat!("Fife ", env!("CARGO_PKG_VERSION"), " (Lua 5.4)\n")).ends_with(0);
    fife(&["--help"]).complains("").ends_with(0);
}

#[test]
fn statements_run_in_order_before_the_script() {
    let script = Temporary::new("order.lua", b"print(x, y)");
    fife(&["-e", "x = 1", "-e", "y = x + 1", script.path()]).prints("1\t2\n").ends_with(0);
}

#[test]
fn libraries_are_required_into_globals() {
    let library = Temporary::new("library.lua", b"return { value = 42 }");
    let folder = library.0.parent().expect("it is in a folder").display().to_string();
    let name = library.0.file_stem().expect("it has a name").to_string_lossy().into_owned();
    let path = format!("package.path = '{folder}/?.lua'");
    fife(&["-e", &path, "-l", &format!("short={name}"), "-e", "print(short.value)"]).prints("42\n").ends_with(0);
    fife(&["-e", &path, "-l", &name, "-e", "print(fife.value)"]).prints("42\n").ends_with(0);
    fife(&["-l", "no_such_library"]).mentions("module 'no_such_library' not found:").ends_with(1);
}

#[test]
fn the_script_gets_its_arguments() {
    let script = Temporary::new("arguments.lua", b"print(...) print(#arg, arg[0] ~= nil, arg[1], arg[2], arg[-1])");
    fife(&["-e", "x = 1", script.path(), "-e", "b c"]).prints("-e\tb c\n2\ttrue\t-e\tb c\tx = 1\n").ends_with(0);
    fife(&["--", script.path()]).prints("\n0\ttrue\tnil\tnil\t--\n").ends_with(0);
}

#[cfg(unix)]
#[test]
fn arguments_are_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let script = Temporary::new("bytes.lua", b"print(#arg[1], arg[1]:byte(1, -1))");
    let words = [script.0.as_os_str(), OsStr::from_bytes(b"\xFF\xFE")];
    fife(&words).prints("2\t255\t254\n").ends_with(0);
}

#[test]
fn the_standard_input_may_be_the_script() {
    fife_with_input::<&str>(&[], b"print('in', ...)").prints("in\n").ends_with(0);
    fife_with_input(&["-", "a"], b"print('in', ...)").prints("in\ta\n").ends_with(0);
    fife_with_input(&["-"], b"error('x')").mentions("fife: stdin:1: x\nstack traceback:\n").ends_with(1);
}

#[test]
fn first_lines_and_marks_are_skipped() {
    let script = Temporary::new("hash.lua", b"#!/usr/bin/fife\nprint('hash') x.y = 1");
    fife(&[script.path()]).prints("hash\n").mentions(":2: attempt to index a nil value (global 'x')").ends_with(1);
    let script = Temporary::new("mark.lua", b"\xEF\xBB\xBFprint('mark')");
    fife(&[script.path()]).prints("mark\n").ends_with(0);
    let script = Temporary::new("both.lua", b"\xEF\xBB\xBF# x\nprint('both')");
    fife(&[script.path()]).prints("both\n").ends_with(0);
}

#[test]
fn wrong_usage() {
    for (words, message) in [
        (&["-x"][..], "fife: unrecognized option '-x'\nusage: fife "),
        (&["--no-such"], "fife: unrecognized option '--no-such'\nusage: fife "),
        (&["-e"], "fife: '-e' needs argument\nusage: fife "),
        (&["--fuel", "many"], "fife: '--fuel' needs a number, such as 10 or 10M\n"),
        (&["--fuel", ""], "fife: '--fuel' needs a number, such as 10 or 10M\n"),
        (&["--fuel", "+1"], "fife: '--fuel' needs a number, such as 10 or 10M\n"),
        (&["--memory", "99999999999999999999"], "fife: '--memory' needs a number, such as 10 or 10M\n"),
        (&["--memory", "99999999999999G"], "fife: '--memory' is too large\n"),
        (&["--list"], "fife: '--list' needs a script\n"),
    ] {
        fife(words).prints("").mentions(message).ends_with(2);
    }
}

// ---- Errors ----

#[test]
fn errors_have_a_traceback() {
    let source = b"local function f() local t t.x = 1 end\nlocal function g()\n  f()\nend\ng()";
    let script = Temporary::new("error.lua", source);
    let path = script.path();
    fife(&[path])
        .mentions(&format!("fife: {path}:1: attempt to index a nil value (local 't')\nstack traceback:\n\t"))
        .mentions(&format!("\n\t{path}:5: in main chunk\n"))
        .ends_with(1);
}

#[test]
fn errors_may_be_any_value() {
    fife(&["-e", "error('text', 0)"]).mentions("fife: text\nstack traceback:\n").ends_with(1);
    fife(&["-e", "error(12)"]).mentions("fife: 12\n").ends_with(1);
    fife(&["-e", "error()"]).mentions("fife: (error object is a nil value)\n").ends_with(1);
    fife(&["-e", "error({})"]).mentions("fife: (error object is a table value)\n").ends_with(1);
    let with_text = "error(setmetatable({}, { __tostring = function() return 'object' end }))";
    fife(&["-e", with_text]).complains("fife: object\n").ends_with(1);
    let failing = "error(setmetatable({}, { __tostring = function() error('again') end }))";
    fife(&["-e", failing]).mentions("fife: ").ends_with(1);
}

#[test]
fn what_is_no_lua_is_refused() {
    fife(&["-e", "x ="]).complains("fife: (command line):1: unexpected symbol near <eof>\n").ends_with(1);
    let script = Temporary::new("binary.lua", b"\x1bLua\x54\0\x19\x93\r\n\x1a\n");
    fife(&[script.path()]).mentions("bad binary format").ends_with(1);
    let script = Temporary::new("random.lua", b"\xFF\xFE\0\x01");
    fife(&[script.path()]).mentions("unexpected symbol near '<\\255>'").ends_with(1);
}

#[test]
fn strings_in_sources_are_bytes() {
    let script = Temporary::new("latin.lua", b"local s = '\xE9\x80' -- \xFF\nprint(#s, s:byte())");
    fife(&[script.path()]).prints("2\t233\n").ends_with(0);
}

#[cfg(unix)]
#[test]
fn files_that_can_not_be_read() {
    fife(&["/no/such.lua"]).complains("fife: cannot open /no/such.lua: No such file or directory\n").ends_with(1);
    fife(&["/tmp"]).complains("fife: cannot read /tmp: Is a directory\n").ends_with(1);
    let open = "print(io.open('/tmp/no\\0such'))";
    fife(&["-e", open]).prints("nil\t/tmp/no: No such file or directory\t2\n").ends_with(0);
}

// ---- Ends ----

#[test]
fn exit_statuses() {
    let codes = [("", 0), ("true", 0), ("false", 1), ("7", 7), ("7, true", 7), ("255", 255), ("256", 0), ("-1", 255)];
    for (code, status) in codes {
        let exit = format!("io.write('kept') os.exit({code}) print('never')");
        fife(&["-e", &exit]).prints("kept").complains("").ends_with(status);
    }
    let nested = "coroutine.wrap(function() pcall(os.exit, 5) print('never') end)() print('never')";
    fife(&["-e", nested]).prints("").ends_with(5);
    fife(&["-e", "pcall(os.exit, 4)", "-e", "print('never')"]).prints("").ends_with(4);
}

#[test]
fn nothing_written_is_lost() {
    let memory_error = "local t = {} while true do t[#t + 1] = {} end";
    let ends = [("error('x')", 1), ("os.exit(3)", 3), ("while true do end", 3), (memory_error, 1)];
    for (index, (end, status)) in ends.into_iter().enumerate() {
        let file = Temporary::new(&format!("kept-{index}.txt"), b"");
        let open = format!("f = io.open('{}', 'w') f:write('kept') io.write('seen')", file.path());
        fife(&["--fuel", "1M", "--memory", "1M", "-e", &open, "-e", end]).prints("seen").ends_with(status);
        assert_eq!(fs::read(&file.0).expect("it is there"), b"kept", "{end}");
    }
}

#[cfg(unix)]
#[test]
fn output_and_errors_keep_their_order() {
    let file = Temporary::new("both.txt", b"");
    let both = fs::OpenOptions::new().append(true).open(&file.0).expect("it can be opened");
    let status = Command::new(env!("CARGO_BIN_EXE_fife"))
        .args(["-e", "io.write('1') io.stderr:write('2') io.write('3') error('4', 0)"])
        .stdout(both.try_clone().expect("it can be cloned"))
        .stderr(both)
        .status();
    assert_eq!(status.expect("the command starts").code(), Some(1));
    let seen = fs::read_to_string(&file.0).expect("it is there");
    assert!(seen.starts_with("123fife: 4\nstack traceback:"), "{seen}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_script() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fife"))
        .args(["-e", "while true do print('x') end"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let result = child.wait_with_output().expect("the command ends");
    assert_eq!((result.status.code(), result.stderr.as_slice()), (Some(128 + 13), &b""[..]));
}

// ---- Limits ----

#[test]
fn fuel_runs_out() {
    let spin = "while true do pcall(error) end";
    fife(&["--fuel", "100K", "-e", "print('before')", "-e", spin])
        .prints("before\n")
        .complains("fife: stopped: out of fuel\n")
        .ends_with(3);
    fife(&["--fuel", "10K", "-e", "for i = 1, 1000 do end print('enough')"]).prints("enough\n").ends_with(0);
    fife(&["--fuel", "0", "-e", "print(1)"]).prints("").ends_with(3);
}

#[test]
fn memory_runs_out() {
    fife(&["--memory", "2M", "-e", "local t = {} while true do t[#t + 1] = {} end"])
        .mentions("fife: not enough memory\n")
        .ends_with(1);
    let repeat = "print(pcall(string.rep, 'x', 1 << 30))";
    fife(&["--memory", "2M", "-e", repeat]).prints("false\tnot enough memory\n").ends_with(0);
    // A script that does not fit.
    let large = Temporary::new("large.lua", format!("return '{}'", "x".repeat(4 << 20)).as_bytes());
    fife(&["--memory", "2M", large.path()]).mentions("fife: not enough memory\n").ends_with(1);
}

#[test]
fn a_sandbox_has_no_outside() {
    // What only looks at what runs is there of `debug`.
    let outside = "print(io, os, require, package, dofile, loadfile, debug.getregistry, debug.setmetatable)";
    fife(&["--sandbox", "-e", outside, "-e", "print(load('return 1')(), type(debug.traceback))"])
        .prints("nil\tnil\tnil\tnil\tnil\tnil\tnil\tnil\n1\tfunction\n")
        .ends_with(0);
}

// ---- Statistics and listings ----

/// The number of a field of the line of JSON.
#[track_caller]
fn field(run: &Run, name: &str) -> f64 {
    let line = run.errors.lines().last().expect("there is a line");
    assert!(line.starts_with('{') && line.ends_with('}'), "{line}");
    let mark = format!("\"{name}\": ");
    let (_, rest) = line.split_once(&mark).unwrap_or_else(|| panic!("no {name} in {line}"));
    let end = rest.find([',', '}']).expect("the line ends");
    rest[..end].parse().unwrap_or_else(|_| panic!("{name} is no number in {line}"))
}

#[test]
fn statistics_whatever_the_end() {
    let ends = [("local x = 1", 0), ("error('x')", 1), ("while true do end", 3), ("os.exit(9)", 9), ("x =", 1)];
    for (source, status) in ends {
        let run = fife(&["--stats", "--fuel", "1M", "-e", source]);
        for name in ["fuel", "peak_bytes", "live_bytes", "steps", "longest_step_us", "seconds"] {
            assert!(field(&run, name) > 0.0, "{name} of {source}: {}", run.errors);
        }
        assert!(field(&run, "collections") >= 0.0);
        assert!(field(&run, "peak_bytes") >= field(&run, "live_bytes"));
        run.ends_with(status);
    }
}

#[test]
fn statistics_count() {
    let run = fife(&["--stats", "--fuel", "10M", "-e", "while true do end"]);
    assert!((10_000_000.0..10_001_000.0).contains(&field(&run, "fuel")), "{}", run.errors);
    let steps = 10_000_000.0 / 65_536.0;
    assert!((steps..steps + 5.0).contains(&field(&run, "steps")), "{}", run.errors);
    let run = fife(&["--stats", "-e", "for i = 1, 20 do local s = ('x'):rep(1000000) end"]);
    assert!(field(&run, "collections") >= 1.0, "{}", run.errors);
    assert!(field(&run, "peak_bytes") >= 1_000_000.0, "{}", run.errors);
    run.ends_with(0);
}

#[test]
fn listings() {
    let script = Temporary::new("list.lua", b"local x = ...\nreturn function() return x + 1 end");
    let run = fife(&["--list", script.path()]);
    assert!(run.output.matches(" instructions)").count() == 2, "{}", run.output);
    run.complains("").ends_with(0);
    let script = Temporary::new("list-error.lua", b"x =");
    fife(&["--list", script.path()]).prints("").mentions("unexpected symbol near <eof>").ends_with(1);
}

// ---- The prompt ----

#[test]
fn the_prompt_prints_values_and_survives_errors() {
    let typed = b"1 + 1, 'x'\nfunction f()\n  return 7\nend\nf()\nerror('oops', 0)\nlocal a\nx.y.z\n";
    let run = fife_with_input(&["-i"], typed);
    assert_eq!(run.output, "> 2\tx\n> >> >> > 7\n> > > > \n");
    run.mentions("oops\nstack traceback:").mentions("attempt to index a nil value (global 'x')").ends_with(0);
    fife_with_input(&["-i", "-e", "y = 5"], b"y\nos.exit(6)\n").prints("> 5\n> ").ends_with(6);
    fife_with_input(&["-i", "--fuel", "10K"], b"while true do end\n").mentions("out of fuel").ends_with(3);
}
