//! `--check`: reports errors in files, and runs nothing.

use crate::errors::{self, Errors};
use crate::options::{Options, Script};
use crate::run;
use crate::{STATUS_ERROR, errors::Finding};
use std::ffi::OsString;

/// Checks the files; returns the exit status, which says whether there are errors.
pub(crate) fn check(options: &Options, program: &[u8]) -> i32 {
    let named = [program, b": "].concat();
    let errors = Errors::without_session(options);
    let mut status = 0;
    for file in &options.checked {
        if !check_file(&errors, &named, file) {
            status = STATUS_ERROR;
        }
    }
    status
}

/// Checks a file, or the standard input, which is `-`; false if there is an error.
fn check_file(errors: &Errors, named: &[u8], file: &OsString) -> bool {
    let script = if file == "-" { Script::StandardInput } else { Script::File(file.clone()) };
    let (source, name) = match run::read(&script) {
        Ok(read) => read,
        Err(message) => {
            errors.complain(named, &message);
            return false;
        }
    };
    let source = fife::source_of_file(&source);
    let show = |found: Finding| errors.show(named, found);
    match fife_compiler::check(source, &name) {
        Ok(warnings) => {
            warnings.iter().for_each(|it| show(errors::warning(it, source, &name)));
            true
        }
        Err(error) => {
            match errors::examine_source(source, &name) {
                Some(found) => show(found),
                None => errors.complain(named, error.to_string().as_bytes()),
            }
            false
        }
    }
}
