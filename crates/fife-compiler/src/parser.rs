//! From tokens to the syntax tree, with names resolved.
//!
//! A recursive descent over statements and operators, in the order and with the messages of PUC-Rio Lua (`lparser.c`).
//! It recurses only where the source nests to the right, which [`Parser::enter`] bounds; chains to the left (`a+a+a`,
//! `a.b.c`, `f()()`), else-if arms and statement lists are loops. `scope` keeps variables and determines how they may
//! be captured, `jump` matches `goto`s with labels, `expression` and `statement` are the grammar.
//!
//! All work is linear in the length of the source: a name finds its variable, label and pending
//! `goto`s through one table, whatever the number of functions and blocks around it.

mod expression;
mod jump;
mod scope;
mod statement;

#[cfg(test)]
mod tests;

use crate::ast::{
    Arm, Ast, Chain, Expression, ExpressionId, ExpressionKind, Field, FunctionId, LocalId, Range, StringId,
};
use crate::error::{CompileError, SyntaxError};
use crate::lexer::memory::Memory;
use crate::lexer::{Lexer, Near, Token, TokenKind};
use crate::meter::{Meter, Work};
use fife_arena::Vector;
use fife_bytecode::Position;
use jump::Jumps;
use scope::Scope;

/// How deep statements and operands may nest. PUC-Rio Lua counts 200 levels (`LUAI_MAXCCALLS`), of which its own
/// callers hold three by the time a script's `load` reaches the parser.
const LEVEL_LIMIT: usize = 197;

/// The longest source, in bytes. A byte of source makes only a few tree entries, so this keeps their numbers far from
/// the end of `u32`.
const SOURCE_LIMIT: usize = 1 << 30;

/// Parses a chunk. The caller owns the memory of the result, and gives [`Ast::metered_bytes`] back to the meter when it
/// drops the tree. After an error there is nothing to give back.
///
/// # Errors
///
/// A syntax error, or [`CompileError::Memory`] where the meter refuses or the source is longer than
/// a gibibyte.
pub(crate) fn parse(source: &[u8], chunk_name: &[u8], meter: &mut dyn Meter) -> Result<Ast, CompileError> {
    if source.len() > SOURCE_LIMIT {
        return Err(CompileError::Memory);
    }
    let mut parser = Parser::new(source, chunk_name, meter);
    let read = parser.chunk();
    parser.memory.note(Work::Parsed(parser.ast.expressions.len() + parser.ast.locals.len()));
    read?;
    Ok(parser.finish())
}

/// The lists being read; those of inner constructs are on top of those of outer ones. A complete list moves to the
/// tree, where it is contiguous.
#[derive(Default)]
struct Pending {
    expressions: Vector<ExpressionId>,
    fields: Vector<Field>,
    arms: Vector<Arm>,
}

/// The last use of the variable `_ENV`.
#[derive(Clone, Copy)]
struct Environment {
    /// Which local variable it was (`None` for the main chunk's), and the function that used it.
    local: Option<LocalId>,
    function: FunctionId,
    expression: ExpressionId,
    line: u32,
}

/// What began a construct, for messages.
#[derive(Clone, Copy)]
struct Opening {
    /// The line in messages.
    line: u32,
    /// The first byte of the word or bracket.
    start: u32,
}

struct Parser<'s, 'm> {
    lexer: Lexer<'s>,
    /// The position of the token before the current one.
    last: Position,
    /// The last expression read in parentheses: see [`Parser::reach`].
    settled: Option<ExpressionId>,
    /// The current token.
    token: Token,
    /// The next token, if the parser has looked ahead.
    ahead: Option<Token>,
    /// How deep the current construct is nested.
    level: usize,
    ast: Ast,
    pending: Pending,
    /// The statements of the innermost block so far.
    statements: Chain,
    scope: Scope,
    jumps: Jumps,
    /// The name `_ENV`.
    environment_name: StringId,
    last_environment: Option<Environment>,
    /// The last field: all others are dropped before their memory is given back.
    memory: Memory<'m>,
}

impl<'s, 'm> Parser<'s, 'm> {
    fn new(source: &'s [u8], chunk_name: &'s [u8], meter: &'m mut dyn Meter) -> Parser<'s, 'm> {
        Parser {
            lexer: Lexer::new(source, chunk_name),
            last: Position { line: 1, column: 1 },
            settled: None,
            token: Token::NONE,
            ahead: None,
            level: 0,
            ast: Ast::default(),
            pending: Pending::default(),
            statements: Chain::default(),
            scope: Scope::default(),
            jumps: Jumps::default(),
            environment_name: StringId(0),
            last_environment: None,
            memory: Memory::new(meter),
        }
    }

    /// Reads the whole chunk.
    fn chunk(&mut self) -> Result<(), CompileError> {
        self.environment_name = self.lexer.strings.intern(&mut self.memory, b"_ENV")?;
        self.lexer.next(&mut self.memory, &mut self.token)?;
        self.open_main()?;
        let block = self.block_statements()?;
        self.check(TokenKind::EndOfSource)?;
        // As in PUC-Rio Lua, its return is at its last token.
        self.close_function(block, self.last)?;
        Ok(())
    }

    /// Takes the finished tree.
    fn finish(&mut self) -> Ast {
        self.jumps.resolve(&mut self.ast.statements);
        for function in self.ast.functions.iter_mut() {
            if function.own_name.is_some_and(|local| self.ast.locals[local.index()].assigned) {
                function.own_name = None;
            }
        }
        let mut ast = std::mem::take(&mut self.ast);
        ast.string_bytes = std::mem::take(&mut self.lexer.strings.bytes);
        ast.strings = std::mem::take(&mut self.lexer.strings.ranges);
        ast.hash_keys = Some(self.lexer.strings.keys.clone());
        ast.metered_bytes = ast.expressions.held_bytes()
            + ast.expression_lists.held_bytes()
            + ast.statements.held_bytes()
            + ast.declarations.held_bytes()
            + ast.assignments.held_bytes()
            + ast.returns.held_bytes()
            + ast.controls.held_bytes()
            + ast.tables.held_bytes()
            + ast.fields.held_bytes()
            + ast.arms.held_bytes()
            + ast.locals.held_bytes()
            + ast.local_lists.held_bytes()
            + ast.labels.held_bytes()
            + ast.functions.held_bytes()
            + ast.upvalues.held_bytes()
            + ast.string_bytes.held_bytes()
            + ast.strings.held_bytes();
        self.memory.leave(ast.metered_bytes);
        ast
    }

    // Tokens

    /// The position, or the last token's if that is on another line: for instructions that PUC-Rio Lua emits only after
    /// it has passed the token, with that line.
    fn reported(&self, position: Position) -> Position {
        if self.last.line == position.line { position } else { self.last }
    }

    /// Notes that the value of an expression is needed here. Only now does PUC-Rio Lua emit the access to a field or
    /// variable, and the load of a constant, with the line of the token just read. Only the first time counts.
    fn reach(&mut self, id: ExpressionId) {
        let last = self.last;
        let expression = &mut self.ast.expressions[id.index()];
        if expression.kind.is_emitted_late() && expression.position.line != last.line && self.settled != Some(id) {
            expression.position = last;
        }
    }

    fn advance(&mut self) -> Result<(), CompileError> {
        self.last = self.token.position;
        if let Some(token) = self.ahead {
            self.token = token;
            self.ahead = None;
            return Ok(());
        }
        self.lexer.next(&mut self.memory, &mut self.token)
    }

    /// The token after the current one.
    fn look_ahead(&mut self) -> Result<TokenKind, CompileError> {
        if let Some(token) = self.ahead {
            return Ok(token.kind);
        }
        let mut token = Token::NONE;
        self.lexer.next(&mut self.memory, &mut token)?;
        self.ahead = Some(token);
        Ok(token.kind)
    }

    fn is_at(&self, kind: TokenKind) -> bool {
        self.token.kind == kind
    }

    fn is_at_symbol(&self, symbol: u8) -> bool {
        self.token.kind == TokenKind::Symbol(symbol)
    }

    /// Skips the current token if it is this one.
    fn accept(&mut self, kind: TokenKind) -> Result<bool, CompileError> {
        let found = self.is_at(kind);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn accept_symbol(&mut self, symbol: u8) -> Result<bool, CompileError> {
        self.accept(TokenKind::Symbol(symbol))
    }

    fn check(&mut self, kind: TokenKind) -> Result<(), CompileError> {
        if self.is_at(kind) { Ok(()) } else { Err(self.error(&format!("{} expected", kind.text()))) }
    }

    fn expect(&mut self, kind: TokenKind) -> Result<(), CompileError> {
        self.check(kind)?;
        self.advance()
    }

    /// The current token, as the beginning of a construct.
    fn opening(&self) -> Opening {
        Opening { line: self.lexer.line(), start: self.token.start }
    }

    /// Expects the token that closes the construct which `opener` opened.
    fn expect_closing(&mut self, closer: TokenKind, opener: TokenKind, opening: Opening) -> Result<(), CompileError> {
        if self.is_at(closer) {
            return self.advance();
        }
        let (closer, opener, line) = (closer.text(), opener.text(), opening.line);
        let error = if line == self.lexer.line() {
            self.error(&format!("{closer} expected"))
        } else {
            self.error(&format!("{closer} expected (to close {opener} at line {line})"))
        };
        Err(error.with_opener(self.lexer.opener(opening.start as usize)))
    }

    /// Expects a word in the middle of a construct.
    fn expect_within(&mut self, word: TokenKind, opening: Opening) -> Result<(), CompileError> {
        if self.is_at(word) {
            // What is wrong with the next token is not about this construct.
            return self.advance();
        }
        let error = self.error(&format!("{} expected", word.text()));
        Err(error.with_opener(self.lexer.opener(opening.start as usize)))
    }

    fn expect_name(&mut self) -> Result<StringId, CompileError> {
        let TokenKind::Name(name) = self.token.kind else {
            return Err(self.error("<name> expected"));
        };
        self.advance()?;
        Ok(name)
    }

    // Errors

    /// A syntax error near the current token.
    fn error(&mut self, message: &str) -> CompileError {
        let (position, range) = (self.token.position, self.token.indices());
        self.lexer.error(&mut self.memory, message, Near::Token(&self.token), position, range)
    }

    /// An error of meaning, which does not mention the current token.
    fn semantic_error(&mut self, message: &str) -> CompileError {
        let start = self.token.start as usize;
        self.lexer.error(&mut self.memory, message, Near::Nothing, self.token.position, start..start)
    }

    /// A name, for a message. It may be as long as the source, and is copied several times.
    fn name_text(&mut self, name: StringId) -> Result<String, CompileError> {
        let name = self.lexer.strings.get(name);
        self.memory.probe(name.len().saturating_mul(8))?;
        Ok(String::from_utf8_lossy(name).into_owned())
    }

    // Nesting

    /// Enters a construct for which the parser recurses. PUC-Rio Lua's message has no position.
    fn enter(&mut self) -> Result<(), CompileError> {
        if self.level == LEVEL_LIMIT {
            let message = Box::from(&b"C stack overflow"[..]);
            let error =
                SyntaxError { message, position: self.token.position, range: self.token.indices(), opener: None };
            return Err(CompileError::Syntax(Box::new(error)));
        }
        self.level += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.level -= 1;
    }

    // The tree

    #[inline]
    fn add(&mut self, kind: ExpressionKind, position: Position) -> Result<ExpressionId, CompileError> {
        let id = ExpressionId(self.ast.expressions.len() as u32);
        self.memory.append(&mut self.ast.expressions, Expression { kind, position })?;
        Ok(id)
    }

    fn kind(&self, id: ExpressionId) -> ExpressionKind {
        self.ast.expressions[id.index()].kind
    }
}

/// Moves a complete list from the pending ones to the tree.
fn finish_list<T: Copy>(
    memory: &mut Memory<'_>,
    pending: &mut Vector<T>,
    first: usize,
    lists: &mut Vector<T>,
) -> Result<Range, CompileError> {
    let start = lists.len() as u32;
    if let [only] = pending[first..] {
        memory.push(lists, only)?;
    } else {
        memory.extend(lists, &pending[first..])?;
    }
    pending.truncate(first);
    Ok(Range { start, end: lists.len() as u32 })
}
