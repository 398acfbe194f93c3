//! The last pass over a function's code: jumps find their way, segments are cut and priced.
//!
//! The code generator leaves jumps to labels, in instructions whose offsets may be too small for
//! them, and no `Charge`. Here jumps to jumps are shortened, conditional jumps that reach too far are
//! turned around over a long one, and the code is cut into segments: a `Charge` goes before an
//! instruction where the segment would become too long, or where a forward jump comes in from an
//! earlier segment. Forward jumps go to the `Charge` of their target, backward ones behind it, since
//! they pay for the segment themselves. Each step is linear in the code, up to a search in the
//! table of jumps.

use crate::code::{Account, Buffer, Jump, LabelPlace};
use crate::meter::Refused;
use fife_bytecode::{Cost, Input, Instruction, JumpOffset, Local, Output, PositionRun, SEGMENT_LIMIT, ShortJump};

/// How long segments are made; longer ones stand only where instructions can not be separated.
const SEGMENT_LENGTH: usize = 64;

const _: () = assert!(SEGMENT_LENGTH <= SEGMENT_LIMIT);

/// A jump over this many instructions fits 16 bits even if each of them were to become four.
const SHORT_DISTANCE_MAX: u32 = 8191;

/// A function's code as the code generator leaves it.
pub(crate) struct Assembly {
    pub(crate) code: Buffer<Instruction>,
    pub(crate) live: Buffer<u8>,
    pub(crate) positions: Buffer<PositionRun>,
    pub(crate) locals: Buffer<Local>,
    /// The jumps in the order of their instructions.
    pub(crate) jumps: Buffer<Jump>,
    pub(crate) labels: Buffer<LabelPlace>,
}

/// A function's code as its prototype has it.
pub(crate) struct Assembled {
    pub(crate) entry_cost: u8,
    pub(crate) code: Box<[Instruction]>,
    pub(crate) live: Box<[u8]>,
    pub(crate) positions: Box<[PositionRun]>,
    pub(crate) locals: Box<[Local]>,
}

/// A jump whose target is known.
#[derive(Clone, Copy)]
struct Edge {
    pc: u32,
    target: u32,
}

/// What is known of an instruction before it gets its place.
#[derive(Clone, Copy)]
struct Mark {
    /// The first instruction that jumps forward to it; [`Mark::NEVER`] if none does.
    first_source: u32,
    /// If it starts a loop, the instruction that jumps back last; else 0.
    loop_end: u32,
}

impl Mark {
    const NEVER: u32 = u32::MAX;

    /// Whether a forward jump comes to the instruction from before the segment that starts there.
    fn comes_from_before(&self, segment_start: usize, places: &[u32]) -> bool {
        places.get(self.first_source as usize).is_some_and(|it| (*it as usize) < segment_start)
    }

    /// Whether the instruction, at `pc`, starts a loop that a segment can hold whole, but not one that
    /// is already `length` long.
    fn would_cut_loop(&self, pc: usize, length: usize) -> bool {
        let turn = (self.loop_end as usize + 1).saturating_sub(pc);
        turn < SEGMENT_LENGTH && length + turn > SEGMENT_LENGTH
    }
}

/// Assembles a function's code.
pub(crate) fn assemble(assembly: Assembly, account: &mut Account<'_>) -> Result<Assembled, Refused> {
    let Assembly { code: mut old, live: old_live, mut positions, mut locals, jumps, labels } = assembly;
    let mut edges = Buffer::new();
    for jump in &*jumps {
        edges.push(account, Edge { pc: jump.pc, target: labels[jump.label.0 as usize].pc })?;
    }
    jumps.release(account);
    labels.release(account);
    thread_jumps(&mut old, &mut edges);

    let marks = marks(&old, &edges, account)?;
    let Layout { mut code, live, places, skips } = lay_out(&old, &old_live, &edges, &marks, account)?;
    marks.release(account);
    resolve_jumps(&old, &edges, &places, &mut code);
    for skip in &*skips {
        let target = arrival(&code, &places, skip.target);
        set_offset(&mut code[skip.pc as usize], target as i32 - (skip.pc as i32 + 1));
    }
    skips.release(account);
    edges.release(account);
    old.release(account);
    old_live.release(account);

    for run in positions.iter_mut() {
        run.pc = arrival(&code, &places, run.pc);
    }
    for local in locals.iter_mut() {
        local.start = arrival(&code, &places, local.start);
        local.end = arrival(&code, &places, local.end);
    }
    places.release(account);
    let entry_cost = price(&mut code, account)?;
    Ok(Assembled {
        entry_cost,
        code: code.into_box(account),
        live: live.into_box(account),
        positions: positions.into_box(account),
        locals: locals.into_box(account),
    })
}

// ---- Jumps ----

/// Lets jumps that go to an unconditional jump go where that one goes.
fn thread_jumps(code: &mut [Instruction], edges: &mut [Edge]) {
    for index in (0..edges.len()).rev() {
        let Edge { pc, target } = edges[index];
        if goes_back(&code[pc as usize]) || matches!(code[pc as usize], Instruction::ForGenericPrepare { .. }) {
            continue;
        }
        let is_plain = matches!(code[pc as usize], Instruction::Jump { .. });
        match code.get(target as usize) {
            Some(Instruction::Jump { .. }) => edges[index].target = target_of(edges, target),
            Some(back @ Instruction::JumpBack { .. }) if is_plain => {
                let back = *back;
                edges[index].target = target_of(edges, target);
                // What it goes back to may still be ahead of here.
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

fn goes_back(instruction: &Instruction) -> bool {
    matches!(
        instruction,
        Instruction::JumpBack { .. } | Instruction::ForLoop { .. } | Instruction::ForGenericLoop { .. }
    )
}

fn marks(code: &[Instruction], edges: &[Edge], account: &mut Account<'_>) -> Result<Buffer<Mark>, Refused> {
    let mut marks = Buffer::filled(account, Mark { first_source: Mark::NEVER, loop_end: 0 }, code.len() + 2)?;
    for edge in edges {
        let instruction = &code[edge.pc as usize];
        if !goes_back(instruction) {
            let mark = &mut marks[edge.target as usize];
            mark.first_source = mark.first_source.min(edge.pc);
            continue;
        }
        // The instruction that prepares a `for` loop belongs to the loop: it jumps to its end.
        let prepares = !matches!(instruction, Instruction::JumpBack { .. });
        let head = edge.target.saturating_sub(u32::from(prepares));
        let mark = &mut marks[head as usize];
        mark.loop_end = mark.loop_end.max(edge.pc);
    }
    for (pc, instruction) in code.iter().enumerate() {
        if let Instruction::LoadFalseSkip { .. } = instruction {
            let mark = &mut marks[pc + 2];
            mark.first_source = mark.first_source.min(pc as u32);
        }
    }
    Ok(marks)
}

/// Writes the offsets of all jumps.
fn resolve_jumps(old: &[Instruction], edges: &[Edge], places: &[u32], code: &mut [Instruction]) {
    for edge in edges {
        let instruction = &old[edge.pc as usize];
        let target =
            if goes_back(instruction) { places[edge.target as usize] } else { arrival(code, places, edge.target) };
        let pc =
            places[edge.pc as usize] + if is_far(instruction, edge) { size(instruction, true) as u32 - 1 } else { 0 };
        set_offset(&mut code[pc as usize], target as i32 - (pc as i32 + 1));
    }
}

/// Where control comes to an instruction from above: at its `Charge`, if it has one.
fn arrival(code: &[Instruction], places: &[u32], old_pc: u32) -> u32 {
    let place = places[old_pc as usize];
    let is_charge = |pc: u32| matches!(code[pc as usize], Instruction::Charge { .. });
    if place.checked_sub(1).is_some_and(is_charge) { place - 1 } else { place }
}

fn set_offset(instruction: &mut Instruction, distance: i32) {
    use Instruction::*;
    match instruction {
        Jump { offset }
        | JumpBack { offset, .. }
        | JumpIf { offset, .. }
        | JumpIfNot { offset, .. }
        | ForPrepare { offset, .. }
        | ForLoop { offset, .. }
        | ForGenericPrepare { offset, .. }
        | ForGenericLoop { offset, .. } => *offset = JumpOffset(distance),
        other => {
            if let Some(offset) = short_jump(other) {
                debug_assert!(i16::try_from(distance).is_ok());
                *offset = ShortJump(distance as i16);
            }
        }
    }
}

/// The offset of an instruction that can only jump a short way.
fn short_jump(instruction: &mut Instruction) -> Option<&mut ShortJump> {
    use Instruction::*;
    match instruction {
        MoveJumpIf { offset, .. }
        | MoveJumpIfNot { offset, .. }
        | JumpIfEqual { offset, .. }
        | JumpIfNotEqual { offset, .. }
        | JumpIfEqualConstant { offset, .. }
        | JumpIfNotEqualConstant { offset, .. }
        | JumpIfEqualInteger { offset, .. }
        | JumpIfNotEqualInteger { offset, .. }
        | JumpIfLess { offset, .. }
        | JumpIfNotLess { offset, .. }
        | JumpIfLessEqual { offset, .. }
        | JumpIfNotLessEqual { offset, .. }
        | JumpIfLessInteger { offset, .. }
        | JumpIfNotLessInteger { offset, .. }
        | JumpIfLessEqualInteger { offset, .. }
        | JumpIfNotLessEqualInteger { offset, .. }
        | JumpIfGreaterInteger { offset, .. }
        | JumpIfNotGreaterInteger { offset, .. }
        | JumpIfGreaterEqualInteger { offset, .. }
        | JumpIfNotGreaterEqualInteger { offset, .. } => Some(offset),
        _ => None,
    }
}

/// Whether the instruction jumps farther than it can.
fn is_far(instruction: &Instruction, edge: &Edge) -> bool {
    edge.target.saturating_sub(edge.pc) > SHORT_DISTANCE_MAX && short_jump(&mut instruction.clone()).is_some()
}

/// How many instructions it takes to do what the instruction does.
fn size(instruction: &Instruction, far: bool) -> usize {
    match instruction {
        _ if !far => 1,
        Instruction::MoveJumpIf { .. } | Instruction::MoveJumpIfNot { .. } => 3,
        _ => 2,
    }
}

/// The instruction that jumps, by `offset`, where this one does not.
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
struct Layout {
    code: Buffer<Instruction>,
    live: Buffer<u8>,
    /// For each old instruction, and for the end, the new one.
    places: Buffer<u32>,
    /// New jumps to old instructions.
    skips: Buffer<Edge>,
}

fn lay_out(
    old: &[Instruction],
    old_live: &[u8],
    edges: &[Edge],
    marks: &[Mark],
    account: &mut Account<'_>,
) -> Result<Layout, Refused> {
    let mut layout = Layout { code: Buffer::new(), live: Buffer::new(), places: Buffer::new(), skips: Buffer::new() };
    let mut edges = edges.iter().peekable();
    let mut segment_start = 0;
    let mut is_split = false;
    for (pc, instruction) in old.iter().enumerate() {
        let edge = edges.next_if(|edge| edge.pc as usize == pc);
        let far = edge.is_some_and(|edge| is_far(instruction, edge));
        let length = layout.code.len() - segment_start;
        let is_separable = pc > 0 && (is_split || !is_bound(&old[pc - 1], instruction));
        let bound = old.windows(2).skip(pc).take_while(|pair| is_bound(&pair[0], &pair[1])).count();
        let whole = size(instruction, far) + bound;
        if is_separable
            && (length + whole > SEGMENT_LENGTH
                || marks[pc].comes_from_before(segment_start, &layout.places)
                || marks[pc].would_cut_loop(pc, length))
        {
            segment_start = layout.code.len();
            layout.push_one(Instruction::Charge { cost: Cost(0) }, old_live[pc], account)?;
        }
        layout.places.push(account, layout.code.len() as u32)?;
        is_split = false;
        match *instruction {
            // What it skips is itself come to from an earlier segment, and needs a `Charge`.
            Instruction::LoadFalseSkip { dst } if marks[pc + 1].comes_from_before(segment_start, &layout.places) => {
                is_split = true;
                layout.push_split(dst, pc, old_live[pc], account)?;
            }
            instruction => layout.push(instruction, far, old_live[pc], account)?,
        }
    }
    layout.places.push(account, layout.code.len() as u32)?;
    Ok(layout)
}

impl Layout {
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
        self.push_one(test, live, account)?;
        let mut jump_live = live;
        if let Some(moved) = moved {
            self.push_one(moved, live, account)?;
            jump_live += u8::from(dst.index() == usize::from(live));
        }
        self.push_one(jump, jump_live, account)
    }

    /// Does what `LoadFalseSkip` at the old `pc` does, by a jump.
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

/// Whether an instruction must stand directly behind the one before it.
fn is_bound(previous: &Instruction, instruction: &Instruction) -> bool {
    instruction.takes_open()
        || matches!(instruction, Instruction::ForGenericLoop { .. })
        || matches!(previous, Instruction::LoadFalseSkip { .. })
}

/// Fills in all costs; returns that of entering the function.
fn price(code: &mut [Instruction], account: &mut Account<'_>) -> Result<u8, Refused> {
    // For each instruction how many there are up to the next `Charge`, itself included.
    let mut runs = Buffer::filled(account, 0u8, code.len())?;
    let mut run = 0u8;
    for (pc, instruction) in code.iter().enumerate().rev() {
        run = run.saturating_add(1);
        runs[pc] = run;
        if is_charge(instruction) {
            run = 0;
        }
    }
    let landing = |code: &[Instruction], pc: usize| match code.get(pc) {
        Some(instruction) if !is_charge(instruction) => runs[pc],
        _ => 1,
    };
    for pc in 0..code.len() {
        let distance = code[pc].jump().unwrap_or(0);
        let target = (pc as i64 + 1 + i64::from(distance)) as usize;
        let amount = if is_charge(&code[pc]) { runs[pc] } else { landing(code, target) };
        set_cost(&mut code[pc], Cost(amount));
    }
    let entry_cost = landing(code, 0);
    runs.release(account);
    Ok(entry_cost)
}

fn is_charge(instruction: &Instruction) -> bool {
    matches!(instruction, Instruction::Charge { .. })
}

fn set_cost(instruction: &mut Instruction, amount: Cost) {
    use Instruction::*;
    match instruction {
        JumpBack { cost, .. }
        | ForLoop { cost, .. }
        | ForGenericLoop { cost, .. }
        | ForGenericCall { cost, .. }
        | Call { cost, .. }
        | CallOpenArgs { cost, .. }
        | CallOpenResults { cost, .. }
        | CallOpen { cost, .. }
        | Charge { cost } => *cost = amount,
        _ => {}
    }
}
