//! The grammar of statements and functions.

use super::expression::{Form, Suffixed};
use super::{Opening, Parser, finish_list};
use crate::ast::{
    Arm, Assignment, AssignmentId, Attribute, BinaryOperator, Block, Control, ControlId, Declaration, DeclarationId,
    ExpressionId, ExpressionKind, FunctionId, LocalId, Packed, Range, Return, ReturnId, Statement, StatementId,
    StatementKind, UnaryOperator,
};
use crate::error::CompileError;
use crate::lexer::{Token, TokenKind};
use fife_bytecode::Position;
use fife_bytecode::number::{ArithmeticOperator, Number, fold};

/// How deep a `<const>` variable's initialiser is searched for a constant.
const FOLDED_DEPTH: usize = 64;

impl Parser<'_, '_> {
    /// Reads the statements of a block up to its end. The caller checks the end and handles the scope.
    pub(super) fn block_statements(&mut self) -> Result<Block, CompileError> {
        let outer = std::mem::take(&mut self.statements);
        while !self.is_at_block_end() {
            let is_return = self.is_at(TokenKind::Return);
            self.statement()?;
            if is_return {
                break;
            }
        }
        let (last, end) = (self.last, self.token.position);
        let statements = std::mem::replace(&mut self.statements, outer);
        Ok(Block { statements, last, end })
    }

    /// Reads a block with a scope of its own.
    fn block(&mut self) -> Result<Block, CompileError> {
        self.enter_block()?;
        let block = self.block_statements()?;
        self.leave_block()?;
        Ok(block)
    }

    fn is_at_block_end(&self) -> bool {
        self.is_at_scope_end() || self.is_at(TokenKind::Until)
    }

    /// Whether the block's variables go out of scope here; the condition after `until` sees them.
    fn is_at_scope_end(&self) -> bool {
        use TokenKind::*;
        matches!(self.token.kind, Else | ElseIf | End | EndOfSource)
    }

    fn statement(&mut self) -> Result<(), CompileError> {
        let position = self.token.position;
        let opening = self.opening();
        self.enter()?;
        let kind = match self.token.kind {
            TokenKind::Symbol(b';') => {
                self.advance()?;
                None
            }
            TokenKind::If => Some(self.if_statement(opening)?),
            TokenKind::While => Some(self.while_statement(opening)?),
            TokenKind::Do => {
                self.advance()?;
                let block = self.block()?;
                self.expect_closing(TokenKind::End, TokenKind::Do, opening)?;
                Some(self.control(Control::Do(block))?)
            }
            TokenKind::For => Some(self.for_statement(opening)?),
            TokenKind::Repeat => Some(self.repeat_statement(opening)?),
            TokenKind::Function => Some(self.function_statement(position, opening.start)?),
            TokenKind::Local => {
                self.advance()?;
                let Token { position: function, start: keyword, .. } = self.token;
                if self.accept(TokenKind::Function)? {
                    Some(self.local_function(function, keyword)?)
                } else {
                    Some(self.local_statement()?)
                }
            }
            TokenKind::DoubleColon => {
                self.label_statement(opening.line, position)?;
                None
            }
            TokenKind::Return => {
                self.advance()?;
                Some(self.return_statement()?)
            }
            TokenKind::Break => {
                self.advance()?;
                if !self.scope.is_in_loop() {
                    self.break_without_loop(opening.line)?;
                }
                Some(StatementKind::Break)
            }
            TokenKind::Goto => {
                self.advance()?;
                Some(self.goto_statement()?)
            }
            _ => Some(self.expression_statement()?),
        };
        if let Some(kind) = kind {
            self.add_statement(kind, position)?;
        }
        self.leave();
        Ok(())
    }

    fn add_statement(&mut self, kind: StatementKind, position: Position) -> Result<(), CompileError> {
        let id = StatementId(self.ast.statements.len() as u32);
        self.memory.append(&mut self.ast.statements, Statement { kind, position, next: StatementId::NONE })?;
        match self.ast.statements.get_mut(self.statements.last.index()) {
            Some(last) => last.next = id,
            None => self.statements.first = id,
        }
        self.statements.last = id;
        Ok(())
    }

    fn assigning(&mut self, assignment: Assignment) -> Result<StatementKind, CompileError> {
        let id = AssignmentId(self.ast.assignments.len() as u32);
        self.memory.push(&mut self.ast.assignments, assignment)?;
        Ok(StatementKind::Assign(id))
    }

    // Control structures

    fn control(&mut self, control: Control) -> Result<StatementKind, CompileError> {
        let id = ControlId(self.ast.controls.len() as u32);
        self.memory.push(&mut self.ast.controls, control)?;
        Ok(StatementKind::Control(id))
    }

    fn if_statement(&mut self, opening: Opening) -> Result<StatementKind, CompileError> {
        let first = self.pending.arms.len();
        loop {
            let arm = self.opening();
            self.advance()?;
            let condition = self.expression()?;
            self.expect_within(TokenKind::Then, arm)?;
            self.reach(condition);
            let test = self.last;
            let block = self.block()?;
            self.memory.push(&mut self.pending.arms, Arm { condition, test, block })?;
            if !self.is_at(TokenKind::ElseIf) {
                break;
            }
        }
        let otherwise = if self.accept(TokenKind::Else)? { Some(self.block()?) } else { None };
        self.expect_closing(TokenKind::End, TokenKind::If, opening)?;
        let arms = finish_list(&mut self.memory, &mut self.pending.arms, first, &mut self.ast.arms)?;
        self.control(Control::If { arms, otherwise })
    }

    fn while_statement(&mut self, opening: Opening) -> Result<StatementKind, CompileError> {
        self.advance()?;
        self.enter_loop()?;
        let condition = self.expression()?;
        self.reach(condition);
        let test = self.last;
        self.expect_within(TokenKind::Do, opening)?;
        let block = self.block()?;
        self.scope.leave_loop();
        self.expect_closing(TokenKind::End, TokenKind::While, opening)?;
        self.control(Control::While { condition, test, block })
    }

    fn repeat_statement(&mut self, opening: Opening) -> Result<StatementKind, CompileError> {
        self.advance()?;
        self.enter_loop()?;
        self.enter_block()?;
        let block = self.block_statements()?;
        self.expect_closing(TokenKind::Until, TokenKind::Repeat, opening)?;
        let condition = self.expression()?;
        self.reach(condition);
        let test = self.last;
        self.leave_block()?;
        self.scope.leave_loop();
        self.control(Control::Repeat { block, condition, test })
    }

    fn for_statement(&mut self, opening: Opening) -> Result<StatementKind, CompileError> {
        self.advance()?;
        self.enter_block()?;
        let name = self.expect_name()?;
        let control = match self.token.kind {
            TokenKind::Symbol(b'=') => {
                self.declare_hidden(3)?;
                let variable = self.declare(name, Attribute::Regular)?;
                self.advance()?;
                let start = self.expression()?;
                self.expect(TokenKind::Symbol(b','))?;
                let limit = self.expression()?;
                let step = if self.accept_symbol(b',')? { Some(self.expression()?) } else { None };
                let body = self.token.position;
                let block = self.for_body(3, 1, opening)?;
                Control::NumericFor { variable, start, limit, step, body, block }
            }
            TokenKind::Symbol(b',') | TokenKind::In => {
                self.declare_hidden(4)?;
                let first = self.ast.local_lists.len() as u32;
                let variable = self.declare(name, Attribute::Regular)?;
                self.memory.push(&mut self.ast.local_lists, variable)?;
                while self.accept_symbol(b',')? {
                    let name = self.expect_name()?;
                    let variable = self.declare(name, Attribute::Regular)?;
                    self.memory.push(&mut self.ast.local_lists, variable)?;
                }
                let variables = self.locals_since(first);
                self.expect(TokenKind::In)?;
                let call = self.token.position;
                let values = self.expression_list()?;
                let last = self.last;
                self.scope.set_has_close();
                let body = self.token.position;
                let block = self.for_body(4, variables.len(), opening)?;
                Control::GenericFor { variables, values, call, last, body, block }
            }
            _ => return Err(self.error("'=' or 'in' expected")),
        };
        self.expect_closing(TokenKind::End, TokenKind::For, opening)?;
        self.leave_block()?;
        self.control(control)
    }

    /// Reads `do block`, in which the loop's variables are in scope.
    fn for_body(&mut self, hidden: usize, variables: usize, opening: Opening) -> Result<Block, CompileError> {
        self.expect_within(TokenKind::Do, opening)?;
        self.activate(hidden)?;
        self.enter_loop()?;
        // The variables are new in each iteration.
        self.enter_block()?;
        self.activate(variables)?;
        let block = self.block()?;
        self.leave_block()?;
        self.scope.leave_loop();
        Ok(block)
    }

    /// Reads `name::`. As in PUC-Rio Lua, statements after it that do nothing are read first, to know whether the label
    /// is the last of its block.
    fn label_statement(&mut self, line: u32, position: Position) -> Result<(), CompileError> {
        self.advance()?;
        let name = self.expect_name()?;
        self.expect(TokenKind::DoubleColon)?;
        while self.is_at_symbol(b';') || self.is_at(TokenKind::DoubleColon) {
            self.statement()?;
        }
        let last = self.is_at_scope_end();
        let label = self.declare_label(name, line, position, last)?;
        // If variables are closed here, the closing has the label's end as its position.
        self.add_statement(StatementKind::Label(label), self.reported(position))
    }

    fn return_statement(&mut self) -> Result<StatementKind, CompileError> {
        let is_empty = self.is_at_block_end() || self.is_at_symbol(b';');
        let values = if is_empty { Range::default() } else { self.expression_list()? };
        let last = self.last;
        self.accept_symbol(b';')?;
        let id = ReturnId(self.ast.returns.len() as u32);
        self.memory.push(&mut self.ast.returns, Return { values, last })?;
        Ok(StatementKind::Return(id))
    }

    // Functions

    /// Reads `function a.b:c body`. `start` is the position of `function`.
    fn function_statement(&mut self, start: Position, keyword: u32) -> Result<StatementKind, CompileError> {
        self.advance()?;
        let mut target = self.variable()?;
        while self.is_at_symbol(b'.') {
            target = Suffixed { id: self.field_selection(target.id)?, form: Form::Variable };
        }
        let is_method = self.is_at_symbol(b':');
        if is_method {
            target = Suffixed { id: self.field_selection(target.id)?, form: Form::Variable };
        }
        let function = self.function_body(is_method, start, keyword)?;
        let value = self.add(ExpressionKind::Function(function), start)?;
        self.check_writable(target)?;
        self.note_assignment(target.id);
        let (targets, values) = (self.single_expression(target.id)?, self.single_expression(value)?);
        self.assigning(Assignment { targets, values, last: start })
    }

    /// Reads `name body` of a local function. `start` is the position of `function`.
    fn local_function(&mut self, start: Position, keyword: u32) -> Result<StatementKind, CompileError> {
        let name = self.expect_name()?;
        let local = self.declare(name, Attribute::Regular)?;
        self.activate(1)?;
        let function = self.function_body(false, self.function_start(start), keyword)?;
        self.ast.functions[function.index()].own_name = Some(local);
        Ok(StatementKind::LocalFunction { local, function })
    }

    /// Where a local or anonymous function starts: as in PUC-Rio Lua, on the line of its parameters, which are the
    /// current token.
    pub(super) fn function_start(&self, keyword: Position) -> Position {
        if self.token.position.line == keyword.line { keyword } else { self.token.position }
    }

    /// Reads a function from its parameters to its `end`. `keyword` is the first byte of the word `function`.
    pub(super) fn function_body(
        &mut self,
        is_method: bool,
        start: Position,
        keyword: u32,
    ) -> Result<FunctionId, CompileError> {
        self.open_function(start)?;
        self.expect(TokenKind::Symbol(b'('))?;
        let first = self.ast.local_lists.len() as u32;
        if is_method {
            let name = self.lexer.strings.intern(&mut self.memory, b"self")?;
            let parameter = self.declare(name, Attribute::Regular)?;
            self.memory.push(&mut self.ast.local_lists, parameter)?;
        }
        if !self.is_at_symbol(b')') {
            self.parameters()?;
        }
        let parameters = self.locals_since(first);
        self.activate(parameters.len())?;
        self.expect(TokenKind::Symbol(b')'))?;
        let block = self.block_statements()?;
        let end = self.token.position;
        let opening = Opening { line: start.line, start: keyword };
        self.expect_closing(TokenKind::End, TokenKind::Function, opening)?;
        let function = self.close_function(block, end)?;
        self.ast.functions[function.index()].parameters = parameters;
        Ok(function)
    }

    /// Reads one or more parameters.
    fn parameters(&mut self) -> Result<(), CompileError> {
        loop {
            match self.token.kind {
                TokenKind::Name(_) => {
                    let name = self.expect_name()?;
                    let parameter = self.declare(name, Attribute::Regular)?;
                    self.memory.push(&mut self.ast.local_lists, parameter)?;
                }
                TokenKind::Dots => {
                    self.scope.set_vararg();
                    return self.advance();
                }
                _ => return Err(self.error("<name> or '...' expected")),
            }
            if !self.accept_symbol(b',')? {
                return Ok(());
            }
        }
    }

    // Variables

    fn locals_since(&self, first: u32) -> Range {
        Range { start: first, end: self.ast.local_lists.len() as u32 }
    }

    fn local_statement(&mut self) -> Result<StatementKind, CompileError> {
        let first = self.ast.local_lists.len() as u32;
        let mut has_close = false;
        let mut last;
        loop {
            let name = self.expect_name()?;
            last = self.declare(name, Attribute::Regular)?;
            self.memory.push(&mut self.ast.local_lists, last)?;
            let attribute = self.attribute()?;
            if attribute == Attribute::Close && has_close {
                return Err(self.semantic_error("multiple to-be-closed variables in local list"));
            }
            has_close |= attribute == Attribute::Close;
            self.ast.locals[last.index()].attribute = attribute;
            if !self.accept_symbol(b',')? {
                break;
            }
        }
        let locals = self.locals_since(first);
        let mut values = if self.accept_symbol(b'=')? { self.expression_list()? } else { Range::default() };
        if let Some(value) = self.folded_value(last, locals, values) {
            if self.ast.locals[last.index()].name == self.environment_name {
                self.ast.locals[last.index()].nameless = true;
            } else {
                self.fold(last, value);
                values = Range { start: values.end, end: values.end };
            }
        }
        self.activate(locals.len())?;
        if has_close {
            self.scope.set_has_close();
        }
        let id = DeclarationId(self.ast.declarations.len() as u32);
        self.memory.push(&mut self.ast.declarations, Declaration { locals, values, last: self.last })?;
        Ok(StatementKind::Local(id))
    }

    fn attribute(&mut self) -> Result<Attribute, CompileError> {
        if !self.accept_symbol(b'<')? {
            return Ok(Attribute::Regular);
        }
        let name = self.expect_name()?;
        self.expect(TokenKind::Symbol(b'>'))?;
        match self.lexer.strings.get(name) {
            b"const" => Ok(Attribute::Constant),
            b"close" => Ok(Attribute::Close),
            _ => {
                let message = format!("unknown attribute '{}'", self.name_text(name)?);
                Err(self.semantic_error(&message))
            }
        }
    }

    /// The value of a `<const>` variable that is declared alone with a constant. (`_ENV` stays a variable, because
    /// unresolved names are fields of it.)
    fn folded_value(&self, local: LocalId, locals: Range, values: Range) -> Option<ExpressionKind> {
        let declared = &self.ast.locals[local.index()];
        if declared.attribute != Attribute::Constant {
            return None;
        }
        if locals.len() != 1 || values.len() != 1 {
            return None;
        }
        self.constant_value(self.ast.expression_lists[values.start as usize], FOLDED_DEPTH)
    }

    /// The value of an expression that PUC-Rio Lua's compiler treats as a constant.
    fn constant_value(&self, id: ExpressionId, depth: usize) -> Option<ExpressionKind> {
        use ExpressionKind::*;
        let depth = depth.checked_sub(1)?;
        let number = |id| match self.constant_value(id, depth)? {
            Integer(value) => Some(Number::Integer(value.get())),
            Float(value) => Some(Number::Float(value.get())),
            _ => None,
        };
        let result = match self.kind(id) {
            kind @ (Nil | True | False | Integer(_) | Float(_) | String(_)) => return Some(kind),
            Unary(UnaryOperator::Not, operand) => {
                let is_falsy = matches!(self.constant_value(operand, depth)?, Nil | False);
                return Some(if is_falsy { True } else { False });
            }
            Unary(operator, operand) => {
                let operator = match operator {
                    UnaryOperator::Negate => ArithmeticOperator::Negate,
                    UnaryOperator::BitNot => ArithmeticOperator::BitNot,
                    UnaryOperator::Not | UnaryOperator::Length => return None,
                };
                let operand = number(operand)?;
                fold(operator, operand, operand)?
            }
            Binary(operator, left, right) => fold(arithmetic_operator(operator)?, number(left)?, number(right)?)?,
            _ => return None,
        };
        Some(match result {
            Number::Integer(value) => Integer(Packed(value)),
            Number::Float(value) => Float(Packed(value)),
        })
    }

    fn check_writable(&mut self, target: Suffixed) -> Result<(), CompileError> {
        let constant = match target.form {
            Form::FoldedConstant(name) => Some(name),
            _ => self.read_only_name(target.id),
        };
        let Some(name) = constant else { return Ok(()) };
        let message = format!("attempt to assign to const variable '{}'", self.name_text(name)?);
        Err(self.semantic_error(&message))
    }

    /// Reads a call or an assignment.
    fn expression_statement(&mut self) -> Result<StatementKind, CompileError> {
        let first = self.suffixed_expression()?;
        if self.is_at_symbol(b'=') || self.is_at_symbol(b',') {
            self.assignment(first)
        } else if first.form == Form::Call {
            Ok(StatementKind::Call(first.id))
        } else {
            Err(self.error("syntax error"))
        }
    }

    fn assignment(&mut self, mut target: Suffixed) -> Result<StatementKind, CompileError> {
        let first = self.pending.expressions.len();
        let level = self.level;
        loop {
            if !matches!(target.form, Form::Variable | Form::FoldedConstant(_)) {
                return Err(self.error("syntax error"));
            }
            self.check_writable(target)?;
            self.memory.push(&mut self.pending.expressions, target.id)?;
            if !self.accept_symbol(b',')? {
                break;
            }
            target = self.suffixed_expression()?;
            // This is a loop, but PUC-Rio Lua recurses and has a limit, which its users know.
            self.enter()?;
        }
        self.expect(TokenKind::Symbol(b'='))?;
        let values = self.expression_list()?;
        self.level = level;
        let targets = self.finish_expressions(first)?;
        for index in targets.indices() {
            self.note_assignment(self.ast.expression_lists[index]);
        }
        self.assigning(Assignment { targets, values, last: self.last })
    }
}

fn arithmetic_operator(operator: BinaryOperator) -> Option<ArithmeticOperator> {
    Some(match operator {
        BinaryOperator::Add => ArithmeticOperator::Add,
        BinaryOperator::Subtract => ArithmeticOperator::Subtract,
        BinaryOperator::Multiply => ArithmeticOperator::Multiply,
        BinaryOperator::Divide => ArithmeticOperator::Divide,
        BinaryOperator::Modulo => ArithmeticOperator::Modulo,
        BinaryOperator::Power => ArithmeticOperator::Power,
        BinaryOperator::FloorDivide => ArithmeticOperator::FloorDivide,
        BinaryOperator::BitAnd => ArithmeticOperator::BitAnd,
        BinaryOperator::BitOr => ArithmeticOperator::BitOr,
        BinaryOperator::BitXor => ArithmeticOperator::BitXor,
        BinaryOperator::ShiftLeft => ArithmeticOperator::ShiftLeft,
        BinaryOperator::ShiftRight => ArithmeticOperator::ShiftRight,
        _ => return None,
    })
}
