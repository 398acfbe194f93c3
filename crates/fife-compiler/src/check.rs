//! Warnings about a source text, for tools: what the compiler knows and a run does not tell.

use crate::ast::{Ast, StatementKind};
use crate::error::CompileError;
use crate::meter::Unmetered;
use fife_bytecode::Position;

/// Something in a source text that is allowed and does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// Where it begins.
    pub position: Position,
    /// The text of the warning.
    pub text: String,
}

/// Compiles a chunk only for its errors, and reports what in it does nothing: labels without a `goto`. Memory is not
/// counted.
///
/// # Errors
/// As [`compile`](crate::compile).
///
/// ```
/// let warnings = fife_compiler::check(b"for i = 1, 2 do\n  ::next::\nend", b"=demo").unwrap();
/// assert_eq!((warnings[0].position.line, &*warnings[0].text), (2, "label 'next' is not used"));
/// assert!(fife_compiler::check(b"goto next ::next::", b"=demo").unwrap().is_empty());
/// assert!(fife_compiler::check(b"x =", b"=demo").is_err());
/// ```
pub fn check(source: &[u8], chunk_name: &[u8]) -> Result<Vec<Warning>, CompileError> {
    let parsed = crate::parse(source, chunk_name, &mut Unmetered)?;
    let warnings = unused_labels(&parsed.tree);
    parsed.generate(&mut Unmetered)?;
    Ok(warnings)
}

fn unused_labels(tree: &Ast) -> Vec<Warning> {
    let mut is_used = vec![false; tree.labels.len()];
    for statement in tree.statements.iter() {
        if let StatementKind::Goto { label, .. } = statement.kind {
            is_used[label.index()] = true;
        }
    }
    let unused = tree.labels.iter().zip(is_used).filter(|(_, is_used)| !is_used);
    let warning = |label: &crate::ast::Label| {
        let name = String::from_utf8_lossy(tree.string(label.name)).into_owned();
        Warning { position: label.position, text: format!("label '{name}' is not used") }
    };
    unused.map(|(label, _)| warning(label)).collect()
}
