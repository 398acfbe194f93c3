//! Functions: Lua closures with their upvalues inline, and [`native`](super::native) ones.
//!
//! # Safety argument
//!
//! A [`ClosureObject`] is followed in its allocation by `upvalue_count` slots. It is allocated here with that room, and
//! initialised before anything else sees it.

mod code;
mod upvalue;

pub use code::{ActiveLines, FunctionCode};
pub use upvalue::Upvalue;

use super::native::{NameTaken, Native, NativeObject};
use super::prototype::PrototypeObject;
use super::slot::Slot;
use super::{Context, Value};
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, Tracer};
use fife_bytecode::Capture;
use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

/// Holds a captured variable that is assigned after its capture.
#[repr(C)]
pub(crate) struct CellObject<'gc> {
    pub(crate) value: Cell<Slot<'gc>>,
}

// SAFETY: shows its value; the interpreter writes it, and runs the barrier before.
unsafe impl Collect for CellObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: the cell is alive and nothing writes to it meanwhile.
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

    /// Changes the variable.
    pub(crate) fn set(this: Gc<'gc, Self>, mc: &Mutation<'gc>, value: Slot<'gc>) {
        mc.barrier_backward(this);
        this.value.set(value);
    }
}

/// A closure of Lua code, followed by its upvalues: values or cells, as the prototype says.
#[repr(C)]
pub(crate) struct ClosureObject<'gc> {
    pub(crate) prototype: Gc<'gc, PrototypeObject<'gc>>,
    serial: u32,
    upvalue_count: u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<ClosureObject<'static>>() + fife_arena::raw::HEADER_SIZE == 24);

// SAFETY: shows the prototype and, since it is always a whole object, the upvalues, which are written through
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
    /// A closure whose upvalues are nil until [`upvalues`](Self::upvalues) are written, before anything else is
    /// allocated.
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

    /// A closure of a prototype nested in the running one's, with what it captures.
    ///
    /// # Safety
    /// `running`'s prototype is verified and has a nested one with this number; `base` points to the first register of
    /// a frame that runs it.
    #[inline(always)]
    pub(crate) unsafe fn capturing(
        ctx: super::Context<'gc>,
        running: Gc<'gc, Self>,
        number: u32,
        base: *const Slot<'gc>,
    ) -> Result<Gc<'gc, ClosureObject<'gc>>, OutOfMemory> {
        // SAFETY: the caller's promises; the verifier checked what the nested prototype captures. The new closure needs
        // no barrier.
        unsafe {
            let prototype = *running.as_ref().prototype.as_ref().prototypes.get_unchecked(number as usize);
            let captures = &prototype.as_ref().chunk.upvalues;
            let closure = ClosureObject::allocate(ctx.mc(), prototype, captures.len(), ctx.next_serial())?;
            let upvalues = ClosureObject::upvalues(closure);
            for (index, upvalue) in captures.iter().enumerate() {
                let source = match upvalue.capture {
                    Capture::Register(register) => base.add(register as usize),
                    Capture::Upvalue(upvalue) => ClosureObject::upvalues(running).add(upvalue as usize).cast_const(),
                    Capture::Running => base.sub(1),
                };
                Slot::copy(source, upvalues.add(index));
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

    /// An upvalue's slot, which holds the value or its cell as the prototype says; `None` if there is none with this
    /// number.
    pub(crate) fn upvalue(this: Gc<'gc, Self>, index: usize) -> Option<Slot<'gc>> {
        // SAFETY: the index is in range, and upvalues are initialised.
        (index < this.upvalue_count()).then(|| unsafe { *ClosureObject::upvalues(this).add(index) })
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

impl<'gc> Function<'gc> {
    /// Makes a native function. A VM knows natives by their names, including those of libraries that are not open.
    ///
    /// # Errors
    /// [`NameTaken`] if the VM knows another definition by this name.
    pub fn native(ctx: Context<'gc>, definition: &'static Native) -> Result<Function<'gc>, NameTaken> {
        Function::native_with(ctx, definition, &[])
    }

    /// Makes a native function with values of its own, which it reads by [`Call::upvalue`](crate::gc::Call::upvalue).
    /// Panics if there are more than 65,535. It may exceed the limit on memory: a native that a script calls uses
    /// [`Call::make_function`](crate::gc::Call::make_function).
    ///
    /// # Errors
    /// As [`native`](Self::native).
    pub fn native_with(
        ctx: Context<'gc>,
        definition: &'static Native,
        upvalues: &[Value<'gc>],
    ) -> Result<Function<'gc>, NameTaken> {
        ctx.state().natives.register(definition)?;
        Ok(Function::of_library(ctx, definition, upvalues))
    }

    /// As [`native_with`](Self::native_with), for definitions of the library, which the VM knows.
    pub(crate) fn of_library(ctx: Context<'gc>, definition: &'static Native, upvalues: &[Value<'gc>]) -> Function<'gc> {
        match Function::allocate(ctx, definition, upvalues, true) {
            Ok(function) => function,
            Err(OutOfMemory) => std::alloc::handle_alloc_error(std::alloc::Layout::new::<Function<'_>>()),
        }
    }

    /// As [`native_with`](Self::native_with), within the limit on memory, for a definition that the VM knows.
    pub(crate) fn try_native_with(
        ctx: Context<'gc>,
        definition: &'static Native,
        upvalues: &[Value<'gc>],
    ) -> Result<Function<'gc>, OutOfMemory> {
        Function::allocate(ctx, definition, upvalues, false)
    }

    /// With `forced`, the limit on memory may be exceeded.
    fn allocate(
        ctx: Context<'gc>,
        definition: &'static Native,
        upvalues: &[Value<'gc>],
        forced: bool,
    ) -> Result<Function<'gc>, OutOfMemory> {
        let name = definition.name();
        assert!(upvalues.len() <= usize::from(u16::MAX), "{name}: a native function has at most 65,535 upvalues");
        let serial = ctx.next_serial();
        NativeObject::allocate(ctx.mc(), definition, upvalues, serial, forced).map(Function::Native)
    }
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

impl<'gc> Function<'gc> {
    /// Replaces a value that a native function was made with, counted from 0. Does nothing if there is none with this
    /// number, or for a closure of Lua code.
    pub fn set_native_upvalue(self, ctx: Context<'gc>, index: usize, value: impl Into<Value<'gc>>) {
        if let Function::Native(native) = self {
            NativeObject::set_upvalue(native, ctx.mc(), index, Slot::from(value.into()));
        }
    }

    /// The definition of a native function; `None` for a closure of Lua code.
    pub fn definition(self) -> Option<&'static Native> {
        match self {
            Function::Closure(_) => None,
            Function::Native(native) => Some(native.definition),
        }
    }

    /// All values that the function keeps, for tests, including those that scripts do not see.
    #[doc(hidden)]
    pub fn upvalues(self) -> Vec<Value<'gc>> {
        match self {
            Function::Closure(closure) => {
                let slots = (0..closure.upvalue_count()).filter_map(|index| ClosureObject::upvalue(closure, index));
                slots.map(|slot| slot.as_cell().map_or(slot, |cell| cell.value.get()).value()).collect()
            }
            Function::Native(native) => (0..usize::from(native.upvalue_count))
                .map(|index| NativeObject::upvalue(native, index).value())
                .collect(),
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
