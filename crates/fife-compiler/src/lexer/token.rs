//! Tokens, and their spelling in messages.

use crate::ast::StringId;
use fife_bytecode::Position;

macro_rules! fixed_tokens {
    (words { $($word:ident $word_text:literal)+ } operators { $($operator:ident $operator_text:literal)+ }) => {
        /// What a token is.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) enum TokenKind {
            $($word,)+
            $($operator,)+
            /// A byte that is a token by itself, including those without a meaning in Lua.
            Symbol(u8),
            Name(StringId),
            String(StringId),
            Integer(i64),
            Float(f64),
            EndOfSource,
        }

        impl TokenKind {
            /// The reserved word with this spelling.
            pub(crate) fn reserved_word(text: &[u8]) -> Option<TokenKind> {
                // All of them have two to eight small letters.
                if !matches!(text, [b'a'..=b'w', b'a'..=b'u', ..]) || text.len() > 8 {
                    return None;
                }
                match str::from_utf8(text).ok()? {
                    $($word_text => Some(TokenKind::$word),)+
                    _ => None,
                }
            }

            /// The spelling of a reserved word or of an operator longer than one byte.
            fn fixed_text(self) -> Option<&'static str> {
                match self {
                    $(TokenKind::$word => Some($word_text),)+
                    $(TokenKind::$operator => Some($operator_text),)+
                    _ => None,
                }
            }
        }
    };
}

fixed_tokens! {
    words {
        And "and" Break "break" Do "do" Else "else" ElseIf "elseif" End "end" False "false" For "for"
        Function "function" Goto "goto" If "if" In "in" Local "local" Nil "nil" Not "not" Or "or"
        Repeat "repeat" Return "return" Then "then" True "true" Until "until" While "while"
    }
    operators {
        FloorDivide "//" Concat ".." Dots "..." Equal "==" GreaterEqual ">=" LessEqual "<=" NotEqual "~="
        ShiftLeft "<<" ShiftRight ">>" DoubleColon "::"
    }
}

impl TokenKind {
    /// The token as messages show it in general: `'then'`, `'<\1>'`, `<name>`.
    pub(crate) fn text(self) -> String {
        match self {
            TokenKind::Symbol(byte @ b' '..=b'~') => format!("'{}'", char::from(byte)),
            TokenKind::Symbol(byte) => format!("'<\\{byte}>'"),
            TokenKind::Name(_) => "<name>".into(),
            TokenKind::String(_) => "<string>".into(),
            TokenKind::Integer(_) => "<integer>".into(),
            TokenKind::Float(_) => "<number>".into(),
            TokenKind::EndOfSource => "<eof>".into(),
            fixed => format!("'{}'", fixed.fixed_text().unwrap_or_default()),
        }
    }
}

/// A token and where it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Where it starts, or where it ends if that is on another line.
    pub(crate) position: Position,
    /// Its first byte in the source.
    pub(crate) start: u32,
    /// The first byte after it.
    pub(crate) end: u32,
}

impl Token {
    /// The token before the first one.
    pub(crate) const NONE: Token =
        Token { kind: TokenKind::EndOfSource, position: Position { line: 1, column: 1 }, start: 0, end: 0 };

    /// Its bytes, as indices of the source.
    pub(crate) fn indices(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
