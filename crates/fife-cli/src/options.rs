//! The command line: `lua`'s options and Fife's own.
//!
//! Read by hand: one-letter options do not combine, `-e` and `-l` take the rest of their word or the next word, and
//! errors have the words of `lua`.

use crate::definitions;
use crate::errors::{Errors, Form, Style};
use crate::nearest::nearest;
use std::ffi::OsString;
use std::path::Path;

/// The list of options, which wrong usage prints after the name of the program.
pub(crate) const USAGE: &str = " [options] [script [args]]
Available options are:
  -e stat       execute string 'stat'
  -i            enter interactive mode after executing 'script'
  -l mod        require library 'mod' into global 'mod'
  -l g=mod      require library 'mod' into global 'g'
  -v            show version information
  -E            ignore environment variables
  -W            turn warnings on
  --            stop handling options
  -             stop handling options and execute stdin
  --sandbox     open only libraries that cannot reach the outside
  --raw-output  let a sandbox send any bytes to a terminal, control sequences included
  --fuel N      stop after N units of work (about one per instruction); N may end in K, M, G (thousands)
  --memory N    limit memory to N bytes; N may end in K, M, G (1024s)
  --no-compat   leave out what is kept of Lua 5.3: 'math.pow' and similar functions, '__lt' for '__le'
  --stats       print a line of JSON about the run to standard error when it ends
  --list        print the compiled script instead of running it
  --check       report errors in the named files ('-' is stdin), and run nothing
  --definitions print definitions for editors: luals, or with '=' luacheck or selene
  --errors F    show errors plain, rich (with source), json, or auto (rich on a terminal)
  --version     show the version and the commit it was built from
  --help        print this and examples
";

/// The rest of the output of `--help`.
pub(crate) const EXAMPLES: &str = "
Examples:
  fife script.lua a b                   run a script with arguments
  fife -e 'print(2^10)'                 run a statement
  fife                                  start the prompt; ':help' there lists its commands
  fife -i script.lua                    run a script, then start the prompt
  fife --sandbox --fuel 10M --memory 16M untrusted.lua
  echo 'print(1)' | fife -

Environment:
  LUA_INIT      a statement to run first, or '@' and the name of a file
  LUA_PATH      where 'require' looks for libraries
  FIFE_HISTORY  the file for the prompt's history; empty for no history. A sandbox has none unless this
                is set (default: $XDG_STATE_HOME/fife/history or ~/.local/state/fife/history)
  FIFE_ERRORS   as '--errors': plain, rich, json or auto
  NO_COLOR      if set, the prompt and errors have no colours
";

/// All options that are words, for suggestions after a mistyped one.
const WORDS: [&str; 12] = [
    "--sandbox",
    "--raw-output",
    "--fuel",
    "--memory",
    "--no-compat",
    "--stats",
    "--list",
    "--check",
    "--definitions",
    "--errors",
    "--version",
    "--help",
];

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Request {
    Help,
    /// A file for editors.
    Definitions(&'static str),
    Version,
    Run(Options),
}

/// What a word of the command line came to.
enum Taken {
    /// An option, and how many words it takes.
    Words(usize),
    /// The script: what follows is for it.
    Script,
    Request(Request),
}

/// The options of a run. Text is bytes, as Lua's strings are.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// What to do before the script, in order.
    pub(crate) preludes: Vec<Prelude>,
    pub(crate) is_interactive: bool,
    pub(crate) shows_version: bool,
    pub(crate) ignores_environment: bool,
    pub(crate) is_sandbox: bool,
    /// Whether a sandbox may send any bytes to a terminal.
    pub(crate) has_raw_output: bool,
    pub(crate) fuel: Option<u64>,
    pub(crate) memory: Option<usize>,
    pub(crate) has_stats: bool,
    /// Whether to leave out what is kept of Lua 5.3.
    pub(crate) is_strict: bool,
    pub(crate) lists: bool,
    /// How to show errors, if given.
    pub(crate) errors: Option<Form>,
    /// The tool for which to print definitions.
    pub(crate) definitions: Option<Vec<u8>>,
    /// Whether to check files, and which ones.
    pub(crate) checks: bool,
    pub(crate) checked: Vec<OsString>,
    pub(crate) script: Option<Script>,
    /// The whole command line, and the place in it that `arg[0]` is: the script's, or the command's own.
    pub(crate) words: Vec<Vec<u8>>,
    pub(crate) script_index: usize,
}

/// A `-e`, a `-l` or a `-W`.
#[derive(Debug)]
pub(crate) enum Prelude {
    Execute(Vec<u8>),
    Require(Vec<u8>),
    ShowWarnings,
}

/// Where the script is.
#[derive(Debug)]
pub(crate) enum Script {
    StandardInput,
    File(OsString),
}

/// What the command is called in messages: as it was called.
pub(crate) fn program_name(words: &[OsString]) -> Vec<u8> {
    let name = words.first().map_or(&b""[..], |word| word.as_encoded_bytes());
    if name.is_empty() { b"fife".to_vec() } else { name.to_vec() }
}

/// The name without its folder.
pub(crate) fn short_name(program: &[u8]) -> Vec<u8> {
    let short = str::from_utf8(program).ok().and_then(|name| Path::new(name).file_name());
    short.map_or(program.to_vec(), |name| name.as_encoded_bytes().to_vec())
}

impl Options {
    /// Reads a command line, the first word of which is the command's name. An error is a message for the user.
    pub(crate) fn parse(words: &[OsString]) -> Result<Request, Wrong> {
        let mut options = Options::default();
        let mut wrong: Option<Wrong> = None;
        let mut index = 1;
        while index < words.len() {
            match options.take(words, index) {
                Ok(Taken::Words(count)) => index += count,
                Ok(Taken::Script) => break,
                Ok(Taken::Request(request)) if wrong.is_none() => return Ok(request),
                Ok(Taken::Request(_)) => index += 1,
                // Only the first one is shown, but the words behind it may say how.
                Err(error) => {
                    index += error.words;
                    wrong.get_or_insert(error);
                }
            }
        }
        let (form, ignores_environment) = (options.errors, options.ignores_environment);
        let request = match wrong {
            Some(wrong) => Err(wrong),
            None => options.request(words),
        };
        request.map_err(|wrong| Wrong { form, ignores_environment, ..wrong })
    }

    /// Takes what begins with this word.
    fn take(&mut self, words: &[OsString], index: usize) -> Result<Taken, Wrong> {
        let (word, next) = (&words[index], words.get(index + 1));
        match word.as_encoded_bytes() {
            b"-" => {
                (self.script, self.script_index) = (Some(Script::StandardInput), index);
                return Ok(Taken::Script);
            }
            b"--" => {
                if let Some(script) = next {
                    (self.script, self.script_index) = (Some(Script::File(script.clone())), index + 1);
                }
                return Ok(Taken::Script);
            }
            b"--help" => return Ok(Taken::Request(Request::Help)),
            b"--version" => return Ok(Taken::Request(Request::Version)),
            [b'-', b'-', long @ ..] => return Ok(Taken::Words(1 + self.long(long, next)?)),
            b"-E" => self.ignores_environment = true,
            b"-W" => self.preludes.push(Prelude::ShowWarnings),
            b"-i" => (self.is_interactive, self.shows_version) = (true, true),
            b"-v" => self.shows_version = true,
            [b'-', letter @ (b'e' | b'l'), attached @ ..] => {
                let argument = match (attached, next.map(|next| next.as_encoded_bytes())) {
                    ([], None | Some([b'-', ..])) => return Err(about(b"'-", &[*letter], b"' needs argument").into()),
                    ([], Some(next)) => next,
                    _ => attached,
                };
                let make = if *letter == b'e' { Prelude::Execute } else { Prelude::Require };
                self.preludes.push(make(argument.to_vec()));
                return Ok(Taken::Words(1 + usize::from(attached.is_empty())));
            }
            other @ [b'-', ..] => return Err(Wrong::option(other)),
            _ => {
                (self.script, self.script_index) = (Some(Script::File(word.clone())), index);
                return Ok(Taken::Script);
            }
        }
        Ok(Taken::Words(1))
    }

    /// What the options ask for.
    fn request(mut self, words: &[OsString]) -> Result<Request, Wrong> {
        self.words = words.iter().map(|word| word.as_encoded_bytes().to_vec()).collect();
        if let Some(tool) = &self.definitions {
            let file = definitions::file(tool, self.is_sandbox);
            return file
                .map(Request::Definitions)
                .ok_or_else(|| "'--definitions' are for luals, luacheck, selene".into());
        }
        if self.checks {
            match &self.script {
                Some(_) => self.checked = words[self.script_index..].to_vec(),
                None => return Err("'--check' needs a file".into()),
            }
        }
        if self.lists && self.script.is_none() {
            return Err("'--list' needs a script".into());
        }
        Ok(Request::Run(self))
    }

    /// Takes an option of Fife's own, as `name` or `name=argument`; the argument may also be the next word. Returns how
    /// many further words that used.
    fn long(&mut self, option: &[u8], next: Option<&OsString>) -> Result<usize, Wrong> {
        let mark = option.iter().position(|&byte| byte == b'=');
        let (name, attached) = match mark {
            Some(mark) => (&option[..mark], Some(&option[mark + 1..])),
            None => (option, None),
        };
        let used = usize::from(attached.is_none());
        let argument = attached.or(next.map(|next| next.as_encoded_bytes()));
        match (name, attached) {
            (b"sandbox", None) => self.is_sandbox = true,
            (b"raw-output", None) => self.has_raw_output = true,
            (b"no-compat", None) => self.is_strict = true,
            (b"stats", None) => self.has_stats = true,
            (b"list", None) => self.lists = true,
            (b"check", None) => self.checks = true,
            (b"definitions", _) => self.definitions = Some(attached.unwrap_or(b"luals").to_vec()),
            (b"errors", _) => {
                let form = argument.and_then(Form::of_name);
                let form = form.ok_or("'--errors' needs auto, plain, rich or json");
                self.errors = Some(form.map_err(|message| Wrong::argument(message, used))?);
                return Ok(used);
            }
            (b"fuel", _) => {
                self.fuel = Some(amount(argument, "--fuel", 1000).map_err(|message| Wrong::argument(message, used))?);
                return Ok(used);
            }
            (b"memory", _) => {
                let bytes = amount(argument, "--memory", 1024).map_err(|message| Wrong::argument(message, used))?;
                self.memory = Some(usize::try_from(bytes).map_err(|_| "'--memory' is too large")?);
                return Ok(used);
            }
            _ => return Err(Wrong::option(&[b"--", option].concat())),
        }
        Ok(0)
    }

    /// Whether there is anything to do besides the prompt. As with `lua`, a required library does not count.
    pub(crate) fn has_work(&self) -> bool {
        let executes = self.preludes.iter().any(|prelude| matches!(prelude, Prelude::Execute(_)));
        self.script.is_some() || executes || self.shows_version
    }
}

fn about(before: &[u8], what: &[u8], after: &[u8]) -> Vec<u8> {
    [before, what, after].concat()
}

/// What is wrong with a command line.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) message: Vec<u8>,
    /// What was meant, perhaps.
    pub(crate) meant: Option<&'static str>,
    /// How many words it is about.
    words: usize,
    /// How to show it, if other words say so.
    form: Option<Form>,
    ignores_environment: bool,
}

impl<T: Into<Vec<u8>>> From<T> for Wrong {
    fn from(message: T) -> Wrong {
        Wrong { message: message.into(), meant: None, words: 1, form: None, ignores_environment: false }
    }
}

impl Wrong {
    /// Where to show it.
    pub(crate) fn errors(&self) -> Errors {
        Errors::new(Style::choose(self.form, self.ignores_environment), false)
    }

    /// The error for an option's argument, which takes `words` words beside the option itself.
    fn argument(message: impl Into<Vec<u8>>, words: usize) -> Wrong {
        Wrong { words: 1 + words, ..message.into().into() }
    }

    /// The error for an unknown option.
    fn option(option: &[u8]) -> Wrong {
        let name = option.split(|byte| *byte == b'=').next().unwrap_or(option);
        // Of letters, one is as near as the other.
        let near = nearest(name, WORDS.iter().map(|word| word.as_bytes())).filter(|_| name.len() > 3);
        let meant = near.and_then(|near| WORDS.into_iter().find(|word| word.as_bytes() == near));
        Wrong { meant, ..about(b"unrecognized option '", option, b"'").into() }
    }
}

/// The number that `10`, `10K`, `10M` or `10G` is, with this many in a K.
fn amount(text: Option<&[u8]>, option: &str, kilo: u64) -> Result<u64, Vec<u8>> {
    let Some(text) = text else { return Err(format!("'{option}' needs argument").into_bytes()) };
    let wrong = || format!("'{option}' needs a number, such as 10 or 10M").into_bytes();
    let power = match text.last() {
        Some(b'K' | b'k') => 1,
        Some(b'M' | b'm') => 2,
        Some(b'G' | b'g') => 3,
        _ => 0,
    };
    let digits = &text[..text.len() - usize::from(power > 0)];
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(wrong());
    }
    let number: u64 = str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or_else(wrong)?;
    number.checked_mul(kilo.pow(power)).ok_or_else(|| format!("'{option}' is too large").into_bytes())
}
