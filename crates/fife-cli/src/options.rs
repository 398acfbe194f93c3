//! The command line, as that of `lua` with what Fife has more.

use lexopt::prelude::*;
use std::ffi::OsString;

/// What `--help` prints, and wrong usage too.
pub(crate) const HELP: &str = "\
usage: fife [options] [script [args]]
Available options are:
  -e stat       execute string 'stat'
  -i            enter interactive mode after executing 'script'
  -l mod        require library 'mod' into global 'mod'
  -l g=mod      require library 'mod' into global 'g'
  -v            show version information
  --            stop handling options
  -             stop handling options and execute stdin
  --sandbox     open only libraries that cannot touch the outside
  --fuel N      stop after N instructions or their like; N may end in K, M, G (thousands)
  --memory N    hold at most N bytes of memory; N may end in K, M, G (1024s)
  --stats       at the end, print a line of JSON about the run to standard error
  --list        print the compiled script instead of running it
  --help        print this
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Request {
    Help,
    Run(Options),
}

/// The options of a run. Text is bytes, as Lua's strings are.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// What is to be run before the script, in order.
    pub(crate) preludes: Vec<Prelude>,
    pub(crate) is_interactive: bool,
    pub(crate) shows_version: bool,
    pub(crate) is_sandbox: bool,
    pub(crate) fuel: Option<u64>,
    pub(crate) memory: Option<usize>,
    pub(crate) has_stats: bool,
    pub(crate) lists: bool,
    pub(crate) script: Option<Script>,
    /// The whole command line, and the place in it that `arg[0]` is: the script's, or the command's own.
    pub(crate) words: Vec<Vec<u8>>,
    pub(crate) script_index: usize,
}

/// A `-e` or a `-l`.
#[derive(Debug)]
pub(crate) enum Prelude {
    Execute(Vec<u8>),
    Require(Vec<u8>),
}

/// Where the script is.
#[derive(Debug)]
pub(crate) enum Script {
    StandardInput,
    File(OsString),
}

impl Options {
    /// Reads a command line, the first word of which is the command's name. An error is a message for the user.
    pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
        let words: Vec<OsString> = words.into_iter().collect();
        let mut parser = lexopt::Parser::from_iter(words.iter().cloned());
        let mut options = Options::default();
        while let Some(word) = parser.next().map_err(|error| error.to_string())? {
            match word {
                Short('e') => options.preludes.push(Prelude::Execute(value(&mut parser, "-e")?.into_encoded_bytes())),
                Short('l') => options.preludes.push(Prelude::Require(value(&mut parser, "-l")?.into_encoded_bytes())),
                Short('i') => options.is_interactive = true,
                Short('v') => options.shows_version = true,
                Long("sandbox") => options.is_sandbox = true,
                Long("stats") => options.has_stats = true,
                Long("list") => options.lists = true,
                Long("fuel") => options.fuel = Some(amount(&value(&mut parser, "--fuel")?, "--fuel", 1000)?),
                Long("memory") => {
                    let bytes = amount(&value(&mut parser, "--memory")?, "--memory", 1024)?;
                    options.memory = Some(usize::try_from(bytes).map_err(|_| "'--memory' is too large".to_owned())?);
                }
                Long("help") => return Ok(Request::Help),
                Value(script) => {
                    let rest = parser.raw_args().map_err(|error| error.to_string())?.count();
                    options.script_index = words.len() - rest - 1;
                    let is_input = script == "-";
                    options.script = Some(if is_input { Script::StandardInput } else { Script::File(script) });
                    break;
                }
                Short(letter) => return Err(format!("unrecognized option '-{letter}'")),
                Long(name) => return Err(format!("unrecognized option '--{name}'")),
            }
        }
        options.words = words.into_iter().map(OsString::into_encoded_bytes).collect();
        if options.lists && options.script.is_none() {
            return Err("'--list' needs a script".to_owned());
        }
        Ok(Request::Run(options))
    }

    /// The words after the script: its arguments.
    pub(crate) fn arguments(&self) -> &[Vec<u8>] {
        match self.script {
            Some(_) => self.words.get(self.script_index + 1..).unwrap_or_default(),
            None => &[],
        }
    }
}

fn value(parser: &mut lexopt::Parser, option: &str) -> Result<OsString, String> {
    parser.value().map_err(|_| format!("'{option}' needs argument"))
}

/// The number that `10`, `10K`, `10M` or `10G` is, with this many in a K.
fn amount(text: &OsString, option: &str, kilo: u64) -> Result<u64, String> {
    let wrong = || format!("'{option}' needs a number, such as 10 or 10M");
    let text = text.to_str().ok_or_else(wrong)?;
    let power = match text.as_bytes().last() {
        Some(b'K' | b'k') => 1,
        Some(b'M' | b'm') => 2,
        Some(b'G' | b'g') => 3,
        _ => 0,
    };
    let digits = &text[..text.len() - usize::from(power > 0)];
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    number.checked_mul(kilo.pow(power)).ok_or_else(|| format!("'{option}' is too large"))
}
