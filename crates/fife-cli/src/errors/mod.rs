//! How errors are shown: plainly, as `lua` does; with the source text, for people; as JSON, for tools.
//!
//! The form with the source text is the plain text with lines added, and none changed. The added lines say only what is
//! known. The message handler finds that out while the frames still exist; nothing is done before there is an error. In
//! reading order: [`finding`] is what is known about an error, [`explain`] finds it for an error that a script raised,
//! [`syntax`] for one in its text, [`span`] finds places in a line, [`near`] finds similar names, [`source`] keeps the
//! texts, [`render`] and [`json`] write the result.

mod explain;
mod finding;
mod json;
mod near;
mod render;
mod source;
mod span;
mod syntax;
#[cfg(test)]
mod tests;

pub(crate) use finding::Finding;
use finding::Remark;
pub(crate) use source::Sources;
pub(crate) use syntax::{examine as examine_source, warning};

use crate::options::Options;
use crate::run;
use fife::Access;
use fife::gc::{Call, Context};
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The variable of the environment that says how errors are shown.
const VARIABLE: &str = "FIFE_ERRORS";

/// How errors are to be shown: what `--errors` and the environment say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// With the source text on a terminal, else plainly.
    #[default]
    Auto,
    Plain,
    Rich,
    Json,
}

impl Form {
    /// The form of this name.
    pub(crate) fn of_name(name: &[u8]) -> Option<Form> {
        match name {
            b"auto" => Some(Form::Auto),
            b"plain" => Some(Form::Plain),
            b"rich" => Some(Form::Rich),
            b"json" => Some(Form::Json),
            _ => None,
        }
    }
}

/// How they are shown in fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Rich { has_colour: bool },
    Json,
}

impl Style {
    /// The style that was asked for: by the command line, else by the environment if that counts.
    pub(crate) fn choose(form: Option<Form>, ignores_environment: bool) -> Style {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let named = variable(VARIABLE).filter(|_| !ignores_environment);
        let named = named.and_then(|name| Form::of_name(name.as_encoded_bytes()));
        let is_terminal = io::stderr().is_terminal();
        let has_colour = is_terminal && variable("NO_COLOR").is_none();
        match form.or(named).unwrap_or_default() {
            Form::Auto if is_terminal => Style::Rich { has_colour },
            Form::Auto | Form::Plain => Style::Plain,
            Form::Rich => Style::Rich { has_colour },
            Form::Json => Style::Json,
        }
    }
}

/// A session's errors: how to show them, the texts that ran, and what was found out about the last one.
#[derive(Clone, Debug)]
pub(crate) struct Errors {
    style: Style,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    sources: Sources,
    found: Option<Finding>,
}

impl Errors {
    /// As a command line asks for, for a command that runs nothing.
    pub(crate) fn without_session(options: &Options) -> Errors {
        Errors::new(Style::choose(options.errors, options.ignores_environment), true)
    }

    /// `reads_files` says whether texts may be read again from the files that they came from.
    pub(crate) fn new(style: Style, reads_files: bool) -> Errors {
        let shared = Shared { sources: Sources::new(reads_files), found: None };
        Errors { style, shared: Arc::new(Mutex::new(shared)) }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether they are shown as they are.
    pub(crate) fn is_plain(&self) -> bool {
        self.style == Style::Plain
    }

    /// Makes the VM's message handler find out about errors.
    pub(crate) fn watch(&self, vm: &impl Access) {
        if !self.is_plain() {
            vm.set_data(self.clone());
        }
    }

    /// Keeps the text of a chunk that is loaded.
    pub(crate) fn note_source(&self, name: &[u8], text: &[u8]) {
        if !self.is_plain() {
            self.lock().sources.add(name, text);
        }
    }

    /// Keeps the text of a chunk as a person has typed it: what was compiled has this many bytes before it.
    pub(crate) fn note_typed(&self, name: &[u8], typed: &[u8], hidden: usize) {
        if !self.is_plain() {
            self.lock().sources.set(name, typed, hidden);
        }
    }

    /// Finds out about a chunk that is not Lua. `message` is its error.
    pub(crate) fn note_failed_load(&self, name: &[u8], text: &[u8], message: &[u8]) {
        if !self.is_plain() {
            let found = syntax::examine(text, name).filter(|found| found.plain == message);
            self.lock().found = found;
        }
    }

    /// Prints an error on standard error, after `before`, with what was found out, if that is about the same error.
    pub(crate) fn complain(&self, before: &[u8], message: &[u8]) {
        match self.style {
            Style::Plain => run::complain(before, message),
            // A failure of standard error cannot be reported.
            _ => drop(io::stderr().write_all(self.text(before, message).as_bytes())),
        }
    }

    /// The text to print.
    fn text(&self, before: &[u8], message: &[u8]) -> String {
        let message = run::until_zero(message);
        let mut shared = self.lock();
        let found = shared.found.take().filter(|found| found.plain == message);
        let found = found.unwrap_or_else(|| Finding::of_message(message));
        match self.style {
            Style::Plain => String::from_utf8_lossy(&[before, message, b"\n"].concat()).into_owned(),
            Style::Rich { has_colour } => render::rich(&found, before, &shared.sources, has_colour),
            Style::Json => json::line(&found),
        }
    }

    /// Says something that is no error of a script, after `before`; tools get it as an object of this kind.
    pub(crate) fn tell(&self, kind: &'static str, before: &[u8], message: &[u8]) {
        self.show(before, Finding { kind, ..Finding::of_message(message) });
    }

    /// Says what is wrong with a command line, and what was meant, perhaps; false if that is to be said in words.
    pub(crate) fn tell_usage(&self, message: &[u8], meant: Option<&str>) -> bool {
        if self.style != Style::Json {
            return false;
        }
        let remarks = meant.map(|meant| Remark::Help(format!("did you mean '{meant}'?")));
        self.show(b"", Finding { kind: "usage", remarks: Vec::from_iter(remarks), ..Finding::of_message(message) });
        true
    }

    /// Whether all that the command says is for tools.
    pub(crate) fn is_json(&self) -> bool {
        self.style == Style::Json
    }

    /// Shows what was found out about a text that is not run.
    pub(crate) fn show(&self, before: &[u8], found: Finding) {
        let message = found.plain.clone();
        self.lock().found = Some(found);
        self.complain(before, &message);
    }
}

/// A warning of a script or of the machine, a line, as tools get it.
pub(crate) fn warning_in_json(line: &[u8]) -> String {
    let message = line.strip_suffix(b"\n").unwrap_or(line);
    json::line(&Finding { kind: "warning", ..Finding::of_message(message) })
}

/// Finds out about the error in a message handler of the command, which will print `plain`: `message` and a traceback.
pub(crate) fn examine(call: &Call<'_, '_>, message: &[u8], plain: &[u8]) {
    let ctx: Context<'_> = call.ctx();
    // There is none where errors are shown plainly.
    let _ = ctx.data(|errors: &mut Errors| {
        let mut shared = errors.lock();
        let found = explain::examine(call, message, plain, &shared.sources);
        shared.found = Some(found);
    });
}
