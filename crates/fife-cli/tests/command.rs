//! The `fife` command as its users see it: options, exit statuses, and what it prints where.

mod run;

use run::{Run, Temporary, VERSION, command, fife, fife_with_environment, fife_with_input};
use std::ffi::OsStr;
use std::fs;

// ---- Options and arguments ----

#[test]
fn version() {
    fife(&["-v"]).prints(VERSION).ends_with(0);
    // `-i` implies `-v`; and the version is printed once.
    fife(&["-i"]).prints(&format!("{VERSION}> \n")).ends_with(0);
    fife(&["-v", "-e", "print(1)", "-i"]).prints(&format!("{VERSION}1\n> \n")).ends_with(0);
    let help = fife(&["--help"]);
    assert!(
        help.output.starts_with("usage: fife [options] [script [args]]\nAvailable options are:\n"),
        "{}",
        help.output
    );
    assert!(help.output.contains("\nExamples:\n"), "{}", help.output);
    help.complains("").ends_with(0);
    // With the commit and its day, if they are known.
    let version = fife(&["--version"]);
    let (name, rest) = VERSION.split_once(',').expect("there is a comma");
    let commit = version.output.strip_prefix(name).and_then(|output| output.strip_suffix(&format!(",{rest}")));
    let commit = commit.unwrap_or_else(|| panic!("{}", version.output));
    let is_commit = commit.strip_prefix(" (").and_then(|it| it.strip_suffix(')')).is_some_and(|commit| {
        let (number, day) = commit.split_once(", ").expect("there are two parts");
        number.len() >= 10 && number.bytes().all(|byte| byte.is_ascii_hexdigit()) && day.len() == "2026-11-30".len()
    });
    assert!(is_commit || commit.is_empty(), "{commit}");
    version.ends_with(0);
}

#[test]
fn help_has_the_short_name() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_fife")).arg("--help").output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("usage: fife") && !text.lines().next().is_some_and(|line| line.contains('/')), "{text}");
}

#[test]
fn what_was_meant_is_said_last() {
    for (word, meant) in [
        ("--sandboxx", Some("--sandbox")),
        ("-sandbox", Some("--sandbox")),
        ("--fule=10M", Some("--fuel")),
        ("--stat", Some("--stats")),
        ("--no-such", None),
        ("--sandbox=1", None),
        ("-x", None),
    ] {
        let run = fife(&[word]);
        let last = meant.map(|meant| format!("did you mean '{meant}'?\n")).unwrap_or_default();
        let expected = format!("  --help        print this and examples\n{last}");
        assert!(run.errors.ends_with(&expected), "{word}: {}", run.errors);
        run.mentions(&format!("fife: unrecognized option '{word}'\nusage: fife [options]")).ends_with(1);
    }
}

#[test]
fn statements_run_in_order_before_the_script() {
    let script = Temporary::new("order.lua", b"print(x, y)");
    fife(&["-e", "x = 1", "-e", "y = x + 1", script.path()]).prints("1\t2\n").ends_with(0);
    fife(&["-ex = 1", "-e", "print(x)", "-eprint(x + 1)"]).prints("1\n2\n").ends_with(0);
    // The first error ends the run.
    fife(&["-e", "print(1)", "-e", "error('x', 0)", "-e", "print(2)", "-i"])
        .prints(&format!("{VERSION}1\n"))
        .ends_with(1);
}

#[test]
fn libraries_are_required_into_globals() {
    let library = Temporary::new("library.lua", b"assert(arg) return { value = 42 }");
    let folder = library.0.parent().expect("it is in a folder").display().to_string();
    let name = library.0.file_stem().expect("it has a name").to_string_lossy().into_owned();
    let path = format!("package.path = '{folder}/?.lua'");
    fife(&["-e", &path, "-l", &format!("short={name}"), "-e", "print(short.value)"]).prints("42\n").ends_with(0);
    fife(&["-e", &path, &format!("-l{name}"), "-e", "print(fife.value)"]).prints("42\n").ends_with(0);
    fife(&["-l", "no_such_library"]).mentions("fife: module 'no_such_library' not found:").ends_with(1);
    fife(&["-lstr=string", "-lm=math", "-e", "print(str.upper('a'), m.pi // 1)"]).prints("A\t3.0\n").ends_with(0);
    // Libraries alone do not count as a program, so standard input follows.
    fife_with_input(&["-lstring"], b"print('input')").prints("input\n").ends_with(0);
    fife(&["-e", "require = nil", "-l", "string"])
        .complains("fife: attempt to call a nil value\nstack traceback:\n\t[C]: in ?\n")
        .ends_with(1);
    let strict = "setmetatable(_G, { __newindex = function(_, name) error('no ' .. name, 0) end })";
    fife(&["-e", strict, "-lstr=string"]).complains("fife: no str\n").ends_with(1);
}

#[test]
fn the_script_gets_its_arguments() {
    let script = Temporary::new("arguments.lua", b"print(...) print(#arg, arg[0] ~= nil, arg[1], arg[2], arg[-1])");
    fife(&["-e", "x = 1", script.path(), "-e", "b c"]).prints("-e\tb c\n2\ttrue\t-e\tb c\tx = 1\n").ends_with(0);
    fife(&["--", script.path()]).prints("\n0\ttrue\tnil\tnil\t--\n").ends_with(0);
    // Words before the script have negative numbers; without a script the command is number 0.
    let places = "for place = -4, 4 do if arg[place] then io.write(place, '=', arg[place], ' ') end end";
    fife(&["-W", "-e", places, "-", "a"]).prints(&format!("-4=fife -3=-W -2=-e -1={places} 0=- 1=a ")).ends_with(0);
    fife(&["-e", places, "-W"]).prints(&format!("0=fife 1=-e 2={places} 3=-W ")).ends_with(0);
}

#[test]
fn the_arguments_are_what_the_table_has() {
    let script = Temporary::new("changed.lua", b"print(...)");
    fife(&["-e", "arg[1] = 100", script.path(), "1", "2"]).prints("100\t2\n").ends_with(0);
    let counted = "arg = setmetatable({ 5 }, { __len = function() return 2 end })";
    fife(&["-e", counted, script.path()]).prints("5\tnil\n").ends_with(0);
    fife(&["-e", "arg = 1", script.path()]).complains("fife: 'arg' is not a table\n").ends_with(1);
    for (length, complaint) in [
        ("'x'", "object length is not an integer"),
        ("1e9", "stack overflow (too many arguments to script)"),
        ("error('none', 0)", "none"),
    ] {
        let wrong = format!("arg = setmetatable({{}}, {{ __len = function() return {length} end }})");
        fife(&["-e", &wrong, script.path()]).complains(&format!("fife: {complaint}\n")).ends_with(1);
    }
}

#[test]
fn many_arguments() {
    let script = Temporary::new("many.lua", b"print(select('#', ...), (select(-1, ...)))");
    let mut words = vec!["x"; 3000];
    words[0] = script.path();
    fife(&words).prints("2999\tx\n").ends_with(0);
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
fn two_hyphens_end_the_options() {
    let script = Temporary::new("hyphens.lua", b"print(...)");
    fife(&["--", script.path(), "-e"]).prints("-e\n").ends_with(0);
    fife(&["--", "-"]).complains("fife: cannot open -: No such file or directory\n").ends_with(1);
    fife_with_input(&["--"], b"print('input')").prints("input\n").ends_with(0);
    fife(&[""]).complains("fife: cannot open : No such file or directory\n").ends_with(1);
}

#[test]
fn wrong_usage() {
    for (words, message) in [
        (&["-x"][..], "unrecognized option '-x'"),
        (&["-h"], "unrecognized option '-h'"),
        (&["-vv"], "unrecognized option '-vv'"),
        (&["-iv"], "unrecognized option '-iv'"),
        (&["-Ex"], "unrecognized option '-Ex'"),
        (&["-Wx"], "unrecognized option '-Wx'"),
        (&["---"], "unrecognized option '---'"),
        (&["-e", "print(1)", "--no-such"], "unrecognized option '--no-such'"),
        (&["--stats=1"], "unrecognized option '--stats=1'"),
        (&["-e"], "'-e' needs argument"),
        (&["-e", "-e"], "'-e' needs argument"),
        (&["-l"], "'-l' needs argument"),
        (&["-l", "-"], "'-l' needs argument"),
        (&["--fuel"], "'--fuel' needs argument"),
        (&["--fuel", "many"], "'--fuel' needs a number, such as 10 or 10M"),
        (&["--fuel", ""], "'--fuel' needs a number, such as 10 or 10M"),
        (&["--fuel=+1"], "'--fuel' needs a number, such as 10 or 10M"),
        (&["--memory", "99999999999999999999"], "'--memory' needs a number, such as 10 or 10M"),
        (&["--memory", "99999999999999G"], "'--memory' is too large"),
        (&["--list"], "'--list' needs a script"),
    ] {
        let usage = "usage: fife [options] [script [args]]\nAvailable options are:\n";
        fife(words).prints("").mentions(&format!("fife: {message}\n{usage}")).ends_with(1);
    }
}

// ---- The environment ----

#[test]
fn the_environment_says_what_runs_first() {
    let script = Temporary::new("initial.lua", b"x = (x or 0) + 1 print('script', x, ...)");
    let file = format!("@{}", script.path());
    let run = |variables: &[(&str, &str)], words: &[&str]| fife_with_environment(variables, words, b"");
    run(&[("LUA_INIT", "print('first', arg[1])")], &["-e", "print('second')", script.path(), "a"])
        .prints("first\ta\nsecond\nscript\t1\ta\n")
        .ends_with(0);
    run(&[("LUA_INIT", &file)], &[script.path(), "a"]).prints("script\t1\nscript\t2\ta\n").ends_with(0);
    run(&[("LUA_INIT", "print(1)"), ("LUA_INIT_5_4", "print(54)")], &["-e", ""]).prints("54\n").ends_with(0);
    run(&[("LUA_INIT", ""), ("LUA_INIT_5_4", "")], &["-e", "print(1)"]).prints("1\n").ends_with(0);
    run(&[("LUA_INIT", "error('x')")], &["-E", "-e", "print(1)"]).prints("1\n").ends_with(0);
    run(&[("LUA_INIT", "error('x')")], &["-v"]).prints(VERSION).mentions("fife: LUA_INIT:1: x\nstack").ends_with(1);
    run(&[("LUA_INIT_5_4", "x =")], &[]).complains("fife: LUA_INIT_5_4:1: unexpected symbol near <eof>\n").ends_with(1);
    run(&[("LUA_INIT", "@/no/such")], &[])
        .complains("fife: cannot open /no/such: No such file or directory\n")
        .ends_with(1);
}

#[test]
fn the_environment_says_where_modules_are() {
    let show = ["-e", "print(package.path)", "-e", "print(package.cpath)"];
    let usual = fife(&show).output;
    let (path, c_path) = usual.split_once('\n').expect("there are two lines");
    let run = |variables: &[(&str, &str)], first: &str| {
        let words = [&[first][..], &show].concat();
        fife_with_environment(variables, &words, b"").output
    };
    let variables = [("LUA_PATH", "a;;b"), ("LUA_CPATH", ";;c")];
    assert_eq!(run(&variables, "-e "), format!("a;{path};b\n{};c\n", c_path.trim_end()));
    assert_eq!(run(&variables, "-E"), usual);
    let versioned = [("LUA_PATH", "a"), ("LUA_PATH_5_4", "b"), ("LUA_CPATH", "c"), ("LUA_CPATH_5_4", "d")];
    assert_eq!(run(&versioned, "-e "), "b\nd\n");
    // Scripts may still read the environment.
    let look = "print(os.getenv('LUA_PATH'))";
    fife_with_environment(&[("LUA_PATH", "a")], &["-E", "-e", look], b"").prints("a\n").ends_with(0);
}

#[test]
fn warnings() {
    fife(&["-e", "warn('a')"]).complains("").ends_with(0);
    fife(&["-e", "warn('a')", "-W", "-e", "warn('b', 'c') warn('@off') warn('d')"])
        .complains("Lua warning: bc\n")
        .ends_with(0);
    fife(&["-e", "warn('@on')", "-e", "warn('@on', '!')"]).complains("Lua warning: @on!\n").ends_with(0);
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
    fife(&["-e", "error()"])
        .complains(
            "fife: (error object is a nil value)\nstack traceback:\n\t[C]: in function 'error'\n\t\
             (command line):1: in main chunk\n\t[C]: in ?\n",
        )
        .ends_with(1);
    fife(&["-e", "error({})"]).mentions("fife: (error object is a table value)\n").ends_with(1);
    let with_text = "error(setmetatable({}, { __tostring = function() return 'object' end }))";
    fife(&["-e", with_text]).complains("fife: object\n").ends_with(1);
    let failing = "error(setmetatable({}, { __tostring = function() error('again', 0) end }))";
    fife(&["-e", failing])
        .mentions("fife: again\nstack traceback:\n")
        .mentions("in function <(command line):1>\n")
        .ends_with(1);
    let useless = "error(setmetatable({}, { __tostring = function() return {} end }))";
    fife(&["-e", useless]).mentions("fife: (error object is a table value)\nstack traceback:\n").ends_with(1);
    let uncallable = "error(setmetatable({}, { __tostring = 1 }))";
    fife(&["-e", uncallable]).mentions("fife: attempt to call a number value\n").ends_with(1);
}

#[test]
fn error_objects_see_the_stack() {
    let source =
        "local e = setmetatable({}, { __tostring = function() return debug.traceback('here') end })\n\nerror(e)";
    let script = Temporary::new("object.lua", source.as_bytes());
    let path = script.path();
    let shown = format!(
        "\t{path}:1: in function <{path}:1>\n\t[C]: in ?\n\t[C]: in function 'error'\n\t{path}:3: in main chunk"
    );
    fife(&[path]).complains(&format!("fife: here\nstack traceback:\n{shown}\n\t[C]: in ?\n")).ends_with(1);
}

#[test]
fn the_command_itself_is_the_outermost_level() {
    let levels = "print(debug.traceback('levels')) print(debug.getinfo(2, 'S').what, debug.getinfo(3))";
    fife(&["-e", levels])
        .prints("levels\nstack traceback:\n\t(command line):1: in main chunk\n\t[C]: in ?\nC\tnil\n")
        .ends_with(0);
    let error = "local function f() local x = nil + 1 end\nf()";
    fife(&["-e", error])
        .complains(
            "fife: (command line):1: attempt to perform arithmetic on a nil value\nstack traceback:\n\t\
             (command line):1: in local 'f'\n\t(command line):2: in main chunk\n\t[C]: in ?\n",
        )
        .ends_with(1);
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
fn finalizers_run_at_the_end() {
    let last = "setmetatable({}, { __gc = function() print('last') end }) ";
    fife(&["-e", last, "-e", "print('first')"]).prints("first\nlast\n").ends_with(0);
    fife(&["-e", &format!("{last} error('x', 0)")]).prints("last\n").mentions("fife: x\n").ends_with(1);
    fife(&["-e", &format!("{last} os.exit(4)")]).prints("").ends_with(4);
    fife(&["-e", &format!("{last} os.exit(4, true)")]).prints("last\n").ends_with(4);
    // An exit inside a closing method ends the rest; with `true` it closes that, too.
    for (exit, output) in [("os.exit(5)", "exit\n"), ("os.exit(5, true)", "exit\nlast\n")] {
        let exiting = format!("{last} setmetatable({{}}, {{ __gc = function() print('exit') {exit} end }})");
        fife(&["-e", &exiting]).prints(output).complains("").ends_with(5);
    }
    let endless = "setmetatable({}, { __gc = function() while true do end end })";
    fife(&["--fuel", "1M", "-e", endless]).complains("fife: stopped: out of fuel\n").ends_with(3);
    let failing = "setmetatable({}, { __gc = function() error('x', 0) end })";
    fife(&["-W", "-e", failing]).mentions("Lua warning: error in __gc").ends_with(0);
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
    let status = command(&["-e", "io.write('1') io.stderr:write('2') io.write('3') error('4', 0)"])
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
    let mut child = command(&["-e", "while true do print('x') end"]).spawn().expect("the command starts");
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
    // A script too large for the limit.
    let large = Temporary::new("large.lua", format!("return '{}'", "x".repeat(4 << 20)).as_bytes());
    fife(&["--memory", "2M", large.path()]).mentions("fife: not enough memory\n").ends_with(1);
}

/// When the system refuses memory, that is an error, as with a limit; the process does not end.
#[test]
#[cfg(target_os = "linux")]
fn memory_of_the_system_runs_out() {
    let script = Temporary::new(
        "system_memory.lua",
        b"local kept
        local function check(f) kept = {} local ok, message = pcall(f) kept = nil print(ok, message) end
        check(function() for i = 1, math.huge do kept[i] = {i} end end)
        check(function() local s = 'x' while true do s = s .. s end end)
        check(function() for i = 1, math.huge do kept[i] = load('return ' .. i .. ', function() end') end end)
        check(function()
          for i = 1, math.huge do
            kept[i] = coroutine.wrap(function() string.gsub(('x'):rep(50000), 'x', coroutine.yield) end)
            kept[i]()
          end
        end)
        check(function()
          for i = 1, math.huge do
            kept[i] = coroutine.wrap(function() string.gsub(('x'):rep(300), ('[xy]?'):rep(100), coroutine.yield) end)
            kept[i]()
          end
        end)
        check(function()
          local list = setmetatable({}, {
            __len = function() return 30 end,
            __index = function(_, i) return i > 20 and coroutine.yield() or ('x'):rep(50) end,
          })
          for i = 1, math.huge do
            kept[i] = coroutine.wrap(function() table.concat(list) end)
            kept[i]()
          end
        end)
        check(function() return load(\"return '\" .. ('y'):rep(50 << 20) .. \"'\") end)",
    );
    for kibibytes in [40_000, 100_000, 150_000] {
        let limited = format!("ulimit -v {kibibytes} && exec \"$0\" \"$1\"");
        let arguments = [limited.as_str(), env!("CARGO_BIN_EXE_fife"), script.path()];
        let run = std::process::Command::new("sh").arg("-c").args(arguments).output().expect("there is a shell");
        let errors = String::from_utf8_lossy(&run.stderr);
        assert_eq!(String::from_utf8_lossy(&run.stdout), "false\tnot enough memory\n".repeat(7), "{errors}");
        assert!(run.status.success(), "{errors}");
    }
}

/// Memory that was freed is given back before the system is asked for more in vain, and no mapping is left behind.
#[test]
#[cfg(target_os = "linux")]
fn lists_one_after_another_take_no_more_than_one() {
    let source =
        |count: u32| format!("for r = 1, {count} do local t = {{}} for i = 1, (1 << 20) + 1 do t[i] = i end end");
    let runs = |kibibytes: u32, count: u32| {
        let limited = format!("ulimit -v {kibibytes} && exec \"$0\" -e \"$1\"");
        let arguments = [&*limited, env!("CARGO_BIN_EXE_fife"), &*source(count)];
        let run = std::process::Command::new("sh").arg("-c").args(arguments).output().expect("there is a shell");
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success() || errors.contains("not enough memory"), "{errors}");
        run.status.success()
    };
    let enough: Vec<u32> = (48_000..=144_000).step_by(8_000).filter(|kibibytes| runs(*kibibytes, 1)).collect();
    assert!(enough.len() > 5, "{enough:?}");
    for kibibytes in &enough {
        assert!(runs(*kibibytes, 4), "four lists in {kibibytes} KiB; one fits in {enough:?}");
    }
}

#[test]
fn a_message_ends_at_a_zero_byte() {
    // The message ends like a C string. The traceback still follows.
    let traceback = "stack traceback:\n\t[C]: in function 'error'\n\t(command line):1: in main chunk\n\t[C]: in ?\n";
    let run = fife(&["-e", r"error('a\0b')"]);
    assert_eq!(run.errors, format!("fife: (command line):1: a\n{traceback}"));
    let run = fife(&["-e", r"error(setmetatable({}, {__tostring = function() return 'x\0y' end}))"]);
    assert_eq!(run.errors, "fife: x\n");
    // A caught message is complete.
    fife(&["-e", r"print(#select(2, pcall(error, 'a\0b')))"]).prints("3\n").ends_with(0);
}

#[test]
fn a_finalizer_that_cannot_be_called_is_named() {
    let source = "for _, gc in ipairs {1, true, {}, string.rep} do setmetatable({}, {__gc = gc}) collectgarbage() end";
    let warning = |text: &str| format!("Lua warning: error in __gc ({text})\n");
    let warnings = ["number", "boolean", "table"]
        .map(|name| warning(&format!("attempt to call a {name} value (metamethod '__gc')")))
        .concat();
    let bad_argument = warning("bad argument #1 to '__gc' (string expected, got table)");
    assert_eq!(fife(&["-W", "-e", source]).errors, warnings + &bad_argument);
}

#[test]
fn compatibility_with_lua_5_3_can_be_left_out() {
    let source = "print(math.pow, pcall(function() return setmetatable({}, {__lt = rawequal}) <= 1 end))";
    let none = "nil\tfalse\t(command line):1: attempt to compare table with number\n";
    let defined = "print(math.atan2 and math.cosh and math.frexp and math.ldexp and math.log10 and math.pow and math.sinh and \
                   math.tanh ~= nil, setmetatable({}, {__lt = rawequal}) <= 1)";
    for words in [&[][..], &["--sandbox"]] {
        fife(&[words, &["-e", defined]].concat()).prints("true\ttrue\n");
        fife(&[words, &["--no-compat", "-e", source]].concat()).prints(none);
    }
}

#[test]
fn a_sandbox_has_no_outside() {
    // Of `debug`, there are only the functions that inspect the running code.
    let outside = "print(io, os, require, package, dofile, loadfile, debug.getregistry, debug.setmetatable)";
    fife(&["--sandbox", "-e", outside, "-e", "print(load('return 1')(), type(debug.traceback))"])
        .prints("nil\tnil\tnil\tnil\tnil\tnil\tnil\tnil\n1\tfunction\n")
        .ends_with(0);
}

// ---- Statistics and listings ----

/// The number in a field of the JSON line.
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
