//! `#[lua(…)]`: options of a type, a field or a function.

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, LitInt, LitStr, Result, spanned::Spanned};

/// The known options and those that are set.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<LitInt>,
    pub(crate) held_bytes: Option<Expr>,
    /// Options without a value, and where they stand.
    words: Vec<(String, Span)>,
    /// Where the first of the attributes stands.
    pub(crate) span: Option<Span>,
}

impl Options {
    /// Reads the `#[lua(…)]` among some attributes, which may have these options; `what` says what they belong to.
    pub(crate) fn read(attributes: &[Attribute], what: &str, known: &[&str]) -> Result<Options> {
        let mut options = Options::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("lua")) {
            options.span.get_or_insert(attribute.span());
            attribute.parse_nested_meta(|meta| {
                let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                if !known.contains(&word.as_str()) {
                    let list: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
                    return Err(meta.error(format!("{what} has no such option: there are {}", list.join(", "))));
                }
                if options.has(&word) {
                    return Err(meta.error(format!("`{word}` is said twice")));
                }
                match word.as_str() {
                    "name" => options.name = Some(meta.value()?.parse()?),
                    "version" => options.version = Some(meta.value()?.parse()?),
                    "held_bytes" => options.held_bytes = Some(meta.value()?.parse()?),
                    _ => {}
                }
                options.words.push((word, meta.path.span()));
                Ok(())
            })?;
        }
        Ok(options)
    }

    /// Whether an option is set.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|(known, _)| known == word)
    }

    /// Checks that at most one of these is set.
    pub(crate) fn at_most_one(&self, words: &[&str]) -> Result<()> {
        let mut said = self.words.iter().filter(|(word, _)| words.contains(&word.as_str()));
        match (said.next(), said.next()) {
            (Some((first, _)), Some((second, span))) => {
                Err(Error::new(*span, format!("`{first}` and `{second}` exclude one another")))
            }
            _ => Ok(()),
        }
    }
}
