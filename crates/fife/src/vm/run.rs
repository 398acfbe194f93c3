//! The interpreter loop: one arm per instruction, each reading like its line in the instruction table.
//!
//! An arm does the common case. Everything else goes to `operate` through `slow!`, which saves the program counter,
//! carries out the instruction in full and loads the frame then on top. The program counter, the base, the constants
//! and the fuel are kept in local variables. They are saved before anything that may look at them, and loaded again
//! after anything that may move the stack or change the frame.
//!
//! # Safety argument
//!
//! Only verified prototypes run. The list at the head of [`fife_bytecode::verify`] says what an arm may rely on, for
//! instance: every register, constant, upvalue and jump target exists, a register that is read was written, and a loop
//! that is stepped was prepared. A frame is pushed only when the stack has room for its registers and the slack above.
//! `base` points to the top frame's first register, `constants` to its prototype's constants, `pc` into its code; all
//! three are derived again (`load!`) after every call that may push a frame, switch threads or move a stack. No
//! collection happens during a step, so no object seen here goes away.

use super::call::Returned;
use super::loops::Beginning;
use super::{Machine, Stop};
use crate::native::{Call, Reply};
use crate::object::{
    CellObject, ClosureObject, Context, Event, Frame, Intrinsic, METERED, OPEN, OnReturn, Slot, TABLE_END, TableObject,
    Target, ThreadObject, table_state, tag,
};
use crate::semantics::{charge_key, index_table, less_at_once, less_equal_at_once, to_numeric};
use fife_arena::Gc;
use fife_bytecode::{Instruction, number};

/// How many `__index` tables are searched for a key without leaving the loop.
const INDEX_CHAIN: usize = 8;

/// The longest list stored without leaving the loop.
const LIST_MAX: usize = 64;

/// Runs the top frame, a Lua one, until the machine stops.
///
/// With `HOOKED` the thread has a debug hook, which is asked before each instruction (see `hook`).
///
/// The whole body is one unsafe block; its argument is that of the file.
///
/// # Safety
/// The frames of the machine's thread are of verified prototypes, and laid out as by `vm::call`.
#[allow(unsafe_op_in_unsafe_fn)]
pub(super) unsafe fn run<'gc, const HOOKED: bool>(machine: &mut Machine<'gc>) -> Stop {
    let ctx = machine.ctx;
    let mc = ctx.mc();
    let mut pc: *const Instruction;
    let mut base: *mut Slot<'gc>;
    let mut constants: *const u8;
    let mut fuel: i64;
    // Only calls and returns need the frame and the thread. Kept in memory, they leave registers to what every arm
    // needs; as local variables they cost the arms about four moves each.
    macro_rules! frame {
        () => {
            machine.frame
        };
    }
    macro_rules! thread {
        () => {
            machine.thread.as_ptr().cast_const()
        };
    }

    // Loads the top frame. If fuel has run out, the machine stops here, where the frame is in order.
    macro_rules! load {
        () => {{
            let thread: *const ThreadObject<'gc> = thread!();
            machine.frame = (*thread).frames.get().as_ptr().add((*thread).frame_count.get() as usize - 1);
            pc = (*frame!()).pc;
            constants = (*frame!()).constants;
            base = (*thread).stack.get().as_ptr().add((*frame!()).base as usize);
            fuel = ctx.state().fuel().get();
            if fuel < 0 {
                return Stop::Fuel;
            }
        }};
    }
    macro_rules! save {
        () => {{
            (*frame!()).pc = pc.wrapping_add(1);
            ctx.state().fuel().set(fuel);
        }};
    }
    // Instructions that read a table or store into one have ways of their own, `get` and `set`: there it is likely that a
    // function is called.
    macro_rules! slow {
        () => {
            slow!(operate)
        };
        ($way:ident) => {{
            save!();
            if let Err(stop) = $way(machine) {
                return stop;
            }
            load!();
            continue;
        }};
    }
    macro_rules! pay {
        ($cost:expr) => {{
            if METERED {
                fuel -= $cost as i64;
                if fuel < 0 {
                    save!();
                    return Stop::Fuel;
                }
            }
        }};
    }
    // Pays for the code at the program counter, which was just set, and continues there.
    macro_rules! enter {
        ($cost:expr) => {{
            if METERED {
                fuel -= $cost as i64;
                if fuel < 0 {
                    (*frame!()).pc = pc;
                    ctx.state().fuel().set(fuel);
                    return Stop::Fuel;
                }
            }
            resume!();
        }};
    }
    // Makes the step end soon, since the collector needs its turn: where the code next charges, or, without a meter, at
    // once, to continue at `$next`.
    macro_rules! interrupt {
        ($next:expr) => {{
            save!();
            ctx.state().interrupt();
            if !METERED {
                (*frame!()).pc = $next;
                return Stop::Fuel;
            }
            fuel = ctx.state().fuel().get();
        }};
    }
    macro_rules! r {
        ($register:expr) => {
            base.byte_add($register.offset())
        };
    }
    macro_rules! k {
        ($key:expr) => {
            constants.add($key.offset()).cast::<Slot<'gc>>()
        };
    }
    macro_rules! running {
        () => {
            (*base.sub(1)).payload().pointer.cast::<ClosureObject<'gc>>()
        };
    }
    macro_rules! upvalue {
        ($upvalue:expr) => {
            running!().add(1).cast::<Slot<'gc>>().add($upvalue.index())
        };
    }
    // Jumps count from the next instruction, to which the end of the loop moves the program counter. Until then it may
    // point before the code's start (a jump back to instruction 0), so it wraps.
    macro_rules! jump {
        ($offset:expr) => {
            pc = pc.wrapping_offset($offset.0 as isize)
        };
    }
    // Continues at the program counter itself, not behind it.
    macro_rules! resume {
        () => {
            continue
        };
    }
    macro_rules! set_integer {
        ($dst:expr, $value:expr) => {{
            let value = $value;
            let target = r!($dst);
            Slot::set_integer_payload(target, value);
            Slot::set_tag(target, tag::INTEGER);
        }};
    }
    macro_rules! set_float {
        ($dst:expr, $value:expr) => {{
            let value = $value;
            let target = r!($dst);
            Slot::set_float_payload(target, value);
            Slot::set_tag(target, tag::FLOAT);
        }};
    }
    // A number as a float; anything else is slow.
    macro_rules! float {
        ($operand:ident) => {
            match (*$operand).tag() {
                tag::FLOAT => (*$operand).payload().float,
                tag::INTEGER => (*$operand).payload().integer as f64,
                _ => slow!(),
            }
        };
    }
    // Arithmetic on two operands: integers, floats, one of each; the rest is slow.
    macro_rules! arithmetic {
        ($dst:expr, $left:expr, $right:expr, |$a:ident, $b:ident| $integer:expr, |$x:ident, $y:ident| $float:expr) => {{
            let (left, right): (*const Slot<'gc>, *const Slot<'gc>) = ($left, $right);
            if (*left).tag() == tag::INTEGER && (*right).tag() == tag::INTEGER {
                let ($a, $b) = ((*left).payload().integer, (*right).payload().integer);
                set_integer!($dst, $integer);
            } else {
                let ($x, $y) = (float!(left), float!(right));
                set_float!($dst, $float);
            }
        }};
    }
    // Integer division and modulo. A zero divisor is slow, since it raises an error.
    macro_rules! division {
        ($dst:expr, $left:expr, $right:expr, $integer:path, $float:path, $is_slow:expr) => {{
            let (left, right): (*const Slot<'gc>, *const Slot<'gc>) = ($left, $right);
            if (*left).tag() == tag::INTEGER && (*right).tag() == tag::INTEGER {
                let (a, b) = ((*left).payload().integer, (*right).payload().integer);
                if b == 0 {
                    slow!();
                }
                set_integer!($dst, $integer(a, b));
            } else {
                let (x, y) = (float!(left), float!(right));
                if $is_slow(x, y) {
                    slow!();
                }
                set_float!($dst, $float(x, y));
            }
        }};
    }
    // Division and power always give a float.
    macro_rules! float_arithmetic {
        ($dst:expr, $left:expr, $right:expr, |$x:ident, $y:ident| $float:expr) => {{
            let (left, right): (*const Slot<'gc>, *const Slot<'gc>) = ($left, $right);
            let ($x, $y) = (float!(left), float!(right));
            set_float!($dst, $float);
        }};
    }
    macro_rules! bitwise {
        ($dst:expr, $left:expr, $right:expr, |$a:ident, $b:ident| $integer:expr) => {{
            let (left, right): (*const Slot<'gc>, *const Slot<'gc>) = ($left, $right);
            if (*left).tag() != tag::INTEGER || (*right).tag() != tag::INTEGER {
                slow!();
            }
            let ($a, $b) = ((*left).payload().integer, (*right).payload().integer);
            set_integer!($dst, $integer);
        }};
    }
    // Compares two registers and jumps.
    macro_rules! compare {
        ($left:expr, $right:expr, $offset:expr, $wanted:literal, $operator:tt, $mixed:path) => {{
            let (left, right): (*const Slot<'gc>, *const Slot<'gc>) = (r!($left), r!($right));
            let truth = if (*left).tag() == tag::INTEGER && (*right).tag() == tag::INTEGER {
                (*left).payload().integer $operator (*right).payload().integer
            } else if (*left).tag() == tag::FLOAT && (*right).tag() == tag::FLOAT {
                (*left).payload().float $operator (*right).payload().float
            } else {
                match $mixed(Slot::read(left), Slot::read(right)) {
                    Some(truth) => truth,
                    None => slow!(),
                }
            };
            if truth == $wanted {
                jump!($offset);
            }
        }};
    }
    macro_rules! compare_integer {
        ($left:expr, $right:expr, $offset:expr, $wanted:literal, $operator:tt) => {{
            let left: *const Slot<'gc> = r!($left);
            let truth = if (*left).tag() == tag::INTEGER {
                (*left).payload().integer $operator i64::from($right)
            } else if (*left).tag() == tag::FLOAT {
                (*left).payload().float $operator f64::from($right)
            } else {
                slow!()
            };
            if truth == $wanted {
                jump!($offset);
            }
        }};
    }
    macro_rules! equal {
        ($left:expr, $right:expr, $offset:expr, $wanted:literal) => {{
            let (left, right): (*const Slot<'gc>, *const Slot<'gc>) = ($left, $right);
            let truth = if (*left).tag() == (*right).tag() {
                match (*left).tag() {
                    tag::NIL | tag::FALSE | tag::TRUE => true,
                    tag::FLOAT => (*left).payload().float == (*right).payload().float,
                    _ if (*left).payload().bits == (*right).payload().bits => true,
                    tag::STRING => match (*left).as_string() {
                        Some(string) if string.is_short() => false,
                        _ => slow!(),
                    },
                    tag::TABLE => {
                        let one = (*left).payload().pointer.cast::<TableObject<'gc>>();
                        let other = (*right).payload().pointer.cast::<TableObject<'gc>>();
                        if !(*one).is_known_to_lack(Event::Eq) || !(*other).is_known_to_lack(Event::Eq) {
                            slow!();
                        }
                        false
                    }
                    tag::USERDATA => slow!(),
                    _ => false,
                }
            } else {
                is_number((*left).tag())
                    && is_number((*right).tag())
                    && equal_numbers(Slot::read(left), Slot::read(right))
            };
            if truth == $wanted {
                jump!($offset);
            }
        }};
    }
    // Loads the result of a search, if the search can find it. Long searches cost fuel.
    macro_rules! load_elsewhere {
        ($is_found:expr) => {{
            ctx.state().fuel().set(fuel);
            let is_found = $is_found;
            fuel = ctx.state().fuel().get();
            if !is_found {
                slow!(get);
            }
        }};
    }
    // Stores into an existing entry; anything else is slow.
    macro_rules! store_field {
        ($receiver:expr, $key:expr, $value:expr) => {{
            let receiver: *const Slot<'gc> = $receiver;
            if (*receiver).tag() != tag::TABLE {
                slow!(set);
            }
            let table = (*receiver).payload().pointer.cast::<TableObject<'gc>>();
            let key: *const Slot<'gc> = $key;
            let node = (*table).find_short_string((*key).payload().pointer.cast(), Slot::extra(key));
            let value: *const Slot<'gc> = $value;
            before_store!(table, value);
            if (*node).value_tag != tag::NIL {
                let payload = (*value).payload();
                let value_tag = (*value).tag();
                (*node).value = payload;
                (*node).value_tag = value_tag;
            } else if !stores_elsewhere!(table, key, value) {
                slow!(set);
            }
        }};
    }
    // Stores where there is no entry yet, or outside of the array part; false if that needs the slow path. Moving
    // entries in the table costs fuel.
    macro_rules! stores_elsewhere {
        ($table:expr, $key:expr, $value:expr) => {{
            ctx.state().fuel().set(fuel);
            let is_stored = store_elsewhere(mc, $table, $key, $value);
            fuel = ctx.state().fuel().get();
            is_stored
        }};
    }
    // What the table's state requires before a plain store. Values without pointers need no barrier.
    macro_rules! before_store {
        ($table:expr, $value:expr) => {
            if (*$table).state.get() != 0 {
                if (*$table).state.get() & table_state::FROZEN != 0 {
                    slow!(set);
                }
                if (*$value).tag() >= tag::FIRST_COLLECTABLE || (*$table).state.get() & table_state::CACHED != 0 {
                    TableObject::before_store(Gc::from_ptr($table), mc, Slot::NIL, *$value);
                }
            }
        };
    }
    // Stores into the array part of a table, or directly behind it, if that needs no metamethod. `index` is the key
    // minus one.
    macro_rules! store_at {
        ($table:ident, $index:expr, $key:expr, $value:ident) => {{
            let index: u64 = $index;
            if index >= u64::from((*$table).array_capacity.get()) {
                if !stores_elsewhere!($table, $key, $value) {
                    slow!(set);
                }
                pc = pc.add(1);
                resume!();
            }
            let slot = (*$table).array.get().as_ptr().add(index as usize);
            // Only an existing entry makes a metatable irrelevant. Without one the slot is not read: reading fresh memory
            // costs a page fault more.
            if !(*$table).is_known_to_lack(Event::NewIndex) && (*slot).tag() == tag::NIL {
                slow!(set);
            }
            Slot::copy($value, slot);
            if (*$value).tag() == tag::NIL {
                if index as u32 + 1 == (*$table).array_length.get() {
                    (*$table).trim();
                }
            } else if index as u32 >= (*$table).array_length.get() {
                (*$table).array_length.set(index as u32 + 1);
            }
        }};
    }
    macro_rules! load_field {
        ($dst:expr, $receiver:expr, $key:expr) => {{
            let receiver: *const Slot<'gc> = $receiver;
            if (*receiver).tag() != tag::TABLE {
                slow!(get);
            }
            let table = (*receiver).payload().pointer.cast::<TableObject<'gc>>();
            let key: *const Slot<'gc> = $key;
            let node = (*table).find_short_string((*key).payload().pointer.cast(), Slot::extra(key));
            let value_tag = (*node).value_tag;
            if value_tag == tag::NIL && ((*table).metatable.get().is_some() || (*table).is_hiding()) {
                load_elsewhere!(field_anywhere(ctx, table, key, r!($dst)));
            } else {
                let target = r!($dst);
                Slot::set_payload(target, (*node).value);
                Slot::set_tag(target, value_tag);
            }
        }};
    }
    // Calls the value in a register. A Lua function's frame is entered right here.
    macro_rules! call {
        ($func:expr, $args:expr, $results:expr) => {{
            let func: *mut Slot<'gc> = $func;
            let args: usize = $args;
            let results: u16 = $results;
            let thread = thread!();
            if (*func).tag() == tag::CLOSURE {
                let closure = (*func).payload().pointer.cast::<ClosureObject<'gc>>();
                let prototype = (*closure).prototype.as_ptr();
                let new_base = func.add(1);
                let used = (new_base.addr() - (*thread).stack.get().as_ptr().addr()) / size_of::<Slot<'gc>>();
                let room = used + (*prototype).register_count as usize + args + crate::object::STACK_SLACK;
                let count = (*thread).frame_count.get();
                if (*prototype).is_vararg
                    || room > (*thread).stack_size.get() as usize
                    || count == (*thread).frame_capacity.get()
                {
                    save!();
                    let closure = Gc::from_ptr(closure);
                    if let Err(stop) = enter_closure(machine, closure, used as u32 - 1, args as u32, results) {
                        return stop;
                    }
                    load!();
                    resume!();
                }
                let mut index = args;
                while index < (*prototype).parameter_count as usize {
                    Slot::set_tag(new_base.add(index), tag::NIL);
                    index += 1;
                }
                let caller = frame!();
                (*caller).pc = pc.add(1);
                let frame = caller.add(1);
                machine.frame = frame;
                (*thread).frame_count.set(count + 1);
                pc = (*prototype).code.get();
                constants = (*prototype).constants.get().cast();
                base = new_base;
                (*frame).pc = pc;
                (*frame).constants = constants;
                (*frame).base = used as u32;
                (*frame).func = used as u32 - 1;
                (*frame).kind = Frame::LUA;
                (*frame).on_return = OnReturn::Plain;
                (*frame).results = results;
                (*frame).extra = 0;
                enter!((*prototype).entry_cost);
            } else if (*func).tag() == tag::NATIVE && !HOOKED {
                let native = (*func).as_native().unwrap_unchecked();
                save!();
                if native.intrinsic >= Intrinsic::Pcall {
                    let func = func.offset_from((*thread).stack.get().as_ptr()) as u32;
                    if let Err(stop) = call_intrinsic(machine, native, func, args as u32, results) {
                        return stop;
                    }
                    load!();
                    resume!();
                }
                let first = func.add(1).offset_from((*thread).stack.get().as_ptr()) as u32;
                let mut call = Call::new(ctx, machine.thread, native, first, args as u32);
                let reply = (native.function)(&mut call);
                fuel = ctx.state().fuel().get();
                base = (*thread).stack.get().as_ptr().add((*frame!()).base as usize);
                // One result lies where it is wanted, and where none is, it is in nobody's way.
                if matches!(reply, Ok(Reply::One)) && results <= 2 {
                    if results == OPEN {
                        (*thread).open_top.set(first);
                    }
                    if fuel < 0 {
                        save!();
                        return Stop::Fuel;
                    }
                } else if let Ok(Reply::Values(count)) = reply
                    && (*thread).script_hook.get().is_none()
                {
                    let count = count.min(call.count) as usize;
                    let stack = (*thread).stack.get().as_ptr();
                    let source = stack.add((call.base + call.count) as usize - count);
                    let target = stack.add(first as usize - 1);
                    if results == OPEN {
                        std::ptr::copy(source, target, count);
                        (*thread).open_top.set(first - 1 + count as u32);
                        if METERED {
                            fuel -= count as i64 / 16;
                        }
                    } else {
                        for index in 0..results as usize - 1 {
                            if index < count {
                                Slot::copy(source.add(index), target.add(index));
                            } else {
                                Slot::set_tag(target.add(index), tag::NIL);
                            }
                        }
                    }
                    if fuel < 0 {
                        save!();
                        return Stop::Fuel;
                    }
                } else {
                    let (end, pending) = (call.base + call.count, call.pending);
                    let target = Target::new(first - 1, results, OnReturn::Plain);
                    if let Err(stop) = native_replied(machine, reply, end, pending, args as u32, target) {
                        return stop;
                    }
                    load!();
                    resume!();
                }
            } else {
                slow!(call);
            }
        }};
    }
    // As `call`; a small build goes without another copy of it.
    macro_rules! call_as_well {
        ($func:expr, $args:expr, $results:expr) => {{
            if cfg!(feature = "full") {
                call!($func, $args, $results);
            } else {
                slow!();
            }
        }};
    }
    // Returns to the Lua frame below, which wants `results` values; `first` is the first of `count`.
    macro_rules! leave {
        ($first:expr, $count:expr) => {{
            let count: usize = $count;
            let first: *const Slot<'gc> = $first;
            let frame = frame!();
            if (*frame).on_return != OnReturn::Plain {
                save!();
                let first = first.offset_from(base) as u32;
                if let Err(stop) = return_values(machine, first, count as u32) {
                    return stop;
                }
                load!();
                resume!();
            }
            let thread = thread!();
            let target = (*thread).stack.get().as_ptr().add((*frame).func as usize);
            if (*frame).results == OPEN {
                for index in 0..count {
                    Slot::copy(first.add(index), target.add(index));
                }
                (*thread).open_top.set((*frame).func + count as u32);
                if METERED {
                    fuel -= count as i64 / 16;
                }
            } else {
                let wanted = (*frame).results as usize - 1;
                let mut index = 0;
                while index < wanted {
                    if index < count {
                        Slot::copy(first.add(index), target.add(index));
                    } else {
                        Slot::set_tag(target.add(index), tag::NIL);
                    }
                    index += 1;
                }
            }
            return_to_caller!(frame, thread);
        }};
    }
    macro_rules! return_to_caller {
        ($frame:expr, $thread:expr) => {{
            let caller = $frame.sub(1);
            machine.frame = caller;
            (*$thread).frame_count.set((*$thread).frame_count.get() - 1);
            pc = (*caller).pc;
            constants = (*caller).constants;
            base = (*$thread).stack.get().as_ptr().add((*caller).base as usize);
            debug_assert!((*pc.sub(1)).calls());
            enter!(*pc.sub(1).cast::<u8>().add(Instruction::COST_OFFSET));
        }};
    }

    // Calls the value in a register in place of the running function.
    macro_rules! replace {
        ($func:expr, $args:expr) => {{
            let func: *mut Slot<'gc> = $func;
            let args: usize = $args;
            let (frame, thread) = (frame!(), thread!());
            if (*func).tag() == tag::CLOSURE {
                let closure = (*func).payload().pointer.cast::<ClosureObject<'gc>>();
                let prototype = (*closure).prototype.as_ptr();
                let used = (*frame).func as usize;
                let room = used + 1 + (*prototype).register_count as usize + args + crate::object::STACK_SLACK;
                if !(*prototype).is_vararg && room <= (*thread).stack_size.get() as usize {
                    let target = (*thread).stack.get().as_ptr().add(used);
                    for index in 0..=args {
                        Slot::copy(func.add(index), target.add(index));
                    }
                    base = target.add(1);
                    for index in args..(*prototype).parameter_count as usize {
                        Slot::set_tag(base.add(index), tag::NIL);
                    }
                    pc = (*prototype).code.get();
                    constants = (*prototype).constants.get().cast();
                    (*frame).constants = constants;
                    (*frame).base = used as u32 + 1;
                    (*frame).extra = Frame::TAIL;
                    if METERED {
                        fuel -= args as i64 / 16;
                    }
                    enter!((*prototype).entry_cost);
                }
            } else if (*func).tag() == tag::NATIVE && !HOOKED {
                let native = (*func).as_native().unwrap_unchecked();
                if native.intrinsic < Intrinsic::Pcall {
                    save!();
                    let first = func.add(1).offset_from((*thread).stack.get().as_ptr()) as u32;
                    let mut call = Call::new(ctx, machine.thread, native, first, args as u32);
                    let reply = (native.function)(&mut call);
                    fuel = ctx.state().fuel().get();
                    base = (*thread).stack.get().as_ptr().add((*frame).base as usize);
                    if matches!(reply, Ok(Reply::One)) {
                        let result = (*thread).stack.get().as_ptr().add(first as usize - 1);
                        leave!(result.cast_const(), 1);
                    }
                    if let Ok(Reply::Values(count)) = reply
                        && (*thread).script_hook.get().is_none()
                    {
                        let count = count.min(call.count) as usize;
                        let end = (*thread).stack.get().as_ptr().add((call.base + call.count) as usize);
                        leave!(end.sub(count).cast_const(), count);
                    }
                    let (end, pending) = (call.base + call.count, call.pending);
                    let target = Target::new(first - 1, OPEN, OnReturn::Tail);
                    if let Err(stop) = native_replied(machine, reply, end, pending, args as u32, target) {
                        return stop;
                    }
                    load!();
                    resume!();
                }
            }
            save!();
            let func = func.offset_from((*thread).stack.get().as_ptr()) as u32;
            if let Err(stop) = tail_call(machine, func, args as u32) {
                return stop;
            }
            load!();
            resume!();
        }};
    }

    load!();
    loop {
        if HOOKED {
            (*frame!()).pc = pc;
            ctx.state().fuel().set(fuel);
            if let Some(action) = machine.before_instruction() {
                if let Err(stop) = machine.perform(action) {
                    return stop;
                }
                load!();
                resume!();
            }
        }
        match *pc {
            Instruction::Move { dst, src } => Slot::copy(r!(src), r!(dst)),
            Instruction::LoadInteger { dst, value } => set_integer!(dst, i64::from(value)),
            Instruction::LoadConstant { dst, constant } => {
                Slot::copy(constants.cast::<Slot<'gc>>().add(constant.0 as usize), r!(dst));
            }
            Instruction::LoadNil { first, count } => {
                let first: *mut Slot<'gc> = r!(first);
                for index in 0..count as usize {
                    Slot::set_tag(first.add(index), tag::NIL);
                }
            }
            Instruction::LoadFalse { dst } => Slot::set_tag(r!(dst), tag::FALSE),
            Instruction::LoadFalseSkip { dst } => {
                Slot::set_tag(r!(dst), tag::FALSE);
                pc = pc.add(1);
            }
            Instruction::LoadTrue { dst } => Slot::set_tag(r!(dst), tag::TRUE),

            Instruction::GetUpvalue { upvalue, dst } => {
                Slot::copy(upvalue!(upvalue), r!(dst));
            }
            Instruction::GetUpvalueCell { upvalue, dst } => {
                let slot = upvalue!(upvalue);
                if (*slot).tag() != tag::CELL {
                    slow!();
                }
                Slot::copy((*slot).payload().pointer.cast::<Slot<'gc>>(), r!(dst));
            }
            Instruction::SetUpvalueCell { upvalue, src } => {
                let slot = upvalue!(upvalue);
                if let Some(cell) = (*slot).as_cell() {
                    set_cell(mc, cell, r!(src));
                }
            }
            Instruction::NewCell { register } => match CellObject::allocate(mc, *r!(register)) {
                Ok(cell) if !mc.is_under_pressure() => Slot::write(r!(register), Slot::cell(cell)),
                Ok(cell) => {
                    Slot::write(r!(register), Slot::cell(cell));
                    interrupt!(pc.wrapping_add(1));
                }
                Err(_) => slow!(),
            },
            Instruction::GetCell { dst, cell } => {
                let slot: *const Slot<'gc> = r!(cell);
                if (*slot).tag() == tag::CELL {
                    Slot::copy((*slot).payload().pointer.cast::<Slot<'gc>>(), r!(dst));
                } else {
                    Slot::set_tag(r!(dst), tag::NIL);
                }
            }
            Instruction::SetCell { cell, src } => {
                if let Some(cell) = (*r!(cell)).as_cell() {
                    set_cell(mc, cell, r!(src));
                }
            }
            Instruction::GetSelf { dst } => Slot::copy(base.sub(1), r!(dst)),
            Instruction::Closure { dst, prototype } => {
                let running = Gc::from_ptr(running!());
                if mc.is_under_pressure() {
                    interrupt!(pc);
                }
                let Ok(closure) = ClosureObject::capturing(ctx, running, prototype.0, base) else { slow!() };
                if METERED {
                    fuel -= (closure.upvalue_count() / 8) as i64;
                }
                Slot::write(r!(dst), Slot::closure(closure));
            }

            Instruction::GetUpvalueField { upvalue, dst, key } => {
                load_field!(dst, upvalue!(upvalue), k!(key));
            }
            Instruction::SetUpvalueField { upvalue, key, value } => {
                store_field!(upvalue!(upvalue), k!(key), r!(value));
            }
            Instruction::GetIndex { dst, table, key } => {
                let receiver: *const Slot<'gc> = r!(table);
                let key: *const Slot<'gc> = r!(key);
                if (*receiver).tag() != tag::TABLE {
                    slow!(get);
                }
                let table = (*receiver).payload().pointer.cast::<TableObject<'gc>>();
                if (*key).tag() == tag::INTEGER {
                    let index = ((*key).payload().integer as u64).wrapping_sub(1);
                    if index >= u64::from((*table).array_capacity.get()) {
                        load_elsewhere!(integer_anywhere(ctx, table, (*key).payload().integer, r!(dst)));
                        pc = pc.add(1);
                        resume!();
                    }
                    let slot = (*table).array.get().as_ptr().add(index as usize);
                    if (*slot).tag() == tag::NIL && (*table).metatable.get().is_some() {
                        load_elsewhere!(integer_anywhere(ctx, table, (*key).payload().integer, r!(dst)));
                        pc = pc.add(1);
                        resume!();
                    }
                    Slot::copy(slot, r!(dst));
                } else if (*key).tag() == tag::STRING {
                    let string = (*key).as_string().unwrap_unchecked();
                    if !string.is_short() {
                        slow!(get);
                    }
                    let node = (*table).find_short_string(string.as_ptr(), string.short_hash());
                    if (*node).value_tag == tag::NIL && ((*table).metatable.get().is_some() || (*table).is_hiding()) {
                        load_elsewhere!(field_anywhere(ctx, table, key, r!(dst)));
                        pc = pc.add(1);
                        resume!();
                    }
                    let target = r!(dst);
                    Slot::set_payload(target, (*node).value);
                    Slot::set_tag(target, (*node).value_tag);
                } else {
                    load_elsewhere!(value_anywhere(ctx, table, key, r!(dst)));
                }
            }
            Instruction::GetIndexInteger { dst, table, key } => {
                let receiver: *const Slot<'gc> = r!(table);
                if (*receiver).tag() != tag::TABLE {
                    slow!(get);
                }
                let table = (*receiver).payload().pointer.cast::<TableObject<'gc>>();
                let index = u32::from(key).wrapping_sub(1);
                if index >= (*table).array_capacity.get() {
                    load_elsewhere!(integer_anywhere(ctx, table, i64::from(key), r!(dst)));
                    pc = pc.add(1);
                    resume!();
                }
                let slot = (*table).array.get().as_ptr().add(index as usize);
                if (*slot).tag() == tag::NIL && (*table).metatable.get().is_some() {
                    load_elsewhere!(integer_anywhere(ctx, table, i64::from(key), r!(dst)));
                    pc = pc.add(1);
                    resume!();
                }
                Slot::copy(slot, r!(dst));
            }
            Instruction::GetField { dst, table, key } => load_field!(dst, r!(table), k!(key)),
            Instruction::SetIndex { table, key, value } => {
                let receiver: *const Slot<'gc> = r!(table);
                let key: *const Slot<'gc> = r!(key);
                if (*receiver).tag() != tag::TABLE {
                    slow!(set);
                }
                let table = (*receiver).payload().pointer.cast::<TableObject<'gc>>();
                let value: *const Slot<'gc> = r!(value);
                before_store!(table, value);
                if (*key).tag() == tag::INTEGER {
                    store_at!(table, ((*key).payload().integer as u64).wrapping_sub(1), key, value);
                } else if (*key).tag() == tag::STRING {
                    let string = (*key).as_string().unwrap_unchecked();
                    if !string.is_short() {
                        slow!(set);
                    }
                    let node = (*table).find_short_string(string.as_ptr(), string.short_hash());
                    if (*node).value_tag != tag::NIL {
                        (*node).value = (*value).payload();
                        (*node).value_tag = (*value).tag();
                    } else if !stores_elsewhere!(table, key, value) {
                        slow!(set);
                    }
                } else {
                    match integral(Slot::read(key)) {
                        Some(integer) => {
                            let key = Slot::integer(integer);
                            store_at!(table, (integer as u64).wrapping_sub(1), &raw const key, value);
                        }
                        None => {
                            if !stores_elsewhere!(table, key, value) {
                                slow!(set);
                            }
                        }
                    }
                }
            }
            Instruction::SetIndexInteger { table, key, value } => {
                let receiver: *const Slot<'gc> = r!(table);
                if (*receiver).tag() != tag::TABLE {
                    slow!(set);
                }
                let table = (*receiver).payload().pointer.cast::<TableObject<'gc>>();
                let value: *const Slot<'gc> = r!(value);
                before_store!(table, value);
                let place = Slot::integer(key.into());
                store_at!(table, u64::from(key).wrapping_sub(1), &raw const place, value);
            }
            Instruction::SetField { table, key, value } => store_field!(r!(table), k!(key), r!(value)),
            Instruction::SelfField { dst, object, key } => {
                let receiver: *const Slot<'gc> = r!(object);
                let key: *const Slot<'gc> = k!(key);
                let target: *mut Slot<'gc> = r!(dst);
                if (*receiver).tag() == tag::TABLE {
                    let table = (*receiver).payload().pointer.cast::<TableObject<'gc>>();
                    let node = (*table).find_short_string((*key).payload().pointer.cast(), Slot::extra(key));
                    // The object's register may be the method's.
                    if (*node).value_tag != tag::NIL {
                        Slot::copy(receiver, target.add(1));
                        Slot::write(target, (*node).value());
                    } else {
                        // Most methods come from the object's class itself.
                        let class = (*table).metatable.get().and_then(|it| it.index_cache.get());
                        let node = match class.filter(|_| !(*table).is_hiding()) {
                            Some(class) => class.find_short_string((*key).payload().pointer.cast(), Slot::extra(key)),
                            None => node,
                        };
                        if (*node).value_tag != tag::NIL {
                            Slot::copy(receiver, target.add(1));
                            Slot::write(target, (*node).value());
                        } else {
                            load_elsewhere!(inherited_method(ctx, table, key, target));
                        }
                    }
                } else {
                    // Most methods of strings are those of the library.
                    let is_string = (*receiver).tag() == tag::STRING && cfg!(feature = "full");
                    let library = if is_string { ctx.string_methods() } else { None };
                    let method = library
                        .map(|it| it.find_short_string((*key).payload().pointer.cast(), Slot::extra(key)))
                        .filter(|node| (**node).value_tag != tag::NIL);
                    if let Some(method) = method {
                        Slot::copy(receiver, target.add(1));
                        Slot::write(target, (*method).value());
                    } else {
                        load_elsewhere!(method_of(ctx, receiver, key, target));
                    }
                }
            }
            Instruction::NewTable { dst, array, hash } => {
                if mc.is_under_pressure() {
                    interrupt!(pc);
                }
                if u32::from(array) + u32::from(hash) > 64 {
                    slow!();
                }
                match TableObject::allocate(mc, array.into(), hash.into(), ctx.next_serial(), false) {
                    Ok(table) => Slot::write(r!(dst), Slot::table(table)),
                    Err(_) => slow!(),
                }
            }
            Instruction::SetList { count, table, start } => {
                let receiver: *mut Slot<'gc> = r!(table);
                if (*receiver).tag() != tag::TABLE {
                    slow!();
                }
                let object = (*receiver).payload().pointer.cast::<TableObject<'gc>>();
                let end = start as usize + count as usize;
                if (*object).state.get() != 0 || end > (*object).array_capacity.get() as usize {
                    slow!();
                }
                let array = (*object).array.get().as_ptr().add(start as usize);
                for index in 0..count as usize {
                    Slot::copy(receiver.add(1 + index), array.add(index));
                }
                if end > (*object).array_length.get() as usize {
                    (*object).array_length.set(end as u32);
                }
                if count > 0 && (*array.add(count as usize - 1)).tag() == tag::NIL {
                    (*object).trim();
                }
            }

            Instruction::Add { dst, left, right } => {
                arithmetic!(dst, r!(left), r!(right), |a, b| a.wrapping_add(b), |x, y| x + y);
            }
            Instruction::Subtract { dst, left, right } => {
                arithmetic!(dst, r!(left), r!(right), |a, b| a.wrapping_sub(b), |x, y| x - y);
            }
            Instruction::Multiply { dst, left, right } => {
                arithmetic!(dst, r!(left), r!(right), |a, b| a.wrapping_mul(b), |x, y| x * y);
            }
            Instruction::Divide { dst, left, right } => float_arithmetic!(dst, r!(left), r!(right), |x, y| x / y),
            Instruction::Modulo { dst, left, right } => {
                division!(dst, r!(left), r!(right), number::integer_modulo, number::float_modulo, number::is_far);
            }
            Instruction::Power { dst, left, right } => {
                float_arithmetic!(dst, r!(left), r!(right), |x, y| number::power(x, y));
            }
            Instruction::FloorDivide { dst, left, right } => {
                division!(
                    dst,
                    r!(left),
                    r!(right),
                    number::integer_floor_divide,
                    number::float_floor_divide,
                    |_, _| false
                );
            }
            Instruction::BitAnd { dst, left, right } => bitwise!(dst, r!(left), r!(right), |a, b| a & b),
            Instruction::BitOr { dst, left, right } => bitwise!(dst, r!(left), r!(right), |a, b| a | b),
            Instruction::BitXor { dst, left, right } => bitwise!(dst, r!(left), r!(right), |a, b| a ^ b),
            Instruction::ShiftLeft { dst, left, right } => {
                bitwise!(dst, r!(left), r!(right), |a, b| number::shift_left(a, b));
            }
            Instruction::ShiftRight { dst, left, right } => {
                bitwise!(dst, r!(left), r!(right), |a, b| number::shift_right(a, b));
            }

            Instruction::AddInteger { dst, left, right, .. } => {
                let left: *const Slot<'gc> = r!(left);
                if (*left).tag() == tag::INTEGER {
                    set_integer!(dst, (*left).payload().integer.wrapping_add(i64::from(right)));
                } else if (*left).tag() == tag::FLOAT {
                    set_float!(dst, (*left).payload().float + f64::from(right));
                } else {
                    slow!();
                }
            }
            Instruction::SubtractInteger { dst, left, right } => {
                let left: *const Slot<'gc> = r!(left);
                if (*left).tag() == tag::INTEGER {
                    set_integer!(dst, (*left).payload().integer.wrapping_sub(i64::from(right)));
                } else if (*left).tag() == tag::FLOAT {
                    set_float!(dst, (*left).payload().float - f64::from(right));
                } else {
                    slow!();
                }
            }
            Instruction::AddConstant { dst, left, right, .. } => {
                arithmetic!(dst, r!(left), k!(right), |a, b| a.wrapping_add(b), |x, y| x + y);
            }
            Instruction::SubtractConstant { dst, left, right } => {
                arithmetic!(dst, r!(left), k!(right), |a, b| a.wrapping_sub(b), |x, y| x - y);
            }
            Instruction::MultiplyConstant { dst, left, right, .. } => {
                arithmetic!(dst, r!(left), k!(right), |a, b| a.wrapping_mul(b), |x, y| x * y);
            }
            Instruction::DivideConstant { dst, left, right } => {
                float_arithmetic!(dst, r!(left), k!(right), |x, y| x / y);
            }
            Instruction::ModuloConstant { dst, left, right } => {
                let (dividend, divisor): (*const Slot<'gc>, *const Slot<'gc>) = (r!(left), k!(right));
                if (*dividend).tag() == tag::INTEGER
                    && let Some(quotient) = Slot::divide_quickly((*dividend).payload().integer, divisor)
                {
                    let (dividend, divisor) = ((*dividend).payload().integer, (*divisor).payload().integer);
                    set_integer!(dst, dividend - quotient * divisor);
                    pc = pc.add(1);
                    resume!();
                }
                division!(dst, r!(left), k!(right), number::integer_modulo, number::float_modulo, number::is_far);
            }
            Instruction::PowerConstant { dst, left, right } => {
                float_arithmetic!(dst, r!(left), k!(right), |x, y| number::power(x, y));
            }
            Instruction::FloorDivideConstant { dst, left, right } => {
                let (dividend, divisor): (*const Slot<'gc>, *const Slot<'gc>) = (r!(left), k!(right));
                if (*dividend).tag() == tag::INTEGER
                    && let Some(quotient) = Slot::divide_quickly((*dividend).payload().integer, divisor)
                {
                    set_integer!(dst, quotient);
                    pc = pc.add(1);
                    resume!();
                }
                division!(
                    dst,
                    r!(left),
                    k!(right),
                    number::integer_floor_divide,
                    number::float_floor_divide,
                    |_, _| false
                );
            }
            Instruction::BitAndConstant { dst, left, right, .. } => bitwise!(dst, r!(left), k!(right), |a, b| a & b),
            Instruction::BitOrConstant { dst, left, right, .. } => bitwise!(dst, r!(left), k!(right), |a, b| a | b),
            Instruction::BitXorConstant { dst, left, right, .. } => bitwise!(dst, r!(left), k!(right), |a, b| a ^ b),
            Instruction::ShiftLeftInteger { dst, left, right } => {
                let left: *const Slot<'gc> = r!(left);
                if (*left).tag() != tag::INTEGER {
                    slow!();
                }
                set_integer!(dst, number::shift_left((*left).payload().integer, i64::from(right)));
            }
            Instruction::ShiftRightInteger { dst, left, right } => {
                let left: *const Slot<'gc> = r!(left);
                if (*left).tag() != tag::INTEGER {
                    slow!();
                }
                set_integer!(dst, number::shift_right((*left).payload().integer, i64::from(right)));
            }

            Instruction::Negate { dst, src } => {
                let source: *const Slot<'gc> = r!(src);
                if (*source).tag() == tag::INTEGER {
                    set_integer!(dst, (*source).payload().integer.wrapping_neg());
                } else if (*source).tag() == tag::FLOAT {
                    set_float!(dst, -(*source).payload().float);
                } else {
                    slow!();
                }
            }
            Instruction::BitNot { dst, src } => {
                let source: *const Slot<'gc> = r!(src);
                if (*source).tag() != tag::INTEGER {
                    slow!();
                }
                set_integer!(dst, !(*source).payload().integer);
            }
            Instruction::Not { dst, src } => {
                let falsy = (*r!(src)).is_falsy();
                Slot::set_tag(r!(dst), if falsy { tag::TRUE } else { tag::FALSE });
            }
            Instruction::Length { dst, src } => {
                let source: *const Slot<'gc> = r!(src);
                if (*source).tag() == tag::TABLE {
                    let table = (*source).payload().pointer.cast::<TableObject<'gc>>();
                    if !(*table).is_known_to_lack(Event::Len) {
                        slow!();
                    }
                    set_integer!(dst, (*table).length());
                } else if let Some(string) = (*source).as_string() {
                    set_integer!(dst, string.len() as i64);
                } else {
                    slow!();
                }
            }
            Instruction::Concat { first, count } => {
                let operands: *mut Slot<'gc> = r!(first);
                if count == 2
                    && let Some(string) = concat_short(ctx, operands)
                {
                    Slot::write(operands, Slot::string(string));
                    pc = pc.add(1);
                    resume!();
                }
                save!();
                if mc.is_under_pressure() {
                    ctx.state().interrupt();
                }
                if let Err(stop) = concat(machine, first.index() as u32, u32::from(count)) {
                    return stop;
                }
                load!();
                resume!();
            }

            Instruction::Jump { offset } => jump!(offset),
            Instruction::JumpBack { cost, offset } => {
                jump!(offset);
                pay!(cost.0);
            }
            Instruction::JumpIf { src, offset } => {
                if !(*r!(src)).is_falsy() {
                    jump!(offset);
                }
            }
            Instruction::JumpIfNot { src, offset } => {
                if (*r!(src)).is_falsy() {
                    jump!(offset);
                }
            }
            Instruction::MoveJumpIf { dst, src, offset } => {
                if !(*r!(src)).is_falsy() {
                    Slot::copy(r!(src), r!(dst));
                    jump!(offset);
                }
            }
            Instruction::MoveJumpIfNot { dst, src, offset } => {
                if (*r!(src)).is_falsy() {
                    Slot::copy(r!(src), r!(dst));
                    jump!(offset);
                }
            }
            Instruction::JumpIfEqual { left, right, offset } => equal!(r!(left), r!(right), offset, true),
            Instruction::JumpIfNotEqual { left, right, offset } => equal!(r!(left), r!(right), offset, false),
            Instruction::JumpIfEqualConstant { left, right, offset } => equal!(r!(left), k!(right), offset, true),
            Instruction::JumpIfNotEqualConstant { left, right, offset } => equal!(r!(left), k!(right), offset, false),
            Instruction::JumpIfEqualInteger { left, right, offset } => {
                let left: *const Slot<'gc> = r!(left);
                if match (*left).tag() {
                    tag::INTEGER => (*left).payload().integer == i64::from(right),
                    tag::FLOAT => (*left).payload().float == f64::from(right),
                    _ => false,
                } {
                    jump!(offset);
                }
            }
            Instruction::JumpIfNotEqualInteger { left, right, offset } => {
                let left: *const Slot<'gc> = r!(left);
                if !match (*left).tag() {
                    tag::INTEGER => (*left).payload().integer == i64::from(right),
                    tag::FLOAT => (*left).payload().float == f64::from(right),
                    _ => false,
                } {
                    jump!(offset);
                }
            }
            Instruction::JumpIfLess { left, right, offset } => compare!(left, right, offset, true, <, less_at_once),
            Instruction::JumpIfNotLess { left, right, offset } => compare!(left, right, offset, false, <, less_at_once),
            Instruction::JumpIfLessEqual { left, right, offset } => {
                compare!(left, right, offset, true, <=, less_equal_at_once)
            }
            Instruction::JumpIfNotLessEqual { left, right, offset } => {
                compare!(left, right, offset, false, <=, less_equal_at_once)
            }
            Instruction::JumpIfLessInteger { left, right, offset } => compare_integer!(left, right, offset, true, <),
            Instruction::JumpIfNotLessInteger { left, right, offset } => {
                compare_integer!(left, right, offset, false, <)
            }
            Instruction::JumpIfLessEqualInteger { left, right, offset } => {
                compare_integer!(left, right, offset, true, <=);
            }
            Instruction::JumpIfNotLessEqualInteger { left, right, offset } => {
                compare_integer!(left, right, offset, false, <=);
            }
            Instruction::JumpIfGreaterInteger { left, right, offset } => {
                compare_integer!(left, right, offset, true, >);
            }
            Instruction::JumpIfNotGreaterInteger { left, right, offset } => {
                compare_integer!(left, right, offset, false, >);
            }
            Instruction::JumpIfGreaterEqualInteger { left, right, offset } => {
                compare_integer!(left, right, offset, true, >=);
            }
            Instruction::JumpIfNotGreaterEqualInteger { left, right, offset } => {
                compare_integer!(left, right, offset, false, >=);
            }

            Instruction::ForLoop { cost, base: first, offset } => {
                let value: *mut Slot<'gc> = r!(first);
                if (*value).tag() == tag::INTEGER {
                    let count = (*value.add(1)).payload().integer;
                    if count != 0 {
                        Slot::set_integer_payload(value.add(1), count.wrapping_sub(1));
                        let step = (*value.add(2)).payload().integer;
                        Slot::set_integer_payload(value, (*value).payload().integer.wrapping_add(step));
                        jump!(offset);
                        pay!(cost.0);
                    }
                } else if (*value).tag() == tag::FLOAT {
                    // A loop over floats has three of them: the verifier lets nothing else write there.
                    let (limit, step) = ((*value.add(1)).payload().float, (*value.add(2)).payload().float);
                    let next = (*value).payload().float + step;
                    if if step > 0.0 { next <= limit } else { limit <= next } {
                        Slot::set_float_payload(value, next);
                        jump!(offset);
                        pay!(cost.0);
                    }
                } else {
                    slow!();
                }
            }
            Instruction::ForGenericCall { base: first, count, .. } => {
                let state: *mut Slot<'gc> = r!(first);
                if !HOOKED
                    && (*state).tag() == tag::NATIVE
                    && (*state.add(1)).tag() == tag::TABLE
                    && let Instruction::ForGenericLoop { cost, offset, .. } = *pc.add(1)
                {
                    let native = (*state).as_native().unwrap_unchecked();
                    let table = (*state.add(1)).payload().pointer.cast::<TableObject<'gc>>();
                    if native.intrinsic == Intrinsic::Next {
                        // The control variable's slot has the position in the table beside its value.
                        let control = state.add(2);
                        let hint = Slot::extra(control);
                        let (entry, after) = match (*table).entry_after(*control, hint) {
                            Some(entry) => (Some(entry), hint + 1),
                            None => {
                                ctx.state().fuel().set(fuel);
                                let Some(found) = next_entry(ctx, table, *control, hint) else { slow!() };
                                fuel = ctx.state().fuel().get();
                                found
                            }
                        };
                        pc = pc.add(1);
                        if let Some((key, value)) = entry {
                            Slot::write(control, key);
                            Slot::set_extra(control, after);
                            Slot::write(state.add(4), key);
                            if count >= 2 {
                                Slot::write(state.add(5), value);
                                for index in 2..count as usize {
                                    Slot::set_tag(state.add(4 + index), tag::NIL);
                                }
                            }
                            jump!(offset);
                            pay!(cost.0);
                        } else {
                            Slot::set_tag(state.add(4), tag::NIL);
                            for index in 1..count as usize {
                                Slot::set_tag(state.add(4 + index), tag::NIL);
                            }
                        }
                        pc = pc.wrapping_add(1);
                        resume!();
                    }
                    if native.intrinsic == Intrinsic::IpairsStep && (*state.add(2)).tag() == tag::INTEGER {
                        let index = (*state.add(2)).payload().integer as u64;
                        if index < u64::from((*table).array_capacity.get()) {
                            let slot = (*table).array.get().as_ptr().add(index as usize);
                            if (*slot).tag() != tag::NIL {
                                let key = Slot::integer(index as i64 + 1);
                                Slot::write(state.add(2), key);
                                Slot::write(state.add(4), key);
                                if count >= 2 {
                                    Slot::copy(slot, state.add(5));
                                    for index in 2..count as usize {
                                        Slot::set_tag(state.add(4 + index), tag::NIL);
                                    }
                                }
                                pc = pc.add(1);
                                jump!(offset);
                                pay!(cost.0);
                                pc = pc.wrapping_add(1);
                                resume!();
                            }
                        }
                    }
                }
                // The iterator and its two arguments are copied above the control registers and called there.
                let func = state.add(4);
                Slot::copy(state, func);
                Slot::copy(state.add(1), func.add(1));
                Slot::copy(state.add(2), func.add(2));
                call_as_well!(func, 2, count + 1);
            }
            Instruction::ForGenericLoop { cost, base: first, offset } => {
                let state: *mut Slot<'gc> = r!(first);
                if (*state.add(4)).tag() != tag::NIL {
                    Slot::copy(state.add(4), state.add(2));
                    jump!(offset);
                    pay!(cost.0);
                }
            }

            Instruction::Call { func, args, results, .. } => call!(r!(func), args as usize, results + 1),
            Instruction::CallOpenArgs { func, results, .. } => {
                let func: *mut Slot<'gc> = r!(func);
                let top = (*thread!()).stack.get().as_ptr().add((*thread!()).open_top.get() as usize);
                call_as_well!(func, top.offset_from(func) as usize - 1, results + 1);
            }
            Instruction::CallOpenResults { func, args, .. } => call_as_well!(r!(func), args as usize, OPEN),
            Instruction::CallOpen { func, .. } => {
                let func: *mut Slot<'gc> = r!(func);
                let top = (*thread!()).stack.get().as_ptr().add((*thread!()).open_top.get() as usize);
                call_as_well!(func, top.offset_from(func) as usize - 1, OPEN);
            }
            Instruction::Return0 {} => {
                let frame = frame!();
                if (*frame).on_return == OnReturn::Plain && (*frame).results == 1 {
                    let thread = thread!();
                    return_to_caller!(frame, thread);
                } else {
                    leave!(base, 0);
                }
            }
            Instruction::Return1 { src } => {
                let frame = frame!();
                if (*frame).on_return == OnReturn::Plain && (*frame).results == 2 {
                    let thread = thread!();
                    let target = (*thread).stack.get().as_ptr().add((*frame).func as usize);
                    Slot::copy(r!(src), target);
                    return_to_caller!(frame, thread);
                } else {
                    leave!(r!(src), 1);
                }
            }
            Instruction::Return { first, count } => leave!(r!(first), count as usize),
            Instruction::Charge { cost } => pay!(cost.0),
            Instruction::VarArgs { dst, count } => {
                let extra = (*frame!()).vararg_count() as usize;
                let target: *mut Slot<'gc> = r!(dst);
                let from = base.sub(1 + extra);
                for index in 0..count as usize {
                    if index < extra {
                        Slot::copy(from.add(index), target.add(index));
                    } else {
                        Slot::set_tag(target.add(index), tag::NIL);
                    }
                }
            }

            Instruction::VarArgsOpen { dst } => {
                let extra = (*frame!()).vararg_count() as usize;
                let target: *mut Slot<'gc> = r!(dst);
                let used = target.offset_from((*thread!()).stack.get().as_ptr()) as usize;
                if used + extra + crate::object::STACK_SLACK > (*thread!()).stack_size.get() as usize {
                    slow!();
                }
                std::ptr::copy(base.sub(1 + extra), target, extra);
                if METERED {
                    fuel -= extra as i64 / 16;
                }
                (*thread!()).open_top.set((used + extra) as u32);
            }
            Instruction::ReturnOpen { first } => {
                let first: *const Slot<'gc> = r!(first);
                let stack = (*thread!()).stack.get().as_ptr();
                let count = (*thread!()).open_top.get() as usize - first.offset_from(stack) as usize;
                leave!(first, count);
            }
            Instruction::TailCall { func, args } => replace!(r!(func), args as usize),
            Instruction::TailCallOpen { func } => {
                let func: *mut Slot<'gc> = r!(func);
                let top = (*thread!()).stack.get().as_ptr().add((*thread!()).open_top.get() as usize);
                replace!(func, top.offset_from(func) as usize - 1);
            }
            Instruction::Close { from } => {
                if let Some(slot) = (*thread!()).last_to_close()
                    && slot >= (*frame!()).base + from.index() as u32
                {
                    slow!();
                }
            }
            Instruction::ForPrepare { base: first, offset } => {
                let value: *mut Slot<'gc> = r!(first);
                if (*value).tag() == tag::INTEGER
                    && (*value.add(1)).tag() == tag::INTEGER
                    && (*value.add(2)).tag() == tag::INTEGER
                    && (*value.add(2)).payload().integer == 1
                {
                    let (start, limit) = ((*value).payload().integer, (*value.add(1)).payload().integer);
                    if start <= limit {
                        Slot::set_integer_payload(value.add(1), limit.wrapping_sub(start));
                    } else {
                        jump!(offset);
                    }
                } else {
                    match prepare_loop(value) {
                        Some(true) => {}
                        Some(false) => jump!(offset),
                        None => slow!(),
                    }
                }
            }
            Instruction::ForGenericPrepare { base: first, offset } => {
                let state: *mut Slot<'gc> = r!(first);
                if !(*state.add(3)).is_falsy() {
                    slow!();
                }
                // The first position, which `ForGenericCall` reads beside the control variable's value.
                Slot::set_extra(state.add(2), 0);
                jump!(offset);
            }

            Instruction::SetListOpen { table, start } => {
                let receiver: *mut Slot<'gc> = r!(table);
                let top = (*thread!()).stack.get().as_ptr().add((*thread!()).open_top.get() as usize);
                let count = top.offset_from(receiver) as usize - 1;
                if !set_list_open(mc, receiver, start as usize, count) {
                    slow!();
                }
                if METERED {
                    fuel -= count as i64 / 4;
                }
            }
            Instruction::ToBeClosed { .. } | Instruction::CloseOpen { .. } => slow!(),
        }
        pc = pc.wrapping_add(1);
    }
}

/// As [`operate`], for instructions that read a table.
#[cold]
#[inline(never)]
fn get(machine: &mut Machine<'_>) -> super::Control {
    let action = machine.get();
    machine.go_on(action)
}

/// As [`operate`], for instructions that store into a table.
#[cold]
#[inline(never)]
fn set(machine: &mut Machine<'_>) -> super::Control {
    let action = machine.set();
    machine.go_on(action)
}

/// Carries out the instruction before the saved program counter, in full.
#[cold]
#[inline(never)]
fn operate(machine: &mut Machine<'_>) -> super::Control {
    let action = machine.operate();
    machine.go_on(action)
}

/// As [`operate`], for instructions that call.
#[cold]
#[inline(never)]
fn call(machine: &mut Machine<'_>) -> super::Control {
    let action = machine.call_value();
    machine.go_on(action)
}

#[inline(never)]
fn enter_closure<'gc>(
    machine: &mut Machine<'gc>,
    closure: Gc<'gc, ClosureObject<'gc>>,
    func: u32,
    args: u32,
    results: u16,
) -> super::Control {
    match machine.enter(closure, args, Target::new(func, results, OnReturn::Plain), false) {
        Ok(()) => Ok(()),
        Err(_) => {
            let action = machine.operate();
            machine.go_on(action)
        }
    }
}

#[inline(never)]
fn call_intrinsic<'gc>(
    machine: &mut Machine<'gc>,
    native: Gc<'gc, crate::object::NativeObject<'gc>>,
    func: u32,
    args: u32,
    results: u16,
) -> super::Control {
    let action = machine.call_intrinsic(native, args, Target::new(func, results, OnReturn::Plain));
    machine.go_on(action)
}

#[inline(never)]
fn native_replied<'gc>(
    machine: &mut Machine<'gc>,
    reply: Result<Reply, crate::error::Error<'gc>>,
    end: u32,
    pending: Slot<'gc>,
    args: u32,
    target: Target,
) -> super::Control {
    let action = machine.native_replied(Slot::NIL, reply, end, pending, args, target);
    machine.go_on(action)
}

/// Returns from a function whose results do not simply go to the Lua frame below.
#[inline(never)]
fn return_values(machine: &mut Machine<'_>, first: u32, count: u32) -> super::Control {
    match machine.return_quickly(first, count) {
        Returned::ToLua => Ok(()),
        Returned::Finished => Err(Stop::Finished),
        Returned::ToSequence if machine.ctx.state().fuel().get() > 0 => {
            let action = machine.poll();
            machine.go_on(action)
        }
        Returned::ToSequence => Err(Stop::Fuel),
        Returned::Not => {
            let action = machine.return_values(first, count);
            machine.go_on(action)
        }
    }
}

#[inline(never)]
fn tail_call(machine: &mut Machine<'_>, func: u32, args: u32) -> super::Control {
    let action = machine.tail_call(func, args);
    machine.go_on(action)
}

/// Prepares a loop over numbers and tells whether it has a turn. `None` if that needs the slow path: an error, or a
/// string as a bound.
#[inline(never)]
unsafe fn prepare_loop(first: *mut Slot<'_>) -> Option<bool> {
    // SAFETY: the first of three registers, by the loop's safety argument.
    let write = |index: usize, value| unsafe { Slot::write(first.add(index), value) };
    // SAFETY: as above.
    let [start, limit, step] = unsafe { [Slot::read(first), Slot::read(first.add(1)), Slot::read(first.add(2))] };
    let [start, limit, step] = [to_numeric(start)?, to_numeric(limit)?, to_numeric(step)?];
    match Beginning::of(start, limit, step) {
        Beginning::StepIsZero => return None,
        Beginning::NoTurn => return Some(false),
        Beginning::Integers { more } => write(1, Slot::integer(more as i64)),
        Beginning::Floats { start, limit, step } => {
            write(0, Slot::float(start));
            write(1, Slot::float(limit));
            write(2, Slot::float(step));
        }
    }
    Some(true)
}

fn is_number(value_tag: u8) -> bool {
    (tag::INTEGER..=tag::FLOAT).contains(&value_tag)
}

/// Whether two numbers of different types are equal.
#[inline(never)]
fn equal_numbers<'gc>(left: Slot<'gc>, right: Slot<'gc>) -> bool {
    left.raw_equal(&right)
}

/// Joins two values that are strings or integers into one short string; `None` if that needs the slow path.
#[inline(never)]
unsafe fn concat_short<'gc>(
    ctx: Context<'gc>,
    operands: *const Slot<'gc>,
) -> Option<Gc<'gc, crate::object::StringObject>> {
    // SAFETY: the operands are registers, by the loop's safety argument.
    unsafe {
        let mc = ctx.mc();
        if mc.is_under_pressure() {
            return None;
        }
        let (left_text, right_text);
        let left = match (*operands).as_string() {
            Some(string) => crate::object::StringObject::bytes(string),
            None => {
                left_text = number::integer_text((*operands).as_integer()?);
                left_text.as_bytes()
            }
        };
        let right = match (*operands.add(1)).as_string() {
            Some(string) => crate::object::StringObject::bytes(string),
            None => {
                right_text = number::integer_text((*operands.add(1)).as_integer()?);
                right_text.as_bytes()
            }
        };
        let length = left.len() + right.len();
        if length > crate::object::SHORT_STRING_LIMIT {
            return None;
        }
        let mut bytes = [0; crate::object::SHORT_STRING_LIMIT];
        bytes.get_unchecked_mut(..left.len()).copy_from_slice(left);
        bytes.get_unchecked_mut(left.len()..length).copy_from_slice(right);
        ctx.string_object(bytes.get_unchecked(..length), false).ok()
    }
}

#[inline(never)]
fn concat(machine: &mut Machine<'_>, first: u32, count: u32) -> super::Control {
    let action = machine.concat(first, count, true);
    machine.go_on(action)
}

#[inline(always)]
unsafe fn set_cell<'gc>(mc: &fife_arena::Mutation<'gc>, cell: Gc<'gc, CellObject<'gc>>, source: *const Slot<'gc>) {
    // SAFETY: the source is a register, by the loop's safety argument.
    unsafe {
        if (*source).tag() >= tag::FIRST_COLLECTABLE {
            mc.barrier_backward(cell);
        }
        Slot::copy(source, cell.value.as_ptr());
    }
}

// These searches write their result to a register right here: returning it would cost every arm of the loop a place on
// the stack.

/// Loads the value of an integer key, from the table or inherited; false if that needs the slow path.
#[inline(never)]
unsafe fn integer_anywhere<'gc>(
    ctx: Context<'gc>,
    table: *const TableObject<'gc>,
    key: i64,
    target: *mut Slot<'gc>,
) -> bool {
    // SAFETY: the table is live, and the target is a register, by the loop's safety argument.
    unsafe { own_or_inherited(ctx, &*table, |table| table.get_integer(key), |value| Slot::write(target, value)) }
}

/// Loads the value of a key that is not a string, from the table or inherited; false if that needs the slow path.
#[inline(never)]
unsafe fn value_anywhere<'gc>(
    ctx: Context<'gc>,
    table: *const TableObject<'gc>,
    key: *const Slot<'gc>,
    target: *mut Slot<'gc>,
) -> bool {
    // SAFETY: the table and the key are live, and the target is a register, by the loop's safety argument.
    unsafe {
        let key = Slot::read(key);
        // The interner's seed matters for long strings only.
        own_or_inherited(ctx, &*table, |table| table.get(key, 0), |value| Slot::write(target, value))
    }
}

/// Loads the value of a short string that the table itself seems to lack; false if that needs the slow path.
#[inline(never)]
unsafe fn field_anywhere<'gc>(
    ctx: Context<'gc>,
    table: *const TableObject<'gc>,
    key: *const Slot<'gc>,
    target: *mut Slot<'gc>,
) -> bool {
    // SAFETY: the table is live, the key is a short string, and the target is a register, by the loop's safety
    // argument.
    unsafe {
        let key = (*key).as_string().unwrap_unchecked();
        !(*table).is_hiding()
            && inherited(ctx, &*table, |table| table.get_short_string(key), |value| Slot::write(target, value))
    }
}

/// As [`field_anywhere`], for a method, which is loaded before its object.
#[inline(never)]
unsafe fn inherited_method<'gc>(
    ctx: Context<'gc>,
    table: *mut TableObject<'gc>,
    key: *const Slot<'gc>,
    target: *mut Slot<'gc>,
) -> bool {
    // SAFETY: as in `field_anywhere`.
    unsafe {
        let key = (*key).as_string().unwrap_unchecked();
        let object = Slot::table(Gc::from_ptr(table));
        !(*table).is_hiding()
            && inherited(
                ctx,
                &*table,
                |table| table.get_short_string(key),
                |method| {
                    Slot::write(target.add(1), object);
                    Slot::write(target, method);
                },
            )
    }
}

/// The integer that a float becomes as a key.
#[inline(always)]
fn integral(key: Slot<'_>) -> Option<i64> {
    key.as_float().and_then(number::float_to_integer)
}

/// The entry behind the key that a loop over a table has reached, or the first one, and the position after it; no entry
/// at the end. `None` if the key is not in the table, or if so many empty places follow that `next` itself has to pass
/// over them.
#[inline(never)]
unsafe fn next_entry<'gc>(
    ctx: Context<'gc>,
    table: *const TableObject<'gc>,
    key: Slot<'gc>,
    hint: u32,
) -> Option<(Option<(Slot<'gc>, Slot<'gc>)>, u32)> {
    // SAFETY: the table is live, by the loop's safety argument.
    let table = unsafe { &*table };
    let position = if key.is_nil() {
        0
    } else if let Some(position) = table.hinted_position(key, hint) {
        position
    } else if key.as_float().is_some_and(|key| number::float_to_integer(key).is_some()) {
        // It would be stored as an integer.
        return None;
    } else {
        charge_key(ctx, key);
        table.position_after(key, hint, ctx.state().interner.seed)?
    };
    let (entry, after, passed) = table.next_entry(position);
    if entry.is_none() && after != TABLE_END {
        return None;
    }
    ctx.state().charge(passed as usize / 8);
    Some((entry, after))
}

/// Stores a value under a short string that has none, an integer without an array slot, or a key that is neither a
/// string nor an integer; false if that needs the slow path. The caller has done what the table's state requires before
/// a store.
#[inline(never)]
unsafe fn store_elsewhere<'gc>(
    mc: &fife_arena::Mutation<'gc>,
    table: *mut TableObject<'gc>,
    key: *const Slot<'gc>,
    value: *const Slot<'gc>,
) -> bool {
    // SAFETY: table, key and value are live, by the loop's safety argument.
    unsafe {
        let table = Gc::from_ptr(table);
        if mc.is_under_pressure() {
            return false;
        }
        if (*key).tag() != tag::STRING {
            if !table.is_known_to_lack(Event::NewIndex) && table.get(Slot::read(key), 0).is_nil() {
                return false;
            }
            // The interner's seed matters for long strings only.
            return TableObject::set(table, mc, Slot::read(key), Slot::read(value), 0).is_ok();
        }
        if !table.is_known_to_lack(Event::NewIndex) || table.is_hiding() {
            return false;
        }
        // Finds the removed entry of the same key again, as `TableObject::set` does.
        (*value).tag() == tag::NIL || TableObject::add_short_string(table, mc, *key, *value)
    }
}

/// Stores the values above a register into the array part of the new table in it, if they are few; false if that needs
/// the slow path.
#[inline(never)]
unsafe fn set_list_open<'gc>(
    mc: &fife_arena::Mutation<'gc>,
    receiver: *const Slot<'gc>,
    start: usize,
    count: usize,
) -> bool {
    // SAFETY: the receiver is a register and `count` values are above it, by the loop's safety argument; slots are
    // written below the array's capacity.
    unsafe {
        let Some(table) = (*receiver).as_table() else { return false };
        let end = start + count;
        if end > LIST_MAX || table.state.get() != 0 || start > table.array_capacity.get() as usize {
            return false;
        }
        // A large table that takes in nodes has fewer slots than were asked for.
        if end > table.array_capacity.get() as usize
            && (TableObject::reserve_array(table, mc, end).is_err() || end > table.array_capacity.get() as usize)
        {
            return false;
        }
        let array = table.array.get().as_ptr().add(start);
        for index in 0..count {
            Slot::copy(receiver.add(1 + index), array.add(index));
        }
        if end > table.array_length.get() as usize {
            table.array_length.set(end as u32);
        }
        table.trim();
        true
    }
}

/// Looks with `get` for what a table has or inherits, and passes it to `put`; false if that needs the slow path.
#[inline(always)]
fn own_or_inherited<'gc>(
    ctx: Context<'gc>,
    table: &TableObject<'gc>,
    get: impl Fn(&TableObject<'gc>) -> Slot<'gc>,
    put: impl FnOnce(Slot<'gc>),
) -> bool {
    let value = get(table);
    if value.is_nil() {
        return inherited(ctx, table, get, put);
    }
    put(value);
    true
}

/// Looks with `get`, through `__index` tables, for what a table itself lacks, and passes it to `put`; false if that
/// needs the slow path.
#[inline(always)]
fn inherited<'gc>(
    ctx: Context<'gc>,
    mut table: &TableObject<'gc>,
    get: impl Fn(&TableObject<'gc>) -> Slot<'gc>,
    put: impl FnOnce(Slot<'gc>),
) -> bool {
    for turn in 0..INDEX_CHAIN {
        // As elsewhere, the first two are free: classes and their instances need no more.
        if turn >= 2 {
            ctx.state().charge(4);
        }
        let next = table.metatable.get().and_then(|metatable| index_table(ctx, metatable));
        let Some(next) = next else {
            let is_nil = table.is_known_to_lack(Event::Index);
            if is_nil {
                put(Slot::NIL);
            }
            return is_nil;
        };
        table = next.as_ref();
        let value = get(table);
        if !value.is_nil() {
            put(value);
            return true;
        }
    }
    false
}

/// Loads a method of a value that is not a table; false if that needs the slow path.
#[inline(never)]
unsafe fn method_of<'gc>(
    ctx: Context<'gc>,
    receiver: *const Slot<'gc>,
    key: *const Slot<'gc>,
    target: *mut Slot<'gc>,
) -> bool {
    // SAFETY: receiver and key are live, the key is a short string, and the target is a register with one above it, by
    // the loop's safety argument.
    unsafe {
        let (receiver, key) = (Slot::read(receiver), (*key).as_string().unwrap_unchecked());
        let Some(table) = ctx.metatable_of(receiver).and_then(|metatable| index_table(ctx, metatable)) else {
            return false;
        };
        let put = |method| {
            Slot::write(target.add(1), receiver);
            Slot::write(target, method);
        };
        own_or_inherited(ctx, &table, |table| table.get_short_string(key), put)
    }
}
