//! The table from instructions to places in the source.
//!
//! Nearly each instruction comes from a place of its own, so a plain table would take more room than the code. In
//! groups of 32 entries, an entry takes four bytes: its instruction and its line as distances from those of the group,
//! and its column. A group in which one of these is too large has entries of twelve bytes.

use crate::prototype::{Position, PositionRun};
use std::fmt;

/// The source positions of a function's instructions: runs, each up to the next one's `pc`.
///
/// ```
/// use fife_bytecode::{Position, PositionRun, Positions};
///
/// let run = |pc, line| PositionRun { pc, position: Position { line, column: 5 } };
/// let positions: Positions = [run(0, 10), run(3, 11)].into_iter().collect();
/// assert_eq!((positions.len(), positions.find(2), positions.find(7).unwrap().line), (2, Some(run(0, 10).position), 11));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Positions(
    /// Nothing if there are no entries; else their number, three words for each group, and then the entries.
    Box<[u32]>,
);

/// The number of entries of a group.
const GROUP: usize = 32;

/// The mark, in a group's last word, of one with large entries. The other bits say where its entries are.
const LARGE: u32 = 1 << 31;

/// What a group's entries have in common.
struct Extent {
    /// The lowest instruction and line.
    pc: u32,
    line: u32,
    is_small: bool,
}

impl Extent {
    #[inline]
    fn of(group: &[PositionRun]) -> Extent {
        let (mut low, mut high, mut column) = ((u32::MAX, u32::MAX), (0, 0), 0);
        for PositionRun { pc, position } in group {
            low = (low.0.min(*pc), low.1.min(position.line));
            high = (high.0.max(*pc), high.1.max(position.line));
            column = column.max(position.column);
        }
        let is_small = high.0 - low.0 < 1 << 8 && high.1 - low.1 < 1 << 8 && column < 1 << 16;
        Extent { pc: low.0, line: low.1, is_small }
    }

    /// An entry of a small group.
    #[inline]
    fn packed(&self, run: &PositionRun) -> u32 {
        run.position.column << 16 | (run.position.line - self.line) << 8 | (run.pc - self.pc)
    }
}

impl Positions {
    /// The words that the table of these runs takes.
    fn size(runs: &[PositionRun]) -> usize {
        let sizes = runs.chunks(GROUP).map(|group| 3 + if Extent::of(group).is_small { 1 } else { 3 } * group.len());
        usize::from(!runs.is_empty()) + sizes.sum::<usize>()
    }

    /// The table of these runs. `take` is asked for the bytes that it takes; the result is `None` if it refuses, or if
    /// there is no memory.
    pub fn new(runs: &[PositionRun], take: impl FnOnce(usize) -> bool) -> Option<Positions> {
        let size = Positions::size(runs);
        let mut words = Vec::new();
        if !take(size * size_of::<u32>()) || words.try_reserve_exact(size).is_err() || size >= LARGE as usize {
            return None;
        }
        if runs.is_empty() {
            return Some(Positions::default());
        }
        words.push(runs.len() as u32);
        words.resize(1 + 3 * runs.len().div_ceil(GROUP), 0);
        for (index, group) in runs.chunks(GROUP).enumerate() {
            let extent = Extent::of(group);
            let start = words.len() as u32;
            let mark = if extent.is_small { 0 } else { LARGE };
            words[1 + 3 * index..][..3].copy_from_slice(&[extent.pc, extent.line, start | mark]);
            if extent.is_small {
                words.extend(group.iter().map(|run| extent.packed(run)));
            } else {
                words.extend(group.iter().flat_map(|run| [run.pc, run.position.line, run.position.column]));
            }
        }
        Some(Positions(words.into()))
    }

    /// A table of the words of another one. With any other words it is some table.
    pub fn of_words(words: Box<[u32]>) -> Positions {
        Positions(words)
    }

    /// What it consists of.
    pub fn words(&self) -> &[u32] {
        &self.0
    }

    /// The number of runs.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.first().map_or(0, |count| *count as usize)
    }

    /// Whether there are no runs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn group(&self, index: usize) -> Option<[u32; 3]> {
        self.0.get(1 + 3 * index..)?.first_chunk().copied()
    }

    /// A run by its number.
    #[inline]
    pub fn get(&self, index: usize) -> Option<PositionRun> {
        if index >= self.len() {
            return None;
        }
        let [pc, line, mark] = self.group(index / GROUP)?;
        let (start, is_large, offset) = ((mark & !LARGE) as usize, mark & LARGE != 0, index % GROUP);
        if is_large {
            let [pc, line, column] = *self.0.get(start + 3 * offset..)?.first_chunk()?;
            return Some(PositionRun { pc, position: Position { line, column } });
        }
        let word = *self.0.get(start + offset)?;
        let position = Position { line: line.wrapping_add(word >> 8 & 0xFF), column: word >> 16 };
        Some(PositionRun { pc: pc.wrapping_add(word & 0xFF), position })
    }

    /// All runs.
    pub fn iter(&self) -> impl Iterator<Item = PositionRun> {
        (0..self.len()).map_while(|index| self.get(index))
    }

    /// Where the instruction comes from, if its run is known.
    pub fn find(&self, pc: usize) -> Option<Position> {
        let is_after = |run: Option<PositionRun>| run.is_some_and(|run| run.pc as usize > pc);
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_after(self.get(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Some(self.get(low.checked_sub(1)?)?.position)
    }
}

impl FromIterator<PositionRun> for Positions {
    fn from_iter<I: IntoIterator<Item = PositionRun>>(runs: I) -> Positions {
        let runs: Vec<PositionRun> = runs.into_iter().collect();
        Positions::new(&runs, |_| true).unwrap_or_default()
    }
}

impl fmt::Debug for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::random::Rng;

    /// Runs are found as in a plain table, whatever the distances.
    #[test]
    fn a_plain_table() {
        let mut rng = Rng(3);
        for round in 0..300 {
            let mut run = PositionRun { pc: 0, position: Position { line: 1000, column: 1 } };
            let mut plain = Vec::new();
            for _ in 0..rng.below(140) {
                plain.push(run);
                let wide = |rng: &mut Rng, small: usize| {
                    let limit = if rng.chance(50) { 1 << 20 } else { small };
                    rng.below(limit) as u32
                };
                run.pc += 1 + wide(&mut rng, 3);
                run.position.line = (run.position.line + wide(&mut rng, 6)).saturating_sub(3);
                run.position.column = wide(&mut rng, 100);
            }
            let mut taken = 0;
            let take = |bytes| {
                taken = bytes;
                round != 7
            };
            let Some(table) = Positions::new(&plain, take) else {
                assert_eq!(round, 7);
                continue;
            };
            assert_eq!(taken, size_of_val(table.words()));
            assert!(plain.is_empty() || taken <= 12 * plain.len() + 12 * plain.len().div_ceil(GROUP) + 4);
            assert!(table.iter().eq(plain.iter().copied()));
            assert_eq!((table.len(), table.get(plain.len())), (plain.len(), None));
            assert_eq!(table, plain.iter().copied().collect());
            for pc in (0..200).chain(plain.iter().flat_map(|run| [run.pc as usize, run.pc as usize + 1])) {
                let known = plain.partition_point(|run| run.pc as usize <= pc).checked_sub(1);
                assert_eq!(table.find(pc), known.map(|run| plain[run].position));
            }
        }
    }

    #[test]
    fn any_words_are_some_table() {
        let mut rng = Rng(4);
        for _ in 0..2000 {
            let words: Box<[u32]> = (0..rng.below(9)).map(|_| (rng.next() >> (32 + rng.below(32))) as u32).collect();
            let table = Positions::of_words(words);
            table.find(rng.below(100));
            table.get(rng.below(100));
        }
    }
}
