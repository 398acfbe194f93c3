//! Functions: Lua closures with their upvalues inline, and native functions.
//!
//! # Safety argument
//!
//! A [`ClosureObject`] is followed in its own allocation by `upvalue_count` slots, a [`NativeObject`] by
//! `upvalue_count` slots; both are allocated here with that room and initialised before anyone sees them.

use super::Value;
use super::prototype::PrototypeObject;
use super::slot::Slot;
use crate::api::{Call, Reply};
use crate::error::Error;
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

/// What a captured variable lives in that is assigned after its capture.
#[repr(C)]
pub(crate) struct CellObject<'gc> {
    pub(crate) value: Cell<Slot<'gc>>,
}

// SAFETY: shows its value; the interpreter writes it, and runs the barrier before.
unsafe impl Collect for CellObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: the cell is alive and nobody writes to it meanwhile.
        unsafe { (*self.value.as_ptr()).trace(tracer) }
    }
}

impl<'gc> CellObject<'gc> {
    #[inline]
    pub(crate) fn allocate(mc: &Mutation<'gc>, value: Slot<'gc>) -> Result<Gc<'gc, CellObject<'gc>>, OutOfMemory> {
        // SAFETY: the object is written before anyone sees it.
        unsafe {
            let memory = mc.allocate_traced::<CellObject<'gc>>(size_of::<CellObject<'gc>>(), false)?;
            memory.write(CellObject { value: Cell::new(value) });
            Ok(Gc::from_ptr(memory.as_ptr()))
        }
    }
}

/// A closure of Lua code. Its upvalues follow: values, or cells, as the prototype says.
#[repr(C)]
pub(crate) struct ClosureObject<'gc> {
    pub(crate) prototype: Gc<'gc, PrototypeObject<'gc>>,
    serial: u32,
    upvalue_count: u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<ClosureObject<'static>>() + fife_arena::raw::HEADER_SIZE == 24);

// SAFETY: shows the prototype and, as it is only ever an object of its own, the upvalues; those are written through
// `set_upvalue`.
unsafe impl Collect for ClosureObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.prototype);
    }

    unsafe fn trace_object(this: NonNull<Self>, tracer: &mut Tracer<'_>) {
        // SAFETY: the caller's promise; the upvalues follow the object in its allocation and are initialised.
        unsafe {
            let this: Gc<'_, ClosureObject<'_>> = Gc::from_ptr(this.as_ptr());
            this.as_ref().trace(tracer);
            for index in 0..this.upvalue_count() {
                (*ClosureObject::upvalues(this).add(index)).trace(tracer);
            }
        }
    }
}

impl<'gc> ClosureObject<'gc> {
    /// A closure whose upvalues are nil until [`upvalues`](Self::upvalues) are written, which must be before anything
    /// else is allocated.
    #[inline]
    pub(crate) fn allocate(
        mc: &Mutation<'gc>,
        prototype: Gc<'gc, PrototypeObject<'gc>>,
        upvalue_count: usize,
        serial: u32,
    ) -> Result<Gc<'gc, ClosureObject<'gc>>, OutOfMemory> {
        let size = size_of::<ClosureObject<'gc>>() + upvalue_count * size_of::<Slot<'gc>>();
        // SAFETY: header and upvalues are written before anyone sees them.
        unsafe {
            let memory = mc.allocate_traced::<ClosureObject<'gc>>(size, false)?;
            memory.write(ClosureObject { prototype, serial, upvalue_count: upvalue_count as u32 });
            let closure = Gc::from_ptr(memory.as_ptr());
            for index in 0..upvalue_count {
                ClosureObject::upvalues(closure).add(index).write(Slot::NIL);
            }
            Ok(closure)
        }
    }

    /// Where its upvalues start.
    #[inline(always)]
    pub(crate) fn upvalues(this: Gc<'gc, Self>) -> *mut Slot<'gc> {
        // SAFETY: they follow the object in its allocation.
        unsafe { this.as_ptr().add(1).cast() }
    }

    pub(crate) fn upvalue_count(&self) -> usize {
        self.upvalue_count as usize
    }

    pub(crate) fn serial(&self) -> u32 {
        self.serial
    }

    /// Replaces an upvalue's slot.
    pub(crate) fn set_upvalue(this: Gc<'gc, Self>, mc: &Mutation<'gc>, index: usize, value: Slot<'gc>) {
        assert!(index < this.upvalue_count());
        mc.barrier_backward(this);
        // SAFETY: checked.
        unsafe { Slot::write(ClosureObject::upvalues(this).add(index), value) }
    }
}

/// A function of Rust code: it looks at its arguments and answers with a [`Reply`].
pub type NativeFunction<'gc> = for<'a> fn(&mut Call<'gc, 'a>) -> Result<Reply, Error<'gc>>;

/// Natives that the interpreter itself carries out, because they change frames or threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
pub(crate) enum Intrinsic {
    /// An ordinary native.
    None,
    /// `next`, which a generic `for` recognises.
    Next,
    /// The iterator of `ipairs`, which a generic `for` recognises.
    IpairsStep,
    Pcall,
    Xpcall,
    Resume,
    /// A function made by `coroutine.wrap`; its upvalue 0 is the coroutine.
    Wrapped,
    Yield,
    YieldTo,
    /// `coroutine.close`
    CloseThread,
    /// Ends the task in favour of its argument, a function: see `Machine::end_task`.
    EndTask,
}

/// A function of Rust code. Its upvalues follow.
#[repr(C)]
pub(crate) struct NativeObject<'gc> {
    pub(crate) function: NativeFunction<'gc>,
    pub(crate) name: &'static str,
    serial: u32,
    pub(crate) upvalue_count: u16,
    pub(crate) intrinsic: Intrinsic,
}

// SAFETY: shows the upvalues, as it is only ever an object of its own.
unsafe impl Collect for NativeObject<'_> {
    fn trace(&self, _: &mut Tracer<'_>) {}

    unsafe fn trace_object(this: NonNull<Self>, tracer: &mut Tracer<'_>) {
        // SAFETY: the caller's promise; the upvalues follow the object in its allocation and are initialised.
        unsafe {
            let this: Gc<'_, NativeObject<'_>> = Gc::from_ptr(this.as_ptr());
            for index in 0..usize::from(this.upvalue_count) {
                (*NativeObject::upvalues(this).add(index)).trace(tracer);
            }
        }
    }
}

impl<'gc> NativeObject<'gc> {
    pub(crate) fn allocate(
        mc: &Mutation<'gc>,
        name: &'static str,
        function: NativeFunction<'gc>,
        intrinsic: Intrinsic,
        upvalues: &[Value<'gc>],
        serial: u32,
        forced: bool,
    ) -> Result<Gc<'gc, NativeObject<'gc>>, OutOfMemory> {
        let size = size_of::<NativeObject<'gc>>() + size_of_val(upvalues);
        let upvalue_count = upvalues.len() as u16;
        // SAFETY: header and upvalues are written before anyone sees them.
        unsafe {
            let memory = mc.allocate_traced::<NativeObject<'gc>>(size, forced)?;
            memory.write(NativeObject { function, name, serial, upvalue_count, intrinsic });
            let native = Gc::from_ptr(memory.as_ptr());
            for (index, value) in upvalues.iter().enumerate().take(usize::from(upvalue_count)) {
                NativeObject::upvalues(native).add(index).write(Slot::from(*value));
            }
            Ok(native)
        }
    }

    pub(crate) fn upvalues(this: Gc<'gc, Self>) -> *mut Slot<'gc> {
        // SAFETY: they follow the object in its allocation.
        unsafe { this.as_ptr().add(1).cast() }
    }

    pub(crate) fn upvalue(this: Gc<'gc, Self>, index: usize) -> Slot<'gc> {
        if index >= usize::from(this.upvalue_count) {
            return Slot::NIL;
        }
        // SAFETY: the index is in range.
        unsafe { *NativeObject::upvalues(this).add(index) }
    }

    pub(crate) fn set_upvalue(this: Gc<'gc, Self>, mc: &Mutation<'gc>, index: usize, value: Slot<'gc>) {
        if index < usize::from(this.upvalue_count) {
            mc.barrier_backward(this);
            // SAFETY: the index is in range.
            unsafe { Slot::write(NativeObject::upvalues(this).add(index), value) }
        }
    }

    pub(crate) fn serial(&self) -> u32 {
        self.serial
    }
}

/// A function, of Lua or of Rust.
#[derive(Clone, Copy)]
pub enum Function<'gc> {
    /// A closure of Lua code.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    Closure(Gc<'gc, ClosureObject<'gc>>),
    /// A function of Rust code.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    Native(Gc<'gc, NativeObject<'gc>>),
}

// SAFETY: shows its one pointer.
unsafe impl Collect for Function<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        match self {
            Function::Closure(closure) => tracer.mark(*closure),
            Function::Native(native) => tracer.mark(*native),
        }
    }
}

impl PartialEq for Function<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Function::Closure(left), Function::Closure(right)) => Gc::ptr_eq(*left, *right),
            (Function::Native(left), Function::Native(right)) => Gc::ptr_eq(*left, *right),
            _ => false,
        }
    }
}

impl fmt::Debug for Function<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::Function(*self).fmt(f)
    }
}
