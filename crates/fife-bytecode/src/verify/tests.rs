//! For each rule, a prototype that breaks it beside one that does not; and random prototypes, which run if they pass.

mod machine;
mod pieces;
pub(crate) mod random;
mod repay;
pub(crate) mod samples;

use super::effect::{Effect, Run};
use super::loops::Loops;
use super::*;
use crate::operand::*;
use crate::prototype::{Capture, Local, PositionRun, Upvalue, segment_rest};
use Instruction::*;
use random::Rng;
use repay::repay;
use samples::*;

#[test]
fn good_prototypes_pass() {
    for (index, prototype) in good().into_iter().enumerate() {
        if let Err(error) = verify(prototype) {
            panic!("good prototype {index}: {error}");
        }
    }
}

/// A good prototype, and a change that breaks one rule.
struct Case {
    prototype: Prototype,
    damage: fn(&mut Prototype),
    rule: Rule,
    /// The instruction blamed, if any.
    pc: Option<usize>,
}

fn case(prototype: Prototype, pc: impl Into<Option<usize>>, rule: Rule, damage: fn(&mut Prototype)) -> Case {
    Case { prototype, damage, rule, pc: pc.into() }
}

/// Straight-line code that ends with `Return0`.
fn line(parameters: u8, registers: u8, code: &[(u8, Instruction)]) -> Prototype {
    let mut code = code.to_vec();
    code.push((0, Return0 {}));
    function(parameters, registers, &code)
}

fn check(cases: Vec<Case>) {
    for (index, Case { prototype, damage, rule, pc }) in cases.into_iter().enumerate() {
        let mut bad = prototype.clone();
        damage(&mut bad);
        if let Err(error) = verify(prototype) {
            panic!("case {index} for {rule:?}: refused before the damage: {error}");
        }
        match verify(bad) {
            Ok(_) => panic!("case {index}: {rule:?} was not noticed"),
            Err(error) => {
                assert_eq!(error.rule, rule, "case {index}: {error}");
                assert_eq!(error.instruction.map(|it| it.0), pc, "case {index}: {error}");
            }
        }
    }
}

#[test]
fn shape() {
    let local = Local { name: [].into(), register: 0, in_cell: false, start: 0, end: 1 };
    check(vec![
        case(arithmetic(), None, Rule::CodeLength, |it| (it.code, it.live) = ([].into(), [].into())),
        case(arithmetic(), None, Rule::LiveLength, |it| it.live = it.live[1..].into()),
        case(arithmetic(), None, Rule::ParameterCount, |it| it.register_count = 1),
        case(arithmetic(), None, Rule::EntryLive, |it| it.parameter_count = 1),
        case(arithmetic(), None, Rule::EntryLive, |it| it.live[0] = 3),
        case(arithmetic(), None, Rule::UpvalueCount, |it| it.upvalues = vec![it.upvalues[0].clone(); 256].into()),
        case(arithmetic(), None, Rule::Positions, |it| {
            it.positions = it.positions.iter().map(|run| PositionRun { pc: 1, ..run }).collect();
        }),
        case(arithmetic(), None, Rule::Positions, |it| {
            let run = it.positions.get(0).unwrap();
            it.positions = [run, PositionRun { pc: 2, ..run }, PositionRun { pc: 1, ..run }].into_iter().collect();
        }),
        case(Prototype { locals: [local.clone()].into(), ..arithmetic() }, None, Rule::Local { index: 0 }, |it| {
            it.locals[0].register = 6
        }),
        case(Prototype { locals: [local.clone()].into(), ..arithmetic() }, None, Rule::Local { index: 0 }, |it| {
            it.locals[0].start = 2
        }),
        case(Prototype { locals: [local].into(), ..arithmetic() }, None, Rule::Local { index: 0 }, |it| {
            it.locals[0].end = 11
        }),
    ]);
}

#[test]
fn operands() {
    let closure = || line(1, 2, &[(1, Closure { dst: o(1), prototype: PrototypeIndex(0) })]);
    let captures_first: &[Upvalue] = &[upvalue(Capture::Register(0), UpvalueKind::Value)];
    let captures_upvalue: &[Upvalue] = &[upvalue(Capture::Upvalue(1), UpvalueKind::Cell)];
    check(vec![
        case(arithmetic(), 0, Rule::Register { offset: 33 }, |it| {
            it.code[0] = LoadInteger { dst: Output(Register::from_offset(33)), value: 1 }
        }),
        case(arithmetic(), 0, Rule::Register { offset: 96 }, |it| it.code[0] = LoadInteger { dst: o(6), value: 1 }),
        case(arithmetic(), 2, Rule::Register { offset: 0xFFF0 }, |it| {
            it.code[2] = Add { dst: o(4), left: Input(Register::from_offset(0xFFF0)), right: i(3) }
        }),
        case(arithmetic(), 8, Rule::RegisterRun { end: 7 }, |it| it.code[8] = LoadNil { first: b(3), count: 4 }),
        case(arithmetic(), 8, Rule::RegisterRun { end: 3 + 65535 }, |it| {
            it.code[8] = LoadNil { first: b(3), count: 65535 }
        }),
        case(arithmetic(), 8, Rule::Count { least: 1 }, |it| it.code[8] = LoadNil { first: b(3), count: 0 }),
        case(arithmetic(), 7, Rule::Count { least: 2 }, |it| it.code[7] = Concat { first: b(2), count: 1 }),
        case(calls(), 0, Rule::Count { least: 1 }, |it| it.code[0] = VarArgs { dst: b(2), count: 0 }),
        case(generic_loop(), 6, Rule::Count { least: 1 }, |it| {
            it.code[6] = ForGenericCall { cost: Cost(1), base: b(1), count: 0 }
        }),
        case(tables(), 9, Rule::RegisterRun { end: 8 }, |it| {
            it.code[9] = SelfField { dst: b(6), object: i(1), key: k(NAME) }
        }),
        case(tables(), 10, Rule::RegisterRun { end: 8 }, |it| {
            it.code[10] = Call { cost: Cost(4), func: b(4), args: 1, results: 4 }
        }),
        case(generic_loop(), 6, Rule::RegisterRun { end: 9 }, |it| {
            it.code[6] = ForGenericCall { cost: Cost(1), base: b(1), count: 4 }
        }),
        case(calls(), 0, Rule::NotVararg, |it| it.is_vararg = false),
        case(tables(), 11, Rule::NotVararg, |it| it.is_vararg = false),
        case(arithmetic(), 1, Rule::ConstantIndex, |it| {
            it.code[1] = LoadConstant { dst: o(3), constant: ConstantIndex(5) }
        }),
        case(arithmetic(), 4, Rule::ConstantIndex, |it| {
            it.code[4] = MultiplyConstant { flipped: false, dst: o(4), left: i(4), right: k(5) }
        }),
        case(arithmetic(), 4, Rule::ConstantType, |it| {
            it.code[4] = MultiplyConstant { flipped: false, dst: o(4), left: i(4), right: k(NAME) }
        }),
        case(arithmetic(), 5, Rule::ConstantType, |it| {
            it.code[5] = BitXorConstant { flipped: false, dst: o(4), left: i(4), right: k(FLOAT) }
        }),
        case(tables(), 4, Rule::ConstantType, |it| {
            it.code[4] = SetField { table: i(1), key: k(LONG_NAME), value: i(0) }
        }),
        case(tables(), 5, Rule::ConstantType, |it| {
            it.code[5] = GetUpvalueField { upvalue: BY_VALUE, dst: o(2), key: k(INTEGER) }
        }),
        case(tables(), 9, Rule::ConstantType, |it| {
            it.code[9] = SelfField { dst: b(4), object: i(1), key: k(LONG_NAME) }
        }),
        case(tables(), 5, Rule::UpvalueIndex, |it| {
            it.code[5] = GetUpvalueField { upvalue: UpvalueIndex(2), dst: o(2), key: k(NAME) }
        }),
        case(tables(), 5, Rule::UpvalueKind, |it| {
            it.code[5] = GetUpvalueField { upvalue: IN_CELL, dst: o(2), key: k(NAME) }
        }),
        case(tables(), 6, Rule::UpvalueKind, |it| {
            it.code[6] = SetUpvalueField { upvalue: IN_CELL, key: k(NAME), value: i(2) }
        }),
        case(loops(), 1, Rule::UpvalueKind, |it| it.code[1] = GetUpvalueCell { upvalue: BY_VALUE, dst: o(1) }),
        case(loops(), 2, Rule::UpvalueKind, |it| it.code[2] = SetUpvalueCell { upvalue: BY_VALUE, src: i(0) }),
        case(closures(), 5, Rule::UpvalueKind, |it| it.code[5] = GetUpvalue { upvalue: IN_CELL, dst: o(4) }),
        case(with_nested(closure(), &[&[]]), 0, Rule::PrototypeIndex, |it| it.prototypes = [].into()),
        case(with_nested(closure(), &[captures_first]), 0, Rule::Undefined { register: 1 }, |it| {
            it.prototypes[0].upvalues[0].capture = Capture::Register(1)
        }),
        case(with_nested(closure(), &[captures_first]), None, Rule::Capture { prototype: 0, upvalue: 0 }, |it| {
            it.prototypes[0].upvalues[0].capture = Capture::Register(2)
        }),
        case(with_nested(closure(), &[captures_upvalue]), None, Rule::Capture { prototype: 0, upvalue: 0 }, |it| {
            it.prototypes[0].upvalues[0].capture = Capture::Upvalue(0)
        }),
        case(with_nested(closure(), &[captures_upvalue]), None, Rule::Capture { prototype: 0, upvalue: 0 }, |it| {
            it.prototypes[0].upvalues[0].capture = Capture::Upvalue(2)
        }),
        case(with_nested(closure(), &[captures_upvalue]), None, Rule::Capture { prototype: 0, upvalue: 0 }, |it| {
            it.prototypes[0].upvalues[0].capture = Capture::Running
        }),
    ]);
}

#[test]
fn liveness() {
    let call = |func, args, results| Call { cost: Cost(64), func: b(func), args, results };
    check(vec![
        // Possible only in unreachable code: elsewhere fewer registers are defined.
        case(function(0, 2, &[(0, Return0 {}), (2, Return0 {})]), 1, Rule::LiveCount, |it| it.live[1] = 3),
        case(arithmetic(), 2, Rule::Undefined { register: 4 }, |it| {
            it.code[2] = Add { dst: o(4), left: i(2), right: i(4) }
        }),
        // Only registers written right next to the live ones become live.
        case(arithmetic(), 0, Rule::Live { target: 1, defined: 3 }, |it| it.live[1] = 4),
        case(arithmetic(), 0, Rule::Live { target: 1, defined: 2 }, |it| {
            it.code[0] = LoadInteger { dst: o(3), value: 1 }
        }),
        case(arithmetic(), 7, Rule::Live { target: 8, defined: 3 }, |it| it.live[8] = 4),
        case(arithmetic(), 7, Rule::Undefined { register: 6 }, |it| it.code[7] = Concat { first: b(2), count: 5 }),
        case(arithmetic(), 9, Rule::Undefined { register: 6 }, |it| it.code[9] = Return { first: b(2), count: 5 }),
        case(arithmetic(), 9, Rule::Undefined { register: 6 }, |it| it.code[9] = Return { first: b(2), count: 65535 }),
        case(tables(), 3, Rule::Undefined { register: 4 }, |it| {
            it.code[3] = SetList { count: 3, table: b(1), start: 0 }
        }),
        case(tables(), 3, Rule::Live { target: 4, defined: 2 }, |it| it.live[4] = 3),
        case(tables(), 9, Rule::Live { target: 10, defined: 4 }, |it| {
            it.code[9] = SelfField { dst: b(5), object: i(1), key: k(NAME) }
        }),
        case(tables(), 11, Rule::Live { target: 12, defined: 2 }, |it| it.live[12] = 3),
        case(tables(), 12, Rule::Live { target: 13, defined: 2 }, |it| it.live[13] = 3),
        case(loops(), 5, Rule::Undefined { register: 4 }, |it| it.code[5] = ForPrepare { base: b(2), offset: j(4) }),
        case(loops(), 9, Rule::Undefined { register: 4 }, |it| {
            it.code[9] = ForLoop { cost: Cost(64), base: b(2), offset: j(-4) }
        }),
        case(loops(), 3, Rule::Live { target: 0, defined: 1 }, |it| {
            (it.live[0], it.live[1], it.parameter_count) = (2, 2, 2)
        }),
        case(generic_loop(), 1, Rule::Undefined { register: 5 }, |it| {
            it.code[1] = ForGenericPrepare { base: b(2), offset: j(4) }
        }),
        case(generic_loop(), 6, Rule::Undefined { register: 4 }, |it| it.live[6] = 4),
        case(generic_loop(), 7, Rule::Undefined { register: 5 }, |it| it.live[7] = 5),
        case(generic_loop(), 6, Rule::Live { target: 7, defined: 7 }, |it| it.live[7] = 8),
        case(calls(), 1, Rule::Undefined { register: 4 }, |it| {
            it.code[1] = Call { cost: Cost(64), func: b(2), args: 2, results: 0 }
        }),
        // A call keeps nothing above its results, whatever was live before.
        case(
            line(3, 5, &[(3, call(1, 0, 2)), (3, Charge { cost: FREE })]),
            0,
            Rule::Live { target: 1, defined: 2 },
            |it| it.code[0] = Call { cost: Cost(64), func: b(1), args: 0, results: 1 },
        ),
        case(calls(), 4, Rule::Undefined { register: 4 }, |it| {
            it.code[4] = CallOpenResults { cost: Cost(64), func: b(3), args: 1 }
        }),
        case(calls(), 6, Rule::Live { target: 7, defined: 3 }, |it| {
            it.code[6] = CallOpenArgs { cost: Cost(64), func: b(1), results: 2 }
        }),
        case(calls(), 8, Rule::Undefined { register: 4 }, |it| it.code[8] = TailCall { func: b(1), args: 3 }),
        // The registers between the function and the open list must be live.
        case(tables(), 12, Rule::Undefined { register: 1 }, |it| it.live[12] = 1),
        // Nothing below an open list may be dead, even if it is not read.
        case(
            function(1, 4, &[(1, VarArgsOpen { dst: b(1) }), (1, ReturnOpen { first: b(1) })]),
            1,
            Rule::Undefined { register: 1 },
            |it| (it.code[0], it.code[1]) = (VarArgsOpen { dst: b(2) }, ReturnOpen { first: b(2) }),
        ),
        // The register is written only if the jump is taken.
        case(closing(), 7, Rule::Live { target: 8, defined: 3 }, |it| it.live[8] = 4),
        case(closing(), 7, Rule::Live { target: 9, defined: 3 }, |it| {
            it.code[7] = MoveJumpIfNot { dst: o(4), src: i(2), offset: ShortJump(1) }
        }),
        case(
            line(
                0,
                2,
                &[
                    (0, LoadNil { first: b(0), count: 1 }),
                    (1, ToBeClosed { register: b(0) }),
                    (1, Close { from: b(0) }),
                ],
            ),
            1,
            Rule::Undefined { register: 1 },
            |it| it.code[1] = ToBeClosed { register: b(1) },
        ),
        case(line(1, 2, &[(1, NewCell { register: b(0) })]), 0, Rule::Undefined { register: 1 }, |it| {
            it.code[0] = NewCell { register: b(1) }
        }),
    ]);
}

#[test]
fn open_lists() {
    check(vec![
        case(tables(), 12, Rule::OpenListMissing, |it| it.code[11] = Not { dst: o(2), src: i(0) }),
        case(tables(), 12, Rule::OpenListLost, |it| it.code[12] = Not { dst: o(0), src: i(0) }),
        case(tables(), 12, Rule::OpenListStart { start: 1 }, |it| {
            it.code[11] = VarArgsOpen { dst: b(1) };
            it.live[12] = 1;
        }),
        case(calls(), 5, Rule::OpenListStart { start: 3 }, |it| it.code[5] = CallOpen { cost: Cost(64), func: b(3) }),
        case(calls(), 10, Rule::OpenListStart { start: 3 }, |it| it.code[10] = TailCallOpen { func: b(3) }),
        case(closing(), 11, Rule::OpenListStart { start: 3 }, |it| it.code[11] = ReturnOpen { first: b(4) }),
        case(closing(), 11, Rule::OpenListLost, |it| it.code[11] = Return0 {}),
        case(
            function(0, 1, &[(0, VarArgsOpen { dst: b(0) }), (0, ReturnOpen { first: b(0) })]),
            0,
            Rule::OpenListMissing,
            |it| it.code[0] = ReturnOpen { first: b(0) },
        ),
        case(calls(), 7, Rule::JumpInto { target: 10 }, |it| {
            it.code[7] = JumpIfEqualConstant { left: i(3), right: k(NIL), offset: ShortJump(2) }
        }),
    ]);
}

#[test]
fn control() {
    check(vec![
        case(arithmetic(), 9, Rule::End, |it| it.code[9] = Move { dst: o(0), src: i(1) }),
        case(calls(), 10, Rule::End, |it| it.code[10] = CallOpen { cost: Cost(1), func: b(1) }),
        case(loops(), 0, Rule::JumpTarget, |it| it.code[0] = JumpIfNot { src: i(0), offset: j(11) }),
        case(loops(), 0, Rule::JumpTarget, |it| it.code[0] = JumpIfNot { src: i(0), offset: j(i32::MAX) }),
        case(loops(), 3, Rule::JumpTarget, |it| it.code[3] = JumpBack { cost: Cost(10), offset: j(i32::MIN) }),
        case(loops(), 3, Rule::JumpDirection, |it| it.code[3] = JumpBack { cost: Cost(10), offset: j(0) }),
        case(loops(), 7, Rule::JumpDirection, |it| it.code[7] = Jump { offset: j(-1) }),
        case(loops(), 5, Rule::JumpDirection, |it| it.code[5] = ForPrepare { base: b(1), offset: j(-1) }),
        case(loops(), 9, Rule::JumpDirection, |it| it.code[9] = ForLoop { cost: Cost(10), base: b(1), offset: j(0) }),
        case(line(0, 1, &[(0, LoadFalseSkip { dst: o(0) }), (0, LoadTrue { dst: o(0) })]), 1, Rule::JumpTarget, |it| {
            it.code[1] = LoadFalseSkip { dst: o(0) }
        }),
        case(generic_loop(), 6, Rule::GenericFor, |it| it.code[7] = Jump { offset: j(0) }),
        case(generic_loop(), 6, Rule::GenericFor, |it| {
            it.code[7] = ForGenericLoop { cost: Cost(10), base: b(0), offset: j(-6) }
        }),
        case(generic_loop(), 7, Rule::GenericFor, |it| it.code[6] = LoadNil { first: b(5), count: 2 }),
        case(generic_loop(), 1, Rule::JumpInto { target: 7 }, |it| {
            it.code[1] = ForGenericPrepare { base: b(1), offset: j(5) }
        }),
    ]);
}

#[test]
fn fuel() {
    let mut wide = vec![(0, LoadTrue { dst: o(0) }); 401];
    wide[200].1 = Charge { cost: FREE };
    check(vec![
        case(arithmetic(), None, Rule::Cost { least: 10 }, |it| it.entry_cost = 9),
        case(arithmetic(), None, Rule::Cost { least: 10 }, |it| it.entry_cost = 251),
        case(loops(), 3, Rule::Cost { least: 10 }, |it| it.code[3] = JumpBack { cost: Cost(9), offset: j(-4) }),
        case(loops(), 9, Rule::Cost { least: 4 }, |it| {
            it.code[9] = ForLoop { cost: Cost(3), base: b(1), offset: j(-4) }
        }),
        case(loops(), 10, Rule::Cost { least: 2 }, |it| it.code[10] = Charge { cost: Cost(1) }),
        case(loops(), 10, Rule::Cost { least: 2 }, |it| it.code[10] = Charge { cost: Cost(255) }),
        case(generic_loop(), 6, Rule::Cost { least: 3 }, |it| {
            it.code[6] = ForGenericCall { cost: Cost(2), base: b(1), count: 2 }
        }),
        case(generic_loop(), 7, Rule::Cost { least: 8 }, |it| {
            it.code[7] = ForGenericLoop { cost: Cost(7), base: b(1), offset: j(-6) }
        }),
        case(calls(), 1, Rule::Cost { least: 9 }, |it| {
            it.code[1] = Call { cost: Cost(8), func: b(2), args: 1, results: 0 }
        }),
        case(calls(), 6, Rule::Cost { least: 4 }, |it| {
            it.code[6] = CallOpenArgs { cost: Cost(3), func: b(1), results: 3 }
        }),
        case(calls(), 4, Rule::Cost { least: 6 }, |it| {
            it.code[4] = CallOpenResults { cost: Cost(5), func: b(3), args: 0 }
        }),
        case(calls(), 5, Rule::Cost { least: 5 }, |it| it.code[5] = CallOpen { cost: Cost(4), func: b(2) }),
        case(long(), 124, Rule::Cost { least: 1 }, |it| it.code[124] = JumpBack { cost: Cost(0), offset: j(-64) }),
        case(long(), 0, Rule::JumpUnpaid { target: 62 }, |it| it.code[0] = JumpIf { src: i(0), offset: j(61) }),
        case(
            line(0, 1, &[(0, LoadFalseSkip { dst: o(0) }), (0, LoadTrue { dst: o(0) })]),
            0,
            Rule::JumpUnpaid { target: 2 },
            |it| it.code[1] = Charge { cost: Cost(2) },
        ),
        case(line(0, 1, &wide), 151, Rule::SegmentLength, |it| it.code[200] = LoadTrue { dst: o(0) }),
    ]);
}

#[test]
fn cells() {
    check(vec![
        // Even if no other instruction uses cells.
        case(line(2, 2, &[(2, Move { dst: o(0), src: i(1) })]), 0, Rule::CellExpected { register: 1 }, |it| {
            it.code[0] = GetCell { dst: o(0), cell: i(1) }
        }),
        case(line(2, 2, &[(2, Move { dst: o(0), src: i(1) })]), 0, Rule::CellExpected { register: 0 }, |it| {
            it.code[0] = SetCell { cell: i(0), src: i(1) }
        }),
        case(closures(), 1, Rule::CellExpected { register: 0 }, |it| it.code[0] = Not { dst: o(0), src: i(0) }),
        case(closures(), 1, Rule::CellUnexpected { register: 0 }, |it| {
            it.prototypes[0].upvalues[0].kind = UpvalueKind::Value
        }),
        case(closures(), 4, Rule::CellUnexpected { register: 0 }, |it| it.code[4] = NewCell { register: b(0) }),
        case(closures(), 3, Rule::CellExpected { register: 1 }, |it| it.code[3] = SetCell { cell: i(1), src: i(3) }),
        case(closures(), 3, Rule::CellUnexpected { register: 0 }, |it| it.code[3] = SetCell { cell: i(0), src: i(0) }),
        case(closures(), 6, Rule::CellUnexpected { register: 0 }, |it| it.code[6] = Return { first: b(0), count: 3 }),
        case(generic_loop(), 3, Rule::CellUnexpected { register: 5 }, |it| {
            it.code[3] = JumpIf { src: i(5), offset: j(4) }
        }),
        case(generic_loop(), 4, Rule::CellExpected { register: 6 }, |it| {
            it.code[4] = GetCell { dst: o(7), cell: i(6) }
        }),
        // Overwriting a cell's register ends the cell.
        case(closures(), 4, Rule::CellExpected { register: 0 }, |it| {
            it.code[3] = GetSelf { dst: o(0) };
            it.code[4] = SetCell { cell: i(0), src: i(3) };
        }),
        // Two paths to an instruction: one has made a cell, the other not.
        case(
            line(
                2,
                2,
                &[
                    (2, JumpIf { src: i(1), offset: j(1) }),
                    (2, NewCell { register: b(0) }),
                    (0, LoadNil { first: b(0), count: 1 }),
                ],
            ),
            1,
            Rule::FlowMismatch { target: 2 },
            |it| it.live[2] = 2,
        ),
    ]);
}

#[test]
fn to_be_closed() {
    check(vec![
        // Not live before it is closed, overwritten, or within a call's reach.
        case(generic_loop(), 7, Rule::ToBeClosedLost { register: 4 }, |it| it.live[8] = 4),
        case(closing(), 3, Rule::ToBeClosedLost { register: 1 }, |it| it.code[3] = LoadNil { first: b(1), count: 2 }),
        case(
            line(2, 2, &[(2, ToBeClosed { register: b(0) }), (2, LoadTrue { dst: o(1) }), (2, Close { from: b(0) })]),
            1,
            Rule::ToBeClosedLost { register: 0 },
            |it| it.code[1] = LoadTrue { dst: o(0) },
        ),
        case(closing(), 7, Rule::ToBeClosedLost { register: 0 }, |it| {
            it.code[7] = MoveJumpIf { dst: o(0), src: i(2), offset: ShortJump(0) }
        }),
        case(
            line(
                3,
                3,
                &[
                    (3, ToBeClosed { register: b(0) }),
                    (3, Call { cost: FREE, func: b(1), args: 1, results: 0 }),
                    (1, Close { from: b(0) }),
                ],
            ),
            1,
            Rule::ToBeClosedLost { register: 0 },
            |it| it.code[1] = Call { cost: Cost(64), func: b(0), args: 1, results: 1 },
        ),
        case(closing(), 2, Rule::ToBeClosedOrder { register: 0 }, |it| it.code[2] = ToBeClosed { register: b(0) }),
        case(
            function(2, 2, &[(2, ToBeClosed { register: b(0) }), (2, Close { from: b(0) }), (2, Return0 {})]),
            2,
            Rule::ToBeClosedReturn { register: 0 },
            |it| it.code[1] = Close { from: b(1) },
        ),
        case(closing(), 11, Rule::ToBeClosedReturn { register: 0 }, |it| it.code[10] = CloseOpen { from: b(1) }),
        case(
            function(
                2,
                2,
                &[(2, ToBeClosed { register: b(0) }), (2, Close { from: b(0) }), (2, TailCall { func: b(0), args: 1 })],
            ),
            2,
            Rule::ToBeClosedReturn { register: 0 },
            |it| it.code[1] = Close { from: b(1) },
        ),
        // A loop that marks a variable but does not close it.
        case(
            function(
                1,
                2,
                &[
                    (1, ToBeClosed { register: b(0) }),
                    (1, Close { from: b(0) }),
                    (1, JumpBack { cost: FREE, offset: j(-3) }),
                ],
            ),
            2,
            Rule::FlowMismatch { target: 0 },
            |it| it.code[1] = GetSelf { dst: o(1) },
        ),
        case(closing(), 4, Rule::FlowMismatch { target: 5 }, |it| it.code[4] = Jump { offset: j(0) }),
    ]);
}

#[test]
fn loop_state() {
    let local = |name: &[u8], register, start, end| Local { name: name.into(), register, in_cell: false, start, end };
    let named = |it: Prototype, local: Local| Prototype { locals: [local].into(), ..it };
    check(vec![
        // Not prepared, or reached around the preparation.
        case(loops(), 9, Rule::LoopUnprepared { base: 1 }, |it| it.code[5] = Not { dst: o(1), src: i(1) }),
        case(loops(), 9, Rule::LoopUnprepared { base: 1 }, |it| it.code[5] = ForPrepare { base: b(0), offset: j(4) }),
        case(loops(), 7, Rule::FlowMismatch { target: 10 }, |it| it.live[10] = 4),
        // One of the three registers was overwritten.
        case(loops(), 9, Rule::LoopUnprepared { base: 1 }, |it| it.code[8] = Move { dst: o(1), src: i(0) }),
        case(loops(), 9, Rule::LoopUnprepared { base: 1 }, |it| it.code[8] = NewTable { dst: o(2), array: 0, hash: 0 }),
        case(loops(), 9, Rule::LoopUnprepared { base: 1 }, |it| it.code[8] = LoadNil { first: b(3), count: 2 }),
        // A call may have used the registers.
        case(loops(), 9, Rule::LoopUnprepared { base: 1 }, |it| {
            it.code[8] = Call { cost: Cost(4), func: b(1), args: 0, results: 3 }
        }),
        // The position of a generic loop.
        case(generic_loop(), 6, Rule::LoopUnprepared { base: 1 }, |it| it.code[1] = Jump { offset: j(4) }),
        case(generic_loop(), 5, Rule::FlowMismatch { target: 6 }, |it| it.code[5] = LoadTrue { dst: o(3) }),
        case(generic_loop(), 6, Rule::LoopUnprepared { base: 1 }, |it| {
            it.code[1] = ForGenericPrepare { base: b(0), offset: j(4) };
            it.code[8] = Close { from: b(0) };
        }),
        // A debugger may write to open variables, and takes the instruction before as its place.
        case(named(loops(), local(b"(for state)", 2, 6, 10)), 6, Rule::LoopExposed { register: 2 }, |it| {
            it.locals[0].name = (*b"x").into()
        }),
        case(named(loops(), local(b"x", 1, 6, 10)), 6, Rule::LoopExposed { register: 3 }, |it| {
            it.locals[0].register = 3
        }),
        case(named(loops(), local(b"x", 3, 0, 5)), 6, Rule::LoopExposed { register: 3 }, |it| it.locals[0].end = 6),
        case(named(loops(), local(b"x", 3, 10, 11)), 9, Rule::LoopExposed { register: 3 }, |it| it.locals[0].start = 9),
    ]);
}

#[test]
fn constructors() {
    check(vec![
        case(tables(), 3, Rule::Constructor { register: 1 }, |it| it.code[0] = Move { dst: o(1), src: i(0) }),
        case(tables(), 12, Rule::Constructor { register: 1 }, |it| it.code[8] = GetSelf { dst: o(1) }),
        case(tables(), 12, Rule::Constructor { register: 1 }, |it| {
            it.code[10] = Call { cost: Cost(4), func: b(1), args: 0, results: 5 }
        }),
        // A path around the start of the constructor into its middle.
        case(
            line(
                2,
                4,
                &[
                    (2, NewTable { dst: o(2), array: 0, hash: 0 }),
                    (3, JumpIf { src: i(1), offset: j(0) }),
                    (3, NewTable { dst: o(2), array: 0, hash: 0 }),
                    (3, LoadTrue { dst: o(3) }),
                    (4, SetList { count: 1, table: b(2), start: 0 }),
                ],
            ),
            4,
            Rule::Constructor { register: 2 },
            |it| it.code[1] = JumpIf { src: i(1), offset: j(1) },
        ),
    ]);
}

#[test]
fn nesting() {
    let nest = |depth: usize| {
        let mut prototype = function(0, 0, &[(0, Return0 {})]);
        for _ in 0..depth {
            prototype = Prototype { prototypes: [Box::new(prototype)].into(), ..function(0, 0, &[(0, Return0 {})]) };
        }
        prototype
    };
    assert!(verify(nest(NESTING_LIMIT)).is_ok());
    let error = verify(nest(NESTING_LIMIT + 1)).unwrap_err();
    assert_eq!(error.rule, Rule::Nesting);
    assert_eq!(*error.path, [0; NESTING_LIMIT + 1]);
    // Neither checking nor dropping may recurse as deep as this nests.
    assert_eq!(verify(nest(300_000)).unwrap_err().rule, Rule::Nesting);
}

#[test]
fn an_error_names_its_place() {
    let mut main = with_nested(arithmetic(), &[&[], &[]]);
    *main.prototypes[1] = with_nested(loops(), &[&[]]);
    *main.prototypes[1].prototypes[0] = Prototype { line_defined: 12, ..calls() };
    main.prototypes[1].prototypes[0].code[8] = TailCall { func: b(1), args: 3 };
    assert_eq!(
        verify(main).unwrap_err().to_string(),
        "function main/1/0 (line 12), instruction 8 (TailCall): r4 is read but holds no value"
    );
}

#[test]
fn every_instruction_is_accounted_for() {
    assert_eq!(random::NAMES, Instruction::NAMES);
    let mut rng = Rng(1);
    for name in random::NAMES {
        let instruction = random::of_kind(name, &mut rng);
        let effect = Effect::of(&instruction, Some(300));
        assert_eq!(effect.takes.is_some(), instruction.takes_open(), "{name}");
        assert_eq!(effect.leaves.is_some(), instruction.leaves_open(), "{name}");
        assert_eq!(flow::marked(&instruction).is_some(), instruction.marks(), "{name}");
        assert_eq!(Loops::<4>::default().check(&instruction).is_err(), instruction.resumes_loop(), "{name}");
        let nothing = Run { start: 0, end: 0 };
        let mut has_block = false;
        let mut has_output = false;
        instruction.operands(|_, operand| match operand {
            Operand::Block(_) => has_block = true,
            Operand::Output(register) => {
                assert_eq!(effect.writes.start, register.index(), "{name}");
                assert!(!has_output, "{name} has two outputs");
                has_output = true;
            }
            _ => {}
        });
        let accounted = effect.reads != nothing
            || effect.writes != nothing
            || effect.takes.is_some()
            || effect.leaves.is_some()
            || matches!(instruction, Close { .. });
        assert!(!has_block || accounted, "{name} has a run of registers that the verifier does not know");
    }
}

/// A random walk among the prototypes that the verifier accepts; each of them runs on many paths.
#[test]
fn what_passes_runs() {
    let mut rng = Rng(54);
    let mut passed = 0_u32;
    let mut kinds = std::collections::HashSet::new();
    for round in 0..ROUNDS {
        let starts = good();
        let mut current = starts[round % starts.len()].clone();
        current.prototypes = closures().prototypes;
        if verify(current.clone()).is_err() {
            // The nested functions capture more registers than there are.
            continue;
        }
        for _ in 0..STEPS {
            let mut next = current.clone();
            for _ in 0..1 + rng.below(3) {
                random::mutate(&mut next, &mut rng);
            }
            if !rng.chance(8) {
                repay(&mut next);
            }
            let Ok(verified) = verify(next) else { continue };
            passed += 1;
            for _ in 0..12 {
                machine::run(verified.prototype(), 200, &mut rng);
            }
            kinds.extend(verified.prototype().code.iter().map(Instruction::name));
            current = verified.into_inner();
        }
    }
    assert!(passed > 1_000, "only {passed} passed");
    let missing: Vec<_> = Instruction::NAMES.iter().filter(|name| !kinds.contains(*name)).collect();
    assert!(missing.is_empty(), "never passed: {missing:?}");
}

const ROUNDS: usize = if cfg!(miri) { 2 } else { 300 };
const STEPS: usize = if cfg!(miri) { 50 } else { 2_000 };
