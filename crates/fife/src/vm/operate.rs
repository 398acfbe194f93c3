//! The slow paths: every instruction in full.
//!
//! # Safety argument
//!
//! Only verified prototypes run, so the constants, upvalues and jump targets that instructions name exist.

use super::loops::Beginning;
use super::{Action, Machine, Stop};
use crate::error::{Error, runtime};
use crate::object::{
    COPIED_AT_ONCE, CellObject, ClosureObject, Event, MADE_AT_ONCE, Moment, OPEN, OnReturn, Slot, StringObject,
    TableObject, Target, ThreadObject, Unfinished, Unwritten, Value, tag,
};
use crate::semantics::{self, Answer, Failure};
use fife_arena::{Gc, OutOfMemory};
use fife_bytecode::number::{self, ArithmeticOperator, Number, NumberText};
use fife_bytecode::{Input, Instruction, KeyIndex, Operand, Output, UpvalueIndex};

impl<'gc> Machine<'gc> {
    #[inline(always)]
    fn register(&self, index: usize) -> Slot<'gc> {
        self.thread.slot(self.frame().base() + index as u32)
    }

    #[inline(always)]
    fn set_register(&self, index: usize, value: Slot<'gc>) {
        self.thread.set_slot(self.frame().base() + index as u32, value);
    }

    #[inline(always)]
    fn constant(&self, key: KeyIndex) -> Slot<'gc> {
        // SAFETY: the verifier checked the index, and the frame's constants are its prototype's.
        unsafe { *self.frame().constants().add(key.offset()).cast::<Slot<'gc>>() }
    }

    #[inline(always)]
    fn closure(&self) -> Option<Gc<'gc, ClosureObject<'gc>>> {
        self.thread.slot(self.frame().base() - 1).as_closure()
    }

    fn upvalue(&self, index: UpvalueIndex) -> Slot<'gc> {
        match self.closure() {
            // SAFETY: the verifier checked the index against the prototype's upvalues.
            Some(closure) => unsafe { *ClosureObject::upvalues(closure).add(index.index()) },
            None => Slot::NIL,
        }
    }

    /// Runs the instruction again after a collection; an error if it has already waited for one.
    pub(super) fn wait_for_memory(&mut self) -> Action<'gc> {
        if self.may_wait() {
            // SAFETY: the program counter is behind the instruction.
            unsafe { self.move_pc(-1) };
            return Action::Stop(Stop::Memory);
        }
        Action::Throw(Error::out_of_memory(self.ctx))
    }

    fn fail(&mut self, failure: Failure<'gc>, operand: Option<Operand>) -> Action<'gc> {
        if let Failure::Table(crate::object::TableError::OutOfMemory) = failure {
            return self.wait_for_memory();
        }
        let error = runtime::failure(self.ctx, self.thread, 0, failure, operand);
        // A message for which there is no room, since it quotes a long name, waits for a collection, too. A failing
        // instruction has had no effect, except a concatenation that called metamethods.
        if error.is_out_of_memory(self.ctx)
            && self.may_wait()
            && !matches!(self.instruction(), Instruction::Concat { .. })
        {
            return self.wait_for_memory();
        }
        Action::Throw(error)
    }

    /// Where the running instruction calls a metamethod: above what is live before it. Not for instructions that call a
    /// register's value, or take values up to `open_top`.
    #[inline(always)]
    fn above_live(&self) -> u32 {
        let frame = self.frame();
        let live = self.closure().and_then(|closure| {
            let prototype = closure.prototype;
            prototype.chunk.live.get(prototype.index_of(frame.next()).wrapping_sub(1)).copied()
        });
        let top = frame.base() + u32::from(live.unwrap_or(0));
        debug_assert_eq!(top, self.thread.live_slots(Moment::Working));
        top
    }

    /// Calls a metamethod above what is live.
    #[inline(always)]
    fn call_metamethod<const N: usize>(
        &mut self,
        function: Slot<'gc>,
        arguments: [Slot<'gc>; N],
        results: u16,
        on_return: OnReturn,
    ) -> Action<'gc> {
        self.call_metamethod_at(self.above_live(), function, arguments, results, on_return)
    }

    #[cfg_attr(feature = "full", inline(always))]
    #[cfg_attr(not(feature = "full"), inline(never))]
    fn call_metamethod_at<const N: usize>(
        &mut self,
        top: u32,
        function: Slot<'gc>,
        arguments: [Slot<'gc>; N],
        results: u16,
        on_return: OnReturn,
    ) -> Action<'gc> {
        if let Err(error) = self.ensure_stack(top + 4) {
            return Action::Throw(error);
        }
        self.thread.set_slot(top, function);
        self.thread.set_slots(top + 1, arguments);
        self.charge(2);
        let target = Target::new(top, results, on_return);
        self.enter_or_call(function, N as u32, target)
    }

    #[inline]
    fn answer(&mut self, dst: Output, answer: Answer<'gc>) -> Action<'gc> {
        match answer {
            Answer::Value(value) => {
                self.set_register(dst.index(), value);
                Action::Run
            }
            Answer::Call(function, arguments) => {
                self.call_metamethod(function, arguments, dst.index() as u16, OnReturn::Store)
            }
        }
    }

    /// Carries out the running instruction, one that calls what the loop does not: mostly a table.
    #[inline(always)]
    pub(super) fn call_value(&mut self) -> Action<'gc> {
        match self.instruction() {
            Instruction::Call { func, args, results, .. } if cfg!(feature = "full") => {
                let func = self.frame().base() + func.index() as u32;
                self.call(args.into(), Target::new(func, results + 1, OnReturn::Plain))
            }
            _ => self.operate(),
        }
    }

    /// Carries out the running instruction, one that reads a table.
    #[inline(always)]
    pub(super) fn get(&mut self) -> Action<'gc> {
        use Instruction as I;
        let (dst, receiver, key, operand) = match self.instruction() {
            I::GetUpvalueField { upvalue, dst, key } => {
                (dst, self.upvalue(upvalue), self.constant(key), Operand::Upvalue(upvalue))
            }
            I::GetIndex { dst, table, key } => {
                (dst, self.register(table.index()), self.register(key.index()), Operand::Input(table.0))
            }
            I::GetIndexInteger { dst, table, key } => {
                (dst, self.register(table.index()), Slot::integer(key.into()), Operand::Input(table.0))
            }
            I::GetField { dst, table, key } => {
                (dst, self.register(table.index()), self.constant(key), Operand::Input(table.0))
            }
            _ => return self.operate(),
        };
        if let Some(function) = semantics::index_function(self.ctx, receiver, key) {
            return self.call_metamethod(function, [receiver, key], dst.index() as u16, OnReturn::Store);
        }
        match semantics::get_slot(self.ctx, receiver, key) {
            Ok(answer) => self.answer(dst, answer),
            // Only the receiver itself has a name.
            Err(failure) => self.fail_on(failure, receiver, operand),
        }
    }

    /// Fails. The operand is named only if the failure is about it.
    fn fail_on(&mut self, failure: Failure<'gc>, receiver: Slot<'gc>, operand: Operand) -> Action<'gc> {
        let named = match failure {
            Failure::Type(_, value) => {
                let value = Slot::from(value);
                // NaN does not equal itself.
                value.raw_equal(&receiver) || (value.tag() == tag::FLOAT && receiver.tag() == tag::FLOAT)
            }
            _ => false,
        };
        self.fail(failure, named.then_some(operand))
    }

    /// Carries out the running instruction, one that stores into a table.
    #[inline(always)]
    pub(super) fn set(&mut self) -> Action<'gc> {
        use Instruction as I;
        let (receiver, key, value, operand) = match self.instruction() {
            I::SetUpvalueField { upvalue, key, value } => {
                (self.upvalue(upvalue), self.constant(key), self.register(value.index()), Operand::Upvalue(upvalue))
            }
            I::SetIndex { table, key, value } => (
                self.register(table.index()),
                self.register(key.index()),
                self.register(value.index()),
                Operand::Input(table.0),
            ),
            I::SetIndexInteger { table, key, value } => (
                self.register(table.index()),
                Slot::integer(key.into()),
                self.register(value.index()),
                Operand::Input(table.0),
            ),
            I::SetField { table, key, value } => (
                self.register(table.index()),
                self.constant(key),
                self.register(value.index()),
                Operand::Input(table.0),
            ),
            _ => return self.operate(),
        };
        if let Some(function) = semantics::new_index_function(self.ctx, receiver, key) {
            return self.call_metamethod(function, [receiver, key, value], 1, OnReturn::Discard);
        }
        match semantics::set_slot(self.ctx, receiver, key, value) {
            Ok(None) => Action::Run,
            Ok(Some((function, receiver))) => {
                self.call_metamethod(function, [receiver, key, value], 1, OnReturn::Discard)
            }
            Err(failure) => self.fail_on(failure, receiver, operand),
        }
    }

    fn arithmetic(
        &mut self,
        operator: ArithmeticOperator,
        dst: Output,
        (left, left_operand): (Slot<'gc>, Operand),
        (right, right_operand): (Slot<'gc>, Operand),
    ) -> Action<'gc> {
        if left.tag() == tag::TABLE || right.tag() == tag::TABLE {
            let handler = semantics::arithmetic_handler(self.ctx, operator, left, right);
            if !handler.is_nil() {
                return self.call_metamethod(handler, [left, right], dst.index() as u16, OnReturn::Store);
            }
        }
        match semantics::arithmetic_slot(self.ctx, operator, left, right) {
            Ok(answer) => self.answer(dst, answer),
            Err(failure) => {
                // As in PUC-Rio Lua, the right operand is blamed only if the left one is fine.
                let is_number = |value: Slot<'gc>| matches!(value.tag(), tag::INTEGER | tag::FLOAT);
                let operand = match failure {
                    Failure::Type(..) => Some(if is_number(left) { right_operand } else { left_operand }),
                    Failure::NoInteger(_) => {
                        let is_right = left.value().to_integer().is_some();
                        Some(if is_right { right_operand } else { left_operand })
                    }
                    _ => None,
                };
                self.fail(failure, operand)
            }
        }
    }

    #[inline]
    fn binary(&mut self, operator: ArithmeticOperator, dst: Output, left: Input, right: Input) -> Action<'gc> {
        let (left_value, right_value) = (self.register(left.index()), self.register(right.index()));
        self.arithmetic(operator, dst, (left_value, Operand::Input(left.0)), (right_value, Operand::Input(right.0)))
    }

    fn with_constant(
        &mut self,
        operator: ArithmeticOperator,
        dst: Output,
        left: Input,
        right: KeyIndex,
        flipped: bool,
    ) -> Action<'gc> {
        let constant = self.constant(right);
        self.with_value(operator, dst, left, constant, Operand::Key(right), flipped)
    }

    fn with_integer(
        &mut self,
        operator: ArithmeticOperator,
        dst: Output,
        left: Input,
        right: i16,
        flipped: bool,
    ) -> Action<'gc> {
        let value = Slot::integer(right.into());
        self.with_value(operator, dst, left, value, Operand::Number(right.into()), flipped)
    }

    fn with_value(
        &mut self,
        operator: ArithmeticOperator,
        dst: Output,
        left: Input,
        value: Slot<'gc>,
        operand: Operand,
        flipped: bool,
    ) -> Action<'gc> {
        let left = (self.register(left.index()), Operand::Input(left.0));
        let right = (value, operand);
        if flipped { self.arithmetic(operator, dst, right, left) } else { self.arithmetic(operator, dst, left, right) }
    }

    fn unary(&mut self, operator: ArithmeticOperator, dst: Output, src: Input) -> Action<'gc> {
        let value = self.register(src.index());
        if value.tag() == tag::TABLE {
            let handler = semantics::arithmetic_handler(self.ctx, operator, value, value);
            if !handler.is_nil() {
                return self.call_metamethod(handler, [value, value], dst.index() as u16, OnReturn::Store);
            }
        }
        match semantics::unary(self.ctx, operator, value) {
            Ok(answer) => self.answer(dst, answer),
            Err(failure) => self.fail(failure, Some(Operand::Input(src.0))),
        }
    }

    fn length(&mut self, dst: Output, src: Input) -> Action<'gc> {
        let value = self.register(src.index());
        if value.tag() == tag::TABLE {
            let handler = crate::object::metamethod(self.ctx, value, Event::Len);
            if !handler.is_nil() {
                return self.call_metamethod(handler, [value, value], dst.index() as u16, OnReturn::Store);
            }
        }
        match semantics::length_slot(self.ctx, value) {
            Ok(answer) => self.answer(dst, answer),
            Err(failure) => self.fail(failure, Some(Operand::Input(src.0))),
        }
    }

    /// Takes or skips the jump of the running conditional instruction.
    pub(super) fn decide(&mut self, truth: bool) {
        let instruction = self.instruction();
        if truth != instruction.negates()
            && let Some(offset) = instruction.jump()
        {
            // SAFETY: the verifier checked the target.
            unsafe { self.move_pc(offset as isize) };
        }
    }

    /// Calls the metamethod that compares two values, if one of them is a table that has it.
    #[inline(always)]
    fn compare_tables(&mut self, event: Event, left: Slot<'gc>, right: Slot<'gc>) -> Option<Action<'gc>> {
        if left.tag() != tag::TABLE && right.tag() != tag::TABLE {
            return None;
        }
        let handler = semantics::handler_of(self.ctx, event, left, right);
        (!handler.is_nil()).then(|| self.call_metamethod(handler, [left, right], 2, OnReturn::Test))
    }

    fn test_equal(&mut self, left: Slot<'gc>, right: Slot<'gc>) -> Action<'gc> {
        // Raw equality of anything else costs fuel, for long strings; that of tables is one of addresses.
        if left.tag() == tag::TABLE
            && right.tag() == tag::TABLE
            && !left.raw_equal(&right)
            && let Some(action) = self.compare_tables(Event::Eq, left, right)
        {
            return action;
        }
        self.test(Ok(semantics::equal_slot(self.ctx, left, right)))
    }

    fn test_less(&mut self, left: Slot<'gc>, right: Slot<'gc>) -> Action<'gc> {
        if let Some(action) = self.compare_tables(Event::Lt, left, right) {
            return action;
        }
        self.test(semantics::less_slot(self.ctx, left, right))
    }

    fn test(&mut self, answer: Result<Answer<'gc>, Failure<'gc>>) -> Action<'gc> {
        match answer {
            Ok(Answer::Value(value)) => {
                self.decide(!value.is_falsy());
                Action::Run
            }
            Ok(Answer::Call(function, arguments)) => self.call_metamethod(function, arguments, 2, OnReturn::Test),
            Err(failure) => self.fail(failure, None),
        }
    }

    /// Tests `left <= right`. Without `__le`, `__lt` may stand in for it, by `not (right < left)`.
    fn test_less_equal(&mut self, left: Slot<'gc>, right: Slot<'gc>) -> Action<'gc> {
        if let Some(action) = self.compare_tables(Event::Le, left, right) {
            return action;
        }
        let answer = semantics::less_equal_slot(self.ctx, left, right);
        if answer.is_err()
            && self.ctx.state().settings.limits.compat_5_3
            && let Ok(Answer::Call(function, arguments)) = semantics::less_slot(self.ctx, right, left)
        {
            return self.call_metamethod(function, arguments, 2, OnReturn::TestNot);
        }
        self.test(answer)
    }

    /// Concatenates the `remaining` values from register `first` on into that register. `is_whole` if these are all the
    /// operands of the instruction, untouched.
    pub(super) fn concat(&mut self, first: u32, mut remaining: u32, mut is_whole: bool) -> Action<'gc> {
        let ctx = self.ctx;
        while remaining > 1 {
            let base = self.frame().base() + first;
            // The longest run of text at the end.
            let mut run = 0;
            let mut length = 0usize;
            while run < remaining {
                let value = self.thread.slot(base + remaining - 1 - run);
                length += match value.tag() {
                    tag::STRING => value.as_string().map_or(0, |string| string.len()),
                    tag::INTEGER | tag::FLOAT => 0,
                    _ => break,
                };
                run += 1;
            }
            if run < 2 {
                let left = self.thread.slot(base + remaining - 2);
                let right = self.thread.slot(base + remaining - 1);
                let handler = semantics::handler_of(ctx, Event::Concat, left, right);
                if handler.is_nil() {
                    let (culprit, index) = if semantics::is_text(left) { (right, 1) } else { (left, 2) };
                    let register = fife_bytecode::Register::new((first + remaining - index) as u8);
                    return self.fail(Failure::Type("concatenate", culprit.value()), Some(Operand::Input(register)));
                }
                return self.call_metamethod(handler, [left, right], (remaining - 1) as u16, OnReturn::Concat);
            }
            match self.join(base + remaining - run, run, length, is_whole) {
                Ok(string) => self.thread.set_slot(base + remaining - run, Slot::string(string)),
                Err(JoinError::Unfinished) => {
                    // SAFETY: the program counter is behind the instruction.
                    unsafe { self.move_pc(-1) };
                    return Action::Stop(Stop::Fuel);
                }
                Err(JoinError::TooLong) => return self.fail(Failure::Text("string length overflow"), None),
                // Only an instruction whose operands are untouched can run again.
                Err(JoinError::Memory) if is_whole => return self.wait_for_memory(),
                Err(JoinError::Memory) => return self.wait_in_concat(base, remaining),
            }
            is_whole = false;
            remaining -= run - 1;
        }
        Action::Run
    }

    /// Waits for memory in the middle of a concatenation that has `remaining` operands left from slot `base` on. It
    /// does so as if the last one were the result of a metamethod that waits to be delivered.
    #[cold]
    fn wait_in_concat(&mut self, base: u32, remaining: u32) -> Action<'gc> {
        if self.may_wait() {
            let top = self.thread.live_slots(Moment::Working);
            let target = Target::new(top, remaining as u16, OnReturn::Concat);
            if self.put_off_delivery(base + remaining - 1, 1, target).is_some() {
                return Action::Stop(Stop::Memory);
            }
        }
        Action::Throw(Error::out_of_memory(self.ctx))
    }

    /// The text of `count` values from slot `from` on, whose strings have `length` bytes in total. With `may_stop`, the
    /// instruction can run again, and a long text is made over several steps.
    fn join(
        &mut self,
        from: u32,
        count: u32,
        length: usize,
        may_stop: bool,
    ) -> Result<Gc<'gc, StringObject>, JoinError> {
        let ctx = self.ctx;
        let mut texts = Texts { thread: self.thread, from, count, floats: [None; 8] };
        let mut free = texts.floats.iter_mut();
        let mut numbers = 0;
        for value in (from..from + count).map(|index| self.thread.slot(index)) {
            numbers += match value.value() {
                Value::Integer(value) => number::integer_text(value).as_bytes().len(),
                Value::Number(value) => {
                    // Also when the instruction runs again, for the text is made again.
                    self.charge(1);
                    let text = number::float_text(value);
                    if let Some(room) = free.next() {
                        *room = Some(text);
                    }
                    text.as_bytes().len()
                }
                _ => 0,
            };
        }
        let total = length + numbers;
        if total > self.ctx.state().settings.limits.string_bytes.min(crate::object::STRING_LIMIT) {
            return Err(JoinError::TooLong);
        }
        if may_stop && total > MADE_AT_ONCE {
            return self.join_in_portions(&texts, total, count as usize);
        }
        self.charge(total / 16 + count as usize);
        let fill = |bytes: &mut Unwritten<'_>| texts.each(|part| bytes.put(part));
        let made = if total <= crate::object::SHORT_STRING_LIMIT {
            let mut bytes = [0; crate::object::SHORT_STRING_LIMIT];
            fill(&mut Unwritten::over(&mut bytes[..total]));
            ctx.string_object(&bytes[..total], false)
        } else {
            StringObject::allocate(ctx.mc(), total, 0, false, fill)
        };
        made.map_err(|OutOfMemory| JoinError::Memory)
    }

    /// Makes a text of `total` bytes as far as the fuel goes; beginning it costs `cost`. In the next step the same
    /// instruction finds what is there and continues.
    #[cold]
    #[inline(never)]
    fn join_in_portions(
        &mut self,
        texts: &Texts<'gc>,
        total: usize,
        cost: usize,
    ) -> Result<Gc<'gc, StringObject>, JoinError> {
        let (thread, key, depth) = (self.thread, texts.key(), self.thread.frame_count.get());
        let other = thread.unfinished.get();
        let unfinished = match other.filter(|it| it.depth >= depth) {
            Some(unfinished) if unfinished.is_for(total, key) => unfinished,
            _ => {
                let begun = Unfinished::begin(self.ctx.mc(), total, key, depth);
                let begun = begun.map_err(|OutOfMemory| JoinError::Memory)?;
                self.charge(cost);
                begun
            }
        };
        // A finalizer or a hook runs above an instruction that is not done. The thread keeps the string of that one only.
        let is_kept = other.is_none_or(|it| it.depth >= depth);
        if is_kept {
            thread.unfinished.set(Some(unfinished));
        }
        // A hook would see the instruction each time that it runs.
        let stops = is_kept && !self.is_hooked;
        while unfinished.written() < total {
            let (start, end) = (unfinished.written(), total.min(unfinished.written() + COPIED_AT_ONCE));
            self.charge((end - start) / 16);
            let mut at = 0;
            texts.each(|part| {
                let here = start.max(at)..end.min(at + part.len());
                if here.start < here.end {
                    unfinished.put(&part[here.start - at..here.end - at]);
                }
                at += part.len();
            });
            if stops && unfinished.written() < total && self.ctx.state().fuel().get() <= 0 {
                return Err(JoinError::Unfinished);
            }
        }
        if is_kept {
            thread.unfinished.set(None);
        }
        Ok(unfinished.finish())
    }

    /// Carries out the running instruction in full.
    #[cold]
    #[inline(never)]
    pub(super) fn operate(&mut self) -> Action<'gc> {
        use ArithmeticOperator as A;
        use Instruction as I;
        let instruction = self.instruction();
        match instruction {
            I::SelfField { dst, object, key } => {
                let (receiver, key) = (self.register(object.index()), self.constant(key));
                match semantics::get_slot(self.ctx, receiver, key) {
                    Ok(Answer::Value(value)) => {
                        self.set_register(dst.index() + 1, receiver);
                        self.set_register(dst.index(), value);
                        Action::Run
                    }
                    Ok(Answer::Call(function, arguments)) => {
                        // This instruction writes both registers, so the call must lie above them.
                        let base = self.frame().base();
                        let top = self.thread.live_slots(Moment::Working).max(base + dst.index() as u32 + 2);
                        if let Err(error) = self.ensure_stack(top + 4) {
                            return Action::Throw(error);
                        }
                        for slot in self.thread.live_slots(Moment::Working)..top {
                            self.thread.set_slot(slot, Slot::NIL);
                        }
                        self.set_register(dst.index() + 1, receiver);
                        self.call_metamethod_at(top, function, arguments, dst.index() as u16, OnReturn::Store)
                    }
                    Err(failure) => self.fail_on(failure, receiver, Operand::Input(object.0)),
                }
            }
            I::NewTable { dst, array, hash } => {
                let ctx = self.ctx;
                self.charge((usize::from(array) + usize::from(hash)) / 4);
                match TableObject::allocate(ctx.mc(), array.into(), hash.into(), ctx.next_serial(), false) {
                    Ok(table) => {
                        self.set_register(dst.index(), Slot::table(table));
                        Action::Run
                    }
                    Err(OutOfMemory) => self.wait_for_memory(),
                }
            }
            I::SetList { count, table, start } => self.set_list(table.index() as u32, count.into(), start),
            I::SetListOpen { table, start } => {
                let first = self.frame().base() + table.index() as u32 + 1;
                let count = self.thread.open_top.get() - first;
                self.set_list(table.index() as u32, count, start)
            }
            I::Closure { dst, prototype } => self.make_closure(dst, prototype.0),
            I::NewCell { register } => match CellObject::allocate(self.ctx.mc(), self.register(register.index())) {
                Ok(cell) => {
                    self.set_register(register.index(), Slot::cell(cell));
                    Action::Run
                }
                Err(OutOfMemory) => self.wait_for_memory(),
            },
            I::Add { dst, left, right } => self.binary(A::Add, dst, left, right),
            I::Subtract { dst, left, right } => self.binary(A::Subtract, dst, left, right),
            I::Multiply { dst, left, right } => self.binary(A::Multiply, dst, left, right),
            I::Divide { dst, left, right } => self.binary(A::Divide, dst, left, right),
            I::Modulo { dst, left, right } => self.binary(A::Modulo, dst, left, right),
            I::Power { dst, left, right } => self.binary(A::Power, dst, left, right),
            I::FloorDivide { dst, left, right } => self.binary(A::FloorDivide, dst, left, right),
            I::BitAnd { dst, left, right } => self.binary(A::BitAnd, dst, left, right),
            I::BitOr { dst, left, right } => self.binary(A::BitOr, dst, left, right),
            I::BitXor { dst, left, right } => self.binary(A::BitXor, dst, left, right),
            I::ShiftLeft { dst, left, right } => self.binary(A::ShiftLeft, dst, left, right),
            I::ShiftRight { dst, left, right } => self.binary(A::ShiftRight, dst, left, right),
            I::AddInteger { flipped, dst, left, right } => self.with_integer(A::Add, dst, left, right, flipped),
            I::SubtractInteger { dst, left, right } => self.with_integer(A::Subtract, dst, left, right, false),
            I::AddConstant { flipped, dst, left, right } => self.with_constant(A::Add, dst, left, right, flipped),
            I::SubtractConstant { dst, left, right } => self.with_constant(A::Subtract, dst, left, right, false),
            I::MultiplyConstant { flipped, dst, left, right } => {
                self.with_constant(A::Multiply, dst, left, right, flipped)
            }
            I::DivideConstant { dst, left, right } => self.with_constant(A::Divide, dst, left, right, false),
            I::ModuloConstant { dst, left, right } => self.with_constant(A::Modulo, dst, left, right, false),
            I::PowerConstant { dst, left, right } => self.with_constant(A::Power, dst, left, right, false),
            I::FloorDivideConstant { dst, left, right } => self.with_constant(A::FloorDivide, dst, left, right, false),
            I::BitAndConstant { flipped, dst, left, right } => self.with_constant(A::BitAnd, dst, left, right, flipped),
            I::BitOrConstant { flipped, dst, left, right } => self.with_constant(A::BitOr, dst, left, right, flipped),
            I::BitXorConstant { flipped, dst, left, right } => self.with_constant(A::BitXor, dst, left, right, flipped),
            I::ShiftLeftInteger { dst, left, right } => self.with_integer(A::ShiftLeft, dst, left, right, false),
            I::ShiftRightInteger { dst, left, right } => self.with_integer(A::ShiftRight, dst, left, right, false),
            I::Negate { dst, src } => self.unary(A::Negate, dst, src),
            I::BitNot { dst, src } => self.unary(A::BitNot, dst, src),
            I::Length { dst, src } => self.length(dst, src),
            I::Concat { first, count } => self.concat(first.index() as u32, count.into(), true),
            I::JumpIfEqual { left, right, .. } | I::JumpIfNotEqual { left, right, .. } => {
                self.test_equal(self.register(left.index()), self.register(right.index()))
            }
            I::JumpIfEqualConstant { left, right, .. } | I::JumpIfNotEqualConstant { left, right, .. } => {
                // A constant has no metamethod, so this is raw equality, but comparing strings costs as usual.
                let answer = semantics::equal_slot(self.ctx, self.register(left.index()), self.constant(right));
                self.test(Ok(answer))
            }
            I::JumpIfEqualInteger { left, right, .. } | I::JumpIfNotEqualInteger { left, right, .. } => {
                let equal = self.register(left.index()).raw_equal(&Slot::integer(right.into()));
                self.test(Ok(Answer::Value(Slot::boolean(equal))))
            }
            I::JumpIfLess { left, right, .. } | I::JumpIfNotLess { left, right, .. } => {
                self.test_less(self.register(left.index()), self.register(right.index()))
            }
            I::JumpIfLessEqual { left, right, .. } | I::JumpIfNotLessEqual { left, right, .. } => {
                self.test_less_equal(self.register(left.index()), self.register(right.index()))
            }
            I::JumpIfLessInteger { left, right, .. } | I::JumpIfNotLessInteger { left, right, .. } => {
                self.test_less(self.register(left.index()), Slot::integer(right.into()))
            }
            I::JumpIfLessEqualInteger { left, right, .. } | I::JumpIfNotLessEqualInteger { left, right, .. } => {
                self.test_less_equal(self.register(left.index()), Slot::integer(right.into()))
            }
            I::JumpIfGreaterInteger { left, right, .. } | I::JumpIfNotGreaterInteger { left, right, .. } => {
                self.test_less(Slot::integer(right.into()), self.register(left.index()))
            }
            I::JumpIfGreaterEqualInteger { left, right, .. } | I::JumpIfNotGreaterEqualInteger { left, right, .. } => {
                self.test_less_equal(Slot::integer(right.into()), self.register(left.index()))
            }
            I::ForPrepare { base, offset } => self.prepare_loop(base.index(), offset.0),
            // The loop steps numbers itself; anything else has no further turn.
            I::ForLoop { .. } => Action::Run,
            I::ForGenericPrepare { base, offset } => {
                let control = self.frame().base() as usize + base.index() + 2;
                // SAFETY: a register of the running frame. The loop reads the position beside its value: the first one.
                unsafe { Slot::set_extra(self.thread.stack.get().as_ptr().add(control), 0) };
                let action = self.mark_to_be_closed(base.index() as u32 + 3);
                if let Action::Run = action {
                    // SAFETY: the verifier checked the target.
                    unsafe { self.move_pc(offset.0 as isize) };
                }
                action
            }
            I::ForGenericCall { base, count, .. } => {
                let first = self.frame().base() + base.index() as u32;
                if let Err(error) = self.ensure_stack(first + 8) {
                    return Action::Throw(error);
                }
                self.move_slots(first, first + 4, 3);
                Action::Call { args: 2, target: Target::new(first + 4, count + 1, OnReturn::Plain) }
            }
            I::Call { func, args, results, .. } => {
                let func = self.frame().base() + func.index() as u32;
                Action::Call { args: args.into(), target: Target::new(func, results + 1, OnReturn::Plain) }
            }
            I::CallOpenArgs { func, results, .. } => {
                let func = self.frame().base() + func.index() as u32;
                let args = self.thread.open_top.get() - func - 1;
                Action::Call { args, target: Target::new(func, results + 1, OnReturn::Plain) }
            }
            I::CallOpenResults { func, args, .. } => {
                let func = self.frame().base() + func.index() as u32;
                Action::Call { args: args.into(), target: Target::new(func, OPEN, OnReturn::Plain) }
            }
            I::CallOpen { func, .. } => {
                let func = self.frame().base() + func.index() as u32;
                let args = self.thread.open_top.get() - func - 1;
                Action::Call { args, target: Target::new(func, OPEN, OnReturn::Plain) }
            }
            I::TailCall { func, args } => {
                let func = self.frame().base() + func.index() as u32;
                self.tail_call(func, args.into())
            }
            I::TailCallOpen { func } => {
                let func = self.frame().base() + func.index() as u32;
                self.tail_call(func, self.thread.open_top.get() - func - 1)
            }
            I::Return0 {} => self.return_values(0, 0),
            I::Return1 { src } => self.return_values(src.index() as u32, 1),
            I::Return { first, count } => self.return_values(first.index() as u32, count.into()),
            I::ReturnOpen { first } => {
                let from = self.frame().base() + first.index() as u32;
                self.return_values(first.index() as u32, self.thread.open_top.get() - from)
            }
            I::VarArgs { dst, count } => {
                self.spread(dst.index() as u32, count.into());
                Action::Run
            }
            I::VarArgsOpen { dst } => {
                let (count, base) = (self.frame().vararg_count(), self.frame().base());
                if let Err(error) = self.ensure_stack(base + dst.index() as u32 + count) {
                    return if error.is_out_of_memory(self.ctx) {
                        self.wait_for_memory()
                    } else {
                        Action::Throw(error)
                    };
                }
                self.spread(dst.index() as u32, count);
                self.thread.open_top.set(base + dst.index() as u32 + count);
                Action::Run
            }
            I::ToBeClosed { register } => self.mark_to_be_closed(register.index() as u32),
            I::Close { from } => self.close_from(from.index() as u32, false),
            I::CloseOpen { from } => self.close_from(from.index() as u32, true),
            I::ForGenericLoop { base, offset, .. } => {
                let control = self.register(base.index() + 4);
                if !control.is_nil() {
                    self.set_register(base.index() + 2, control);
                    // SAFETY: the verifier checked the target.
                    unsafe { self.move_pc(offset.0 as isize) };
                }
                Action::Run
            }
            I::GetUpvalueCell { upvalue, dst } => {
                let value = self.upvalue(upvalue).as_cell().map_or(Slot::NIL, |cell| cell.value.get());
                self.set_register(dst.index(), value);
                Action::Run
            }
            // The loop leaves these to `get` and `set`.
            I::GetUpvalueField { .. } | I::GetIndex { .. } | I::GetIndexInteger { .. } | I::GetField { .. }
            | I::SetUpvalueField { .. } | I::SetIndex { .. } | I::SetIndexInteger { .. } | I::SetField { .. }
            // It does these completely.
            | I::Move { .. }
            | I::LoadInteger { .. }
            | I::LoadConstant { .. }
            | I::LoadNil { .. }
            | I::LoadFalse { .. }
            | I::LoadFalseSkip { .. }
            | I::LoadTrue { .. }
            | I::GetUpvalue { .. }
            | I::SetUpvalueCell { .. }
            | I::GetCell { .. }
            | I::SetCell { .. }
            | I::GetSelf { .. }
            | I::Not { .. }
            | I::Jump { .. }
            | I::JumpBack { .. }
            | I::JumpIf { .. }
            | I::JumpIfNot { .. }
            | I::MoveJumpIf { .. }
            | I::MoveJumpIfNot { .. }
            | I::Charge { .. } => Action::Throw(Error::from_text(self.ctx, "instruction without a slow path")),
        }
    }

    /// Copies `count` of the function's extra arguments to registers from `dst` on, filling up with nil.
    fn spread(&mut self, dst: u32, count: u32) {
        let frame = self.frame();
        let extra = frame.vararg_count();
        self.charge(count as usize / 16);
        let from = frame.base() - 1 - extra;
        self.move_slots(from, frame.base() + dst, count.min(extra));
        for index in extra..count {
            self.thread.set_slot(frame.base() + dst + index, Slot::NIL);
        }
    }

    pub(super) fn return_values(&mut self, first: u32, count: u32) -> Action<'gc> {
        let frame = self.pop_frame();
        let target = frame.target();
        Action::Deliver { from: frame.base() + first, count, target }
    }

    /// Stores the values above a table under construction. The array part grows in steps, so that many lists in a row
    /// do not copy it each time. Places beyond it, which a rehash in the middle of the constructor can bring about, are
    /// filled one by one.
    fn set_list(&mut self, table: u32, count: u32, start: u32) -> Action<'gc> {
        let ctx = self.ctx;
        let Some(object) = self.register(table as usize).as_table() else {
            return Action::Throw(Error::from_text(ctx, "lost table"));
        };
        self.charge(count as usize / 4);
        let capacity = object.array_capacity.get() as usize;
        let (from, end) = (start as usize, start as usize + count as usize);
        if from <= capacity && end > capacity {
            let stepped = capacity + capacity / 2;
            self.charge(capacity / 8);
            let grown = TableObject::reserve_array(object, ctx.mc(), end.max(stepped))
                .or_else(|OutOfMemory| TableObject::reserve_array(object, ctx.mc(), end));
            if grown.is_err() {
                return self.wait_for_memory();
            }
        }
        let first = self.frame().base() + table + 1;
        for index in 0..count {
            let (key, value) = (i64::from(start) + i64::from(index) + 1, self.thread.slot(first + index));
            let is_stored = TableObject::set_array(object, ctx.mc(), key, value)
                || TableObject::set(object, ctx.mc(), Slot::integer(key), value, ctx.state().interner.seed).is_ok();
            if !is_stored {
                return self.wait_for_memory();
            }
        }
        Action::Run
    }

    fn make_closure(&mut self, dst: Output, number: u32) -> Action<'gc> {
        let ctx = self.ctx;
        let Some(running) = self.closure() else { return Action::Throw(Error::from_text(ctx, "lost closure")) };
        // SAFETY: by the verifier, the running closure's prototype has one with this number, and the registers that it
        // captures exist.
        let Ok(closure) = (unsafe {
            let base = self.thread.stack.get().as_ptr().add(self.frame().base() as usize);
            ClosureObject::capturing(ctx, running, number, base)
        }) else {
            return self.wait_for_memory();
        };
        self.charge(closure.upvalue_count() / 8);
        self.set_register(dst.index(), Slot::closure(closure));
        Action::Run
    }

    // ---- Loops ----

    /// Prepares a numeric loop. In a loop over integers, only the limit may be something else: a float, or a string
    /// that reads as a number.
    fn prepare_loop(&mut self, base: usize, offset: i32) -> Action<'gc> {
        let (start, limit, step) = (self.register(base), self.register(base + 1), self.register(base + 2));
        let is_over_integers = start.as_integer().is_some() && step.as_integer().is_some();
        if is_over_integers && step.as_integer() == Some(0) {
            return self.fail(Failure::Text("'for' step is zero"), None);
        }
        let mut numbers = [Number::Integer(0); 3];
        for (place, (value, name)) in
            numbers.iter_mut().zip([(limit, "limit"), (step, "step"), (start, "initial value")])
        {
            match self.loop_number(value) {
                Some(number) if is_over_integers => *place = number,
                // A string makes it a loop over floats.
                Some(number) => *place = Number::Float(number.to_float()),
                None => return self.loop_error(name, value),
            }
        }
        let [limit, step, start] = numbers;
        match Beginning::of(start, limit, step) {
            Beginning::StepIsZero => self.fail(Failure::Text("'for' step is zero"), None),
            Beginning::NoTurn => {
                // SAFETY: the verifier checked the target.
                unsafe { self.move_pc(offset as isize) };
                Action::Run
            }
            Beginning::Integers { more } => {
                self.set_register(base + 1, Slot::integer(more as i64));
                Action::Run
            }
            Beginning::Floats { start, limit, step } => {
                for (index, number) in [start, limit, step].into_iter().enumerate() {
                    self.set_register(base + index, Slot::float(number));
                }
                Action::Run
            }
        }
    }

    fn loop_error(&mut self, what: &str, value: Slot<'gc>) -> Action<'gc> {
        let type_name = runtime::type_name_of(self.ctx, value);
        let message: [&[u8]; 5] = [b"bad 'for' ", what.as_bytes(), b" (number expected, got ", type_name, b")"];
        let error = runtime::error_at(self.ctx, self.thread, 0, &message);
        if error.is_out_of_memory(self.ctx) { self.wait_for_memory() } else { Action::Throw(error) }
    }

    /// The number that a loop's bound stands for: itself, or what its string reads as.
    fn loop_number(&self, value: Slot<'gc>) -> Option<Number> {
        if let Some(string) = value.as_string() {
            self.charge(number::numeral_cost(string.len()));
            return number::parse(StringObject::bytes(string));
        }
        semantics::to_numeric(value)
    }
}

enum JoinError {
    TooLong,
    Memory,
    /// The fuel is used up; the instruction is to run again.
    Unfinished,
}

/// Strings and numbers as the parts of one text.
struct Texts<'gc> {
    thread: Gc<'gc, ThreadObject<'gc>>,
    from: u32,
    count: u32,
    /// The texts of the first floats: they are the slowest to make.
    floats: [Option<NumberText>; 8],
}

impl<'gc> Texts<'gc> {
    fn values(&self) -> impl Iterator<Item = Value<'gc>> {
        (self.from..self.from + self.count).map(|index| self.thread.slot(index).value())
    }

    #[inline(always)]
    fn each(&self, mut put: impl FnMut(&[u8])) {
        let mut floats = self.floats.iter().flatten();
        for value in self.values() {
            match value {
                Value::Integer(value) => put(number::integer_text(value).as_bytes()),
                Value::Number(value) => match floats.next() {
                    Some(text) => put(text.as_bytes()),
                    None => put(number::float_text(value).as_bytes()),
                },
                Value::String(string) => put(string.as_bytes()),
                _ => {}
            }
        }
    }

    /// Differs for other values, but for a coincidence. (Only a debugger changes an instruction's operands, and the string
    /// is dropped then.)
    fn key(&self) -> u64 {
        self.values().fold(u64::from(self.count), |key, value| {
            let bits = match value {
                Value::Integer(value) => value as u64,
                Value::Number(value) => value.to_bits(),
                Value::String(string) => string.0.as_ptr().addr() as u64,
                _ => 0,
            };
            (key ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        })
    }
}
