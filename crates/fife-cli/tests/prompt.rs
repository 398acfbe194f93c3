//! The prompt without a terminal, and what it shares with scripts.

mod run;

use run::{Run, Temporary, VERSION, fife_with_input};

/// Checks what the prompt prints for this input after the version.
#[track_caller]
fn prompt(typed: &str, shown: &str) -> Run {
    let run = fife_with_input(&["-i"], typed.as_bytes());
    assert_eq!(run.output, format!("{VERSION}{shown}"), "standard error: {}", run.errors);
    run
}

#[test]
fn the_prompt_prints_values_and_survives_errors() {
    let typed = "1 + 1, 'x'\nfunction f()\n  return 7\nend\nf()\nerror('oops', 0)\nlocal a\nx.y.z\n";
    prompt(typed, "> 2\tx\n> >> >> > 7\n> > > > \n")
        .mentions("oops\nstack traceback:")
        .mentions("\nstdin:1: attempt to index a nil value (global 'x')\nstack traceback:\n\tstdin:1: in main chunk\n\t[C]: in ?\n")
        .ends_with(0);
    fife_with_input(&["-i", "-e", "y = 5"], b"y\nos.exit(6)\n").prints(&format!("{VERSION}> 5\n> ")).ends_with(6);
    fife_with_input(&["-i", "--fuel", "10K"], b"while true do end\n")
        .complains("fife: stopped: out of fuel\n")
        .ends_with(3);
}

#[test]
fn the_prompt_takes_what_lua_takes() {
    prompt("=1, 2\n= 3\n=\n", "> 1\t2\n> 3\n> > \n").complains("").ends_with(0);
    prompt("x = [[a\n\nb]]\n=x\n", "> >> >> > a\n\nb\n> \n").complains("").ends_with(0);
    prompt("-- nothing\n\nnil\n...\n", "> > > nil\n> > \n").complains("").ends_with(0);
    prompt("for i = 1, 2 do\nprint(i) end", "> >> 1\n2\n> \n").complains("").ends_with(0);
    // An input that ends in the middle of a chunk.
    prompt("a.\n", "> >> > \n").complains("stdin:1: <name> expected near <eof>\n").ends_with(0);
    prompt("1 2\n1;\n", "> > > \n").mentions("stdin:1: unexpected symbol near '1'\n").ends_with(0);
}

#[test]
fn the_prompt_may_be_set() {
    prompt("_PROMPT = 'a'\n_PROMPT2 = 7\nfor i = 1, 1 do\nprint(i) end\n", "> aa71\na\n").complains("").ends_with(0);
    let counting = "n = 0 _PROMPT = setmetatable({}, { __tostring = function() n = n + 1 return n end })\n'x'\n";
    prompt(counting, "> 1x\n2\n").complains("").ends_with(0);
    let useless = "_PROMPT = setmetatable({}, { __tostring = function() return {} end })\n";
    prompt(useless, "> ").complains("'__tostring' must return a string\n").ends_with(1);
    let failing = "_PROMPT = setmetatable({}, { __tostring = function() error('bad', 0) end })\n";
    prompt(failing, "> ").complains("bad\n").ends_with(1);
}

#[test]
fn the_prompt_prints_by_the_scripts_print() {
    prompt("print = nil\n1\n", "> > > \n")
        .complains("error calling 'print' (attempt to call a nil value)\n")
        .ends_with(0);
    prompt("print = error\n'x'\n", "> > > \n").complains("error calling 'print' (x)\n").ends_with(0);
    prompt("local p = print function print(...) p('printed', ...) end\n1, 2\n", "> > printed\t1\t2\n> \n").ends_with(0);
}

#[test]
fn the_prompt_and_scripts_read_the_same_lines() {
    prompt("x = io.read()\nline\nx\n", "> > line\n> \n").complains("").ends_with(0);
    let words = ["--sandbox", "-i"];
    fife_with_input(&words, b"io\n7\n").prints(&format!("{VERSION}> nil\n> 7\n> \n")).ends_with(0);
}

#[test]
fn the_prompt_comes_after_the_script() {
    let script = Temporary::new("before.lua", b"x = ...");
    fife_with_input(&["-i", script.path(), "a"], b"x\n").prints(&format!("{VERSION}> a\n> \n")).ends_with(0);
    fife_with_input(&["-i", "-e", "error('x')"], b"1\n").prints(VERSION).ends_with(1);
    fife_with_input(&["-i", "-"], b"print(1)").prints(&format!("{VERSION}1\n> \n")).ends_with(0);
}

#[test]
fn the_prompt_goes_on_after_memory_ran_out() {
    let typed = "local t = {} for i = 1, 1e9 do t[i] = {} end\n1 + 1\n\
        local s, t = ('x'):rep(1000), {} for i = 1, 1e9 do t[i] = s .. i end\n2 + 2\n";
    for memory in ["600K", "800K", "1M", "1200K", "1500K", "2M", "3M"] {
        let run = fife_with_input(&["-i", "--memory", memory], typed.as_bytes());
        run.prints(&format!("{VERSION}> > 2\n> > 4\n> \n"))
            .complains("not enough memory\nnot enough memory\n")
            .ends_with(0);
    }
}
