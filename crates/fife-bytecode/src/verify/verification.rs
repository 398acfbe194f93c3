//! A verification in pieces, so that a host can do other work in between.
//!
//! Functions are checked one after another, each in passes that keep track of their instruction. In a tree that is
//! complete, outer ones come first ([`Verification`]). What a compiler makes function by function is checked in the same
//! way, inner ones first ([`FunctionVerification`]). Between two pieces all state is plain data. It never points into
//! the prototype, which is untrusted and unavailable until the end.

use super::constructor::Constructors;
use super::error::Fault;
use super::flow::{self, Flow, Sources};
use super::{
    Function, NESTING_LIMIT, Rule, Verified, VerifiedFunction, VerifyError, capture_limits, check_shape, check_tables,
    segment_runs,
};
use crate::instruction::Instruction;
use crate::prototype::{Capture, Prototype, Upvalue, UpvalueKind};

/// What an instruction costs in each of the passes, in units of a piece, roughly in proportion to its time.
const EDGES_COST: usize = 1;
pub(super) const CONSTRUCTOR_COST: usize = 1;
pub(super) const FLOW_COST: usize = 2;
/// Cheap work is counted in lots of this many.
pub(super) const LOT: usize = 16;
/// What any function costs, however short.
const FUNCTION_COST: usize = 8;

/// Why a verification ended without a result.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// A rule was broken.
    Broken(VerifyError),
    /// There is not enough memory to work with.
    Memory,
}

/// A prototype that is being checked with all its nested ones.
pub struct Verification {
    /// The main function; taken out at the end.
    main: Option<Prototype>,
    /// The path from the main function to the current one: the index of each in the one around it.
    path: Vec<usize>,
    pass: Pass,
    passes: Passes,
    memory: Memory,
}

/// A verification of functions that come one by one, each after those in it.
#[derive(Default)]
pub struct FunctionVerification {
    /// The current one; its list of nested ones has no part in this.
    function: Option<Prototype>,
    pass: Pass,
    passes: Passes,
    memory: Memory,
}

/// The memory that the passes' tables take, in bytes.
#[derive(Default)]
struct Memory {
    used: usize,
    granted: usize,
}

/// What is being checked in a function.
#[derive(Default)]
enum Pass {
    /// Its shape and tables.
    #[default]
    Tables,
    /// Each instruction by itself, and where control goes.
    Edges,
    /// Constructors, before the flow if the function needs that.
    Constructors,
    Flow,
    /// Nothing is left.
    Done,
}

/// How many words sets of registers have, for all functions and for those with up to 64 registers. In a module for the
/// web, whose size matters more, both are the same code.
const WIDE: usize = 4;
const NARROW: usize = if cfg!(target_family = "wasm") { WIDE } else { 1 };

/// The passes. They keep their tables from one function to the next.
#[derive(Default)]
struct Passes {
    nested: Nested,
    edges: EdgesPass,
    narrow: Further<NARROW>,
    /// For functions with more than 64 registers, which are rare.
    wide: Option<Box<Further<WIDE>>>,
}

/// The passes after the first.
#[derive(Default)]
struct Further<const WORDS: usize> {
    constructors: Constructors<WORDS>,
    flow: Flow<WORDS>,
}

/// The first pass over the instructions: see [`Function`].
#[derive(Default)]
struct EdgesPass {
    /// See [`capture_limits`].
    limits: Vec<u16>,
    /// See [`segment_runs`].
    runs: Vec<u8>,
    sources: Sources,
    pc: usize,
    /// Where the open list left by the instruction before starts.
    open: Option<usize>,
    /// Whether the function needs the pass over its flow or over constructors, and whether it has a numeric loop.
    flows: bool,
    constructs: bool,
    counts: bool,
}

/// What the functions in the current one capture.
#[derive(Default)]
pub(super) struct Nested {
    /// Where the captures of each end.
    ends: Vec<u32>,
    captures: Vec<(Capture, UpvalueKind)>,
}

impl Nested {
    fn clear(&mut self) {
        self.ends.clear();
        self.captures.clear();
    }

    fn push(&mut self, upvalues: &[Upvalue], piece: &mut Piece<'_>) -> Result<(), Stop> {
        piece.reserve(&mut self.captures, upvalues.len())?;
        piece.reserve(&mut self.ends, 1)?;
        self.captures.extend(upvalues.iter().map(|it| (it.capture, it.kind)));
        self.ends.push(self.captures.len() as u32);
        Ok(())
    }

    /// How many functions there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The captures of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[(Capture, UpvalueKind)]> {
        let mut start = 0;
        self.ends.iter().map(move |end| &self.captures[std::mem::replace(&mut start, *end as usize)..*end as usize])
    }
}

/// What one piece of work may use.
pub(super) struct Piece<'a> {
    /// The units left in this piece.
    units: usize,
    memory: &'a mut Memory,
    take: &'a mut dyn FnMut(usize) -> bool,
}

impl Piece<'_> {
    /// Counts work; false if the piece had no units left for it.
    pub(super) fn goes_on(&mut self, cost: usize) -> bool {
        let goes_on = self.units > 0;
        self.units = self.units.saturating_sub(cost);
        goes_on
    }

    /// Makes room for `additional` more items.
    pub(super) fn reserve<T>(&mut self, vector: &mut Vec<T>, additional: usize) -> Result<(), Stop> {
        let needed = vector.len() + additional;
        if needed <= vector.capacity() {
            return Ok(());
        }
        let capacity = needed.max(vector.capacity() * 2);
        // While the vector moves, it takes both places.
        let moving = self.memory.used + capacity * size_of::<T>();
        let missing = moving.saturating_sub(self.memory.granted);
        if missing > 0 {
            if !(self.take)(missing) {
                return Err(Stop::Memory);
            }
            self.memory.granted = moving;
        }
        self.memory.used += (capacity - vector.capacity()) * size_of::<T>();
        vector.try_reserve_exact(capacity - vector.len()).map_err(|_| Stop::Memory)
    }

    /// Makes a vector `count` times `value`.
    pub(super) fn refill<T: Clone>(&mut self, vector: &mut Vec<T>, value: T, count: usize) -> Result<(), Stop> {
        vector.clear();
        self.reserve(vector, count)?;
        vector.resize(count, value);
        Ok(())
    }
}

/// Why a pass ended early.
pub(super) enum Stop {
    Fault(Fault),
    Memory,
}

impl Stop {
    /// What is said of it, in a function on this path from the main one.
    fn refusal(self, main: &Prototype, path: &[usize]) -> Refusal {
        match self {
            Stop::Fault(fault) => Refusal::Broken(locate(fault, main, path)),
            Stop::Memory => Refusal::Memory,
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

impl From<Rule> for Stop {
    fn from(rule: Rule) -> Stop {
        Stop::Fault(rule.into())
    }
}

impl Verification {
    /// Starts a verification; nothing is checked yet.
    pub fn new(prototype: Prototype) -> Verification {
        let passes = Passes::default();
        Verification { main: Some(prototype), path: Vec::new(), pass: Pass::Tables, passes, memory: Memory::default() }
    }

    /// Continues for about `units`, the unit being one pass over one instruction; `None` if there is more to do.
    ///
    /// `take` is asked for memory before it is taken. Whoever drops the verification must release as much as
    /// [`working_memory`](Self::working_memory) says.
    ///
    /// # Errors
    ///
    /// The first broken rule found, and where; or lack of memory. Nothing is left to do then.
    pub fn advance(&mut self, units: usize, take: &mut dyn FnMut(usize) -> bool) -> Result<Option<Verified>, Refusal> {
        let Some(main) = &self.main else { return Ok(None) };
        let mut piece = Piece { units, memory: &mut self.memory, take };
        match check(main, &mut self.path, &mut self.pass, &mut self.passes, &mut piece) {
            Ok(false) => Ok(None),
            Ok(true) => Ok(self.main.take().map(Verified)),
            Err(stop) => {
                let refusal = stop.refusal(main, &self.path);
                self.pass = Pass::Done;
                self.dismantle();
                Err(refusal)
            }
        }
    }

    /// The bytes that were taken and must be released.
    pub fn working_memory(&self) -> usize {
        self.memory.granted
    }

    /// Drops the prototype level by level, since it may nest arbitrarily deep.
    fn dismantle(&mut self) {
        let mut rest: Vec<Prototype> = self.main.take().into_iter().collect();
        while let Some(mut prototype) = rest.pop() {
            rest.extend(std::mem::take(&mut prototype.prototypes).into_iter().map(|nested| *nested));
        }
    }
}

impl Drop for Verification {
    fn drop(&mut self) {
        self.dismantle();
    }
}

impl FunctionVerification {
    /// Whether a function is being checked.
    pub fn is_busy(&self) -> bool {
        self.function.is_some()
    }

    /// Begins with a function. `nested` are the upvalues of each function in it; its own list of them is not looked at.
    ///
    /// # Errors
    ///
    /// `take` is asked for memory, and refuses it.
    pub fn begin<'a>(
        &mut self,
        function: Prototype,
        nested: impl Iterator<Item = &'a [Upvalue]>,
        take: &mut dyn FnMut(usize) -> bool,
    ) -> Result<(), Refusal> {
        let mut piece = Piece { units: usize::MAX, memory: &mut self.memory, take };
        self.passes.nested.clear();
        for upvalues in nested {
            self.passes.nested.push(upvalues, &mut piece).map_err(|_| Refusal::Memory)?;
        }
        (self.function, self.pass) = (Some(function), Pass::Tables);
        Ok(())
    }

    /// As [`Verification::advance`], for the current function. `units` is what is left of them.
    ///
    /// # Errors
    ///
    /// As there. After an error there is no current function.
    pub fn advance(
        &mut self,
        units: &mut usize,
        take: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<VerifiedFunction>, Refusal> {
        let Some(function) = &self.function else { return Ok(None) };
        let mut piece = Piece { units: *units, memory: &mut self.memory, take };
        while !matches!(self.pass, Pass::Done) {
            let advanced =
                if piece.goes_on(0) { self.passes.advance(function, 0, &mut self.pass, &mut piece) } else { Ok(false) };
            *units = piece.units;
            match advanced {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(stop) => {
                    let refusal = stop.refusal(function, &[]);
                    self.function = None;
                    return Err(refusal);
                }
            }
        }
        Ok(self.function.take().map(VerifiedFunction))
    }

    /// The bytes that were taken and must be released.
    pub fn working_memory(&self) -> usize {
        self.memory.granted
    }
}

/// Checks functions until the piece ends; returns whether all are checked.
fn check(
    main: &Prototype,
    path: &mut Vec<usize>,
    pass: &mut Pass,
    passes: &mut Passes,
    piece: &mut Piece<'_>,
) -> Result<bool, Stop> {
    // The functions around the current one.
    let mut around = Vec::new();
    let mut prototype = main;
    for index in &*path {
        // The path is within the tree: it is made below, and nothing else changes either.
        if let Some(nested) = prototype.prototypes.get(*index) {
            around.push(std::mem::replace(&mut prototype, nested));
        }
    }
    loop {
        while !matches!(pass, Pass::Done) {
            if matches!(pass, Pass::Tables) {
                passes.nested.clear();
                for nested in &prototype.prototypes {
                    passes.nested.push(&nested.upvalues, piece)?;
                }
            }
            if !piece.goes_on(0) || !passes.advance(prototype, path.len(), pass, piece)? {
                return Ok(false);
            }
        }
        // Moves on to the first function in it, or else to the next one beside it or beside one around it.
        let mut next = 0;
        while prototype.prototypes.len() <= next {
            let (Some(outer), Some(index)) = (around.pop(), path.pop()) else { return Ok(true) };
            (prototype, next) = (outer, index + 1);
        }
        path.push(next);
        let nested = &prototype.prototypes[next];
        around.push(std::mem::replace(&mut prototype, nested));
        *pass = Pass::Tables;
    }
}

/// Whether a function needs the large sets of registers.
fn is_wide(prototype: &Prototype) -> bool {
    NARROW < WIDE && prototype.register_count > 64
}

impl Passes {
    /// Continues the current pass, and the next when it ends; false if the piece ends first.
    fn advance(
        &mut self,
        prototype: &Prototype,
        depth: usize,
        pass: &mut Pass,
        piece: &mut Piece<'_>,
    ) -> Result<bool, Stop> {
        match pass {
            Pass::Tables if depth > NESTING_LIMIT => return Err(Rule::Nesting.into()),
            Pass::Tables => {
                self.edges.begin(prototype, &self.nested, piece)?;
                *pass = Pass::Edges;
            }
            Pass::Edges => {
                if !self.edges.advance(prototype, piece)? {
                    return Ok(false);
                }
                *pass = if is_wide(prototype) {
                    self.wide.get_or_insert_default().begin(prototype, &self.nested, &self.edges, piece)?
                } else {
                    self.narrow.begin(prototype, &self.nested, &self.edges, piece)?
                };
            }
            Pass::Constructors | Pass::Flow if is_wide(prototype) => {
                return self.wide.get_or_insert_default().advance(prototype, &self.edges, pass, piece);
            }
            Pass::Constructors | Pass::Flow => return self.narrow.advance(prototype, &self.edges, pass, piece),
            Pass::Done => {}
        }
        Ok(true)
    }
}

impl<const WORDS: usize> Further<WORDS> {
    /// Begins with a function that has passed the first pass.
    fn begin(
        &mut self,
        prototype: &Prototype,
        nested: &Nested,
        edges: &EdgesPass,
        piece: &mut Piece<'_>,
    ) -> Result<Pass, Stop> {
        if edges.constructs {
            self.constructors.begin(piece)?;
        }
        if edges.flows {
            self.flow.begin(prototype, nested, edges.counts, piece)?;
        }
        Ok(match edges {
            EdgesPass { constructs: true, .. } => Pass::Constructors,
            EdgesPass { flows: true, .. } => Pass::Flow,
            _ => Pass::Done,
        })
    }

    fn advance(
        &mut self,
        prototype: &Prototype,
        edges: &EdgesPass,
        pass: &mut Pass,
        piece: &mut Piece<'_>,
    ) -> Result<bool, Stop> {
        let ended = match pass {
            Pass::Constructors => self.constructors.advance(prototype, &edges.sources, piece)?,
            _ => self.flow.advance(prototype, &edges.sources, piece)?,
        };
        if ended {
            *pass = if matches!(pass, Pass::Constructors) && edges.flows { Pass::Flow } else { Pass::Done };
        }
        Ok(ended)
    }
}

impl EdgesPass {
    /// Begins with another function: checks its shape and tables.
    fn begin(&mut self, prototype: &Prototype, nested: &Nested, piece: &mut Piece<'_>) -> Result<(), Stop> {
        check_shape(prototype)?;
        check_tables(prototype)?;
        let items = prototype.code.len() + prototype.positions.len() + prototype.locals.len();
        let captured = 4 * nested.len() + nested.captures.len();
        piece.goes_on(FUNCTION_COST + items / LOT + captured / 4);
        self.flows = capture_limits(prototype, nested, &mut self.limits, piece)?;
        segment_runs(&prototype.code, &mut self.runs, piece)?;
        self.sources.begin(prototype.code.len(), piece)?;
        (self.pc, self.open, self.constructs, self.counts) = (0, None, false, false);
        let function = Function::new(prototype, &self.limits, &self.runs);
        Ok(function.check_cost(prototype.entry_cost, function.landing_cost(0))?)
    }

    /// Whether all instructions have been checked.
    fn advance(&mut self, prototype: &Prototype, piece: &mut Piece<'_>) -> Result<bool, Stop> {
        let EdgesPass { limits, runs, sources, pc, open, flows, constructs, counts } = self;
        let function = Function::new(prototype, limits, runs);
        while let Some(instruction) = prototype.code.get(*pc) {
            if !piece.goes_on(EDGES_COST) {
                return Ok(false);
            }
            let jump = function.check_instruction(*pc, instruction, open).map_err(|rule| Fault::at(*pc, rule))?;
            if let Some(target) = jump {
                sources.insert(*pc, target);
            }
            *flows |= flow::concerns(instruction);
            *counts |= matches!(instruction, Instruction::ForLoop { .. });
            *constructs |= instruction.constructs();
            *pc += 1;
        }
        Ok(true)
    }
}

/// Says where in the tree a fault is.
fn locate(fault: Fault, main: &Prototype, path: &[usize]) -> VerifyError {
    let prototype = path.iter().try_fold(main, |outer, index| Some(&**outer.prototypes.get(*index)?)).unwrap_or(main);
    let instruction = fault.pc.and_then(|pc| Some((pc, prototype.code.get(pc)?.name())));
    VerifyError { path: path.into(), line_defined: prototype.line_defined, instruction, rule: fault.rule }
}
