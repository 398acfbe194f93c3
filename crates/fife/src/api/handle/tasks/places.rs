//! The places of tasks. A place's number is used again once its task is gone.

use super::{Share, Signal, Task};
use std::sync::Arc;

/// A place that a task has or had. The next task in the same place has another `turn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    index: u32,
    turn: u32,
}

/// A task, and the fuel it may use.
pub(super) struct Entry {
    pub(super) task: Task,
    weight: u32,
    /// Whether it can run, and is in the queue.
    pub(super) is_ready: bool,
    /// Whether it has used up what its last turn gave it.
    pub(super) is_served: bool,
    /// The most that may be in the tank; `None` for no limit.
    capacity: Option<u64>,
    /// The fuel it may use now.
    pub(super) tank: u64,
    pub(super) budget: u64,
    /// What its wakers refer to, if it has waited.
    pub(super) signal: Option<Arc<Signal>>,
}

/// Stands for no budget. It is counted down, too, which takes some hundred years.
const NO_BUDGET: u64 = u64::MAX;

impl Entry {
    pub(super) fn new(task: Task, share: Share) -> Entry {
        let mut entry = Entry {
            task,
            weight: 1,
            is_ready: false,
            is_served: true,
            capacity: None,
            tank: 0,
            budget: NO_BUDGET,
            signal: None,
        };
        entry.set_share(share);
        entry
    }

    pub(super) fn set_share(&mut self, share: Share) {
        let Share { weight, tank, budget } = share;
        self.weight = weight.max(1);
        // With a tank of 0 it would never run, and never end.
        self.capacity = tank.map(|tank| tank.max(1));
        self.tank = self.tank.min(self.capacity.unwrap_or(u64::MAX));
        self.budget = budget.unwrap_or(NO_BUDGET);
    }

    pub(super) fn weight(&self) -> u64 {
        u64::from(self.weight)
    }

    /// Begins its turn with this fuel, unless it has fuel left from its last turn.
    pub(super) fn refill(&mut self, fuel: u64) {
        if std::mem::take(&mut self.is_served) {
            self.tank = self.tank.saturating_add(fuel).min(self.capacity.unwrap_or(u64::MAX));
        }
    }

    /// Subtracts used fuel.
    pub(super) fn draw(&mut self, fuel: u64) {
        self.tank = self.tank.saturating_sub(fuel);
        self.budget = self.budget.saturating_sub(fuel);
    }

    /// Ends its turn, because it waits. It keeps what it has left if it has a tank.
    pub(super) fn rest(&mut self) {
        self.is_served = true;
        if self.capacity.is_none() {
            self.tank = 0;
        }
    }
}

struct Slot {
    turn: u32,
    entry: Option<Entry>,
}

/// All places.
#[derive(Default)]
pub(super) struct Places {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

impl Places {
    pub(super) fn add(&mut self, entry: Entry) -> Place {
        if let Some(index) = self.free.pop()
            && let Some(slot) = self.slots.get_mut(index as usize)
        {
            slot.entry = Some(entry);
            return Place { index, turn: slot.turn };
        }
        let index = u32::try_from(self.slots.len()).expect("fewer tasks than addresses in 256 GiB");
        self.slots.push(Slot { turn: 0, entry: Some(entry) });
        Place { index, turn: 0 }
    }

    pub(super) fn get(&self, place: Place) -> Option<&Entry> {
        let slot = self.slots.get(place.index as usize)?;
        if slot.turn == place.turn { slot.entry.as_ref() } else { None }
    }

    pub(super) fn get_mut(&mut self, place: Place) -> Option<&mut Entry> {
        let slot = self.slots.get_mut(place.index as usize)?;
        if slot.turn == place.turn { slot.entry.as_mut() } else { None }
    }

    pub(super) fn take(&mut self, place: Place) -> Option<Entry> {
        let slot = self.slots.get_mut(place.index as usize).filter(|slot| slot.turn == place.turn)?;
        let entry = slot.entry.take()?;
        slot.turn = slot.turn.wrapping_add(1);
        self.free.push(place.index);
        Some(entry)
    }
}
