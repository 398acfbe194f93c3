//! Errors as people see them: with the source text. The plain text is what `lua` says, and stays.

mod run;

use run::command;
use std::fs;
use std::path::PathBuf;

/// A folder with a file, for the time of a test.
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

    /// What the command complains of when it runs with these words in the folder.
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

/// What is shown of a script, with the source text.
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
  |           -- 't' was set here, and is still empty
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
