//! Prototypes on the heap: verified code with its constants as values.
//!
//! All parts of a prototype are in one block of the arena, so that it counts as what it takes and is freed like all
//! garbage. Rust's allocator would keep the freed memory.
//!
//! # Safety argument
//!
//! The block belongs to the object, whose `trace` marks it, so it lives as long as the object. Its contents were
//! written once, by [`Copier`], and are only read. [`PrototypeObject::chunk`] is a [`Prototype`] whose boxes are places
//! in the block. It is never dropped, so that no box is given to Rust's allocator, and never moved out of its object.
//! `code` and `constants` point into the block. The prototype is made only from a [`Verified`] one, or from a
//! [`VerifiedFunction`] together with the objects whose upvalues it was verified with ([`Arriving`]); on that the
//! interpreter's unchecked accesses rely. These pointers are taken after the object is in its place, because moving a
//! box invalidates pointers into it (Stacked Borrows).

use super::Context;
use super::SHORT_STRING_LIMIT;
use super::slot::Slot;
use super::string::StringObject;
use crate::object::held_bytes::HeldBytes;
use fife_arena::{Collect, Gc, OutOfMemory, Tracer};
use fife_bytecode::verify::{FunctionVerification, Refusal, VerifiedFunction};
use fife_bytecode::{Constant, Instruction, Local, Positions, Prototype, Text, Upvalue, Verified};
use std::borrow::Borrow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::{Arc, LazyLock};

pub(crate) struct PrototypeObject<'gc> {
    pub(crate) code: Cell<*const Instruction>,
    pub(crate) constants: Cell<*const Slot<'gc>>,
    pub(crate) register_count: u8,
    pub(crate) parameter_count: u8,
    pub(crate) entry_cost: u8,
    pub(crate) is_vararg: bool,
    constant_slots: InBlock<Slot<'gc>>,
    pub(crate) prototypes: InBlock<Gc<'gc, PrototypeObject<'gc>>>,
    /// The chunk's name, which may be its whole source, and which the whole tree shares.
    source: Gc<'gc, StringObject>,
    /// Everything else, without the chunk's name. Its nested prototypes have been taken out.
    pub(crate) chunk: ManuallyDrop<Prototype>,
    block: NonNull<u8>,
}

// SAFETY: shows the constants, the nested prototypes and the name, and marks the block.
unsafe impl Collect for PrototypeObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: the block is this object's.
        unsafe { tracer.mark_block(self.block) };
        for constant in &*self.constant_slots {
            Slot::trace(constant, tracer);
        }
        self.prototypes.trace(tracer);
        tracer.mark(self.source);
    }
}

/// A list in the block of the prototype that has it.
pub(crate) struct InBlock<T>(NonNull<[T]>);

impl<T> std::ops::Deref for InBlock<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        // SAFETY: it is a field of a prototype, whose block lives as long as the prototype and was written when that
        // was made.
        unsafe { self.0.as_ref() }
    }
}

/// The alignment of lists in a block. No element needs more.
const BLOCK_ALIGN: usize = 8;

/// The room that a list of this many bytes takes in a block.
fn room(bytes: usize) -> usize {
    bytes.next_multiple_of(BLOCK_ALIGN)
}

/// The size of the block for the chunk's own parts, and for other parts of these sizes.
fn block_size(chunk: &Prototype, others: [usize; 2]) -> usize {
    let mut size = others.map(room).iter().sum();
    chunk.each_part(|bytes| size += room(bytes));
    size
}

/// Writes the parts of a prototype into its block, one list after another.
struct Copier {
    at: NonNull<u8>,
    left: usize,
}

impl Copier {
    /// Takes the next place of the block.
    fn place<T>(&mut self, count: usize) -> NonNull<[T]> {
        const { assert!(align_of::<T>() <= BLOCK_ALIGN) };
        let bytes = room(count * size_of::<T>());
        assert!(bytes <= self.left, "the block is as large as what is written to it");
        let place = NonNull::slice_from_raw_parts(self.at.cast(), count);
        self.left -= bytes;
        // SAFETY: within the block, or at its end.
        self.at = unsafe { self.at.add(bytes) };
        place
    }

    /// A list with the result of `make` for each item. `make` may take places of its own.
    fn list<S, T>(&mut self, items: &[S], mut make: impl FnMut(&mut Copier, &S) -> T) -> NonNull<[T]> {
        let place = self.place::<T>(items.len());
        for (index, item) in items.iter().enumerate() {
            let made = make(self, item);
            // SAFETY: the place is ours, and has room for all items.
            unsafe { place.cast::<T>().add(index).write(made) };
        }
        place
    }

    /// As [`list`](Self::list), in a box that is in the block: it must not be dropped.
    fn boxed<S, T>(&mut self, items: &[S], make: impl FnMut(&mut Copier, &S) -> T) -> Box<[T]> {
        if items.is_empty() {
            return Box::default();
        }
        // SAFETY: the place was just written, and nothing else refers to it. `chunk` makes sure that the box is never
        // dropped.
        unsafe { Box::from_raw(self.list(items, make).as_ptr()) }
    }

    /// A text, whose boxes, if it has any, are in the block.
    fn text(&mut self, text: &[u8]) -> Text {
        if let Some(text) = Text::here(text) {
            return text;
        }
        let bytes = self.copied(text);
        let place = self.place::<Box<[u8]>>(1).cast::<Box<[u8]>>();
        // SAFETY: the place is ours, and has room for it. As in `boxed`, the box is never dropped.
        Text::there(unsafe {
            place.write(bytes);
            Box::from_raw(place.as_ptr())
        })
    }

    fn copied<T: Copy>(&mut self, items: &[T]) -> Box<[T]> {
        self.boxed(items, |_, item| *item)
    }

    /// The chunk with all its own parts in the block.
    fn chunk(&mut self, chunk: &Prototype) -> ManuallyDrop<Prototype> {
        ManuallyDrop::new(Prototype {
            // SAFETY: this copy is never dropped, like everything here, so it does not count. A clone would be counted,
            // and never uncounted.
            source: unsafe { std::ptr::read(&raw const *NO_SOURCE) },
            line_defined: chunk.line_defined,
            last_line_defined: chunk.last_line_defined,
            parameter_count: chunk.parameter_count,
            is_vararg: chunk.is_vararg,
            register_count: chunk.register_count,
            entry_cost: chunk.entry_cost,
            code: self.copied(&chunk.code),
            live: self.copied(&chunk.live),
            constants: self.boxed(&chunk.constants, |copier, constant| match constant {
                Constant::String(bytes) => Constant::String(copier.text(bytes)),
                Constant::Nil | Constant::Boolean(_) | Constant::Integer(_) | Constant::Float(_) => constant.clone(),
            }),
            upvalues: self.boxed(&chunk.upvalues, |copier, Upvalue { name, capture, kind }| Upvalue {
                name: copier.text(name),
                capture: *capture,
                kind: *kind,
            }),
            own_name: self.text(&chunk.own_name),
            prototypes: Box::default(),
            locals: self.boxed(&chunk.locals, |copier, Local { name, register, in_cell, start, end }| Local {
                name: copier.text(name),
                register: *register,
                in_cell: *in_cell,
                start: *start,
                end: *end,
            }),
            positions: Positions::of_words(self.copied(chunk.positions.words())),
        })
    }
}

/// Stands for the chunk's name in a prototype of the heap, which has the name as a string. One for all, since it is
/// never dropped.
static NO_SOURCE: LazyLock<Arc<[u8]>> = LazyLock::new(|| Arc::new([]));

/// What the prototypes of a chunk have in common.
#[derive(Collect)]
struct Shared<'gc> {
    source: Gc<'gc, StringObject>,
    long_strings: LongStrings<'gc>,
    /// The account of temporary memory, and of functions that have moved.
    #[collect(static)]
    memory: HeldBytes,
}

/// A chunk's long strings: equal ones are one object in all of its functions, as `%p` shows.
#[derive(Default)]
struct LongStrings<'gc>(BTreeSet<LongString<'gc>>);

// SAFETY: shows all strings.
unsafe impl Collect for LongStrings<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for string in &self.0 {
            tracer.mark(string.0);
        }
    }
}

/// A string, compared by content.
struct LongString<'gc>(Gc<'gc, StringObject>);

impl Borrow<[u8]> for LongString<'_> {
    fn borrow(&self) -> &[u8] {
        StringObject::bytes(self.0)
    }
}

impl Ord for LongString<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        StringObject::bytes(self.0).cmp(StringObject::bytes(other.0))
    }
}

impl PartialOrd for LongString<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for LongString<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for LongString<'_> {}

impl<'gc> Shared<'gc> {
    fn new(ctx: Context<'gc>, name: &[u8]) -> Result<Shared<'gc>, OutOfMemory> {
        let source = string(ctx, name)?;
        Ok(Shared { source, long_strings: LongStrings::default(), memory: HeldBytes::take(ctx, 0)? })
    }

    fn long_string(&mut self, ctx: Context<'gc>, bytes: &[u8]) -> Result<Slot<'gc>, OutOfMemory> {
        if let Some(string) = self.long_strings.0.get(bytes) {
            return Ok(Slot::string(string.0));
        }
        // An entry and its share of the tree's nodes.
        self.memory.grow(ctx, 4 * size_of::<LongString<'gc>>())?;
        let string = StringObject::allocate_copy(ctx.mc(), bytes, 0, false)?;
        self.long_strings.0.insert(LongString(string));
        Ok(Slot::string(string))
    }
}

/// A verified tree of prototypes that is being moved to the heap, function by function; nested ones come before the one
/// around them.
#[derive(Collect)]
pub(crate) struct Moving<'gc> {
    shared: Shared<'gc>,
    /// The functions from the main one to the current one, whose nested ones are not all moved. The compiler and the
    /// verifier limit how deep they are nested.
    open: Vec<OpenPrototype<'gc>>,
}

#[derive(Collect)]
struct OpenPrototype<'gc> {
    #[collect(static)]
    chunk: Prototype,
    #[collect(static)]
    held: HeldBytes,
    /// Its nested prototypes still to be moved, and those that have been.
    #[collect(static)]
    nested: std::vec::IntoIter<Box<Prototype>>,
    moved: Vec<Gc<'gc, PrototypeObject<'gc>>>,
}

/// The units of a piece that a function takes, besides one per constant.
const FUNCTION_COST: usize = 8;

impl<'gc> Moving<'gc> {
    /// `memory` counts what the tree takes outside of the heap. From here on the heap's objects count, one after
    /// another.
    pub(crate) fn begin(
        ctx: Context<'gc>,
        verified: Verified,
        memory: &mut HeldBytes,
    ) -> Result<Moving<'gc>, OutOfMemory> {
        let chunk = verified.into_inner();
        let shared = Shared::new(ctx, &chunk.source)?;
        let mut moving = Moving { shared, open: Vec::new() };
        moving.enter(ctx, chunk, memory)?;
        Ok(moving)
    }

    /// Moves functions for about this many units. At the end, returns the main function.
    pub(crate) fn advance(
        &mut self,
        ctx: Context<'gc>,
        mut units: usize,
        memory: &mut HeldBytes,
    ) -> Result<Option<Gc<'gc, PrototypeObject<'gc>>>, OutOfMemory> {
        while units > 0
            && let Some(mut open) = self.open.pop()
        {
            if let Some(nested) = open.nested.next() {
                self.open.push(open);
                self.enter(ctx, *nested, memory)?;
                continue;
            }
            units = units.saturating_sub(FUNCTION_COST + open.chunk.constants.len());
            let object = open.finish(ctx, &mut self.shared)?;
            match self.open.last_mut() {
                Some(outer) => outer.moved.push(object),
                None => return Ok(Some(object)),
            }
        }
        Ok(None)
    }

    fn enter(&mut self, ctx: Context<'gc>, mut chunk: Prototype, memory: &mut HeldBytes) -> Result<(), OutOfMemory> {
        let bytes = chunk.own_bytes();
        memory.shrink(ctx, bytes);
        let held = HeldBytes::take(ctx, bytes)?;
        if self.open.len() == self.open.capacity() {
            let more = self.open.capacity().max(4);
            self.shared.memory.grow(ctx, more * size_of::<OpenPrototype<'gc>>())?;
            self.open.try_reserve_exact(more).map_err(|_| OutOfMemory)?;
        }
        let nested = std::mem::take(&mut chunk.prototypes).into_vec();
        let mut moved = Vec::new();
        moved.try_reserve_exact(nested.len()).map_err(|_| OutOfMemory)?;
        self.open.push(OpenPrototype { chunk, held, nested: nested.into_iter(), moved });
        Ok(())
    }
}

impl<'gc> OpenPrototype<'gc> {
    /// Makes the object, after everything nested in it was moved.
    fn finish(self, ctx: Context<'gc>, shared: &mut Shared<'gc>) -> Result<Gc<'gc, PrototypeObject<'gc>>, OutOfMemory> {
        let OpenPrototype { chunk, mut held, nested: _, moved } = self;
        // SAFETY: a part of a verified tree; what was moved are the functions in it, in their order.
        let object = unsafe { make_object(ctx, &chunk, &moved, shared)? };
        drop(chunk);
        // Rust's allocator gives little back before the rest of the tree is freed, too.
        let bytes = held.bytes();
        shared.memory.move_from(&mut held, bytes);
        Ok(object)
    }
}

/// Functions that the compiler hands over one by one, each after those in it: they are verified and moved to the heap.
#[derive(Collect)]
pub(crate) struct Arriving<'gc> {
    shared: Shared<'gc>,
    /// Those that are not yet in another one.
    loose: Vec<Gc<'gc, PrototypeObject<'gc>>>,
    /// The function that is being verified, how many of the loose ones are in it, and its bytes outside of the heap.
    #[collect(static)]
    verification: FunctionVerification,
    nested: usize,
    bytes: usize,
}

/// What a function takes that arrives, besides its verification, in units of that.
const ARRIVAL_COST: usize = 64;

impl<'gc> Arriving<'gc> {
    /// Begins with a chunk of this name.
    pub(crate) fn begin(ctx: Context<'gc>, name: &[u8]) -> Result<Arriving<'gc>, OutOfMemory> {
        let shared = Shared::new(ctx, name)?;
        let verification = FunctionVerification::default();
        Ok(Arriving { shared, loose: Vec::new(), verification, nested: 0, bytes: 0 })
    }

    /// Whether a function is being verified.
    pub(crate) fn is_busy(&self) -> bool {
        self.verification.is_busy()
    }

    /// Begins with a function that has the last `nested` loose ones in it. `memory` counts its bytes.
    pub(crate) fn add(
        &mut self,
        ctx: Context<'gc>,
        function: Prototype,
        nested: usize,
        memory: &mut HeldBytes,
    ) -> Result<(), OutOfMemory> {
        (self.nested, self.bytes) = (nested.min(self.loose.len()), function.own_bytes());
        let inner = &self.loose[self.loose.len() - self.nested..];
        let upvalues = inner.iter().map(|object| &*object.chunk.upvalues);
        let begun = self.verification.begin(function, upvalues, &mut |bytes| memory.grow(ctx, bytes).is_ok());
        begun.map_err(|_| OutOfMemory)
    }

    /// Goes on with the function for about so many units of verification. Returns whether it has arrived.
    pub(crate) fn advance(
        &mut self,
        ctx: Context<'gc>,
        units: &mut usize,
        memory: &mut HeldBytes,
    ) -> Result<bool, Refusal> {
        let verified = self.verification.advance(units, &mut |bytes| memory.grow(ctx, bytes).is_ok())?;
        let Some(verified) = verified else { return Ok(false) };
        let chunk = verified.prototype();
        *units = units.saturating_sub(ARRIVAL_COST + 4 * chunk.constants.len());
        self.keep(ctx, verified).map_err(|OutOfMemory| Refusal::Memory)?;
        memory.shrink(ctx, std::mem::take(&mut self.bytes));
        Ok(true)
    }

    /// Moves a function to the heap, with those in it.
    fn keep(&mut self, ctx: Context<'gc>, function: VerifiedFunction) -> Result<(), OutOfMemory> {
        let start = self.loose.len() - self.nested;
        // SAFETY: it was verified with the upvalues of the last `nested` loose ones (see `add`), and no other function has
        // arrived since.
        let object = unsafe { make_object(ctx, function.prototype(), &self.loose[start..], &mut self.shared)? };
        self.loose.truncate(start);
        if self.loose.len() == self.loose.capacity() {
            let more = self.loose.capacity().max(4);
            self.shared.memory.grow(ctx, more * size_of::<Gc<'gc, PrototypeObject<'gc>>>())?;
            self.loose.try_reserve_exact(more).map_err(|_| OutOfMemory)?;
        }
        self.loose.push(object);
        Ok(())
    }

    /// The last function that arrived, in which all others are, once there are no more.
    pub(crate) fn main(&self) -> Option<Gc<'gc, PrototypeObject<'gc>>> {
        self.loose.last().copied()
    }
}

/// Moves a function to the heap.
///
/// # Safety
/// It was verified, with functions in it that have the upvalues of `nested`.
unsafe fn make_object<'gc>(
    ctx: Context<'gc>,
    chunk: &Prototype,
    nested: &[Gc<'gc, PrototypeObject<'gc>>],
    shared: &mut Shared<'gc>,
) -> Result<Gc<'gc, PrototypeObject<'gc>>, OutOfMemory> {
    let others = [chunk.constants.len() * size_of::<Slot<'_>>(), size_of_val(nested)];
    let size = block_size(chunk, others);
    // SAFETY: the object marks its block.
    let block = unsafe { ctx.mc().allocate_leaf(size, false)? };
    let mut copier = Copier { at: block, left: size };
    let copy = copier.chunk(chunk);
    let prototypes = InBlock(copier.list(nested, |_, object| *object));
    let constant_slots = copier.place::<Slot<'gc>>(chunk.constants.len());
    for (index, constant) in chunk.constants.iter().enumerate() {
        let value = match constant {
            Constant::Nil => Slot::NIL,
            Constant::Boolean(value) => Slot::boolean(*value),
            Constant::Integer(value) => Slot::integer(*value),
            Constant::Float(value) => Slot::float(*value),
            Constant::String(bytes) if bytes.len() <= SHORT_STRING_LIMIT => {
                Slot::string(ctx.state().interner.intern(ctx.mc(), bytes, false)?)
            }
            Constant::String(bytes) => shared.long_string(ctx, bytes)?,
        };
        // SAFETY: the place has room for all constants.
        unsafe { Slot::write_constant(constant_slots.cast::<Slot<'gc>>().as_ptr().add(index), value) };
    }
    let object = Gc::try_new(
        ctx.mc(),
        PrototypeObject {
            code: Cell::new(std::ptr::null()),
            constants: Cell::new(std::ptr::null()),
            register_count: chunk.register_count,
            parameter_count: chunk.parameter_count,
            entry_cost: chunk.entry_cost,
            is_vararg: chunk.is_vararg,
            constant_slots: InBlock(constant_slots),
            prototypes,
            source: shared.source,
            chunk: copy,
            block,
        },
    )?;
    object.code.set(object.chunk.code.as_ptr());
    object.constants.set(object.constant_slots.as_ptr());
    Ok(object)
}

/// A string with these bytes, not one of a chunk's constants.
fn string<'gc>(ctx: Context<'gc>, bytes: &[u8]) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
    if bytes.len() <= SHORT_STRING_LIMIT {
        ctx.state().interner.intern(ctx.mc(), bytes, false)
    } else {
        StringObject::allocate_copy(ctx.mc(), bytes, 0, false)
    }
}

impl<'gc> PrototypeObject<'gc> {
    /// The name of its chunk, as given to the compiler: `@file`, `=text` or the source itself.
    pub(crate) fn source(&self) -> &[u8] {
        StringObject::bytes(self.source)
    }

    /// The number of the instruction that a saved program counter points to.
    pub(crate) fn index_of(&self, pc: *const Instruction) -> usize {
        (pc.addr() - self.code.get().addr()) / size_of::<Instruction>()
    }
}
