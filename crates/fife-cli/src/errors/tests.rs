//! What only a session can show: what a person typed.

use super::Form;
use crate::options::Options;
use crate::session::{Session, Stopped};
use std::time::{Duration, Instant};

/// A session that shows errors in this form, whatever the environment says.
fn session(form: Form) -> Session {
    Session::new(&Options { errors: Some(form), ..Options::default() })
}

/// What is shown of the error of a chunk, which was compiled with something before and behind it.
fn shown(session: &mut Session, name: &str, before: &str, typed: &str, behind: &str) -> String {
    let source = [before, typed, behind].concat();
    let chunk = session.load(source.as_bytes(), name.as_bytes());
    session.errors.note_typed(name.as_bytes(), typed.as_bytes(), before.len());
    let result = match chunk.expect("it is loaded or not") {
        Ok(chunk) => session.call(|ctx| Ok((chunk.fetch(ctx)?.into(), Vec::new()))).map(drop),
        Err(message) => Err(Stopped::Failed(message)),
    };
    let Err(Stopped::Failed(message)) = result else { panic!("it is no error") };
    session.errors.text(b"", &message)
}

#[test]
fn what_was_typed_is_shown() {
    let mut session = session(Form::Rich);
    let expected = r#"repl[4]:1: attempt to call a nil value (global 'prnt')
 --> repl[4]:1:1
  |
1 | prnt("x")
  | ^^^^ nil
  |
  = help: there is a global 'print'
stack traceback:
	repl[4]:1: in main chunk
	[C]: in ?
"#;
    assert_eq!(shown(&mut session, "=repl[4]", "return ", "prnt(\"x\")", ";"), expected);
    // It is shown with its own text, whatever was typed after.
    session.run_chunk(b"function later() return nil + 1 end", b"=repl[5]").unwrap();
    session.errors.note_typed(b"=repl[5]", b"function later() return nil + 1 end", 0);
    let text = shown(&mut session, "=repl[6]", "return ", "later()", ";");
    assert!(text.contains("\n --> repl[5]:1:29\n  |\n1 | function later() return nil + 1 end\n"), "{text}");
}

#[test]
fn what_is_said_of_one_error_is_not_said_of_another() {
    let mut session = session(Form::Rich);
    shown(&mut session, "=one", "", "error('x', 0)", "");
    assert_eq!(session.errors.text(b"fife: ", b"y"), "fife: y\n");
    // A chunk whose name is not its own is not shown.
    session.run_chunk(b"function f() error('x', 0) end", b"=twice").unwrap();
    session.run_chunk(b"function g() return f() end", b"=twice").unwrap();
    let text = shown(&mut session, "=three", "", "g()", "");
    assert!(text.starts_with("x\nstack traceback:\n"), "{text}");
}

#[test]
fn a_large_table_is_not_searched_to_its_end() {
    let mut session = session(Form::Rich);
    session.run_chunk(b"big = {} for i = 1, 1e6 do big['key' .. i] = i end", b"=big").expect("it runs");
    let times = (0..5).map(|index| {
        let start = Instant::now();
        let text = shown(&mut session, &format!("=use{index}"), "", "print(big.kez1.x)", "");
        assert!(text.contains("attempt to index a nil value (field 'kez1')\n --> "), "{text}");
        start.elapsed()
    });
    // The least, since the machine has other work.
    let time = times.min().expect("there are five");
    assert!(time < Duration::from_millis(50), "{time:?}");
}

#[test]
fn plain_is_plain() {
    let mut session = session(Form::Plain);
    let text = shown(&mut session, "=p", "", "error('\\27', 0)", "");
    assert_eq!(text, "\u{1b}\nstack traceback:\n\t[C]: in function 'error'\n\tp:1: in main chunk\n\t[C]: in ?\n");
}
