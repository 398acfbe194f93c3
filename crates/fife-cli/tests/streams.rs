//! What scripts share with other processes: the standard streams, and the commands that they start.

#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// The output of a script with this input.
#[track_caller]
fn output_of(script: &str, input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fife"))
        .args(["-e", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("the input is a pipe").write_all(input.as_bytes()).expect("it is read");
    let result = child.wait_with_output().expect("the command ends");
    String::from_utf8_lossy(&result.stdout).into_owned()
}

#[test]
fn a_chunk_is_what_follows_in_the_input() {
    assert_eq!(output_of("print(io.read()) print(dofile())", "one\nprint('two')\nreturn 3"), "one\ntwo\n3\n");
    assert_eq!(output_of("print(loadfile())", "x = = 1"), "nil\tstdin:1: unexpected symbol near '='\n");
    assert_eq!(output_of("print(loadfile()()) print(loadfile()())", "# comment\nreturn 1"), "1\n\n");
}

#[test]
fn an_unbuffered_input_leaves_the_rest_to_commands() {
    let script = "io.stdin:setvbuf('no') print(io.read()) os.execute('head -n 1') print(io.read('n', 'a'))";
    assert_eq!(output_of(script, "1\n2\n"), "1\n2\nnil\n");
    let script = "io.stdin:setvbuf('no') print(io.read(3)) os.execute('cat')";
    assert_eq!(output_of(script, "123456"), "123\n456");
}

#[test]
fn output_comes_in_the_order_in_which_it_was_written() {
    let script =
        "io.write(1) os.execute('printf 2') io.write(3) local p = io.popen('printf 4', 'r') io.write(p:read('a'))
        p:close() p = io.popen('cat', 'w') p:write(5) p:close() print(6)";
    assert_eq!(output_of(script, ""), "123456\n");
}

#[test]
fn commands_get_all_that_was_written_for_them() {
    let ends = ["", "error('x')", "os.exit(1)", "os.exit(1, true)", "p = nil collectgarbage()"];
    for (index, end) in ends.into_iter().enumerate() {
        let path = std::env::temp_dir().join(format!("fife-streams-{}-{index}", std::process::id()));
        let script = format!("p = io.popen('sleep 0.1; cat > {}', 'w') p:write('all of it') {end}", path.display());
        output_of(&script, "");
        // However the script ends, it waits for the command, which was still to read.
        assert_eq!(fs::read_to_string(&path).expect("the command has made it"), "all of it", "{end}");
        let _ = fs::remove_file(&path);
    }
}

#[test]
fn an_input_that_cannot_be_read_fails() {
    let file = std::env::temp_dir().join(format!("fife-written-{}", std::process::id()));
    let input = fs::File::create(&file).expect("a file that is written to");
    let result = Command::new(env!("CARGO_BIN_EXE_fife"))
        .args(["-e", "print(io.read()) print(io.read('a', 0)) print(pcall(io.lines()))"])
        .stdin(input)
        .output()
        .expect("the command runs");
    let _ = fs::remove_file(&file);
    let bad = "nil\tBad file descriptor\t9\n";
    assert_eq!(String::from_utf8_lossy(&result.stdout), format!("{bad}{bad}false\tBad file descriptor\n"));
}
