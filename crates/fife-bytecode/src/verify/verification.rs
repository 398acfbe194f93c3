//! A verification in pieces, so that a host can do other work in between.
//!
//! Functions are checked one after another, outer ones first, each in passes that keep track of their instruction.
//! Between two pieces all state is plain data. It never points into the prototype, which is untrusted and unavailable
//! until the end.

use super::constructor::Constructors;
use super::effect::Edges;
use super::error::Fault;
use super::flow::{self, Captures, Flow, Leaders};
use super::{Function, NESTING_LIMIT, Rule, Verified, VerifyError, check_shape, check_tables, segment_runs};
use crate::instruction::Instruction;
use crate::prototype::Prototype;

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
    memory: Memory,
}

/// The memory that a function's tables take, in bytes. The next function may reuse it.
#[derive(Default)]
struct Memory {
    used: usize,
    granted: usize,
}

/// What is being checked in a function.
enum Pass {
    /// Its shape and tables.
    Tables,
    /// Each instruction by itself, and where control goes.
    Edges(Box<EdgesPass>),
    /// Constructors, before the flow if the function needs that.
    Constructors(Constructors, Option<Flow>),
    Flow(Flow),
    /// Nothing is left.
    Done,
}

/// The first pass over the instructions: see [`Function`].
struct EdgesPass {
    captures: Vec<Captures>,
    runs: Vec<u8>,
    leaders: Leaders,
    pc: usize,
    /// Where the open list left by the instruction before starts.
    open: Option<usize>,
    /// Whether the function needs the pass over its flow or over constructors, and whether it has a numeric loop.
    flows: bool,
    constructs: bool,
    counts: bool,
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

    /// A vector of `count` times `value`.
    pub(super) fn filled<T: Clone>(&mut self, value: T, count: usize) -> Result<Vec<T>, Stop> {
        let mut all = Vec::new();
        self.reserve(&mut all, count)?;
        all.resize(count, value);
        Ok(all)
    }
}

/// Why a pass ended early.
pub(super) enum Stop {
    Fault(Fault),
    Memory,
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
        Verification { main: Some(prototype), path: Vec::new(), pass: Pass::Tables, memory: Memory::default() }
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
        match check(main, &mut self.path, &mut self.pass, &mut piece) {
            Ok(false) => Ok(None),
            Ok(true) => Ok(self.main.take().map(Verified)),
            Err(stop) => {
                let refusal = match stop {
                    Stop::Fault(fault) => Refusal::Broken(locate(fault, main, &self.path)),
                    Stop::Memory => Refusal::Memory,
                };
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
            rest.extend(std::mem::take(&mut prototype.prototypes));
        }
    }
}

impl Drop for Verification {
    fn drop(&mut self) {
        self.dismantle();
    }
}

/// Checks functions until the piece ends; returns whether all are checked.
fn check(main: &Prototype, path: &mut Vec<usize>, pass: &mut Pass, piece: &mut Piece<'_>) -> Result<bool, Stop> {
    let mut around = vec![main];
    for index in &*path {
        // The path is within the tree: it is made below, and nothing else changes either.
        around.extend(around.last().and_then(|outer| outer.prototypes.get(*index)));
    }
    while let Some(&prototype) = around.last() {
        while !matches!(pass, Pass::Done) {
            if !piece.goes_on(0) || !check_further(prototype, path.len(), pass, piece)? {
                return Ok(false);
            }
        }
        // Moves on to the first function in it, or else to the next one beside it or beside one around it.
        let mut next = 0;
        while let Some(outer) = around.last() {
            if let Some(nested) = outer.prototypes.get(next) {
                path.push(next);
                around.push(nested);
                *pass = Pass::Tables;
                piece.memory.used = 0;
                break;
            }
            around.pop();
            next = path.pop().map_or(0, |index| index + 1);
        }
    }
    Ok(true)
}

/// Continues the current pass, and the next when it ends; false if the piece ends first.
fn check_further(prototype: &Prototype, depth: usize, pass: &mut Pass, piece: &mut Piece<'_>) -> Result<bool, Stop> {
    match pass {
        Pass::Tables if depth > NESTING_LIMIT => return Err(Rule::Nesting.into()),
        Pass::Tables => *pass = Pass::Edges(Box::new(EdgesPass::begin(prototype, piece)?)),
        Pass::Edges(edges) => {
            if !edges.advance(prototype, piece)? {
                return Ok(false);
            }
            *pass = edges.next(prototype, piece)?;
        }
        Pass::Constructors(constructors, flow) => {
            if !constructors.advance(prototype, piece)? {
                return Ok(false);
            }
            *pass = flow.take().map_or(Pass::Done, Pass::Flow);
        }
        Pass::Flow(flow) => {
            if !flow.advance(prototype, piece)? {
                return Ok(false);
            }
            *pass = Pass::Done;
        }
        Pass::Done => {}
    }
    Ok(true)
}

impl EdgesPass {
    /// Checks the function's shape and tables.
    fn begin(prototype: &Prototype, piece: &mut Piece<'_>) -> Result<EdgesPass, Stop> {
        check_shape(prototype)?;
        check_tables(prototype)?;
        let items = prototype.code.len() + prototype.positions.len() + prototype.locals.len();
        let captured: usize = prototype.prototypes.iter().map(|nested| 4 + nested.upvalues.len()).sum();
        piece.goes_on(FUNCTION_COST + items / LOT + captured / 4);
        let captures = Captures::of_nested(prototype, piece)?;
        let runs = segment_runs(&prototype.code, piece)?;
        let flows = captures.iter().any(|it| !it.cells.is_empty());
        let leaders = Leaders::new(prototype.code.len(), piece)?;
        let pass = EdgesPass { captures, runs, leaders, pc: 0, open: None, flows, constructs: false, counts: false };
        let function = pass.function(prototype);
        function.check_cost(prototype.entry_cost, function.landing_cost(0))?;
        Ok(pass)
    }

    fn function<'a>(&'a self, prototype: &'a Prototype) -> Function<'a> {
        Function { prototype, captures: &self.captures, runs: &self.runs }
    }

    /// Whether all instructions have been checked.
    fn advance(&mut self, prototype: &Prototype, piece: &mut Piece<'_>) -> Result<bool, Stop> {
        while let Some(instruction) = prototype.code.get(self.pc) {
            if !piece.goes_on(EDGES_COST) {
                return Ok(false);
            }
            let pc = self.pc;
            let checked = self.function(prototype).check_instruction(pc, self.open);
            self.open = checked.map_err(|rule| Fault::at(pc, rule))?;
            if let Some(target) = Edges::of(instruction, pc).jump {
                self.leaders.insert(target as usize);
            }
            self.flows |= flow::concerns(instruction);
            self.counts |= matches!(instruction, Instruction::ForLoop { .. });
            self.constructs |= instruction.constructs();
            self.pc += 1;
        }
        Ok(true)
    }

    /// The next pass.
    fn next(&mut self, prototype: &Prototype, piece: &mut Piece<'_>) -> Result<Pass, Stop> {
        let leaders = std::mem::take(&mut self.leaders);
        let captures = std::mem::take(&mut self.captures);
        let flow = if self.flows { Some(Flow::new(prototype, captures, leaders, self.counts, piece)?) } else { None };
        Ok(match flow {
            flow if self.constructs => Pass::Constructors(Constructors::new(prototype, piece)?, flow),
            Some(flow) => Pass::Flow(flow),
            None => Pass::Done,
        })
    }
}

/// Says where in the tree a fault is.
fn locate(fault: Fault, main: &Prototype, path: &[usize]) -> VerifyError {
    let prototype = path.iter().try_fold(main, |outer, index| outer.prototypes.get(*index)).unwrap_or(main);
    let instruction = fault.pc.and_then(|pc| Some((pc, prototype.code.get(pc)?.name())));
    VerifyError { path: path.into(), line_defined: prototype.line_defined, instruction, rule: fault.rule }
}
