//! Errors as people see them, with the source text. The plain text is that of `lua` and does not change.

mod run;

use run::command;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder with a file, which exists for the duration of a test.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, text: &[u8]) -> Folder {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("fife-errors-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("the folder can be made");
        fs::write(path.join(name), text).expect("the file can be written");
        Folder(path)
    }

    /// The command's error output when it runs with these words in the folder.
    fn errors(&self, words: &[&str]) -> String {
        let output = command(words).current_dir(&self.0).output().expect("the command runs");
        String::from_utf8(output.stderr).expect("what is shown is text")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Checks what is shown for a script, including the source text.
#[track_caller]
fn shows(name: &str, text: &str, expected: &str) {
    let shown = Folder::with(name, text.as_bytes()).errors(&["--errors=rich", name]);
    assert_eq!(shown, expected, "\n{shown}");
}

// ---- Twelve examples ----

#[test]
fn a_field_that_is_not_there() {
    shows(
        "err.lua",
        r#"local function connect(options)
  -- a comment
  local address = options.hots .. ":" .. options.port
  return address
end
connect({host = "x"})
"#,
        r#"fife: err.lua:3: attempt to concatenate a nil value (field 'port')
 --> err.lua:3:50
  |
3 |   local address = options.hots .. ":" .. options.port
  |                                                  ^^^^ nil
  |
  = note: 'options' has the field 'host' only; it was passed at err.lua:6:8
stack traceback:
	err.lua:3: in local 'connect'
	err.lua:6: in main chunk
	[C]: in ?
"#,
    );
}

#[test]
fn a_method_that_is_not_there() {
    shows(
        "e.lua",
        r#"local s = "abc"
print(s:uper())
"#,
        r#"fife: e.lua:2: attempt to call a nil value (method 'uper')
 --> e.lua:2:9
  |
1 | local s = "abc"
  |           ----- 's' was set to a string here
2 | print(s:uper())
  |         ^^^^ strings have no method 'uper'
  |
  = help: did you mean 'upper'?
stack traceback:
	e.lua:2: in main chunk
	[C]: in ?
"#,
    );
}

#[test]
fn a_table_that_is_empty() {
    shows(
        "e.lua",
        r#"local t = {}
t.items:add(1)
"#,
        r#"fife: e.lua:2: attempt to index a nil value (field 'items')
 --> e.lua:2:3
  |
1 | local t = {}
  |           -- 't' was set here, and is empty
2 | t.items:add(1)
  |   ^^^^^ nil: indexed by ':add'
stack traceback:
	e.lua:2: in main chunk
	[C]: in ?
"#,
    );
}

#[test]
fn an_assignment_for_a_comparison() {
    shows(
        "e.lua",
        r#"if x = 1 then print(x) end
"#,
        r#"fife: e.lua:1: 'then' expected near '='
 --> e.lua:1:6
  |
1 | if x = 1 then print(x) end
  | --   ^
  | |
  | the condition of this 'if'
  |
  = help: '=' assigns; to compare, write '=='
"#,
    );
}

#[test]
fn an_operator_of_other_languages() {
    shows(
        "e.lua",
        r#"x = 1
x += 2
"#,
        r#"fife: e.lua:2: syntax error near '+'
 --> e.lua:2:3
  |
2 | x += 2
  |   ^^
  |
  = help: Lua has no '+='; write 'x = x + 2'
"#,
    );
}

#[test]
fn a_block_that_is_not_closed() {
    shows(
        "syn2.lua",
        r#"function f()
  if x then
    print(1)
  print(2)
end

"#,
        r#"fife: syn2.lua:7: 'end' expected (to close 'function' at line 1) near <eof>
 --> syn2.lua:1:1
  |
1 | function f()
  | ^^^^^^^^ not closed
2 |   if x then
  |   -- this 'if' may be the one: the next 'end' is not below it
"#,
    );
}

#[test]
fn a_word_that_is_not_one() {
    shows(
        "syn.lua",
        r#"local x = 5
print(x)
locla y = 6
"#,
        r#"fife: syn.lua:3: syntax error near 'y'
 --> syn.lua:3:7
  |
3 | locla y = 6
  | ----- ^
  | |
  | read as the name of a variable
  |
  = help: did you mean 'local'?
"#,
    );
}

#[test]
fn a_method_called_without_an_object() {
    shows(
        "e.lua",
        r#"local Point = {}
function Point.new(x) return setmetatable({x = x}, {__index = Point}) end
function Point:len() return self.x end
local p = Point.new(3)
print(p.len())
"#,
        r#"fife: e.lua:3: attempt to index a nil value (local 'self')
 --> e.lua:3:29
  |
3 | function Point:len() return self.x end
  |                             ^^^^ nil
4 | local p = Point.new(3)
5 | print(p.len())
  |       ------- called here, without an argument
  |
  = help: 'len' is declared with ':'; call it as 'p:len()'
stack traceback:
	e.lua:3: in field 'len'
	e.lua:5: in main chunk
	[C]: in ?
"#,
    );
}

#[test]
fn an_error_out_of_a_coroutine() {
    shows(
        "e.lua",
        r#"local co = coroutine.wrap(function()
  local cfg = nil
  return cfg.name
end)
local function load() return (co()) end
load()
"#,
        r#"fife: e.lua:5: e.lua:3: attempt to index a nil value (local 'cfg')
 --> e.lua:3:14
  |
2 |   local cfg = nil
  |               --- 'cfg' was set to nil here
3 |   return cfg.name
  |              ^^^^
4 | end)
5 | local function load() return (co()) end
  |                               ---- resumed here
stack traceback:
	e.lua:3: in function <e.lua:1>
	--- coroutine of e.lua:1, resumed by ---
	[C]: in upvalue 'co'
	e.lua:5: in local 'load'
	e.lua:6: in main chunk
	[C]: in ?
"#,
    );
}

#[test]
fn fields_without_a_separator() {
    shows(
        "e.lua",
        r#"local t = {a=1 b=2}
"#,
        r#"fife: e.lua:1: '}' expected near 'b'
 --> e.lua:1:16
  |
1 | local t = {a=1 b=2}
  |           -    ^
  |           |
  |           to close this
  |
  = help: fields are separated by ',' or ';'
"#,
    );
}

#[test]
fn a_bad_argument() {
    shows(
        "e.lua",
        r#"local name = "x"
print(("x"):rep(2, {}), name)
"#,
        r#"fife: e.lua:2: bad argument #2 to 'rep' (string expected, got table)
 --> e.lua:2:20
  |
2 | print(("x"):rep(2, {}), name)
  |                    ^^ argument #2
stack traceback:
	[C]: in function 'string.rep'
	e.lua:2: in main chunk
	[C]: in ?
"#,
    );
}

// ---- All messages ----

/// The folder of scripts and the expected display of their errors.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/errors")
}

/// The names of the scripts in that folder.
fn scripts() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".lua")).collect();
    names.sort();
    names
}

/// The command's options, from the first line of a script: `-- options: --memory=8M`.
fn options(script: &str) -> Vec<String> {
    let text = fs::read(folder().join(script)).expect("the script can be read");
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let words = String::from_utf8_lossy(first).into_owned();
    words.strip_prefix("-- options: ").map_or_else(Vec::new, |words| words.split(' ').map(str::to_owned).collect())
}

/// The command's error output for a script of the folder in this form.
fn errors_of(script: &str, form: &str) -> String {
    let mut words = options(script);
    words.extend([format!("--errors={form}"), script.to_owned()]);
    let output = command(&words).current_dir(folder()).output().expect("the command runs");
    String::from_utf8(output.stderr).expect("what is shown is text")
}

/// `UPDATE=1 cargo test -p fife-cli --test errors` rewrites the files; read the difference.
#[test]
fn scripts_show_what_stands_beside_them() {
    let is_update = std::env::var_os("UPDATE").is_some();
    let mut different = Vec::new();
    for script in scripts() {
        let (shown, path) = (errors_of(&script, "rich"), folder().join(&script).with_extension("txt"));
        assert!(!shown.is_empty(), "{script} does not fail");
        if is_update {
            fs::write(path, shown).expect("it can be written");
        } else if fs::read_to_string(path).unwrap_or_default() != shown {
            different.push(format!("{script}:\n{shown}"));
        }
    }
    assert!(different.is_empty(), "these are shown otherwise (see UPDATE=1):\n{}", different.join("\n"));
}

// ---- Nothing of the plain text changes ----

/// The text without the lines that are added to the plain one.
fn without_added_lines(rich: &str) -> String {
    let is_added = |line: &str| {
        let rest = line.trim_start_matches(' ');
        let is_numbered = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        let is_margin = is_numbered.starts_with(" |") && is_numbered.len() < rest.len();
        let is_indented = rest.len() < line.len();
        is_margin
            || line == "..."
            || is_indented && (rest.starts_with("--> ") || rest.starts_with('|') || rest.starts_with("= "))
    };
    let mut kept: Vec<&str> = Vec::new();
    let mut trace = None;
    for line in rich.lines() {
        if trace.is_none() && is_added(line) {
            continue;
        }
        if line == "stack traceback:" && trace.is_none() {
            trace = Some(kept.len() + 1);
        }
        if line.starts_with("\t---") {
            // The lines before it are of the coroutine that it names.
            kept.truncate(trace.expect("it is in a traceback"));
            continue;
        }
        kept.push(line);
    }
    kept.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn scripts_say_plainly_what_they_show() {
    for script in scripts() {
        assert_eq!(without_added_lines(&errors_of(&script, "rich")), errors_of(&script, "plain"), "{script}");
    }
}

/// All Lua files below a folder.
fn lua_files(folder: &std::path::Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            lua_files(&path, found);
        } else if path.extension().is_some_and(|it| it == "lua") {
            found.push(path);
        }
    }
}

/// A text with its bytes that are not UTF-8 as the rich form shows them: a truncated script may end inside a character.
fn with_bytes_as_escapes(text: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in text.utf8_chunks() {
        shown.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| shown.push_str(&format!("\\x{byte:02x}")));
    }
    shown
}

/// Every script of the repository, and some beginnings of each, which are not Lua or fail elsewhere.
#[test]
fn all_failing_scripts_say_plainly_what_they_show() {
    let tree = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let mut files = Vec::new();
    for part in ["lua", "hostile", "programs"] {
        lua_files(&tree.join(part), &mut files);
    }
    files.sort();
    let (failing, next) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let check = |name: &str, text: &[u8], is_run: bool| {
        let folder = Folder::with(name, text);
        let limits = ["--sandbox", "--fuel=1M", "--memory=16M"];
        let words = |form: &'static str| {
            let mut words = vec![form];
            words.extend_from_slice(if is_run { &limits } else { &["--check"] });
            words.push(name);
            words
        };
        let run = |form| {
            let output = command(&words(form)).current_dir(&folder.0).output().expect("the command runs");
            (output.status.code(), with_bytes_as_escapes(&output.stderr))
        };
        let (status, plain) = run("--errors=plain");
        // Scripts that run out of fuel or memory do so elsewhere, since hints cost some.
        if status == Some(1)
            && !plain.contains("not enough memory")
            && !plain.contains(|it: char| it.is_control() && it != '\n' && it != '\t')
        {
            failing.fetch_add(1, Ordering::Relaxed);
            assert_eq!(without_added_lines(&run("--errors=rich").1), plain, "{name}");
        }
    };
    let work = || {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let text = fs::read(path).expect("the script can be read");
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            check(name, &text, true);
            for part in [1, 3, 5, 7] {
                check(name, &text[..text.len() * part / 8], false);
            }
        }
    };
    // Thousands of processes: each core starts the next ones.
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |count| count.get()) {
            scope.spawn(work);
        }
    });
    let failing = failing.into_inner();
    assert!(failing > 300, "{failing} of {} fail", files.len());
    eprintln!("{failing} failing scripts");
}

// ---- Forms ----

/// The command's error output with these environment variables.
fn errors_with(variables: &[(&str, &str)], folder: &Folder, words: &[&str]) -> String {
    let output = command(words).current_dir(&folder.0).envs(variables.iter().copied()).output();
    String::from_utf8(output.expect("the command runs").stderr).expect("what is shown is text")
}

const PLAIN: &str = "fife: f.lua:1: attempt to index a nil value (global 'x')\nstack traceback:\n\tf.lua:1: in main chunk\n\t[C]: in ?\n";

#[test]
fn the_form_is_chosen() {
    let folder = Folder::with("f.lua", b"print(x.y)\n");
    // Output that does not go to a terminal gets no additions.
    assert_eq!(folder.errors(&["f.lua"]), PLAIN);
    assert_eq!(folder.errors(&["--errors=auto", "f.lua"]), PLAIN);
    assert_eq!(errors_with(&[("FIFE_ERRORS", "plain")], &folder, &["f.lua"]), PLAIN);
    assert_eq!(errors_with(&[("FIFE_ERRORS", "nonsense")], &folder, &["f.lua"]), PLAIN);
    let rich = folder.errors(&["--errors", "rich", "f.lua"]);
    assert!(rich.contains("\n1 | print(x.y)\n  |       ^ nil: indexed by '.y'\n"), "{rich}");
    assert!(!rich.contains('\u{1b}'), "there is colour on terminals only");
    assert_eq!(errors_with(&[("FIFE_ERRORS", "rich")], &folder, &["f.lua"]), rich);
    // The command line has precedence, and `-E` makes the environment irrelevant.
    assert_eq!(errors_with(&[("FIFE_ERRORS", "rich")], &folder, &["--errors=plain", "f.lua"]), PLAIN);
    assert_eq!(errors_with(&[("FIFE_ERRORS", "rich")], &folder, &["-E", "f.lua"]), PLAIN);
    let wrong = folder.errors(&["--errors=pretty", "f.lua"]);
    assert!(wrong.starts_with("fife: '--errors' needs auto, plain, rich or json\nusage: "), "{wrong}");
}

#[test]
fn tools_get_lines_of_json() {
    let folder = Folder::with("f.lua", b"local t = {}\nprint(t.x.y)\n");
    assert_eq!(
        folder.errors(&["--errors=json", "f.lua"]),
        concat!(
            r#"{"kind":"runtime","message":"f.lua:2: attempt to index a nil value (field 'x')","#,
            r#""chunk":"f.lua","line":2,"column":9,"length":1,"label":"nil: indexed by '.y'","#,
            r#""labels":[{"chunk":"f.lua","line":1,"column":11,"length":2,"#,
            r#""label":"'t' was set here, and is empty"}],"notes":[],"#,
            r#""traceback":[{"text":"f.lua:2: in main chunk","chunk":"f.lua","line":2,"column":11,"coroutine":0},"#,
            r#"{"text":"[C]: in ?","coroutine":0}]}"#,
            "\n"
        )
    );
    let folder = Folder::with("s.lua", b"x = \"a\\\n\x1b[m\n");
    let said = folder.errors(&["--errors=json", "s.lua"]);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains(r#""message":"s.lua:2: unfinished string near '\"a\n\u001b[m'","chunk":"s.lua","line":2"#),
        "{said}"
    );
    assert_eq!(
        folder.errors(&["--errors=json", "missing.lua"]),
        "{\"kind\":\"error\",\"message\":\"cannot open missing.lua: No such file or directory\",\"labels\":[],\"notes\":[],\"traceback\":[]}\n"
    );
}

/// A line of JSON of which only this is known.
fn only(kind: &str, message: &str, notes: &str) -> String {
    format!("{{\"kind\":\"{kind}\",\"message\":\"{message}\",\"labels\":[],\"notes\":[{notes}],\"traceback\":[]}}\n")
}

#[test]
fn all_that_tools_get_is_json() {
    let folder = Folder::with("endless.lua", b"while true do end\n");
    let fuel = only("stopped", "stopped: out of fuel", "");
    assert_eq!(folder.errors(&["--errors=json", "--fuel=1000", "endless.lua"]), fuel);
    // Also where finalizers use it up.
    let closing = "setmetatable({}, { __gc = function() while true do end end })";
    assert_eq!(folder.errors(&["--errors=json", "--fuel=1000", "-e", closing]), fuel);
    let raising = "setmetatable({}, { __gc = function() error('\"x\"', 0) end })";
    let warning = only("warning", r#"Lua warning: error in __gc (\"x\")"#, "");
    assert_eq!(folder.errors(&["--errors=json", "-W", "-e", raising]), warning);
    // What a script writes is its own.
    let source = "warn('@on') warn('a', 'b') io.stderr:write('Lua', ' warning: c\\n')";
    let said = [&*only("warning", "Lua warning: ab", ""), "Lua warning: c\n"].concat();
    assert_eq!(folder.errors(&["--errors=json", "-e", source]), said);
    assert_eq!(folder.errors(&["--errors=json", "--list", "none.lua"]).lines().count(), 1);
    fs::write(folder.0.join("bad.lua"), "x = = 1\n").expect("it can be written");
    let (listed, checked) = (["--errors=json", "--list", "bad.lua"], ["--errors=json", "--check", "bad.lua"]);
    assert_eq!(folder.errors(&listed), folder.errors(&checked));
    assert!(folder.errors(&listed).contains(r#""line":1,"column":5,"#));
    // The line of the statistics is JSON of its own.
    let said = folder.errors(&["--errors=json", "--stats", "--fuel=1000", "endless.lua"]);
    assert!(said.starts_with(&fuel) && said[fuel.len()..].starts_with("{\"fuel\": 1000, "), "{said}");
}

#[test]
fn wrong_usage_is_json_where_tools_ask_for_it() {
    let folder = Folder::with("f.lua", b"");
    let meant = r#"{"kind":"help","text":"did you mean '--sandbox'?"}"#;
    let unknown = only("usage", "unrecognized option '--sandbxo'", meant);
    // Before and behind what is wrong, but not of the script's own words.
    for words in [
        &["--errors=json", "--sandbxo", "f.lua"][..],
        &["--errors", "json", "--sandbxo"],
        &["--sandbxo", "--fuel", "1", "-e", "x", "--errors=json", "f.lua"],
    ] {
        assert_eq!(folder.errors(words), unknown, "{words:?}");
    }
    // An argument that is wrong is no script, and only the first thing that is wrong is shown.
    let amount = folder.errors(&["--fuel", "many", "--sandbxo", "--help", "--errors=json"]);
    assert!(
        amount.starts_with(r#"{"kind":"usage","message":"'--fuel' needs "#) && amount.lines().count() == 1,
        "{amount}"
    );
    let json = ("FIFE_ERRORS", "json");
    assert_eq!(errors_with(&[json], &folder, &["--sandbxo"]), unknown);
    assert_eq!(errors_with(&[json], &folder, &["--list"]), only("usage", "'--list' needs a script", ""));
    for words in
        [&["-E", "--sandbxo", "f.lua", "--errors=json"][..], &["-E", "--sandbxo"], &["--errors=plain", "--sandbxo"]]
    {
        let said = errors_with(&[json], &folder, words);
        assert!(said.starts_with("fife: unrecognized option '--sandbxo'\nusage: fife [options]"), "{said}");
    }
}

#[test]
fn files_are_checked_without_being_run() {
    let folder = Folder::with("good.lua", b"#!/usr/bin/env fife\nprint('it runs')\n");
    fs::write(folder.0.join("bad.lua"), "x = = 1\n").unwrap();
    fs::write(folder.0.join("label.lua"), "::unused::\nfor i = 1, 2 do\n  goto next\n  ::next::\nend\n").unwrap();
    let run = |words: &[&str]| {
        let output = command(words).current_dir(&folder.0).output().expect("the command runs");
        assert!(output.stdout.is_empty());
        (output.status.code(), String::from_utf8(output.stderr).expect("it is text"))
    };
    assert_eq!(run(&["--check", "good.lua"]), (Some(0), String::new()));
    let bad = "fife: bad.lua:1: unexpected symbol near '='\n";
    let label = "fife: label.lua:1: warning: label 'unused' is not used\n";
    assert_eq!(run(&["--check", "label.lua"]), (Some(0), label.to_owned()));
    assert_eq!(run(&["--check", "bad.lua", "good.lua", "label.lua"]), (Some(1), [bad, label].concat()));
    let rich = run(&["--errors=rich", "--check", "bad.lua"]);
    assert_eq!(rich, (Some(1), [bad, " --> bad.lua:1:5\n  |\n1 | x = = 1\n  |     ^\n"].concat()));
    let json = run(&["--check", "--errors=json", "label.lua"]).1;
    assert_eq!(
        json,
        concat!(
            r#"{"kind":"warning","message":"label.lua:1: warning: label 'unused' is not used","chunk":"label.lua","line":1,"#,
            r#""column":1,"length":2,"labels":[],"notes":[],"traceback":[]}"#,
            "\n"
        )
    );
    let (status, missing) = run(&["--check", "none.lua"]);
    assert_eq!((status, &*missing), (Some(1), "fife: cannot open none.lua: No such file or directory\n"));
    assert!(run(&["--check"]).1.starts_with("fife: '--check' needs a file\n"));
    // A text that an editor has not saved.
    let checked = |words: &[&str], input: &str| {
        let run = run::fife_with_input(words, input.as_bytes());
        assert_eq!(run.output, "");
        (run.status, run.errors)
    };
    let stdin = "fife: stdin:1: unexpected symbol near '='\n";
    assert_eq!(checked(&["--check", "-"], "print('it runs')"), (Some(0), String::new()));
    assert_eq!(checked(&["--check", "-"], "x = = 1"), (Some(1), stdin.to_owned()));
    let both = [stdin, "fife: cannot open none.lua: No such file or directory\n"].concat();
    assert_eq!(checked(&["--check", "-", "none.lua"], "x = = 1"), (Some(1), both));
    let rich = [stdin, " --> stdin:1:5\n  |\n1 | x = = 1\n  |     ^\n"].concat();
    assert_eq!(checked(&["--errors=rich", "--check", "-"], "x = = 1"), (Some(1), rich));
    // It is the text of a file, not a binary chunk.
    fs::write(folder.0.join("binary.luac"), b"\x1bLua").unwrap();
    assert_eq!(run(&["--check", "binary.luac"]).0, Some(1));
}

// ---- Bounds ----

#[test]
fn a_long_line_is_cut() {
    // The error is in the middle of ten megabytes on one line.
    let half = "x = 1 ".repeat(5_000_000 / 6);
    let text = [&half, "print(missing.field) ", &half].concat();
    let folder = Folder::with("long.lua", text.as_bytes());
    let shown = folder.errors(&["--errors=rich", "long.lua"]);
    let longest = shown.lines().map(str::len).max().expect("there are lines");
    assert!(longest <= 204, "{longest} bytes in a line");
    assert!(shown.contains(&format!("\n --> long.lua:1:{}\n", half.len() + 7)), "{shown}");
    assert!(shown.contains("print(missing.field)") && shown.contains("^^^^^^^ nil"), "{shown}");
    let text = [&half, "print(] ", &half].concat();
    fs::write(folder.0.join("long.lua"), text).unwrap();
    let shown = folder.errors(&["--errors=rich", "long.lua"]);
    assert!(shown.lines().all(|line| line.len() <= 204) && shown.contains("print(]"), "{shown}");
}

#[test]
fn orders_to_the_terminal_are_not_sent() {
    let text = b"local s = '\x1b]0;title\x07' -- \x9b1m \xe2\x80\xae\nerror('\\27[31mred\\7\\200' .. x, 0)\n";
    let folder = Folder::with("orders.lua", &[text, &b"x = '"[..]].concat()[..text.len()]);
    let output = command(&["--errors=rich", "orders.lua"]).current_dir(&folder.0).output().unwrap();
    let shown = String::from_utf8(output.stderr).expect("it is text");
    assert!(!shown.contains(|it: char| it.is_control() && it != '\n' && it != '\t'), "{shown:?}");
    // Even in the message and in the marked line.
    for text in
        [&b"error('\x1b[1m\x07', 0)"[..], b"local t = {} print('\x1b[2J', t.x.y)", b"x = '\x1b[1m", b" \x1b[1m()"]
    {
        fs::write(folder.0.join("orders.lua"), text).unwrap();
        let output = command(&["--errors=rich", "-", "x"])
            .current_dir(&folder.0)
            .stdin(fs::File::open(folder.0.join("orders.lua")).unwrap())
            .output();
        let shown = String::from_utf8(output.unwrap().stderr).expect("it is text");
        assert!(shown.contains("\\x1b[") && !shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
    }
}

#[test]
fn suggestions_name_what_is_there() {
    for (text, suggestion) in [
        ("prin('x')", "there is a global 'print'"),
        ("local total = 1 print(totl + 1)", "there is a local 'total'"),
        ("pint = nil primt = nil prent('x')", "there is a global 'print'"),
        ("local t = {first = 1, frist = false} t.fisrt()", ""),
        ("local t = {run = 1} t.ran()", ""),
        ("print(qqqqqq.x)", ""),
        ("local t = {['not a name'] = 1} print(t['not a nam'].x)", ""),
    ] {
        let shown = Folder::with("s.lua", text.as_bytes()).errors(&["--errors=rich", "s.lua"]);
        let help = shown.lines().find_map(|line| line.trim_start().strip_prefix("= help: "));
        assert_eq!(help.unwrap_or(""), suggestion, "{shown}");
    }
}

#[test]
fn many_coroutines_are_not_all_shown() {
    let text = "local function nest(n)\n  if n == 0 then error('deep', 0) end\n  coroutine.wrap(nest)(n - 1)\nend\nnest(150)\n";
    let folder = Folder::with("n.lua", text.as_bytes());
    let (rich, plain) = (folder.errors(&["--errors=rich", "n.lua"]), folder.errors(&["n.lua"]));
    assert_eq!(without_added_lines(&rich), plain);
    assert!(rich.contains("\t--- 139 coroutines more, resumed by ---\n"), "{rich}");
    assert!(rich.lines().count() < 60, "{rich}");
}
