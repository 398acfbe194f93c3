//! Ctrl-C: its effect on scripts, and on the command when none is running.

#![cfg(unix)]

mod run;

use run::{VERSION, command};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, ExitStatus};

/// The number of Ctrl-C's signal.
const SIGINT: i32 = 2;

struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    fn start(words: &[&str]) -> Running {
        let mut child = command(words).spawn().expect("the command starts");
        let output = BufReader::new(child.stdout.take().expect("the output is a pipe"));
        Running { child, output }
    }

    /// Waits until the output continues with this text.
    #[track_caller]
    fn says(&mut self, text: &str) {
        let mut said = vec![0; text.len()];
        self.output.read_exact(&mut said).expect("the command runs");
        assert_eq!(String::from_utf8_lossy(&said), text);
    }

    fn press(&self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(sent.expect("there is a kill").success());
    }

    /// How the command ended, and the rest of its output.
    fn end(mut self) -> (ExitStatus, String, String) {
        drop(self.child.stdin.take());
        let (mut output, mut errors) = (String::new(), String::new());
        self.output.read_to_string(&mut output).expect("it is text");
        self.child.stderr.take().expect("it is a pipe").read_to_string(&mut errors).expect("it is text");
        (self.child.wait().expect("it ends"), output, errors)
    }
}

#[test]
fn interrupts_a_script() {
    let mut running = Running::start(&["-e", "local function f() print('in') while true do end end\nf()"]);
    running.says("in\n");
    running.press();
    let (status, _, errors) = running.end();
    let trace = "stack traceback:\n\t(command line):1: in local 'f'\n\t(command line):2: in main chunk\n\t[C]: in ?\n";
    assert_eq!(errors, format!("fife: (command line):2: interrupted!\n{trace}"));
    assert_eq!(status.code(), Some(1));
}

#[test]
fn interrupts_what_a_native_does() {
    let mut running = Running::start(&["-e", "print('in') string.find(('a'):rep(1000000), '.-.-.-b')"]);
    running.says("in\n");
    running.press();
    let (status, _, errors) = running.end();
    let trace = "stack traceback:\n\t[C]: in function 'string.find'\n\t(command line):1: in main chunk\n\t[C]: in ?\n";
    assert_eq!(errors, format!("fife: (command line):1: interrupted!\n{trace}"));
    assert_eq!(status.code(), Some(1));
}

#[test]
fn interrupts_reading() {
    let source = "print('in') print(pcall(io.read)) print(io.read('L', 'n'))";
    let mut running = Running::start(&["-e", source]);
    running.says("in\n");
    // It may need some time to reach the wait.
    std::thread::sleep(std::time::Duration::from_millis(200));
    running.press();
    running.says("false\tinterrupted!\n");
    running.child.stdin.as_mut().expect("the input is a pipe").write_all(b"line\n7\n").expect("it reads");
    running.says("line\n\t7\n");
    assert_eq!(running.end().0.code(), Some(0));
}

#[test]
fn is_an_error_that_scripts_can_catch_once() {
    let source = "print(pcall(function() print('in') while true do end end)) while true do end";
    let mut running = Running::start(&["-e", source]);
    running.says("in\n");
    running.press();
    running.says("false\tinterrupted!\n");
    running.press();
    let (status, _, errors) = running.end();
    assert_eq!((status.signal(), errors.as_str()), (Some(SIGINT), ""));
}

#[test]
fn interrupts_coroutines() {
    let source = "coroutine.wrap(function() pcall(function() print('in') while true do end end) print('out') end)()";
    let mut running = Running::start(&["-e", source]);
    running.says("in\n");
    running.press();
    running.says("out\n");
    assert_eq!(running.end().0.code(), Some(0));
}

#[test]
fn goes_back_to_the_prompt() {
    let mut running = Running::start(&["-i"]);
    let mut typed = running.child.stdin.take().expect("the input is a pipe");
    running.says(&format!("{VERSION}> "));
    typed.write_all(b"print('in') while true do end\n").expect("it reads");
    running.says("in\n");
    running.press();
    running.says("> ");
    let mut complaints = BufReader::new(running.child.stderr.take().expect("it is a pipe"));
    let mut complaint = String::new();
    complaints.read_line(&mut complaint).expect("it complains");
    assert_eq!(complaint, "interrupted!\n");
    typed.write_all(b"1 + 1\n").expect("it reads");
    running.says("2\n> ");
    // Nothing is running now.
    running.press();
    assert_eq!(running.child.wait().expect("it ends").signal(), Some(SIGINT));
}
