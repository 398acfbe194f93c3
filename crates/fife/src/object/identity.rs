//! Identities of variables, for `debug.upvalueid`: one object for each variable that was asked for, as long as the
//! variable lives.
//!
//! The marker does not see them. Between marking and sweeping, in slices, [`Identities::clear`] removes entries whose
//! owner is dead, and marks the identities of the others. So nothing here points to a freed object, and an identity
//! that can no longer be compared with its variable is garbage in the same cycle.

use super::Context;
use super::closure::{CellObject, ClosureObject};
use super::held_bytes::HeldBytes;
use super::native::NativeObject;
use super::userdata::UserData;
use crate::userdata_type;
use fife_arena::{Collect, Finalization, Gc, OutOfMemory, Tracer};
use std::cell::RefCell;
use std::collections::HashMap;

/// An identity has no contents.
#[derive(Collect)]
pub(crate) struct Identity;

userdata_type! {
    /// Userdata that are identities: light userdata in PUC-Rio Lua.
    pub(crate) IdentityType("debug.identity") for Identity;
}

/// The owner of a variable.
#[derive(Clone, Copy)]
pub(crate) enum Owner<'gc> {
    /// A cell: one variable for all closures that have it.
    Cell(Gc<'gc, CellObject<'gc>>),
    /// An upvalue that is held by value, by its number.
    Closure(Gc<'gc, ClosureObject<'gc>>, usize),
    Native(Gc<'gc, NativeObject<'gc>>, usize),
}

impl Owner<'_> {
    /// Addresses that no script sees, and numbers.
    fn key(self) -> (usize, usize) {
        match self {
            Owner::Cell(cell) => (cell.as_ptr().addr(), 0),
            Owner::Closure(closure, index) => (closure.as_ptr().addr(), index),
            Owner::Native(native, index) => (native.as_ptr().addr(), index),
        }
    }
}

struct Known<'gc> {
    owner: Owner<'gc>,
    identity: UserData<'gc>,
}

/// The variables whose identity a script has asked for.
#[derive(Default)]
pub(crate) struct Identities<'gc> {
    known: Vec<Known<'gc>>,
    /// Their places, by key.
    places: HashMap<(usize, usize), u32>,
    /// The account of both capacities.
    held: Option<HeldBytes>,
    /// How many were examined since marking ended.
    cleared: usize,
}

/// The bytes of room for this many: one in eight places of a hash table stays free, and each place has a byte of state.
fn bytes_for(capacity: usize) -> usize {
    let places = (capacity * 8).div_ceil(7).next_power_of_two();
    capacity * size_of::<Known<'static>>() + places * (size_of::<((usize, usize), u32)>() + 1)
}

/// The work of examining one, in bytes: its objects may be anywhere.
const KNOWN_WORK: usize = 128;

/// The least capacity that is kept.
const CAPACITY_MIN: usize = 64;

impl<'gc> Identities<'gc> {
    /// The identity of a variable, made if there is none. A new one costs five units, and the cost of making room.
    ///
    /// # Errors
    /// The limit on memory refuses it.
    pub(super) fn of(this: &RefCell<Self>, ctx: Context<'gc>, owner: Owner<'gc>) -> Result<UserData<'gc>, OutOfMemory> {
        if let Some(identity) = this.borrow().get(owner) {
            return Ok(identity);
        }
        ctx.state().charge(5);
        this.borrow_mut().reserve(ctx)?;
        let identity = UserData::try_new::<IdentityType>(ctx, Gc::try_new(ctx.mc(), Identity)?)?;
        this.borrow_mut().add(owner, identity);
        Ok(identity)
    }

    fn get(&self, owner: Owner<'gc>) -> Option<UserData<'gc>> {
        let place = self.places.get(&owner.key())?;
        self.known.get(*place as usize).map(|known| known.identity)
    }

    /// Makes room for one more.
    ///
    /// # Errors
    /// The limit on memory refuses it.
    fn reserve(&mut self, ctx: Context<'gc>) -> Result<(), OutOfMemory> {
        let capacity = self.known.capacity();
        if self.known.len() < capacity {
            return Ok(());
        }
        // All entries move to new places.
        ctx.state().charge(capacity / 2);
        let wanted = (2 * capacity).max(CAPACITY_MIN);
        // While they move, both places are in use.
        let held = HeldBytes::take(ctx, bytes_for(wanted))?;
        self.known.reserve_exact(wanted - capacity);
        self.places.reserve(wanted - self.places.len());
        self.held = Some(held);
        Ok(())
    }

    /// Adds one for which there is [room](Self::reserve).
    fn add(&mut self, owner: Owner<'gc>, identity: UserData<'gc>) {
        self.places.insert(owner.key(), self.known.len() as u32);
        self.known.push(Known { owner, identity });
    }

    /// Removes dead entries and marks live ones, for about `budget` bytes of work, which are subtracted. True when all
    /// were examined. Marking has ended.
    pub(crate) fn clear(&mut self, finalization: &Finalization<'gc>, budget: &mut usize) -> bool {
        let mut looks = 64 + *budget / KNOWN_WORK;
        while let Some(known) = self.known.get(self.cleared) {
            if looks == 0 {
                *budget = 0;
                return false;
            }
            looks -= 1;
            *budget = budget.saturating_sub(KNOWN_WORK);
            let is_dead = match known.owner {
                Owner::Cell(cell) => finalization.is_dead(cell),
                Owner::Closure(closure, _) => finalization.is_dead(closure),
                Owner::Native(native, _) => finalization.is_dead(native),
            };
            if !is_dead {
                finalization.resurrect(known.identity.0);
                self.cleared += 1;
                continue;
            }
            self.places.remove(&known.owner.key());
            self.known.swap_remove(self.cleared);
            if let Some(moved) = self.known.get(self.cleared)
                && let Some(place) = self.places.get_mut(&moved.owner.key())
            {
                *place = self.cleared as u32;
            }
        }
        self.cleared = 0;
        self.give_back();
        true
    }

    /// Releases room if most of it is free.
    fn give_back(&mut self) {
        let (count, capacity) = (self.known.len(), self.known.capacity());
        if capacity <= CAPACITY_MIN || count * 4 > capacity {
            return;
        }
        let wanted = (2 * count).max(CAPACITY_MIN);
        self.known.shrink_to(wanted);
        self.places.shrink_to(wanted);
        if let Some(held) = &mut self.held {
            drop(held.split(held.bytes().saturating_sub(bytes_for(wanted))));
        }
    }

    /// Shows everything, for a check that all of it is marked before the sweep.
    pub(super) fn show(&self, tracer: &mut Tracer<'_>) {
        for known in &self.known {
            match known.owner {
                Owner::Cell(cell) => tracer.mark(cell),
                Owner::Closure(closure, _) => tracer.mark(closure),
                Owner::Native(native, _) => tracer.mark(native),
            }
            tracer.mark(known.identity.0);
        }
    }
}
