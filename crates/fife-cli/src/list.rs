//! `--list`: the bytecode of a script or of a binary chunk, for people.

use crate::errors::Errors;
use crate::options::{Options, Script};
use crate::run;
use fife_bytecode::chunk::{self, SIGNATURE};
use fife_bytecode::listing;
use fife_compiler::{CompileError, Unmetered};
use std::io::{self, Write};

/// Prints the listing of the script. An error is a message for the user; `errors` knows more about one in the source.
pub(crate) fn list(options: &Options, errors: &Errors) -> Result<(), Vec<u8>> {
    let (source, name) = run::read(options.script.as_ref().unwrap_or(&Script::StandardInput))?;
    let source = fife::source_of_file(&source);
    let text = if source.starts_with(SIGNATURE) {
        of_chunk(source)?
    } else {
        let prototype = fife_compiler::compile(source, &name, &mut Unmetered).map_err(|error| match error {
            CompileError::Syntax(error) => {
                errors.note_failed_load(&name, source, &error.message);
                error.message.into_vec()
            }
            _ => b"not enough memory".to_vec(),
        })?;
        listing::list(&prototype, true)
    };
    io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string().into_bytes())
}

/// The listing of a binary chunk.
pub(crate) fn of_chunk(chunk: &[u8]) -> Result<String, Vec<u8>> {
    let read = chunk::read(chunk, &mut |_| true).map_err(|error| error.to_string());
    let verified = read.and_then(|it| fife_bytecode::verify(it).map_err(|error| error.to_string()))?;
    Ok(listing::list(&verified.into_inner(), true))
}
