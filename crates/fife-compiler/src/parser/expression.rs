//! The grammar of expressions.

use super::scope::Resolved;
use super::{Environment, Parser, finish_list};
use crate::ast::{
    BinaryOperator, ExpressionId, ExpressionKind, Field, Packed, Range, StringId, Table, TableId, UnaryOperator,
};
use crate::error::CompileError;
use crate::lexer::TokenKind;
use fife_bytecode::Position;

/// How tightly unary operators bind.
const UNARY_PRIORITY: u8 = 12;

enum Infix {
    And,
    Or,
    Operator(BinaryOperator),
}

/// A binary operator with its priorities to the left and to the right. Higher ones bind tighter, and an operator whose
/// right priority is lower associates to the right.
fn infix_operator(token: TokenKind) -> Option<(Infix, u8, u8)> {
    use BinaryOperator::*;
    let (operator, left, right) = match token {
        TokenKind::Or => return Some((Infix::Or, 1, 1)),
        TokenKind::And => return Some((Infix::And, 2, 2)),
        TokenKind::Symbol(b'<') => (Less, 3, 3),
        TokenKind::Symbol(b'>') => (Greater, 3, 3),
        TokenKind::LessEqual => (LessEqual, 3, 3),
        TokenKind::GreaterEqual => (GreaterEqual, 3, 3),
        TokenKind::NotEqual => (NotEqual, 3, 3),
        TokenKind::Equal => (Equal, 3, 3),
        TokenKind::Symbol(b'|') => (BitOr, 4, 4),
        TokenKind::Symbol(b'~') => (BitXor, 5, 5),
        TokenKind::Symbol(b'&') => (BitAnd, 6, 6),
        TokenKind::ShiftLeft => (ShiftLeft, 7, 7),
        TokenKind::ShiftRight => (ShiftRight, 7, 7),
        TokenKind::Concat => (Concat, 9, 8),
        TokenKind::Symbol(b'+') => (Add, 10, 10),
        TokenKind::Symbol(b'-') => (Subtract, 10, 10),
        TokenKind::Symbol(b'*') => (Multiply, 11, 11),
        TokenKind::Symbol(b'/') => (Divide, 11, 11),
        TokenKind::FloorDivide => (FloorDivide, 11, 11),
        TokenKind::Symbol(b'%') => (Modulo, 11, 11),
        TokenKind::Symbol(b'^') => (Power, 14, 13),
        _ => return None,
    };
    Some((Infix::Operator(operator), left, right))
}

fn unary_operator(token: TokenKind) -> Option<UnaryOperator> {
    match token {
        TokenKind::Not => Some(UnaryOperator::Not),
        TokenKind::Symbol(b'-') => Some(UnaryOperator::Negate),
        TokenKind::Symbol(b'~') => Some(UnaryOperator::BitNot),
        TokenKind::Symbol(b'#') => Some(UnaryOperator::Length),
        _ => None,
    }
}

/// A name, call, index or parenthesized expression.
#[derive(Clone, Copy)]
pub(super) struct Suffixed {
    pub(super) id: ExpressionId,
    pub(super) form: Form,
}

/// How the source may use it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// It may be assigned, if it is not a constant.
    Variable,
    /// It is the name of a constant, replaced by its value.
    FoldedConstant(StringId),
    /// It may be a statement.
    Call,
    /// Neither.
    Value,
}

impl Parser<'_, '_> {
    pub(super) fn expression(&mut self) -> Result<ExpressionId, CompileError> {
        self.subexpression(0)
    }

    /// Reads one or more expressions.
    pub(super) fn expression_list(&mut self) -> Result<Range, CompileError> {
        let first = self.pending.expressions.len();
        self.pending_expressions()?;
        self.finish_expressions(first)
    }

    /// Reads one or more expressions and leaves them pending.
    fn pending_expressions(&mut self) -> Result<(), CompileError> {
        loop {
            let value = self.expression()?;
            self.memory.push(&mut self.pending.expressions, value)?;
            if !self.accept_symbol(b',')? {
                return Ok(());
            }
            self.reach(value);
        }
    }

    pub(super) fn finish_expressions(&mut self, first: usize) -> Result<Range, CompileError> {
        finish_list(&mut self.memory, &mut self.pending.expressions, first, &mut self.ast.expression_lists)
    }

    /// A list of one.
    pub(super) fn single_expression(&mut self, id: ExpressionId) -> Result<Range, CompileError> {
        let start = self.ast.expression_lists.len() as u32;
        self.memory.push(&mut self.ast.expression_lists, id)?;
        Ok(Range { start, end: start + 1 })
    }

    /// Reads an expression with operators that bind tighter than `limit`.
    fn subexpression(&mut self, limit: u8) -> Result<ExpressionId, CompileError> {
        self.enter()?;
        let position = self.token.position;
        let mut left = match unary_operator(self.token.kind) {
            Some(operator) => {
                self.advance()?;
                let operand = self.subexpression(UNARY_PRIORITY)?;
                self.add(ExpressionKind::Unary(operator, operand), position)?
            }
            None => self.simple_expression()?,
        };
        while let Some((infix, left_priority, right_priority)) = infix_operator(self.token.kind)
            && left_priority > limit
        {
            let position = self.token.position;
            self.advance()?;
            self.reach(left);
            let right = self.subexpression(right_priority)?;
            let kind = match infix {
                Infix::And => ExpressionKind::And(left, right),
                Infix::Or => ExpressionKind::Or(left, right),
                Infix::Operator(operator) => ExpressionKind::Binary(operator, left, right),
            };
            let position = match kind {
                ExpressionKind::Binary(operator, ..) if is_comparison(operator) => self.reported(position),
                _ => position,
            };
            left = self.add(kind, position)?;
        }
        self.leave();
        Ok(left)
    }

    fn simple_expression(&mut self) -> Result<ExpressionId, CompileError> {
        let position = self.token.position;
        let kind = match self.token.kind {
            TokenKind::Integer(value) => ExpressionKind::Integer(Packed(value)),
            TokenKind::Float(value) => ExpressionKind::Float(Packed(value)),
            TokenKind::String(id) => ExpressionKind::String(id),
            TokenKind::Nil => ExpressionKind::Nil,
            TokenKind::True => ExpressionKind::True,
            TokenKind::False => ExpressionKind::False,
            TokenKind::Dots if self.scope.is_vararg() => ExpressionKind::VarArgs,
            TokenKind::Dots => return Err(self.error("cannot use '...' outside a vararg function")),
            TokenKind::Symbol(b'{') => return self.table(),
            TokenKind::Function => {
                let keyword = self.token.start;
                self.advance()?;
                let function = self.function_body(false, self.function_start(position), keyword)?;
                return self.add(ExpressionKind::Function(function), position);
            }
            _ => return Ok(self.suffixed_expression()?.id),
        };
        self.advance()?;
        self.add(kind, position)
    }

    /// Reads a name or parenthesized expression and everything appended to it.
    pub(super) fn suffixed_expression(&mut self) -> Result<Suffixed, CompileError> {
        let Suffixed { mut id, mut form } = self.primary_expression()?;
        loop {
            (id, form) = match self.token.kind {
                TokenKind::Symbol(b'.') => (self.field_selection(id)?, Form::Variable),
                TokenKind::Symbol(b'[') => {
                    let opening = self.token.position;
                    let key = self.bracketed_key()?;
                    // In PUC-Rio Lua the position is the end of the key, wherever it began.
                    let closing = self.token.position;
                    self.expect(TokenKind::Symbol(b']'))?;
                    let position = if closing.line == opening.line { opening } else { closing };
                    (self.add(ExpressionKind::Index { table: id, key }, position)?, Form::Variable)
                }
                TokenKind::Symbol(b':') => {
                    self.advance()?;
                    let position = self.token.position;
                    let name = self.expect_name()?;
                    self.reach(id);
                    let method = self.add(ExpressionKind::String(name), position)?;
                    let (list, position) = self.call_arguments(id, Some(method))?;
                    (self.add(ExpressionKind::MethodCall(list), position)?, Form::Call)
                }
                TokenKind::Symbol(b'(' | b'{') | TokenKind::String(_) => {
                    let (list, position) = self.call_arguments(id, None)?;
                    (self.add(ExpressionKind::Call(list), position)?, Form::Call)
                }
                _ => return Ok(Suffixed { id, form }),
            };
        }
    }

    fn primary_expression(&mut self) -> Result<Suffixed, CompileError> {
        let position = self.token.position;
        match self.token.kind {
            TokenKind::Name(_) => self.variable(),
            TokenKind::Symbol(b'(') => {
                let opening = self.opening();
                self.advance()?;
                let mut id = self.expression()?;
                self.expect_closing(TokenKind::Symbol(b')'), TokenKind::Symbol(b'('), opening)?;
                self.reach(id);
                self.settled = Some(id);
                if matches!(
                    self.kind(id),
                    ExpressionKind::Call(_) | ExpressionKind::MethodCall(_) | ExpressionKind::VarArgs
                ) {
                    id = self.add(ExpressionKind::Parenthesized(id), position)?;
                }
                Ok(Suffixed { id, form: Form::Value })
            }
            _ => Err(self.error("unexpected symbol")),
        }
    }

    /// Reads a name and resolves it.
    pub(super) fn variable(&mut self) -> Result<Suffixed, CompileError> {
        let position = self.token.position;
        let name = self.expect_name()?;
        let mut form = Form::Variable;
        let kind = match self.resolve(name)? {
            Resolved::Local(local) => ExpressionKind::Local(local),
            Resolved::Upvalue(index) => ExpressionKind::Upvalue(index),
            Resolved::Constant(value) => {
                form = Form::FoldedConstant(name);
                value
            }
            Resolved::Unknown => {
                let environment = self.environment(position)?;
                ExpressionKind::Global { environment, name }
            }
        };
        Ok(Suffixed { id: self.add(kind, position)?, form })
    }

    /// The variable `_ENV` for a global at this position: the same expression for all globals of a line.
    fn environment(&mut self, position: Position) -> Result<ExpressionId, CompileError> {
        let (local, function, line) = (self.local_of(self.environment_name), self.innermost_function(), position.line);
        if let Some(last) = self.last_environment
            && (last.local, last.function, last.line) == (local, function, line)
        {
            return Ok(last.expression);
        }
        let kind = match self.resolve(self.environment_name)? {
            Resolved::Local(local) => ExpressionKind::Local(local),
            Resolved::Upvalue(index) => ExpressionKind::Upvalue(index),
            Resolved::Constant(value) => value,
            // The main chunk declares it.
            Resolved::Unknown => ExpressionKind::Nil,
        };
        let expression = self.add(kind, position)?;
        self.last_environment = Some(Environment { local, function, expression, line });
        Ok(expression)
    }

    /// Reads `.name` or, in the declaration of a method, `:name`.
    pub(super) fn field_selection(&mut self, table: ExpressionId) -> Result<ExpressionId, CompileError> {
        self.advance()?;
        let position = self.token.position;
        let name = self.expect_name()?;
        let key = self.add(ExpressionKind::String(name), position)?;
        self.add(ExpressionKind::Index { table, key }, position)
    }

    /// Reads `[key`.
    fn bracketed_key(&mut self) -> Result<ExpressionId, CompileError> {
        self.advance()?;
        self.expression()
    }

    /// Reads the arguments of a call, and makes a list of what is called, the method in a method call, and the
    /// arguments. The call's position is where these start, as in PUC-Rio Lua since 5.4.5.
    fn call_arguments(
        &mut self,
        callee: ExpressionId,
        method: Option<ExpressionId>,
    ) -> Result<(Range, Position), CompileError> {
        let position = self.token.position;
        let first = self.pending.expressions.len();
        self.memory.push(&mut self.pending.expressions, callee)?;
        if let Some(method) = method {
            self.memory.push(&mut self.pending.expressions, method)?;
        }
        let argument = match self.token.kind {
            TokenKind::Symbol(b'(') => {
                let opening = self.opening();
                self.advance()?;
                let before = self.pending.expressions.len();
                if !self.is_at_symbol(b')') {
                    self.pending_expressions()?;
                }
                let last = self.pending.expressions[before..].last().copied();
                self.expect_closing(TokenKind::Symbol(b')'), TokenKind::Symbol(b'('), opening)?;
                if let Some(last) = last {
                    self.reach(last);
                }
                return Ok((self.finish_expressions(first)?, position));
            }
            TokenKind::Symbol(b'{') => self.table()?,
            TokenKind::String(id) => {
                self.advance()?;
                self.add(ExpressionKind::String(id), position)?
            }
            _ => return Err(self.error("function arguments expected")),
        };
        self.memory.push(&mut self.pending.expressions, argument)?;
        Ok((self.finish_expressions(first)?, position))
    }

    /// Reads a table constructor.
    fn table(&mut self) -> Result<ExpressionId, CompileError> {
        // PUC-Rio Lua makes the table before it has passed the brace.
        let position = self.reported(self.token.position);
        let opening = self.opening();
        let first = self.pending.fields.len();
        self.advance()?;
        while !self.is_at_symbol(b'}') {
            let field = self.field()?;
            self.memory.push(&mut self.pending.fields, field)?;
            let goes_on = self.accept_symbol(b',')? || self.accept_symbol(b';')?;
            // The last value is needed only at the end, even if a separator follows it.
            if goes_on && !self.is_at_symbol(b'}') {
                self.reach_field();
            }
            if !goes_on {
                break;
            }
        }
        let end = self.token.position;
        self.expect_closing(TokenKind::Symbol(b'}'), TokenKind::Symbol(b'{'), opening)?;
        if self.pending.fields.len() > first {
            self.reach_field();
        }
        let fields = finish_list(&mut self.memory, &mut self.pending.fields, first, &mut self.ast.fields)?;
        let id = TableId(self.ast.tables.len() as u32);
        self.memory.push(&mut self.ast.tables, Table { fields, end })?;
        self.add(ExpressionKind::Table(id), position)
    }

    /// Notes that the value of the last field is needed here, if it is positional.
    fn reach_field(&mut self) {
        if let Some(Field::Positional(value)) = self.pending.fields.last().copied() {
            self.reach(value);
        }
    }

    fn field(&mut self) -> Result<Field, CompileError> {
        let position = self.token.position;
        let token = self.token.kind;
        let key = match token {
            TokenKind::Name(name) if self.look_ahead()? == TokenKind::Symbol(b'=') => {
                self.advance()?;
                self.add(ExpressionKind::String(name), position)?
            }
            TokenKind::Symbol(b'[') => {
                let key = self.bracketed_key()?;
                self.expect(TokenKind::Symbol(b']'))?;
                key
            }
            _ => return Ok(Field::Positional(self.expression()?)),
        };
        self.expect(TokenKind::Symbol(b'='))?;
        let value = self.expression()?;
        Ok(Field::Keyed { key, value, position: self.reported(position) })
    }
}

fn is_comparison(operator: BinaryOperator) -> bool {
    use BinaryOperator::*;
    matches!(operator, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}
