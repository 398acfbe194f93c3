//! The last passes over a function's code: jumps are resolved, and segments are cut and priced.
//!
//! The code generator leaves jumps to labels, in instructions whose offsets may be too small, and emits no `Charge`.
//! Here jumps to jumps are shortened, conditional jumps that reach too far are inverted over a long jump, and the code
//! is cut into segments: a `Charge` goes before an instruction where the segment would become too long, or where a
//! forward jump arrives from an earlier segment. Forward jumps go to the `Charge` of their target. Backward jumps go
//! behind it, since they pay for the segment themselves. Each pass is linear in the code, except for a search in the
//! table of jumps.

use crate::account::Account;
use crate::code::{Buffer, Jump, LabelPlace};
use crate::meter::Refused;
use fife_bytecode::{
    Cost, Input, Instruction, JumpOffset, Local, Output, PositionRun, Positions, SEGMENT_LIMIT, ShortJump, block_bytes,
};

/// The length of segments. Only instructions that cannot be separated make longer ones.
const SEGMENT_LENGTH: usize = 64;

const _: () = assert!(SEGMENT_LENGTH <= SEGMENT_LIMIT);

/// A jump over this many instructions fits into 16 bits even if each of them becomes four.
const SHORT_DISTANCE_MAX: u32 = 8191;

/// A function's code, as the code generator leaves it. The assembler leaves it empty, for the next function.
#[derive(Default)]
pub(crate) struct Assembly {
    pub(crate) code: Buffer<Instruction>,
    pub(crate) live: Buffer<u8>,
    pub(crate) positions: Buffer<PositionRun>,
    pub(crate) locals: Buffer<Local>,
    /// The jumps in the order of their instructions.
    pub(crate) jumps: Buffer<Jump>,
    pub(crate) labels: Buffer<LabelPlace>,
}

/// A function's code, as its prototype has it.
pub(crate) struct Assembled {
    pub(crate) entry_cost: u8,
    pub(crate) code: Box<[Instruction]>,
    pub(crate) live: Box<[u8]>,
    pub(crate) positions: Positions,
    pub(crate) locals: Box<[Local]>,
}

/// A jump whose target is known.
#[derive(Clone, Copy)]
struct Edge {
    pc: u32,
    target: u32,
}

/// A loop: where it starts, and its last instruction that jumps back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LoopSpan {
    start: u32,
    end: u32,
}

impl LoopSpan {
    /// Whether the whole loop fits into a segment, but not into one that is already `length` long.
    fn would_be_cut(&self, length: usize) -> bool {
        let turn = (self.end + 1).saturating_sub(self.start) as usize;
        turn < SEGMENT_LENGTH && length + turn > SEGMENT_LENGTH
    }
}

/// The assembly of functions, in passes. Each pass, or a part of it, may be a piece of work of its own. Buffers are kept
/// from one function to the next.
#[derive(Default)]
pub(crate) struct Assembler {
    edges: Buffer<Edge>,
    loops: Buffer<LoopSpan>,
    layout: Layout,
    runs: Buffer<u8>,
    pass: Pass,
}

#[derive(Default)]
enum Pass {
    #[default]
    Jumps,
    Sources,
    LayOut(Progress),
    Resolve,
    Price,
    Take {
        entry_cost: u8,
    },
}

impl Assembler {
    /// How many instructions the next pass goes through.
    pub(crate) fn length(&self, assembly: &Assembly) -> usize {
        assembly.code.len().max(self.layout.code.len())
    }

    /// Does a pass, or a part of it. After the last one, returns the result.
    pub(crate) fn advance(
        &mut self,
        assembly: &mut Assembly,
        account: &mut Account<'_>,
    ) -> Result<Option<Assembled>, Refused> {
        match &mut self.pass {
            Pass::Jumps => {
                let Assembly { code, jumps, labels, .. } = assembly;
                self.edges.clear(account);
                self.edges.reserve(account, jumps.len())?;
                for jump in &**jumps {
                    self.edges.push(account, Edge { pc: jump.pc, target: labels[jump.label.0 as usize].pc })?;
                }
                thread_jumps(code, &mut self.edges);
                if code.len() <= SEGMENT_LENGTH {
                    return self.finish_short(assembly, account).map(Some);
                }
                self.pass = Pass::Sources;
            }
            Pass::Sources => {
                first_sources(&assembly.code, &self.edges, &mut self.layout.places, account)?;
                loops(&assembly.code, &self.edges, &mut self.loops, account)?;
                self.pass = Pass::LayOut(Progress::default());
            }
            Pass::LayOut(progress) => {
                if self.layout.lay_out(progress, assembly, &self.edges, &self.loops, account)? {
                    self.pass = Pass::Resolve;
                }
            }
            Pass::Resolve => {
                self.resolve(assembly, account);
                self.pass = Pass::Price;
            }
            Pass::Price => {
                self.pass = Pass::Take { entry_cost: price(&mut self.layout.code, &mut self.runs, account)? };
            }
            &mut Pass::Take { entry_cost } => {
                self.pass = Pass::Jumps;
                let Assembly { positions, locals, .. } = assembly;
                return Ok(Some(Assembled {
                    entry_cost,
                    code: self.layout.code.take_box(account)?,
                    live: self.layout.live.take_box(account)?,
                    positions: take_positions(positions, account)?,
                    locals: locals.take_box(account)?,
                }));
            }
        }
        Ok(None)
    }

    /// Assembles code that fits into one segment. Nothing moves then: `Layout` would find no segment too long, no jump
    /// from an earlier one and no loop to keep together.
    fn finish_short(&mut self, assembly: &mut Assembly, account: &mut Account<'_>) -> Result<Assembled, Refused> {
        let code = &mut assembly.code;
        let count = code.len();
        // The cost of landing: the number of instructions up to the end, and 1 there.
        let landing = |pc: usize| Cost(count.saturating_sub(pc).max(1) as u8);
        for (pc, instruction) in code.iter_mut().enumerate() {
            if instruction.charges() {
                instruction.set_cost(landing(pc + 1));
            }
        }
        for edge in &*self.edges {
            let instruction = &mut code[edge.pc as usize];
            instruction.set_jump(edge.target as i32 - (edge.pc as i32 + 1));
            if instruction.jumps_back() {
                instruction.set_cost(landing(edge.target as usize));
            }
        }
        let Assembly { live, positions, locals, jumps, labels, .. } = assembly;
        jumps.clear(account);
        labels.clear(account);
        Ok(Assembled {
            entry_cost: landing(0).0,
            code: code.take_box(account)?,
            live: live.take_box(account)?,
            positions: take_positions(positions, account)?,
            locals: locals.take_box(account)?,
        })
    }

    /// Adjusts everything that refers to instructions.
    fn resolve(&mut self, assembly: &mut Assembly, account: &mut Account<'_>) {
        let Layout { code, places, skips, .. } = &mut self.layout;
        resolve_jumps(&assembly.code, &self.edges, places, code);
        for skip in &**skips {
            let target = arrival(code, places, skip.target);
            code[skip.pc as usize].set_jump(target as i32 - (skip.pc as i32 + 1));
        }
        skips.clear(account);
        self.edges.clear(account);
        self.loops.clear(account);
        let Assembly { code: old, live: old_live, positions, locals, jumps, labels } = assembly;
        old.clear(account);
        old_live.clear(account);
        jumps.clear(account);
        labels.clear(account);
        for run in positions.iter_mut() {
            run.pc = arrival(code, places, run.pc);
        }
        for local in locals.iter_mut() {
            local.start = arrival(code, places, local.start);
            local.end = arrival(code, places, local.end);
        }
        places.clear(account);
    }
}

/// The table of these positions, as the prototype has it.
fn take_positions(runs: &mut Buffer<PositionRun>, account: &mut Account<'_>) -> Result<Positions, Refused> {
    let positions = Positions::new(runs, |bytes| account.take(block_bytes(bytes)).is_ok()).ok_or(Refused)?;
    runs.clear(account);
    Ok(positions)
}

// ---- Jumps ----

/// Redirects jumps to an unconditional jump to the target of that jump.
fn thread_jumps(code: &mut [Instruction], edges: &mut [Edge]) {
    for index in (0..edges.len()).rev() {
        let Edge { pc, target } = edges[index];
        if code[pc as usize].jumps_back() || matches!(code[pc as usize], Instruction::ForGenericPrepare { .. }) {
            continue;
        }
        let is_plain = matches!(code[pc as usize], Instruction::Jump { .. });
        match code.get(target as usize) {
            Some(Instruction::Jump { .. }) => edges[index].target = target_of(edges, target),
            Some(back @ Instruction::JumpBack { .. }) if is_plain => {
                let back = *back;
                edges[index].target = target_of(edges, target);
                // The target of a backward jump may still be ahead of here.
                if edges[index].target <= pc {
                    code[pc as usize] = back;
                }
            }
            _ => {}
        }
    }
}

/// Where the jump at `pc` goes.
fn target_of(edges: &[Edge], pc: u32) -> u32 {
    edges.binary_search_by_key(&pc, |edge| edge.pc).map_or(pc, |index| edges[index].target)
}

/// Marks an instruction no jump leads to.
const NEVER: u32 = u32::MAX;

/// Finds for each instruction, and for the end, the first instruction that jumps forward to it, without
/// `LoadFalseSkip`.
fn first_sources(
    code: &[Instruction],
    edges: &[Edge],
    sources: &mut Buffer<u32>,
    account: &mut Account<'_>,
) -> Result<(), Refused> {
    sources.refill(account, NEVER, code.len() + 2)?;
    for edge in edges.iter().filter(|edge| !code[edge.pc as usize].jumps_back()) {
        let source = &mut sources[edge.target as usize];
        *source = (*source).min(edge.pc);
    }
    Ok(())
}

/// Finds the loops, ordered by their starts, and by their ends if they start together.
fn loops(
    code: &[Instruction],
    edges: &[Edge],
    loops: &mut Buffer<LoopSpan>,
    account: &mut Account<'_>,
) -> Result<(), Refused> {
    loops.clear(account);
    for edge in edges {
        let instruction = &code[edge.pc as usize];
        if instruction.jumps_back() {
            // The instruction that prepares a `for` loop belongs to the loop: it jumps to its end.
            let start = edge.target.saturating_sub(u32::from(instruction.keeps_loop()));
            loops.push(account, LoopSpan { start, end: edge.pc })?;
        }
    }
    loops.sort_unstable();
    Ok(())
}

/// Writes the offsets of all jumps.
fn resolve_jumps(old: &[Instruction], edges: &[Edge], places: &[u32], code: &mut [Instruction]) {
    for edge in edges {
        let instruction = &old[edge.pc as usize];
        let target =
            if instruction.jumps_back() { places[edge.target as usize] } else { arrival(code, places, edge.target) };
        let pc =
            places[edge.pc as usize] + if is_far(instruction, edge) { size(instruction, true) as u32 - 1 } else { 0 };
        code[pc as usize].set_jump(target as i32 - (pc as i32 + 1));
    }
}

/// Where control arrives from above: at the instruction's `Charge`, if it has one.
fn arrival(code: &[Instruction], places: &[u32], old_pc: u32) -> u32 {
    let place = places[old_pc as usize];
    let is_charge = |pc: u32| code[pc as usize].starts_segment();
    if place.checked_sub(1).is_some_and(is_charge) { place - 1 } else { place }
}

/// Whether the instruction jumps farther than it can.
fn is_far(instruction: &Instruction, edge: &Edge) -> bool {
    edge.target.saturating_sub(edge.pc) > SHORT_DISTANCE_MAX && instruction.jumps_short()
}

/// How many instructions the instruction becomes.
fn size(instruction: &Instruction, far: bool) -> usize {
    match instruction {
        _ if !far => 1,
        Instruction::MoveJumpIf { .. } | Instruction::MoveJumpIfNot { .. } => 3,
        _ => 2,
    }
}

/// The instruction that jumps, by `offset`, exactly if this one does not.
fn inverted(instruction: Instruction, offset: ShortJump) -> Instruction {
    use Instruction::*;
    match instruction {
        JumpIfEqual { left, right, .. } => JumpIfNotEqual { left, right, offset },
        JumpIfNotEqual { left, right, .. } => JumpIfEqual { left, right, offset },
        JumpIfEqualConstant { left, right, .. } => JumpIfNotEqualConstant { left, right, offset },
        JumpIfNotEqualConstant { left, right, .. } => JumpIfEqualConstant { left, right, offset },
        JumpIfEqualInteger { left, right, .. } => JumpIfNotEqualInteger { left, right, offset },
        JumpIfNotEqualInteger { left, right, .. } => JumpIfEqualInteger { left, right, offset },
        JumpIfLess { left, right, .. } => JumpIfNotLess { left, right, offset },
        JumpIfNotLess { left, right, .. } => JumpIfLess { left, right, offset },
        JumpIfLessEqual { left, right, .. } => JumpIfNotLessEqual { left, right, offset },
        JumpIfNotLessEqual { left, right, .. } => JumpIfLessEqual { left, right, offset },
        JumpIfLessInteger { left, right, .. } => JumpIfNotLessInteger { left, right, offset },
        JumpIfNotLessInteger { left, right, .. } => JumpIfLessInteger { left, right, offset },
        JumpIfLessEqualInteger { left, right, .. } => JumpIfNotLessEqualInteger { left, right, offset },
        JumpIfNotLessEqualInteger { left, right, .. } => JumpIfLessEqualInteger { left, right, offset },
        JumpIfGreaterInteger { left, right, .. } => JumpIfNotGreaterInteger { left, right, offset },
        JumpIfNotGreaterInteger { left, right, .. } => JumpIfGreaterInteger { left, right, offset },
        JumpIfGreaterEqualInteger { left, right, .. } => JumpIfNotGreaterEqualInteger { left, right, offset },
        JumpIfNotGreaterEqualInteger { left, right, .. } => JumpIfGreaterEqualInteger { left, right, offset },
        other => other,
    }
}

// ---- Segments ----

/// Code in its final order, and where each instruction went.
#[derive(Default)]
struct Layout {
    code: Buffer<Instruction>,
    live: Buffer<u8>,
    /// For each old instruction, and for the end, the new one. Until that is known, the first instruction that jumps
    /// forward to it, or [`NEVER`]. One more entry is never known.
    places: Buffer<u32>,
    /// New jumps to old instructions.
    skips: Buffer<Edge>,
}

/// How far the layout of a function has come: how many instructions, jumps and loops of its old code are done, and what
/// the last of them left.
#[derive(Clone, Copy, Default)]
struct Progress {
    pc: usize,
    edges: usize,
    loops: usize,
    segment_start: usize,
    is_split: bool,
}

/// How many instructions are laid out in a piece: about a megabyte of new memory. Tests have many pieces.
const LAID_OUT_AT_ONCE: usize = if cfg!(debug_assertions) { 100 } else { 64 << 10 };

impl Layout {
    /// Lays out the next instructions, at most [`LAID_OUT_AT_ONCE`]; true if these were the last ones.
    fn lay_out(
        &mut self,
        progress: &mut Progress,
        assembly: &Assembly,
        edges: &[Edge],
        loops: &[LoopSpan],
        account: &mut Account<'_>,
    ) -> Result<bool, Refused> {
        let (old, old_live) = (&assembly.code, &assembly.live);
        // Straight code needs little more.
        let capacity = old.len() + old.len() / 32 + 1;
        self.code.reserve(account, capacity)?;
        self.live.reserve(account, capacity)?;
        let Progress { pc: start, edges: edges_before, loops: loops_before, mut segment_start, mut is_split } =
            *progress;
        let mut edges = edges[edges_before..].iter().peekable();
        let mut loops = loops[loops_before..].iter().peekable();
        let (edge_count, loop_count) = (edges.len(), loops.len());
        let end = old.len().min(start + LAID_OUT_AT_ONCE);
        for (pc, instruction) in old[..end].iter().enumerate().skip(start) {
            let edge = edges.next_if(|edge| edge.pc as usize == pc);
            let far = edge.is_some_and(|edge| is_far(instruction, edge));
            let mut around = None;
            while let Some(span) = loops.next_if(|span| span.start as usize == pc) {
                around = Some(span);
            }
            let length = self.code.len() - segment_start;
            let is_separable = pc > 0 && (is_split || !is_bound(&old[pc - 1], instruction));
            if is_separable
                && (length + size(instruction, far) + bound_behind(old, pc) > SEGMENT_LENGTH
                    || self.comes_from_before(pc, segment_start)
                    || around.is_some_and(|span| span.would_be_cut(length)))
            {
                segment_start = self.code.len();
                self.push_one(Instruction::Charge { cost: Cost(0) }, old_live[pc], account)?;
            }
            self.places[pc] = self.code.len() as u32;
            is_split = false;
            match *instruction {
                Instruction::LoadFalseSkip { dst } => {
                    // The skipped instruction may be reached from an earlier segment, and then needs a `Charge` itself.
                    is_split = self.comes_from_before(pc + 1, segment_start);
                    let source = &mut self.places[pc + 2];
                    *source = (*source).min(pc as u32);
                    if is_split {
                        self.push_split(dst, pc, old_live[pc], account)?;
                    } else {
                        self.push_one(*instruction, old_live[pc], account)?;
                    }
                }
                instruction => self.push(instruction, far, old_live[pc], account)?,
            }
        }
        if end < old.len() {
            let (edges, loops) = (edges_before + edge_count - edges.len(), loops_before + loop_count - loops.len());
            *progress = Progress { pc: end, edges, loops, segment_start, is_split };
            return Ok(false);
        }
        self.places[old.len()] = self.code.len() as u32;
        Ok(true)
    }

    /// Whether a forward jump from before the segment that starts at `segment_start` arrives at the instruction at
    /// `pc`, which has no place yet.
    fn comes_from_before(&self, pc: usize, segment_start: usize) -> bool {
        match self.places[pc] {
            NEVER => false,
            source => (self.places[source as usize] as usize) < segment_start,
        }
    }

    fn push(
        &mut self,
        instruction: Instruction,
        far: bool,
        live: u8,
        account: &mut Account<'_>,
    ) -> Result<(), Refused> {
        if !far {
            return self.push_one(instruction, live, account);
        }
        let skip = size(&instruction, true) as i32 - 1;
        let jump = Instruction::Jump { offset: JumpOffset(0) };
        let moving = |dst: Output, src: Input, test: Instruction| (test, Some(Instruction::Move { dst, src }), dst);
        let offset = JumpOffset(skip);
        let (test, moved, dst) = match instruction {
            Instruction::MoveJumpIf { dst, src, .. } => moving(dst, src, Instruction::JumpIfNot { src, offset }),
            Instruction::MoveJumpIfNot { dst, src, .. } => moving(dst, src, Instruction::JumpIf { src, offset }),
            other => (inverted(other, ShortJump(skip as i16)), None, Output::new(0)),
        };
        debug_assert_ne!(test.negates(), instruction.negates());
        self.push_one(test, live, account)?;
        let mut jump_live = live;
        if let Some(moved) = moved {
            self.push_one(moved, live, account)?;
            jump_live += u8::from(dst.index() == usize::from(live));
        }
        self.push_one(jump, jump_live, account)
    }

    /// Does the work of `LoadFalseSkip` at the old `pc` by a jump.
    fn push_split(&mut self, dst: Output, pc: usize, live: u8, account: &mut Account<'_>) -> Result<(), Refused> {
        self.push_one(Instruction::LoadFalse { dst }, live, account)?;
        self.skips.push(account, Edge { pc: self.code.len() as u32, target: pc as u32 + 2 })?;
        let jump_live = live + u8::from(dst.index() == usize::from(live));
        self.push_one(Instruction::Jump { offset: JumpOffset(0) }, jump_live, account)
    }

    fn push_one(&mut self, instruction: Instruction, live: u8, account: &mut Account<'_>) -> Result<(), Refused> {
        self.code.push(account, instruction)?;
        self.live.push(account, live)
    }
}

/// How many instructions must directly follow the one at `pc`, and each other.
fn bound_behind(code: &[Instruction], pc: usize) -> usize {
    let pairs = code[pc..].windows(2);
    pairs.take_while(|pair| is_bound(&pair[0], &pair[1])).count()
}

/// Whether an instruction must directly follow the one before it.
fn is_bound(previous: &Instruction, instruction: &Instruction) -> bool {
    instruction.must_follow() || previous.skips()
}

/// Fills in all costs. Returns the cost of entering the function.
fn price(code: &mut [Instruction], runs: &mut Buffer<u8>, account: &mut Account<'_>) -> Result<u8, Refused> {
    // For each instruction, how many there are up to the next `Charge`, including itself.
    runs.refill(account, 0, code.len())?;
    let mut run = 0u8;
    // The cost of landing on the next instruction.
    let mut landing = 1;
    for (instruction, place) in code.iter_mut().zip(runs.iter_mut()).rev() {
        run = run.saturating_add(1);
        *place = run;
        let is_charge = instruction.starts_segment();
        if instruction.charges() {
            instruction.set_cost(Cost(if is_charge { run } else { landing }));
        }
        landing = if is_charge { 1 } else { run };
        if is_charge {
            run = 0;
        }
    }
    let entry_cost = landing;
    for pc in 0..code.len() {
        if code[pc].jumps_back() {
            let target = (pc as i64 + 1 + i64::from(code[pc].jump().unwrap_or(0))) as usize;
            let amount = if code[target].starts_segment() { 1 } else { runs[target] };
            code[pc].set_cost(Cost(amount));
        }
    }
    runs.clear(account);
    Ok(entry_cost)
}
