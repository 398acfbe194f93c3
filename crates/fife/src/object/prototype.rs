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
use crate::object::state::Charge;
use fife_arena::{Collect, Gc, OutOfMemory, Tracer};
use fife_bytecode::{Constant, Instruction, Prototype, Verified};
use std::cell::Cell;
use std::collections::BTreeMap;
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

/// The bytes that a prototype holds outside of the heap, nested ones not included.
fn bytes_of(chunk: &Prototype) -> usize {
    let strings: usize =
        chunk.constants.iter().map(|it| if let Constant::String(it) = it { it.len() } else { 0 }).sum();
    let names: usize =
        chunk.locals.iter().map(|it| it.name.len()).chain(chunk.upvalues.iter().map(|it| it.name.len())).sum();
    size_of::<PrototypeObject<'_>>()
        + size_of_val(&*chunk.code)
        + chunk.live.len()
        + size_of_val(&*chunk.constants)
        + chunk.constants.len() * size_of::<Slot<'_>>()
        + size_of_val(&*chunk.upvalues)
        + size_of_val(&*chunk.locals)
        + size_of_val(&*chunk.positions)
        + chunk.prototypes.len() * size_of::<usize>()
        + chunk.code.len() / 16
        + strings
        + names
}

/// What the prototypes of a chunk have in common.
struct Shared<'gc> {
    name_charge: Rc<Charge>,
    /// Its long strings: equal ones are one object in all of its functions, as `%p` shows.
    long_strings: BTreeMap<&'gc [u8], Slot<'gc>>,
    memory: Charge,
}

impl<'gc> Shared<'gc> {
    fn new(ctx: Context<'gc>, name_length: usize) -> Result<Shared<'gc>, OutOfMemory> {
        Ok(Shared {
            name_charge: Rc::new(Charge::take(ctx, name_length)?),
            long_strings: BTreeMap::new(),
            memory: Charge::take(ctx, 0)?,
        })
    }

    fn long_string(&mut self, ctx: Context<'gc>, bytes: &[u8]) -> Result<Slot<'gc>, OutOfMemory> {
        if let Some(slot) = self.long_strings.get(bytes) {
            return Ok(*slot);
        }
        // An entry and its share of the tree's nodes.
        self.memory.grow(ctx, 2 * size_of::<(&[u8], Slot<'gc>)>())?;
        let string = StringObject::allocate_copy(ctx.mc(), bytes, 0, false)?;
        let slot = Slot::string(string);
        self.long_strings.insert(StringObject::bytes(string), slot);
        Ok(slot)
    }
}

impl<'gc> PrototypeObject<'gc> {
    /// Moves a verified tree of prototypes to the heap. Nesting is limited by the compiler and the verifier, so the
    /// recursion is too.
    pub(crate) fn load(ctx: Context<'gc>, verified: Verified) -> Result<Gc<'gc, PrototypeObject<'gc>>, OutOfMemory> {
        let chunk = verified.into_inner();
        let mut shared = Shared::new(ctx, chunk.source.len())?;
        PrototypeObject::load_part(ctx, chunk, &mut shared)
    }

    fn load_part(
        ctx: Context<'gc>,
        mut chunk: Prototype,
        shared: &mut Shared<'gc>,
    ) -> Result<Gc<'gc, PrototypeObject<'gc>>, OutOfMemory> {
        let charge = Charge::take(ctx, bytes_of(&chunk))?;
        let nested = std::mem::take(&mut chunk.prototypes);
        let prototypes = nested
            .into_vec()
            .into_iter()
            .map(|part| PrototypeObject::load_part(ctx, part, shared))
            .collect::<Result<Box<[_]>, _>>()?;
        let constants = chunk
            .constants
            .iter()
            .map(|constant| {
                Ok(match constant {
                    Constant::Nil => Slot::NIL,
                    Constant::Boolean(value) => Slot::boolean(*value),
                    Constant::Integer(value) => Slot::integer(*value),
                    Constant::Float(value) => Slot::float(*value),
                    Constant::String(bytes) if bytes.len() <= SHORT_STRING_LIMIT => {
                        let string = ctx.state().interner.intern(ctx.mc(), bytes, false)?;
                        let mut slot = Slot::string(string);
                        slot.extra.write(string.short_hash());
                        slot
                    }
                    Constant::String(bytes) => shared.long_string(ctx, bytes)?,
                })
            })
            .collect::<Result<Box<[_]>, OutOfMemory>>()?;
        let is_charge = |(_, instruction): &(usize, &Instruction)| matches!(instruction, Instruction::Charge { .. });
        let charge_points = chunk.code.iter().enumerate().filter(is_charge).map(|(pc, _)| pc as u32).collect();
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
                constant_slots: constants,
                prototypes,
                chunk,
                _charge: charge,
                _name_charge: shared.name_charge.clone(),
            },
        )?;
        object.code.set(object.chunk.code.as_ptr());
        object.constants.set(object.constant_slots.as_ptr());
        Ok(object)
    }

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
