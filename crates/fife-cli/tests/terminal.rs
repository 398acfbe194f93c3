//! The prompt as a person at a terminal sees it: input goes through a pseudo-terminal.

#![cfg(target_os = "linux")]

mod run;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use run::{Temporary, VERSION};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Nothing takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const UP: &str = "\x1b[A";

/// A test's own home folder.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        let path = std::env::temp_dir().join(format!("fife-home-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Home(path)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A person at a terminal with the command.
struct Person {
    keyboard: Arc<Pty>,
    screen: Receiver<Vec<u8>>,
    child: Child,
    /// Everything shown, and the same without the terminal's commands.
    raw: Vec<u8>,
    text: String,
    /// How much of the text was already examined.
    seen: usize,
}

impl Person {
    fn start(home: &Home, words: &[&str]) -> Person {
        Person::start_with(home, words, &[])
    }

    fn start_with(home: &Home, words: &[&str], variables: &[(&str, &str)]) -> Person {
        let (pty, pts) = open().expect("there is a terminal");
        pty.resize(Size::new(24, 80)).expect("it has a size");
        let mut command = Command::new(env!("CARGO_BIN_EXE_fife"));
        for variable in ["LUA_INIT", "LUA_INIT_5_4", "XDG_STATE_HOME", "FIFE_HISTORY", "NO_COLOR", "VISUAL", "EDITOR"] {
            command = command.env_remove(variable);
        }
        let command = command.args(words).env("HOME", &home.0).env("TERM", "xterm").env("FIFE_ERRORS", "plain");
        let command = command.current_dir(&home.0);
        let child = command.envs(variables.iter().copied()).spawn(pts).expect("the command starts");
        let keyboard = Arc::new(pty);
        let (sender, screen) = channel();
        let output = Arc::clone(&keyboard);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // An error marks the end.
            while let Ok(count @ 1..) = (&*output).read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Person { keyboard, screen, child, raw: Vec::new(), text: String::new(), seen: 0 }
    }

    /// Starts the command and waits for the first prompt.
    fn at_prompt(home: &Home, words: &[&str]) -> Person {
        let mut person = Person::start(home, words);
        person.sees(&format!("{VERSION}> "));
        person
    }

    fn types(&self, text: &str) {
        (&*self.keyboard).write_all(text.as_bytes()).expect("it reads");
    }

    /// Types a line.
    fn enters(&self, line: &str) {
        self.types(&format!("{line}\r"));
    }

    /// Waits until this is shown after everything seen so far. Lines end with a line feed.
    #[track_caller]
    fn sees(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            if let Some(at) = self.text[self.seen..].find(text) {
                self.seen += at + text.len();
                return;
            }
            let left = PATIENCE.saturating_sub(start.elapsed());
            match self.screen.recv_timeout(left) {
                // All that is there at once, since the whole text is made anew.
                Ok(bytes) => self.shows(&[bytes, self.screen.try_iter().flatten().collect()].concat()),
                Err(_) => panic!("{text:?} was not shown, but {:?}", &self.text[self.seen..]),
            }
        }
    }

    fn shows(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.text = without_commands(&self.raw);
    }

    /// Enters a line and expects this right after it, up to the next prompt.
    #[track_caller]
    fn gets(&mut self, line: &str, shown: &str) {
        self.enters(line);
        self.sees(&format!("\n{shown}\n> "));
    }

    /// How the command ends, and the rest of its output.
    fn end(mut self) -> (ExitStatus, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end, but shows {:?}", &self.text[self.seen..]);
            if let Ok(bytes) = self.screen.recv_timeout(Duration::from_millis(20)) {
                self.shows(&bytes);
            }
        };
        while let Ok(bytes) = self.screen.recv_timeout(Duration::from_millis(300)) {
            self.shows(&bytes);
        }
        (status, self.text[self.seen..].to_owned())
    }

    /// Ends the session.
    #[track_caller]
    fn leaves(self) {
        self.types(CTRL_D);
        assert_eq!(self.end().0.code(), Some(0));
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The output of a terminal without the sequences that move the cursor and set colours, and with plain line ends.
fn without_commands(raw: &[u8]) -> String {
    let raw = String::from_utf8_lossy(raw);
    let mut text = String::new();
    let mut rest = &raw[..];
    while let Some((before, after)) = rest.split_once('\x1b') {
        text.push_str(before);
        rest = match after.strip_prefix('[') {
            Some(sequence) => sequence.split_once(|it: char| it.is_ascii_alphabetic()).map_or("", |it| it.1),
            None => after,
        };
    }
    text.push_str(rest);
    text.replace('\r', "")
}

// ---- Nothing is lost ----

#[test]
fn two_hundred_lines_pasted_without_brackets_all_arrive() {
    let home = Home::new("paste");
    let mut person = Person::at_prompt(&home, &[]);
    let mut pasted = "n = 0\r".to_owned();
    for line in 0..191 {
        pasted.push_str(&format!("n = n + 1 -- line {line}, of some length\r"));
    }
    pasted.push_str("for i = 1, 10 do\rn = n + 1\rend\rfunction f()\r  return 'f'\rend\rn = n .. f()\rn, 'pasted'\r");
    assert!(pasted.matches('\r').count() >= 200);
    person.types(&pasted);
    person.sees("\n\"201f\"\t\"pasted\"\n> ");
    person.leaves();
}

#[test]
fn a_paste_without_brackets_may_have_tabs() {
    let home = Home::new("paste-tabs");
    let mut person = Person::at_prompt(&home, &[]);
    // More names than fit on a screen, whose list would take further input for answers.
    person.enters("for i = 1, 300 do _G['name' .. i] = i end");
    person.sees("\n> ");
    person.types("for i = 1, 2 do\r\tlocal\tx = i -- a\tb\r\t\tprint(x,\tname7)\rend\rprint('after')\r");
    person.sees("\n1\t7\n2\t7\n");
    person.sees("\nafter\n> ");
    // Behind a name, too, once a line has come.
    person.enters("longest_name = 1");
    person.types("function f(x)\r  longest\t= x\r\treturn longest\t-- longest\t\rend\rf(2), longest_name\r");
    person.sees("\n2\t1\n> ");
    // A pause: this is typed.
    std::thread::sleep(Duration::from_millis(300));
    person.types("name\t");
    person.sees(" more");
    person.types("12\r'behind'\r");
    person.sees("\n12\n");
    person.sees("\n\"behind\"\n> ");
    person.leaves();
}

#[test]
fn a_bracketed_paste_is_one_input() {
    let home = Home::new("bracketed");
    let mut person = Person::at_prompt(&home, &[]);
    person.types("\x1b[200~local a = 20\nlocal b = 22\nreturn a + b\x1b[201~\r");
    person.sees("\n42\n> ");
    person.gets(
        "error('here')",
        "repl[2]:1: here\nstack traceback:\n\t[C]: in function 'error'\n\trepl[2]:1: in main chunk\n\t[C]: in ?",
    );
    person.leaves();
}

#[test]
fn lines_typed_while_something_runs_are_run_afterwards() {
    let home = Home::new("ahead");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters("for i = 1, 3e7 do end");
    person.sees("end\n");
    person.types("1 + 1\r'two'\rprint('three')\r");
    person.sees("\n2\n> ");
    person.sees("\n\"two\"\n> ");
    person.sees("\nthree\n> ");
    person.leaves();
}

#[test]
fn ctrl_d_typed_while_something_runs_ends_the_session_afterwards() {
    let home = Home::new("ahead-end");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters("for i = 1, 3e7 do end");
    person.sees("end\n");
    person.types(&format!("'two'\r{CTRL_D}"));
    person.sees("\n\"two\"\n> ");
    assert_eq!(person.end().0.code(), Some(0));
    // At a prompt, Ctrl-Space sends the same byte and does nothing.
    let mut person = Person::at_prompt(&home, &[]);
    std::thread::sleep(Duration::from_millis(500));
    person.types("\0");
    std::thread::sleep(Duration::from_millis(100));
    person.gets("'here'", "\"here\"");
    // A script that reads gets the end itself.
    person.enters("io.read('a')");
    person.sees("('a')\n");
    std::thread::sleep(Duration::from_millis(100));
    person.types(&format!("text\n{CTRL_D}"));
    person.sees("\n\"text\\n\"\n> ");
    person.leaves();
}

// ---- Ctrl-C ----

#[test]
fn ctrl_c_drops_what_is_typed() {
    let home = Home::new("drop");
    let mut person = Person::at_prompt(&home, &[]);
    person.types("x = 1");
    person.types(CTRL_C);
    person.sees("\n> ");
    person.gets("x", "nil");
    // In the middle of a statement.
    person.enters("for i = 1, 2 do");
    person.enters("print(i)");
    person.types(CTRL_C);
    person.sees("\n> ");
    person.gets("1 + 1", "2");
    // With nothing to drop.
    person.types(CTRL_C);
    person.sees("\n(Ctrl-D ends)\n> ");
    person.leaves();
}

#[test]
fn bytes_that_are_no_text_do_not_end_the_session() {
    let home = Home::new("bytes");
    let mut person = Person::at_prompt(&home, &[]);
    (&*person.keyboard).write_all(b"x = 'caf\xe9'").expect("it reads");
    person.sees("(dropped: this is not UTF-8; in a string, a byte is written '\\xff')\n> ");
    person.gets("x, 1", "nil\t1");
    person.leaves();
}

#[test]
fn ctrl_c_raises_an_error_and_then_stops_what_catches_it() {
    let home = Home::new("stop");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters("print('runs') while true do end");
    person.sees("\nruns\n");
    person.types(CTRL_C);
    person.sees("^C\ninterrupted!\nstack traceback:\n\trepl[1]:1: in main chunk\n\t[C]: in ?\n> ");
    person.enters("print('caught') while true do pcall(function() while true do end end) end");
    person.sees("\ncaught\n");
    person.types(CTRL_C);
    std::thread::sleep(Duration::from_millis(300));
    person.types(CTRL_C);
    person.sees("^C\nstopped\n> ");
    person.gets("1 + 1", "2");
    // The count does not continue from the last time.
    person.enters("print('again') while true do end");
    person.sees("\nagain\n");
    person.types(CTRL_C);
    person.sees("interrupted!\n");
    person.sees("\n> ");
    person.leaves();
}

#[test]
fn ctrl_c_three_times_ends_a_step_that_does_not_end() {
    let home = Home::new("third");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters("print('waits') os.execute(\"trap '' INT; sleep 5\")");
    person.sees("\nwaits\n");
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(300));
        assert!(person.child.try_wait().expect("it can be asked").is_none(), "it still runs");
        person.types(CTRL_C);
    }
    assert_eq!(person.end().0.signal(), Some(2));
}

// ---- Editing ----

#[test]
fn tab_completes_names() {
    let home = Home::new("tab");
    fs::write(home.0.join("some module.lua"), "").expect("a file can be written");
    fs::write(home.0.join("somewhere.lua"), "").expect("a file can be written");
    let mut person = Person::at_prompt(&home, &[]);
    person.types("string.re\t");
    let shown = |person: &mut Person, names: &str| {
        person.sees("\n");
        person.sees(names);
    };
    shown(&mut person, "rep      reverse\n");
    person.types(CTRL_C);
    person.types("('x'):up\t");
    person.sees("upper");
    person.types("()\r");
    person.sees("\n\"X\"\n> ");
    person.enters("thing = setmetatable({ first = { name = 'n' } }, { __index = { other = 1 } })");
    person.sees("\n> ");
    person.types("thing.first.na\t\r");
    person.sees("\n\"n\"\n> ");
    person.types("thing.ot\t\r");
    person.sees("\n1\n> ");
    person.types("colle\t('count') > 0\r");
    person.sees("\ntrue\n> ");
    person.types("whi\t");
    person.sees("while");
    person.types(CTRL_C);
    person.types("dofile 'some\t");
    shown(&mut person, "some module.lua  somewhere.lua\n");
    person.types(CTRL_C);
    person.types("require 'somew\t'\r");
    person.sees("\ntrue");
    person.types(":load somew\t\r");
    person.sees(":load somewhere.lua\n> ");
    person.types(":tas\t\r");
    person.sees("no coroutines in global variables\n> ");
    person.leaves();
}

#[test]
fn tab_never_runs_anything() {
    let home = Home::new("tab-index");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters(
        "t = setmetatable({}, { __index = function() print('asked') end, __pairs = function() print('asked') end })",
    );
    person.types("t.a\tt.a.b\tt:c\t");
    person.types(CTRL_C);
    person.gets("'done'", "\"done\"");
    assert!(!person.text.contains("\nasked"), "{}", person.text);
    person.leaves();
}

#[test]
fn alt_enter_begins_a_line() {
    let home = Home::new("alt");
    let mut person = Person::at_prompt(&home, &[]);
    person.types("x = 1\x1b\rx = x + 1\x1b\rreturn x\r");
    person.sees("\n2\n> ");
    person.leaves();
}

#[test]
fn what_can_never_be_a_statement_is_handed_in() {
    let home = Home::new("never");
    let mut person = Person::at_prompt(&home, &[]);
    person.gets("x y", "repl[1]:1: syntax error near 'y'");
    person.gets("'open", "repl[2]:1: unfinished string near <eof>");
    person.leaves();
}

#[test]
fn the_history_outlives_the_session() {
    let home = Home::new("history");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters("'from the first session'");
    person.sees("\n\"from the first session\"\n> ");
    person.types("for i = 1, 1 do\rprint('of two lines')\rend\r");
    person.sees("\nof two lines\n> ");
    person.leaves();
    let mut person = Person::at_prompt(&home, &[]);
    person.types(UP);
    person.sees("end");
    person.types("\r");
    person.sees("\nof two lines\n> ");
    // Up first moves through the lines of a text.
    person.types(&UP.repeat(4));
    person.types("\r");
    person.sees("\n\"from the first session\"\n> ");
    person.leaves();
    let file = home.0.join(".local/state/fife/history");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).expect("there is one").permissions());
    assert_eq!(mode & 0o077, 0, "nobody else reads it");
    // A sandbox has no history.
    fs::remove_file(&file).expect("it can be removed");
    let mut person = Person::at_prompt(&home, &["--sandbox", "-i"]);
    person.gets("1 + 1", "2");
    person.leaves();
    assert!(!file.exists());
}

#[test]
fn the_history_may_be_elsewhere_or_nowhere() {
    let home = Home::new("history-file");
    for (variables, expected) in [
        (&[("FIFE_HISTORY", "mine")][..], Some("mine")),
        (&[("FIFE_HISTORY", "")], None),
        (&[("XDG_STATE_HOME", "/proc/none")], None),
    ] {
        let mut person = Person::start_with(&home, &[], variables);
        person.sees("> ");
        person.gets("40 + 2", "42");
        person.leaves();
        let kept: Vec<String> = fs::read_dir(&home.0)
            .expect("the home can be read")
            .map(|entry| entry.expect("it can be read").file_name().into_string().expect("it is text"))
            .collect();
        assert_eq!(kept, Vec::from_iter(expected.map(str::to_owned)));
        if let Some(file) = expected {
            let content = fs::read_to_string(home.0.join(file)).expect("it is text");
            assert_eq!(content, "#V2\n40 + 2\n");
            fs::remove_file(home.0.join(file)).expect("it can be removed");
        }
    }
}

#[test]
fn a_history_with_other_bytes_is_read_and_kept() {
    let home = Home::new("history-bytes");
    let file = home.0.join("mine");
    fs::write(&file, b"#V2\n'first'\n#'caf\xe9'\n'third'\n").expect("it can be written");
    std::os::unix::fs::symlink("mine", home.0.join("link")).expect("a link can be made");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("they can be set");
    let mut person = Person::start_with(&home, &[], &[("FIFE_HISTORY", "link")]);
    person.sees("> ");
    person.types(UP);
    person.sees("'third'");
    person.types(UP);
    person.sees("#'caf\\xE9'");
    person.types("\r");
    person.sees("\n4\n> ");
    person.types(&UP.repeat(4));
    person.types("\r");
    person.sees("\n\"first\"\n> ");
    // Another program adds to it.
    let mut added = fs::OpenOptions::new().append(true).open(&file).expect("it is there");
    added.write_all(b"'other \xff'\n").expect("it can be written");
    drop(added);
    person.gets("40 + 2", "42");
    person.leaves();
    let kept = "#V2\n'first'\n#'caf\\\\xE9'\n'third'\n#'caf\\\\xE9'\n'first'\n'other \\\\xFF'\n40 + 2\n";
    assert_eq!(fs::read_to_string(&file).expect("it is text"), kept);
    let names: Vec<_> = fs::read_dir(&home.0).expect("the home can be read").collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(home.0.join("link").is_symlink());
}

#[test]
fn what_is_no_file_is_no_history() {
    let home = Home::new("history-device");
    // The file is endless.
    let mut person = Person::start_with(&home, &[], &[("FIFE_HISTORY", "/dev/zero")]);
    person.sees("> ");
    person.gets("'here'", "\"here\"");
    person.leaves();
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let home = Home::new("colours");
    let mut person = Person::at_prompt(&home, &[]);
    person.gets("'text'", "\"text\"");
    assert!(String::from_utf8_lossy(&person.raw).contains("\x1b[32m'text'\x1b[0m"));
    person.leaves();
    let mut person = Person::start_with(&home, &[], &[("NO_COLOR", "1")]);
    person.sees("> ");
    person.gets("'text'", "\"text\"");
    assert!(!String::from_utf8_lossy(&person.raw).contains("\x1b[32m"));
    person.leaves();
}

// ---- Values ----

#[test]
fn values_are_shown() {
    let home = Home::new("values");
    let mut person = Person::at_prompt(&home, &["-i"]);
    person.gets("1 + 1, 'a\\n'", "2\t\"a\\n\"");
    person.gets("{ 1, 2, { x = { {} } } }", "{1, 2, {x = {{}}}}");
    person.gets("= { } == nil, 'a'", "false\ta");
    person.enters("x = 5");
    person.sees("= 5\n> ");
    person.leaves();
}

#[test]
fn the_last_value_is_a_variable() {
    let home = Home::new("last");
    let mut person = Person::at_prompt(&home, &[]);
    person.gets("_", "nil");
    person.gets("6 * 7", "42");
    person.gets("_ + 1", "43");
    person.gets("= _", "43");
    // The script's own variable is left alone.
    person.enters("_ = 'mine'");
    person.gets("1", "1");
    person.gets("_", "\"mine\"");
    person.leaves();
}

#[test]
fn a_print_of_the_scripts_own_prints() {
    let home = Home::new("print");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters("local usual = print function print(...) usual('mine', ...) end");
    person.gets("'x'", "mine\tx");
    person.enters("print = nil");
    person.gets("'x'", "error calling 'print' (attempt to call a nil value)");
    person.leaves();
}

#[test]
fn objects_say_how_they_are_shown() {
    let home = Home::new("tostring");
    let mut person = Person::at_prompt(&home, &[]);
    person.gets("setmetatable({}, { __tostring = function() return 'a\\27point' end })", "a\\27point");
    person.enters("endless = setmetatable({}, { __tostring = function() while true do end end })");
    person.enters("endless, 1");
    person.sees(" (no answer of __tostring)\t1\n> ");
    person.gets("setmetatable({ 1 }, { __name = 'Point', __index = error, __pairs = error })", "Point {1}");
    person.leaves();
}

#[test]
fn a_line_of_output_is_not_drawn_over() {
    let home = Home::new("line");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters("io.write('unfinished') x = nil");
    person.sees("\nunfinished\n> ");
    person.enters("io.write('unfinished') error('e', 0)");
    person.sees("\nunfinished\ne\nstack");
    person.sees("\n> ");
    person.leaves();
}

// ---- Messages ----

#[test]
fn errors_show_what_was_typed() {
    let home = Home::new("rich");
    let mut person = Person::start_with(&home, &[], &[("FIFE_ERRORS", "rich"), ("NO_COLOR", "1")]);
    person.sees("> ");
    person.enters("1 + 1");
    person.enters("prnt('x')");
    person.sees("\nrepl[2]:1: attempt to call a nil value (global 'prnt')\n --> repl[2]:1:1\n  |\n1 | prnt('x')\n  | ^^^^ nil\n");
    person.sees("\n  = help: there is a global 'print'\nstack traceback:\n\trepl[2]:1: in main chunk\n");
    person.enters("local x = 5");
    person.enters("y = x.z");
    person.sees("\n --> repl[4]:1:5\n  |\n1 | y = x.z\n");
    person.sees("\nhint: 'x' was local to repl[3]");
    person.enters("x = = 1");
    person.sees("\n --> repl[5]:1:5\n  |\n1 | x = = 1\n");
    person.sees("\n> ");
    person.leaves();
}

#[test]
fn a_lost_local_is_explained() {
    let home = Home::new("lost");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters("local x = 5");
    person.gets("x", "nil\nhint: 'x' was local to repl[1] and ended with it; without 'local' it stays");
    person.gets("x", "nil");
    person.enters("local t = {}");
    person.enters("t.a = 1");
    person.sees("\nrepl[5]:1: attempt to index a nil value (global 't')\n");
    person.sees("\nhint: 't' was local to repl[4] and ended with it; without 'local' it stays\n> ");
    person.leaves();
}

#[test]
fn commands() {
    let home = Home::new("commands");
    let script = Temporary::new("loaded.lua", b"#!/usr/bin/fife\nloaded = 'yes'\nreturn 7");
    let mut person = Person::at_prompt(&home, &[]);
    person.enters(":help");
    person.sees("\n  :quit        end the session\n> ");
    person.enters(":fuel 1 + 1");
    person.sees("\n2\nfuel: ");
    person.enters(":time string.rep('x', 3)");
    person.sees("\n\"xxx\"\ntime: ");
    person.gets(":doc string.rep", "string.rep(s, n [, sep])\n  cost: A unit for each 16 bytes of the result.");
    person.enters("function f(a, b, ...)\r  return a\rend");
    person.gets(":doc f", "function(a, b, ...)\n  repl[3], lines 1 to 3");
    person.gets(":doc 1", "'1' is not a function");
    person.enters(":doc attempt to index");
    person.sees("\nattempt to index a … value\n  Cause. ");
    person.sees("\n  Cure. ");
    person.enters(":doc \"x.lua:1: '=' expected near <eof>\"");
    person.sees("\n… expected\n  Cause. ");
    person.enters(":list f");
    person.sees("\nfunction <repl[3]:1,3> (");
    person.gets(":list print", "this function is written in Rust and has no bytecode; try ':doc'");
    person.enters(":mem");
    person.sees("\nlimit: none\ncollections: ");
    person.enters("co = coroutine.wrap(print) co = coroutine.create(function()\r  coroutine.yield()\rend)");
    person.enters("coroutine.resume(co)");
    person.sees("\ntrue\n> ");
    person.enters(":tasks");
    person.sees("\nco: suspended at repl[");
    person.enters(":bt co");
    person.sees("\nstack traceback:\n\t[C]: in function 'coroutine.yield'\n\trepl[");
    person.gets(&format!(":load {}", script.path()), "7");
    person.gets("loaded", "\"yes\"");
    person.enters(":load no.lua");
    person.sees("\ncannot open no.lua: No such file or directory\n> ");
    person.enters(":bt");
    person.sees("\ncannot open no.lua: No such file or directory\n> ");
    person.gets(":docs print", "no command ':docs'; did you mean ':doc'?");
    person.gets(":time", "':time' needs more, as in ':time f(1)'");
    person.enters(":quit");
    assert_eq!(person.end().0.code(), Some(0));
}

#[test]
fn an_input_may_be_edited_elsewhere() {
    let home = Home::new("edit");
    let editor = Temporary::new("editor.sh", b"sed -i 's/40/20/' \"$1\"");
    let variables = [("EDITOR", &*format!("sh {}", editor.path()))];
    let mut person = Person::start_with(&home, &[], &variables);
    person.sees("> ");
    person.gets("40 + 2", "42");
    person.gets(":edit", "20 + 2\n22");
    person.types(UP);
    person.sees("20 + 2");
    person.types(CTRL_C);
    person.leaves();
}

#[test]
fn every_function_of_the_library_has_its_page() {
    let home = Home::new("doc");
    let mut person = Person::at_prompt(&home, &["-i", "--sandbox"]);
    let mut count = 0;
    for native in fife::library_natives() {
        for signature in native.signatures() {
            let name = signature.split('(').next().expect("there is one");
            person.enters(&format!(":doc {name}"));
            person.sees(&format!("\n{signature}\n"));
            count += 1;
        }
    }
    assert!(count > 140, "{count}");
    person.leaves();
}

// ---- Untrusted scripts ----

#[test]
fn a_sandbox_cannot_command_the_terminal() {
    let home = Home::new("escapes");
    let mut person = Person::at_prompt(&home, &["--sandbox", "-i"]);
    person.gets("print('\\27[2Jx\\u{9b}2Jy\\x9bz é')", "\\27[2Jx\u{FFFD}\\1552Jy\\155z é");
    person.enters("_PROMPT = '\\27[8m> '");
    person.sees("\\27[8m> ");
    person.enters("error('\\27c', 0)");
    person.sees("\n\\27c\nstack");
    person.enters("warn('@on') warn('\\27c')");
    person.sees("Lua warning: \\27c\n");
    let script = Temporary::new("escapes.lua", b"print('\\27[7mscript')");
    let mut person = Person::start(&home, &["--sandbox", script.path()]);
    person.sees("\\27[7mscript\n");
    let mut person = Person::start(&home, &["--sandbox", "--raw-output", script.path()]);
    person.sees("script\n");
    assert!(String::from_utf8_lossy(&person.raw).contains("\x1b[7mscript"), "{:?}", person.text);
    // Other scripts are trusted.
    let mut person = Person::start(&home, &[script.path()]);
    person.sees("script\n");
    assert!(String::from_utf8_lossy(&person.raw).contains("\x1b[7mscript"), "{:?}", person.text);
}

#[test]
fn without_its_output_a_terminal_is_no_terminal() {
    let home = Home::new("half");
    let mut person = Person::start(&home, &["-e", "print(1)"]);
    person.sees("1\n");
    assert_eq!(person.end().0.code(), Some(0));
    let person = Person::at_prompt(&home, &[]);
    person.enters("os.exit(7)");
    assert_eq!(person.end().0.code(), Some(7));
}
