//! Prototypes on the heap: verified code with its constants as values.
//!
//! # Safety argument
//!
//! `code` and `constants` point into boxes that this object owns and never replaces; it is made from a
//! [`Verified`] prototype only, and the interpreter's unchecked accesses rest on that. Both are taken once the object lies
//! in its place: moving a box makes pointers into it invalid (Stacked Borrows).

use super::SHORT_STRING_LIMIT;
use super::slot::Slot;
use super::state::Context;
use super::string::StringObject;
use crate::object::charge::Charge;
use fife_arena::{Collect, Gc, OutOfMemory, Tracer};
use fife_bytecode::{Constant, Instruction, Prototype, Verified, block_bytes};
use std::borrow::Borrow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;

pub(crate) struct PrototypeObject<'gc> {
    pub(crate) code: Cell<*const Instruction>,
    pub(crate) constants: Cell<*const Slot<'gc>>,
    pub(crate) register_count: u8,
    pub(crate) parameter_count: u8,
    pub(crate) entry_cost: u8,
    pub(crate) is_vararg: bool,
    /// Where its `Charge` instructions stand, in order.
    charge_points: Box<[u32]>,
    constant_slots: Box<[Slot<'gc>]>,
    pub(crate) prototypes: Box<[Gc<'gc, PrototypeObject<'gc>>]>,
    /// Everything else about it; its nested prototypes have been taken out.
    pub(crate) chunk: Prototype,
    _charge: Charge,
    /// For the chunk's name, which may be its whole source, and which all of the tree share.
    _name_charge: Rc<Charge>,
}

// SAFETY: shows the constants and the nested prototypes.
unsafe impl Collect for PrototypeObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for constant in &self.constant_slots {
            Slot::trace(constant, tracer);
        }
        self.prototypes.trace(tracer);
    }
}

/// What the prototypes of a chunk have in common.
#[derive(Collect)]
struct Shared<'gc> {
    #[collect(static)]
    name_charge: Rc<Charge>,
    long_strings: LongStrings<'gc>,
    /// For what is needed only on the way.
    #[collect(static)]
    memory: Charge,
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

/// A string by what is in it.
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

/// A verified tree of prototypes on its way to the heap, function by function, those within another one before it.
#[derive(Collect)]
pub(crate) struct Moving<'gc> {
    shared: Shared<'gc>,
    /// From the main function to the one at hand: those of which not all nested ones are moved. How deep they are nested
    /// is limited by the compiler and the verifier.
    open: Vec<OpenPrototype<'gc>>,
}

#[derive(Collect)]
struct OpenPrototype<'gc> {
    #[collect(static)]
    chunk: Prototype,
    #[collect(static)]
    charge: Charge,
    /// What is nested in it and still to be moved, and what has been.
    #[collect(static)]
    nested: std::vec::IntoIter<Prototype>,
    moved: Vec<Gc<'gc, PrototypeObject<'gc>>>,
}

/// What a function costs of a piece's units, besides one for each constant.
const FUNCTION_COST: usize = 8;

impl<'gc> Moving<'gc> {
    /// `memory` counts what the tree takes outside of the heap; from here on the heap's objects do, one after another.
    pub(crate) fn begin(
        ctx: Context<'gc>,
        verified: Verified,
        memory: &mut Charge,
    ) -> Result<Moving<'gc>, OutOfMemory> {
        let chunk = verified.into_inner();
        let name_charge = Rc::new(Charge::take(ctx, chunk.source.len())?);
        let shared = Shared { name_charge, long_strings: LongStrings::default(), memory: Charge::take(ctx, 0)? };
        let mut moving = Moving { shared, open: Vec::new() };
        moving.enter(ctx, chunk, memory)?;
        Ok(moving)
    }

    /// Moves functions for about so many units; the main function at the end.
    pub(crate) fn advance(
        &mut self,
        ctx: Context<'gc>,
        mut units: usize,
        memory: &mut Charge,
    ) -> Result<Option<Gc<'gc, PrototypeObject<'gc>>>, OutOfMemory> {
        while units > 0
            && let Some(mut open) = self.open.pop()
        {
            if let Some(nested) = open.nested.next() {
                self.open.push(open);
                self.enter(ctx, nested, memory)?;
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

    fn enter(&mut self, ctx: Context<'gc>, mut chunk: Prototype, memory: &mut Charge) -> Result<(), OutOfMemory> {
        let bytes = chunk.own_bytes();
        memory.shrink(ctx, bytes);
        // What the object has besides, see `finish`.
        let slots = block_bytes(chunk.constants.len() * size_of::<Slot<'_>>());
        let points = block_bytes(chunk.code.iter().filter(|it| is_charge(it)).count() * size_of::<u32>());
        let nested = block_bytes(chunk.prototypes.len() * size_of::<Gc<'_, PrototypeObject<'_>>>());
        let charge = Charge::take(ctx, bytes + slots + points + nested)?;
        if self.open.len() == self.open.capacity() {
            let more = self.open.capacity().max(4);
            self.shared.memory.grow(ctx, more * size_of::<OpenPrototype<'gc>>())?;
            self.open.try_reserve_exact(more).map_err(|_| OutOfMemory)?;
        }
        let nested = std::mem::take(&mut chunk.prototypes).into_vec();
        // The charge covers its array until all of it is moved.
        let mut moved = Vec::new();
        moved.try_reserve_exact(nested.len()).map_err(|_| OutOfMemory)?;
        self.open.push(OpenPrototype { chunk, charge, nested: nested.into_iter(), moved });
        Ok(())
    }
}

impl<'gc> OpenPrototype<'gc> {
    /// Makes the object, when all that is nested in it is moved.
    fn finish(self, ctx: Context<'gc>, shared: &mut Shared<'gc>) -> Result<Gc<'gc, PrototypeObject<'gc>>, OutOfMemory> {
        let OpenPrototype { chunk, mut charge, nested, moved } = self;
        drop(nested);
        charge.shrink(ctx, block_bytes(moved.len() * size_of::<Prototype>()));
        let mut constants = Vec::new();
        constants.try_reserve_exact(chunk.constants.len()).map_err(|_| OutOfMemory)?;
        for constant in &chunk.constants {
            constants.push(match constant {
                Constant::Nil => Slot::NIL,
                Constant::Boolean(value) => Slot::boolean(*value),
                Constant::Integer(value) => Slot::integer(*value),
                Constant::Float(value) => Slot::float(*value),
                Constant::String(bytes) if bytes.len() <= SHORT_STRING_LIMIT => {
                    Slot::constant(ctx.state().interner.intern(ctx.mc(), bytes, false)?)
                }
                Constant::String(bytes) => shared.long_string(ctx, bytes)?,
            });
        }
        let charge_points =
            chunk.code.iter().enumerate().filter(|(_, it)| is_charge(it)).map(|(pc, _)| pc as u32).collect();
        let object = Gc::try_new(
            ctx.mc(),
            PrototypeObject {
                code: Cell::new(std::ptr::null()),
                constants: Cell::new(std::ptr::null()),
                register_count: chunk.register_count,
                parameter_count: chunk.parameter_count,
                entry_cost: chunk.entry_cost,
                is_vararg: chunk.is_vararg,
                charge_points,
                constant_slots: constants.into(),
                prototypes: moved.into_boxed_slice(),
                chunk,
                _charge: charge,
                _name_charge: shared.name_charge.clone(),
            },
        )?;
        object.code.set(object.chunk.code.as_ptr());
        object.constants.set(object.constant_slots.as_ptr());
        Ok(object)
    }
}

fn is_charge(instruction: &Instruction) -> bool {
    matches!(instruction, Instruction::Charge { .. })
}

impl<'gc> PrototypeObject<'gc> {
    /// What landing on the instruction with this number costs: as [`fife_bytecode::segment_rest`], without a walk.
    pub(crate) fn landing_cost(&self, pc: usize) -> usize {
        let next = self.charge_points.partition_point(|point| (*point as usize) < pc);
        match self.charge_points.get(next) {
            Some(point) => (*point as usize - pc).max(1),
            None => self.chunk.code.len() - pc,
        }
    }

    /// The number of the instruction that a saved program counter points to.
    pub(crate) fn index_of(&self, pc: *const Instruction) -> usize {
        (pc.addr() - self.code.get().addr()) / size_of::<Instruction>()
    }
}
