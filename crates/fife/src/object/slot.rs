//! The memory form of a value, in registers, upvalues, constants and array parts: payload and tag in 16 bytes.
//!
//! # Safety argument
//!
//! The payload is a union, read as the tag says. A [`Slot`] is only made from a [`Value`] or copied from another slot,
//! so tag and payload always agree. Only the `unsafe` functions here write one of them alone; their callers (tables,
//! whose nodes keep the two apart, and the interpreter loop) keep them in agreement. The object that a collectable
//! payload points to is alive, because every owner of slots shows them to the tracer ([`Slot::trace`]). Zeroed memory
//! is nil.
//!
//! Slots are copied as 8 + 1 bytes, never as one 16-byte move: a 16-byte load right after the two stores that wrote a
//! slot cannot be forwarded from the store buffer (measured: up to 31% of run time). So on 64-bit machines a slot is a
//! pair of scalars to the compiler, which passes it and returns it in two registers. The seven bytes after the tag are
//! padding, not part of the value; [`Beside`] says what some slots have there.

use super::{
    CellObject, ClosureObject, Function, LuaString, NativeObject, SequenceObject, StringObject, Table, TableObject,
};
use super::{Thread, ThreadObject, UserData, UserDataObject, Value};
use fife_arena::{Collect, Gc, Tracer};
use std::marker::PhantomData;

/// The kinds of payload. Their order makes "false or nil" and "collectable" one comparison each.
pub(crate) mod tag {
    pub(crate) const NIL: u8 = 0;
    pub(crate) const FALSE: u8 = 1;
    pub(crate) const TRUE: u8 = 2;
    pub(crate) const INTEGER: u8 = 3;
    pub(crate) const FLOAT: u8 = 4;
    /// The key of a removed table entry, whose object may have been freed; only in tables.
    pub(crate) const DEAD: u8 = 5;
    pub(crate) const STRING: u8 = 8;
    pub(crate) const TABLE: u8 = 9;
    pub(crate) const CLOSURE: u8 = 10;
    pub(crate) const NATIVE: u8 = 11;
    pub(crate) const USERDATA: u8 = 12;
    pub(crate) const THREAD: u8 = 13;
    /// A cell that holds a captured variable; only in registers and upvalues, never a value of the language.
    pub(crate) const CELL: u8 = 14;

    /// A sequence; only in the slot of a sequence's frame.
    pub(crate) const SEQUENCE: u8 = 15;

    pub(crate) const LAST_FALSY: u8 = FALSE;
    pub(crate) const FIRST_COLLECTABLE: u8 = STRING;
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) union Payload {
    pub(crate) integer: i64,
    pub(crate) float: f64,
    pub(crate) pointer: *mut u8,
    /// The payload's bits, for comparisons; pointers lose their provenance through it.
    pub(crate) bits: u64,
}

impl Payload {
    /// A pointer as a payload. All bits are written, even if pointers are shorter, because payloads are compared by
    /// them.
    #[inline(always)]
    pub(crate) const fn of_pointer(pointer: *mut u8) -> Payload {
        let mut payload = Payload { bits: 0 };
        payload.pointer = pointer;
        payload
    }
}

/// A value in its memory form, as in the stack and in tables: 16 bytes, without the conversion to an enum.
///
/// It means the same as a [`Value`], and each converts to the other. A native that is called often, or that examines
/// many values, is faster with the methods of [`Call`](crate::gc::Call) for slots: [`slot`](crate::gc::Call::slot),
/// [`push_slot`](crate::gc::Call::push_slot), [`replace_slot`](crate::gc::Call::replace_slot),
/// [`one_slot`](crate::gc::Call::one_slot).
///
/// ```
/// use fife::gc::{Function, Slot};
/// use fife::{Lua, native};
///
/// let sum = native!("app.sum", |call| {
///     let mut sum = 0i64;
///     for index in 0..call.len() {
///         let Some(number) = call.slot(index).as_integer() else { return Err(call.type_error(index, "integer")) };
///         sum = sum.wrapping_add(number);
///     }
///     call.one_slot(Slot::integer(sum))
/// });
///
/// let mut lua = Lua::new();
/// lua.enter(|ctx| ctx.globals().set_field(ctx, "sum", Function::native(ctx, sum).unwrap()));
/// assert_eq!(lua.load("sum(1, 2, 39)").eval::<i64>()?, 42);
/// # Ok::<(), fife::Error>(())
/// ```
#[repr(C)]
pub struct Slot<'gc> {
    payload: Raw,
    tag: u8,
    /// Where nothing of 8 bytes needs to lie at a multiple of them, there would be no padding.
    #[cfg(not(target_pointer_width = "64"))]
    padding: std::mem::MaybeUninit<[u8; 7]>,
    brand: PhantomData<std::cell::Cell<&'gc ()>>,
}

/// A payload as the compiler sees it: a scalar, which a union is not. An integer or float is an address without provenance.
#[cfg(target_pointer_width = "64")]
type Raw = *mut u8;
#[cfg(not(target_pointer_width = "64"))]
type Raw = Payload;

/// The memory of a slot, including the bytes behind the tag. To a [`Slot`] they are padding: stores of payload and tag do
/// not touch them, copies of bytes keep them, and copies of a slot as a value may leave them uninitialised.
#[repr(C)]
struct Beside {
    payload: Payload,
    tag: u8,
    /// A constant divisor's shift.
    shift: u8,
    pad: [u8; 2],
    /// A short constant string's hash, a constant divisor's reciprocal, a generic `for`'s position hint (written by
    /// `ForGenericPrepare`). Elsewhere it is neither written nor read.
    extra: u32,
}

const _: () = assert!(size_of::<Beside>() == size_of::<Slot<'static>>());

const _: () = assert!(size_of::<Slot<'static>>() == 16);

/// The bits of a dividend that can be divided by a reciprocal.
const DIVIDEND_BITS: u32 = 31;

impl Clone for Slot<'_> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl Copy for Slot<'_> {}

impl<'gc> Slot<'gc> {
    /// Nil.
    pub const NIL: Slot<'gc> = Slot::with(tag::NIL, Payload { integer: 0 });

    #[inline(always)]
    const fn with(tag: u8, payload: Payload) -> Slot<'gc> {
        // SAFETY: a payload is 8 bytes, all written, and so is a pointer where this makes one.
        let payload = unsafe { std::mem::transmute::<Payload, Raw>(payload) };
        Slot {
            payload,
            tag,
            #[cfg(not(target_pointer_width = "64"))]
            padding: std::mem::MaybeUninit::uninit(),
            brand: PhantomData,
        }
    }

    /// An integer.
    #[inline(always)]
    pub const fn integer(value: i64) -> Slot<'gc> {
        Slot::with(tag::INTEGER, Payload { integer: value })
    }

    /// A float.
    #[inline(always)]
    pub const fn float(value: f64) -> Slot<'gc> {
        Slot::with(tag::FLOAT, Payload { float: value })
    }

    /// A boolean.
    #[inline(always)]
    pub const fn boolean(value: bool) -> Slot<'gc> {
        Slot::with(if value { tag::TRUE } else { tag::FALSE }, Payload { integer: 0 })
    }

    #[inline(always)]
    pub(crate) fn string(string: Gc<'gc, StringObject>) -> Slot<'gc> {
        Slot::with(tag::STRING, Payload::of_pointer(string.as_ptr().cast()))
    }

    #[inline(always)]
    pub(crate) fn table(table: Gc<'gc, TableObject<'gc>>) -> Slot<'gc> {
        Slot::with(tag::TABLE, Payload::of_pointer(table.as_ptr().cast()))
    }

    #[inline(always)]
    pub(crate) fn closure(closure: Gc<'gc, ClosureObject<'gc>>) -> Slot<'gc> {
        Slot::with(tag::CLOSURE, Payload::of_pointer(closure.as_ptr().cast()))
    }

    #[inline(always)]
    pub(crate) fn native(native: Gc<'gc, NativeObject<'gc>>) -> Slot<'gc> {
        Slot::with(tag::NATIVE, Payload::of_pointer(native.as_ptr().cast()))
    }

    #[inline(always)]
    pub(crate) fn thread(thread: Gc<'gc, ThreadObject<'gc>>) -> Slot<'gc> {
        Slot::with(tag::THREAD, Payload::of_pointer(thread.as_ptr().cast()))
    }

    #[inline(always)]
    pub(crate) fn cell(cell: Gc<'gc, CellObject<'gc>>) -> Slot<'gc> {
        Slot::with(tag::CELL, Payload::of_pointer(cell.as_ptr().cast()))
    }

    /// Writes a constant with what the loop has beside it: a short string's hash, or a divisor's reciprocal for
    /// [`divide_quickly`](Self::divide_quickly), by which a division is a multiplication (Granlund and Montgomery, "Division by
    /// invariant integers using multiplication", 1994).
    ///
    /// # Safety
    /// `to` is valid for writing a slot.
    pub(crate) unsafe fn write_constant(to: *mut Slot<'gc>, value: Slot<'gc>) {
        let (mut shift, mut extra) = (0, 0);
        match (value.as_string(), value.as_integer()) {
            (Some(string), _) if string.is_short() => extra = string.short_hash(),
            (_, Some(divisor)) if (2..1 << DIVIDEND_BITS).contains(&divisor) => {
                let bits = DIVIDEND_BITS + (u64::BITS - (divisor as u64 - 1).leading_zeros());
                // Less than 2^32, since the divisor is more than half of 2^(bits - 31).
                if let Ok(reciprocal) = u32::try_from((1u64 << bits).div_ceil(divisor as u64)) {
                    (shift, extra) = (bits as u8, reciprocal);
                }
            }
            _ => {}
        }
        // SAFETY: the caller's promise.
        unsafe {
            to.cast::<Beside>().write(Beside { payload: value.payload(), tag: value.tag, shift, pad: [0; 2], extra })
        }
    }

    /// `dividend // divisor`, rounded down, by the reciprocal beside a constant; `None` if there is none, or it is not
    /// exact for this dividend.
    ///
    /// # Safety
    /// `divisor` was written by [`write_constant`](Self::write_constant).
    #[inline(always)]
    pub(crate) unsafe fn divide_quickly(dividend: i64, divisor: *const Slot<'gc>) -> Option<i64> {
        // SAFETY: the caller's promise.
        let Beside { extra: reciprocal, shift, .. } = unsafe { &*divisor.cast::<Beside>() };
        let (reciprocal, shift) = (*reciprocal, *shift);
        if shift == 0 || dividend as u64 >= 1 << DIVIDEND_BITS {
            return None;
        }
        Some(((dividend as u64 * u64::from(reciprocal)) >> (shift & 63)) as i64)
    }

    #[inline(always)]
    pub(crate) fn sequence(sequence: Gc<'gc, SequenceObject<'gc>>) -> Slot<'gc> {
        Slot::with(tag::SEQUENCE, Payload::of_pointer(sequence.as_ptr().cast()))
    }

    /// A slot of its parts.
    ///
    /// # Safety
    /// They are the parts of one slot that holds a live value.
    #[inline(always)]
    pub(crate) const unsafe fn from_parts(tag: u8, payload: Payload) -> Slot<'gc> {
        Slot::with(tag, payload)
    }

    #[inline(always)]
    pub(crate) fn tag(&self) -> u8 {
        self.tag
    }

    #[inline(always)]
    pub(crate) fn payload(&self) -> Payload {
        // SAFETY: they are the same bytes. Read from where they lie, a float is not read as a pointer first.
        unsafe { (&raw const self.payload).cast::<Payload>().read() }
    }

    /// The number beside the value in memory.
    ///
    /// # Safety
    /// `slot` is valid for reading a slot, and the number was written: see [`Beside`].
    #[inline(always)]
    pub(crate) unsafe fn extra(slot: *const Slot<'gc>) -> u32 {
        // SAFETY: the caller's promise.
        unsafe { (*slot.cast::<Beside>()).extra }
    }

    /// Whether it is nil.
    #[inline(always)]
    pub fn is_nil(&self) -> bool {
        self.tag == tag::NIL
    }

    /// Whether it is false or nil.
    #[inline(always)]
    pub fn is_falsy(&self) -> bool {
        self.tag <= tag::LAST_FALSY
    }

    /// The integer, if it is one. A float never is, whatever its value.
    #[inline(always)]
    pub fn as_integer(&self) -> Option<i64> {
        // SAFETY: the tag says so.
        if self.tag == tag::INTEGER { Some(unsafe { self.payload().integer }) } else { None }
    }

    /// The float, if it is one. An integer never is.
    #[inline(always)]
    pub fn as_float(&self) -> Option<f64> {
        // SAFETY: the tag says so.
        if self.tag == tag::FLOAT { Some(unsafe { self.payload().float }) } else { None }
    }

    /// Whether it is a function, of Lua or of Rust.
    #[inline(always)]
    pub(crate) fn is_function(&self) -> bool {
        matches!(self.tag, tag::CLOSURE | tag::NATIVE)
    }

    /// The string, if it is one.
    #[inline(always)]
    pub fn to_lua_string(&self) -> Option<LuaString<'gc>> {
        self.as_string().map(LuaString)
    }

    /// The table, if it is one.
    #[inline(always)]
    pub fn to_table(&self) -> Option<Table<'gc>> {
        self.as_table().map(Table)
    }

    /// The userdata, if it is one.
    #[inline(always)]
    pub fn to_userdata(&self) -> Option<UserData<'gc>> {
        self.as_userdata().map(UserData)
    }

    #[inline(always)]
    pub(crate) fn as_string(&self) -> Option<Gc<'gc, StringObject>> {
        // SAFETY: the tag says so.
        if self.tag == tag::STRING { Some(unsafe { Gc::from_ptr(self.payload().pointer.cast()) }) } else { None }
    }

    #[inline(always)]
    pub(crate) fn as_table(&self) -> Option<Gc<'gc, TableObject<'gc>>> {
        // SAFETY: the tag says so.
        if self.tag == tag::TABLE { Some(unsafe { Gc::from_ptr(self.payload().pointer.cast()) }) } else { None }
    }

    #[inline(always)]
    pub(crate) fn as_closure(&self) -> Option<Gc<'gc, ClosureObject<'gc>>> {
        // SAFETY: the tag says so.
        if self.tag == tag::CLOSURE { Some(unsafe { Gc::from_ptr(self.payload().pointer.cast()) }) } else { None }
    }

    #[inline(always)]
    pub(crate) fn as_native(&self) -> Option<Gc<'gc, NativeObject<'gc>>> {
        // SAFETY: the tag says so.
        if self.tag == tag::NATIVE { Some(unsafe { Gc::from_ptr(self.payload().pointer.cast()) }) } else { None }
    }

    #[inline(always)]
    pub(crate) fn as_thread(&self) -> Option<Gc<'gc, ThreadObject<'gc>>> {
        // SAFETY: the tag says so.
        if self.tag == tag::THREAD { Some(unsafe { Gc::from_ptr(self.payload().pointer.cast()) }) } else { None }
    }

    #[inline(always)]
    pub(crate) fn as_userdata(&self) -> Option<Gc<'gc, UserDataObject<'gc>>> {
        // SAFETY: the tag says so.
        if self.tag == tag::USERDATA { Some(unsafe { Gc::from_ptr(self.payload().pointer.cast()) }) } else { None }
    }

    #[inline(always)]
    pub(crate) fn as_cell(&self) -> Option<Gc<'gc, CellObject<'gc>>> {
        // SAFETY: the tag says so.
        if self.tag == tag::CELL { Some(unsafe { Gc::from_ptr(self.payload().pointer.cast()) }) } else { None }
    }

    #[inline(always)]
    pub(crate) fn as_sequence(&self) -> Option<Gc<'gc, SequenceObject<'gc>>> {
        // SAFETY: the tag says so.
        if self.tag == tag::SEQUENCE { Some(unsafe { Gc::from_ptr(self.payload().pointer.cast()) }) } else { None }
    }

    /// The value with a payload for comparing keys: in a register, that of a boolean may be anything.
    #[inline(always)]
    pub(crate) fn as_key(self) -> Slot<'gc> {
        if self.tag == tag::FALSE || self.tag == tag::TRUE { Slot::boolean(self.tag == tag::TRUE) } else { self }
    }

    // A cell, which verified code never exposes, counts as nil.
    /// The same as an enum.
    #[inline]
    pub fn value(&self) -> Value<'gc> {
        // SAFETY: the tag says what the payload is.
        unsafe {
            match self.tag {
                tag::FALSE => Value::Boolean(false),
                tag::TRUE => Value::Boolean(true),
                tag::INTEGER => Value::Integer(self.payload().integer),
                tag::FLOAT => Value::Number(self.payload().float),
                tag::STRING => Value::String(LuaString(Gc::from_ptr(self.payload().pointer.cast()))),
                tag::TABLE => Value::Table(Table(Gc::from_ptr(self.payload().pointer.cast()))),
                tag::CLOSURE => Value::Function(Function::Closure(Gc::from_ptr(self.payload().pointer.cast()))),
                tag::NATIVE => Value::Function(Function::Native(Gc::from_ptr(self.payload().pointer.cast()))),
                tag::USERDATA => Value::UserData(UserData(Gc::from_ptr(self.payload().pointer.cast()))),
                tag::THREAD => Value::Thread(Thread(Gc::from_ptr(self.payload().pointer.cast()))),
                _ => Value::Nil,
            }
        }
    }

    /// Raw equality, as `rawequal`: numbers by value across integer and float, long strings by content.
    #[inline]
    pub fn raw_equal(&self, other: &Slot<'gc>) -> bool {
        // SAFETY: payloads are read as their tags say; comparing addresses as bits needs no provenance.
        unsafe {
            if self.tag == other.tag {
                match self.tag {
                    tag::NIL | tag::FALSE | tag::TRUE => true,
                    tag::FLOAT => self.payload().float == other.payload().float,
                    tag::STRING => {
                        self.payload().bits == other.payload().bits || {
                            let left = Gc::from_ptr(self.payload().pointer.cast());
                            let right = Gc::from_ptr(other.payload().pointer.cast());
                            StringObject::equal_long(left, right)
                        }
                    }
                    _ => self.payload().bits == other.payload().bits,
                }
            } else {
                match (self.tag, other.tag) {
                    (tag::INTEGER, tag::FLOAT) => {
                        self.payload().integer as f64 == other.payload().float && {
                            fife_bytecode::number::float_to_integer(other.payload().float)
                                == Some(self.payload().integer)
                        }
                    }
                    (tag::FLOAT, tag::INTEGER) => {
                        other.payload().integer as f64 == self.payload().float && {
                            fife_bytecode::number::float_to_integer(self.payload().float)
                                == Some(other.payload().integer)
                        }
                    }
                    _ => false,
                }
            }
        }
    }

    /// Shows the value to the tracer.
    #[inline(always)]
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        if self.tag >= tag::FIRST_COLLECTABLE {
            // SAFETY: a collectable payload points to a live object of this heap.
            unsafe { tracer.mark_raw(std::ptr::NonNull::new_unchecked(self.payload().pointer)) }
        }
    }

    /// Copies the value from one slot to another, as 8 + 1 bytes.
    ///
    /// # Safety
    /// `from` is valid for reading a slot, `to` for writing one.
    #[inline(always)]
    pub(crate) unsafe fn copy(from: *const Slot<'gc>, to: *mut Slot<'gc>) {
        // SAFETY: the caller's promise.
        unsafe {
            let payload = (*from.cast::<Beside>()).payload;
            let tag = (*from).tag;
            (*to.cast::<Beside>()).payload = payload;
            (*to).tag = tag;
        }
    }

    /// The value of a slot, with payload and tag read separately, as they were written. Reading both at once would wait
    /// for recent stores of them.
    ///
    /// # Safety
    /// `from` is valid for reading a slot.
    #[inline(always)]
    pub(crate) unsafe fn read(from: *const Slot<'gc>) -> Slot<'gc> {
        // SAFETY: the caller's promise.
        unsafe { Slot::from_parts((*from).tag, (*from).payload()) }
    }

    /// Writes the number beside the value.
    ///
    /// # Safety
    /// `to` is valid for writing a slot.
    #[inline(always)]
    pub(crate) unsafe fn set_extra(to: *mut Slot<'gc>, extra: u32) {
        // SAFETY: the caller's promise.
        unsafe {
            (*to.cast::<Beside>()).extra = extra;
        }
    }

    /// Writes a tag alone.
    ///
    /// # Safety
    /// `to` is valid for writing a slot, and the payload there is one for this tag, or is about to be.
    #[inline(always)]
    pub(crate) unsafe fn set_tag(to: *mut Slot<'gc>, tag: u8) {
        // SAFETY: the caller's promise.
        unsafe { (*to).tag = tag }
    }

    /// Writes a payload alone.
    ///
    /// # Safety
    /// `to` is valid for writing a slot, and the tag there is one for this payload, or is about to be.
    #[inline(always)]
    pub(crate) unsafe fn set_payload(to: *mut Slot<'gc>, payload: Payload) {
        // SAFETY: the caller's promise.
        unsafe { (*to.cast::<Beside>()).payload = payload }
    }

    /// As [`set_payload`](Self::set_payload), of an integer.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub(crate) unsafe fn set_integer_payload(to: *mut Slot<'gc>, value: i64) {
        // SAFETY: the caller's promise.
        unsafe { (*to.cast::<Beside>()).payload.integer = value }
    }

    /// As [`set_payload`](Self::set_payload), of a float.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub(crate) unsafe fn set_float_payload(to: *mut Slot<'gc>, value: f64) {
        // SAFETY: the caller's promise.
        unsafe { (*to.cast::<Beside>()).payload.float = value }
    }

    /// Writes a value as 8 + 1 bytes.
    ///
    /// # Safety
    /// `to` is valid for writing a slot.
    #[inline(always)]
    pub(crate) unsafe fn write(to: *mut Slot<'gc>, value: Slot<'gc>) {
        // SAFETY: the caller's promise.
        unsafe {
            (*to.cast::<Beside>()).payload = value.payload();
            (*to).tag = value.tag;
        }
    }
}

impl std::fmt::Debug for Slot<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value().fmt(f)
    }
}

impl Default for Slot<'_> {
    fn default() -> Self {
        Slot::NIL
    }
}

macro_rules! from_object {
    ($($object:ident => $slot:ident),+) => {$(
        impl<'gc> From<$object<'gc>> for Slot<'gc> {
            #[inline(always)]
            fn from(object: $object<'gc>) -> Slot<'gc> {
                Slot::$slot(object.0)
            }
        }
    )+};
}
from_object! { LuaString => string, Table => table, Thread => thread }

impl<'gc> From<Value<'gc>> for Slot<'gc> {
    #[inline]
    fn from(value: Value<'gc>) -> Slot<'gc> {
        match value {
            Value::Nil => Slot::NIL,
            Value::Boolean(value) => Slot::boolean(value),
            Value::Integer(value) => Slot::integer(value),
            Value::Number(value) => Slot::float(value),
            Value::String(string) => Slot::string(string.0),
            Value::Table(table) => Slot::table(table.0),
            Value::Function(Function::Closure(closure)) => Slot::closure(closure),
            Value::Function(Function::Native(native)) => Slot::native(native),
            Value::UserData(data) => Slot::with(tag::USERDATA, Payload::of_pointer(data.0.as_ptr().cast())),
            Value::Thread(thread) => Slot::thread(thread.0),
        }
    }
}

// SAFETY: shows the one pointer it may hold.
unsafe impl Collect for Slot<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        Slot::trace(self, tracer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisions_by_reciprocals_are_exact() {
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            state >> 33
        };
        let edges = (0..31).flat_map(|bit| [(1i64 << bit) - 1, 1 << bit, (1 << bit) + 1]);
        let divisors: Vec<i64> = edges.clone().chain((0..2000).map(|_| random() as i64 >> (random() % 31))).collect();
        for divisor in divisors.into_iter().filter(|it| *it != 0) {
            let mut constant = std::mem::MaybeUninit::uninit();
            // SAFETY: there is room for a slot.
            unsafe { Slot::write_constant(constant.as_mut_ptr(), Slot::integer(divisor)) };
            let near = |dividend: i64| {
                [
                    dividend.wrapping_sub(1),
                    dividend,
                    dividend.wrapping_add(1),
                    (dividend / divisor * divisor).wrapping_sub(1),
                ]
            };
            let dividends = edges.clone().chain([i64::from(i32::MAX), -1, i64::MIN, i64::MAX, 1 << 32]);
            for dividend in dividends.chain((0..200).map(|_| random() as i64)).flat_map(near) {
                // SAFETY: written above.
                let quotient = unsafe { Slot::divide_quickly(dividend, constant.as_ptr()) };
                assert_eq!(
                    quotient.is_some(),
                    divisor > 1 && (0..1 << 31).contains(&dividend),
                    "{dividend} // {divisor}"
                );
                assert!(
                    quotient.is_none_or(|it| it == dividend / divisor),
                    "{dividend} // {divisor} is not {quotient:?}"
                );
            }
        }
    }
}
