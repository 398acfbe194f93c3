//! Why a prototype was refused: the function, the instruction and the broken rule.
//!
//! A refusal of our own compiler's code is a bug in the compiler, so the text helps to find that. For a foreign chunk
//! it is a reason to distrust it.

use std::fmt;

/// A rule that a prototype broke. The fields say where it departs from what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// There is no code, or more than jumps can span.
    CodeLength,
    /// The number of live counts differs from that of the instructions.
    LiveLength,
    /// There are more parameters than registers.
    ParameterCount,
    /// The live registers at the entry are not the parameters.
    EntryLive,
    /// There are more than 255 upvalues.
    UpvalueCount,
    /// Functions are nested too deeply.
    Nesting,
    /// The table of positions does not start at 0 or is not sorted.
    Positions,
    /// A local variable's register or range is outside the function.
    Local {
        /// Its index in the list.
        index: usize,
    },
    /// An upvalue of a nested function captures something that does not exist or that is held differently.
    Capture {
        /// The nested function.
        prototype: usize,
        /// Its upvalue.
        upvalue: usize,
    },
    /// More registers are live than the function has.
    LiveCount,
    /// A register operand is not a multiple of the slot size, or not below the function's count.
    Register {
        /// The operand's offset in bytes.
        offset: usize,
    },
    /// A run of registers ends above the function's count.
    RegisterRun {
        /// One above its last register.
        end: usize,
    },
    /// The instruction's count is too small.
    Count {
        /// The least it may be.
        least: usize,
    },
    /// A register is read that does not hold a value on every path.
    Undefined {
        /// The register.
        register: usize,
    },
    /// An instruction marks more registers live than hold values on the way to it.
    Live {
        /// The instruction that control reaches.
        target: usize,
        /// The number of registers that hold values.
        defined: usize,
    },
    /// There is no such constant.
    ConstantIndex,
    /// The constant is not of the type that the instruction needs.
    ConstantType,
    /// There is no such nested function.
    PrototypeIndex,
    /// There is no such upvalue.
    UpvalueIndex,
    /// The upvalue is held by value where the instruction expects a cell, or the reverse.
    UpvalueKind,
    /// The instruction needs a function with variable arguments.
    NotVararg,
    /// A jump leaves the code.
    JumpTarget,
    /// A jump goes forward where the instruction's jumps go back, or the reverse.
    JumpDirection,
    /// A jump leads to an instruction that only works directly after the one before it.
    JumpInto {
        /// That instruction.
        target: usize,
    },
    /// Control runs past the last instruction.
    End,
    /// The instruction takes an open list, and there is none.
    OpenListMissing,
    /// The instruction before leaves an open list, and this one does not take it.
    OpenListLost,
    /// The open list starts below the registers that the instruction uses before it.
    OpenListStart {
        /// Its first register.
        start: usize,
    },
    /// `ForGenericCall` and `ForGenericLoop` of one base are not adjacent.
    GenericFor,
    /// Without a `Charge`, more instructions follow than may be paid for at once.
    SegmentLength,
    /// A cost is too small for the code it pays for, or out of range.
    Cost {
        /// The least it may be.
        least: usize,
    },
    /// A forward jump into another segment does not land on its `Charge`.
    JumpUnpaid {
        /// Where the jump lands.
        target: usize,
    },
    /// A register should hold a cell, but does not.
    CellExpected {
        /// The register.
        register: usize,
    },
    /// A register that holds a cell is used as a value.
    CellUnexpected {
        /// The register.
        register: usize,
    },
    /// A variable to be closed is in a register that is not live, or that the instruction overwrites.
    ToBeClosedLost {
        /// The register.
        register: usize,
    },
    /// A variable to be closed is in a lower register than one that is already to be closed.
    ToBeClosedOrder {
        /// The register.
        register: usize,
    },
    /// The function returns or is replaced while a variable is still to be closed.
    ToBeClosedReturn {
        /// The register.
        register: usize,
    },
    /// A loop is stepped that was not prepared on every path, or one of its registers was overwritten.
    LoopUnprepared {
        /// Its first register.
        base: usize,
    },
    /// A local variable that a debugger may change is in a loop's counting register.
    LoopExposed {
        /// The register.
        register: usize,
    },
    /// `SetList` does not fill a table that a `NewTable` before it made in that register.
    Constructor {
        /// The register.
        register: usize,
    },
    /// Two paths to an instruction disagree on which registers hold cells, are to be closed or belong to a loop.
    FlowMismatch {
        /// The instruction.
        target: usize,
    },
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Rule::CodeLength => write!(f, "no code, or too much of it"),
            Rule::LiveLength => write!(f, "not one count of live registers for each instruction"),
            Rule::ParameterCount => write!(f, "more parameters than registers"),
            Rule::EntryLive => write!(f, "the registers live at the entry are not the parameters"),
            Rule::UpvalueCount => write!(f, "too many upvalues"),
            Rule::Nesting => write!(f, "functions nested too deeply"),
            Rule::Positions => write!(f, "positions not from 0 or not sorted"),
            Rule::Local { index } => write!(f, "local variable {index} is outside the function"),
            Rule::Capture { prototype, upvalue } => {
                write!(f, "nested function {prototype} can not capture its upvalue {upvalue}")
            }
            Rule::LiveCount => write!(f, "more live registers than the function has"),
            Rule::Register { offset } => write!(f, "no register at offset {offset}"),
            Rule::RegisterRun { end } => write!(f, "registers up to {end} exceed the function's"),
            Rule::Count { least } => write!(f, "count is less than {least}"),
            Rule::Undefined { register } => write!(f, "r{register} is read but holds no value"),
            Rule::Live { target, defined } => {
                write!(f, "instruction {target} takes more registers for live than the {defined} that hold values")
            }
            Rule::ConstantIndex => write!(f, "no such constant"),
            Rule::ConstantType => write!(f, "constant of the wrong type"),
            Rule::PrototypeIndex => write!(f, "no such nested function"),
            Rule::UpvalueIndex => write!(f, "no such upvalue"),
            Rule::UpvalueKind => write!(f, "upvalue of the wrong kind"),
            Rule::NotVararg => write!(f, "the function has no variable arguments"),
            Rule::JumpTarget => write!(f, "jump out of the code"),
            Rule::JumpDirection => write!(f, "jump in the wrong direction"),
            Rule::JumpInto { target } => write!(f, "instruction {target} must not be jumped to"),
            Rule::End => write!(f, "control runs past the end"),
            Rule::OpenListMissing => write!(f, "no open list to take"),
            Rule::OpenListLost => write!(f, "open list not taken"),
            Rule::OpenListStart { start } => write!(f, "open list from r{start} starts too low"),
            Rule::GenericFor => write!(f, "ForGenericCall and ForGenericLoop are not together"),
            Rule::SegmentLength => write!(f, "too many instructions without a Charge"),
            Rule::Cost { least } => write!(f, "cost is out of range, or less than {least}"),
            Rule::JumpUnpaid { target } => write!(f, "jump to {target} in another segment is not to a Charge"),
            Rule::CellExpected { register } => write!(f, "r{register} does not hold a cell"),
            Rule::CellUnexpected { register } => write!(f, "r{register} holds a cell and is used as a value"),
            Rule::ToBeClosedLost { register } => write!(f, "r{register} is to be closed and is not kept"),
            Rule::ToBeClosedOrder { register } => write!(f, "r{register} is below one to be closed"),
            Rule::ToBeClosedReturn { register } => write!(f, "r{register} is still to be closed"),
            Rule::LoopUnprepared { base } => write!(f, "the loop of r{base} is not prepared"),
            Rule::LoopExposed { register } => write!(f, "r{register}, in which a loop counts, is an open variable"),
            Rule::Constructor { register } => write!(f, "r{register} does not hold the table under construction"),
            Rule::FlowMismatch { target } => {
                write!(f, "ways to instruction {target} differ in cells, in loops or in what is to be closed")
            }
        }
    }
}

/// The refusal of a prototype.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyError {
    /// The path from the main function: an index into `prototypes` for each level.
    pub path: Box<[usize]>,
    /// The line on which the function says it is defined.
    pub line_defined: u32,
    /// The number and the name of the instruction, if the fault is in one.
    pub instruction: Option<(usize, &'static str)>,
    /// The broken rule.
    pub rule: Rule,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function main")?;
        for step in &self.path {
            write!(f, "/{step}")?;
        }
        write!(f, " (line {})", self.line_defined)?;
        if let Some((pc, name)) = self.instruction {
            write!(f, ", instruction {pc} ({name})")?;
        }
        write!(f, ": {}", self.rule)
    }
}

impl std::error::Error for VerifyError {}

/// A broken rule, in a function that is not named yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) pc: Option<usize>,
    pub(super) rule: Rule,
}

impl Fault {
    /// A fault of the instruction at `pc`.
    pub(super) fn at(pc: usize, rule: Rule) -> Fault {
        Fault { pc: Some(pc), rule }
    }
}

impl From<Rule> for Fault {
    /// A fault of the function as a whole.
    fn from(rule: Rule) -> Fault {
        Fault { pc: None, rule }
    }
}
