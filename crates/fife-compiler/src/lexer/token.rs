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
            #[inline]
            pub(crate) fn reserved_word(text: &[u8]) -> Option<TokenKind> {
                match text {
                    $($word_text => Some(TokenKind::$word),)+
                    _ => None,
                }
            }

            /// The spelling of a reserved word or of an operator longer than one byte.
            fn fixed_text(self) -> Option<&'static str> {
                let text: &[u8] = match self {
                    $(TokenKind::$word => $word_text,)+
                    $(TokenKind::$operator => $operator_text,)+
                    _ => return None,
                };
                str::from_utf8(text).ok()
            }
        }
    };
}

fixed_tokens! {
    words {
        And b"and" Break b"break" Do b"do" Else b"else" ElseIf b"elseif" End b"end" False b"false" For b"for"
        Function b"function" Goto b"goto" If b"if" In b"in" Local b"local" Nil b"nil" Not b"not" Or b"or"
        Repeat b"repeat" Return b"return" Then b"then" True b"true" Until b"until" While b"while"
    }
    operators {
        FloorDivide b"//" Concat b".." Dots b"..." Equal b"==" GreaterEqual b">=" LessEqual b"<=" NotEqual b"~="
        ShiftLeft b"<<" ShiftRight b">>" DoubleColon b"::"
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
