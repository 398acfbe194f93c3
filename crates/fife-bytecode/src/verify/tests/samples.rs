//! Hand-made prototypes that pass. Together they have every shape in the rules.

use super::repay::repay;
use crate::instruction::Instruction::{self, *};
use crate::operand::*;
use crate::prototype::{Capture, Constant, PositionRun, Prototype, SHORT_STRING_LIMIT, Upvalue, UpvalueKind};

pub(super) fn i(register: u8) -> Input {
    Input::new(register)
}

pub(super) fn o(register: u8) -> Output {
    Output::new(register)
}

pub(super) fn b(register: u8) -> Block {
    Block::new(register)
}

pub(super) fn k(constant: usize) -> KeyIndex {
    KeyIndex::new(constant).unwrap()
}

pub(super) fn j(offset: i32) -> JumpOffset {
    JumpOffset(offset)
}

/// A constant of each kind; the last is a string too long for a field.
pub(super) const NAME: usize = 0;
pub(super) const INTEGER: usize = 1;
pub(super) const FLOAT: usize = 2;
pub(super) const NIL: usize = 3;
pub(super) const LONG_NAME: usize = 4;

/// One upvalue of each kind.
pub(super) const BY_VALUE: UpvalueIndex = UpvalueIndex(0);
pub(super) const IN_CELL: UpvalueIndex = UpvalueIndex(1);

pub(super) fn upvalue(capture: Capture, kind: UpvalueKind) -> Upvalue {
    Upvalue { name: (*b"u").into(), capture, kind }
}

/// A function from instructions, each with its count of live registers. Fills in the costs.
pub(super) fn function(parameter_count: u8, register_count: u8, code: &[(u8, Instruction)]) -> Prototype {
    let mut prototype = Prototype {
        source: (*b"=test").into(),
        line_defined: 3,
        last_line_defined: 9,
        parameter_count,
        is_vararg: true,
        register_count,
        entry_cost: 0,
        code: code.iter().map(|it| it.1).collect(),
        live: code.iter().map(|it| it.0).collect(),
        constants: [
            Constant::String((*b"name").into()),
            Constant::Integer(7),
            Constant::Float(0.5),
            Constant::Nil,
            Constant::String([b'x'; SHORT_STRING_LIMIT + 1].into()),
        ]
        .into(),
        upvalues: [upvalue(Capture::Upvalue(0), UpvalueKind::Value), upvalue(Capture::Upvalue(1), UpvalueKind::Cell)]
            .into(),
        prototypes: [].into(),
        own_name: [].into(),
        locals: [].into(),
        positions: [PositionRun { pc: 0, position: Default::default() }].into_iter().collect(),
    };
    repay(&mut prototype);
    prototype
}

pub(super) fn with_nested(mut prototype: Prototype, nested: &[&[Upvalue]]) -> Prototype {
    prototype.prototypes = nested
        .iter()
        .map(|upvalues| Prototype { upvalues: (*upvalues).into(), ..function(0, 0, &[(0, Return0 {})]) })
        .map(Box::new)
        .collect();
    prototype
}

pub(super) const FREE: Cost = Cost(0);

pub(super) fn arithmetic() -> Prototype {
    function(
        2,
        6,
        &[
            (2, LoadInteger { dst: o(2), value: 1 }),
            (3, LoadConstant { dst: o(3), constant: ConstantIndex(NIL as u32) }),
            (4, Add { dst: o(4), left: i(2), right: i(3) }),
            (5, AddInteger { flipped: true, dst: o(4), left: i(4), right: -1 }),
            (5, MultiplyConstant { flipped: false, dst: o(4), left: i(4), right: k(FLOAT) }),
            (5, BitXorConstant { flipped: false, dst: o(4), left: i(4), right: k(INTEGER) }),
            (5, Negate { dst: o(5), src: i(0) }),
            (6, Concat { first: b(2), count: 4 }),
            (3, LoadNil { first: b(3), count: 3 }),
            (6, Return { first: b(2), count: 4 }),
        ],
    )
}

pub(super) fn tables() -> Prototype {
    function(
        1,
        7,
        &[
            (1, NewTable { dst: o(1), array: 3, hash: 1 }),
            (2, LoadTrue { dst: o(2) }),
            (3, LoadFalse { dst: o(3) }),
            (4, SetList { count: 2, table: b(1), start: 0 }),
            (2, SetField { table: i(1), key: k(NAME), value: i(0) }),
            (2, GetUpvalueField { upvalue: BY_VALUE, dst: o(2), key: k(NAME) }),
            (3, SetUpvalueField { upvalue: BY_VALUE, key: k(NAME), value: i(2) }),
            (3, GetIndex { dst: o(3), table: i(1), key: i(2) }),
            (4, GetIndexInteger { dst: o(3), table: i(1), key: 1 }),
            (4, SelfField { dst: b(4), object: i(1), key: k(NAME) }),
            (6, Call { cost: FREE, func: b(4), args: 1, results: 2 }),
            (6, VarArgsOpen { dst: b(2) }),
            (2, SetListOpen { table: b(1), start: 2 }),
            (2, Return1 { src: i(1) }),
        ],
    )
}

pub(super) fn loops() -> Prototype {
    function(
        1,
        7,
        &[
            (1, JumpIfNot { src: i(0), offset: j(3) }),
            (1, GetUpvalueCell { upvalue: IN_CELL, dst: o(1) }),
            (2, SetUpvalueCell { upvalue: IN_CELL, src: i(0) }),
            (1, JumpBack { cost: FREE, offset: j(-4) }),
            (1, LoadNil { first: b(1), count: 3 }),
            (4, ForPrepare { base: b(1), offset: j(4) }),
            (4, JumpIfLessInteger { left: i(1), right: 5, offset: ShortJump(1) }),
            (4, Jump { offset: j(2) }),
            (4, Move { dst: o(4), src: i(1) }),
            (4, ForLoop { cost: FREE, base: b(1), offset: j(-4) }),
            (1, Charge { cost: FREE }),
            (1, Return0 {}),
        ],
    )
}

pub(super) fn generic_loop() -> Prototype {
    function(
        1,
        8,
        &[
            (1, LoadNil { first: b(1), count: 4 }),
            (5, ForGenericPrepare { base: b(1), offset: j(4) }),
            (7, NewCell { register: b(5) }),
            (7, JumpIf { src: i(6), offset: j(4) }),
            (7, GetCell { dst: o(7), cell: i(5) }),
            (8, SetCell { cell: i(5), src: i(7) }),
            (5, ForGenericCall { cost: FREE, base: b(1), count: 2 }),
            (7, ForGenericLoop { cost: FREE, base: b(1), offset: j(-6) }),
            (5, Close { from: b(1) }),
            (1, Return0 {}),
        ],
    )
}

pub(super) fn calls() -> Prototype {
    function(
        2,
        6,
        &[
            (2, VarArgs { dst: b(2), count: 2 }),
            (4, Call { cost: FREE, func: b(2), args: 1, results: 0 }),
            (2, Move { dst: o(2), src: i(0) }),
            (3, Move { dst: o(3), src: i(0) }),
            (4, CallOpenResults { cost: FREE, func: b(3), args: 0 }),
            (3, CallOpen { cost: FREE, func: b(2) }),
            (2, CallOpenArgs { cost: FREE, func: b(1), results: 3 }),
            (4, JumpIfEqualConstant { left: i(3), right: k(NIL), offset: ShortJump(1) }),
            (4, TailCall { func: b(1), args: 2 }),
            (3, VarArgsOpen { dst: b(3) }),
            (3, TailCallOpen { func: b(1) }),
        ],
    )
}

pub(crate) fn closures() -> Prototype {
    let prototype = function(
        2,
        5,
        &[
            (2, NewCell { register: b(0) }),
            (2, Closure { dst: o(2), prototype: PrototypeIndex(0) }),
            (3, GetSelf { dst: o(3) }),
            (4, SetCell { cell: i(0), src: i(3) }),
            (4, Closure { dst: o(3), prototype: PrototypeIndex(1) }),
            (4, GetUpvalue { upvalue: BY_VALUE, dst: o(4) }),
            (5, Return { first: b(2), count: 3 }),
        ],
    );
    let nested: [&[Upvalue]; 2] = [
        &[
            upvalue(Capture::Register(0), UpvalueKind::Cell),
            upvalue(Capture::Register(1), UpvalueKind::Value),
            upvalue(Capture::Upvalue(0), UpvalueKind::Value),
            upvalue(Capture::Upvalue(1), UpvalueKind::Cell),
            upvalue(Capture::Running, UpvalueKind::Value),
        ],
        &[],
    ];
    with_nested(prototype, &nested)
}

pub(super) fn closing() -> Prototype {
    function(
        2,
        5,
        &[
            (2, ToBeClosed { register: b(0) }),
            (2, JumpIf { src: i(1), offset: j(3) }),
            (2, ToBeClosed { register: b(1) }),
            (2, LoadNil { first: b(2), count: 1 }),
            (3, Close { from: b(1) }),
            (2, LoadFalseSkip { dst: o(2) }),
            (2, LoadTrue { dst: o(2) }),
            (3, MoveJumpIfNot { dst: o(3), src: i(2), offset: ShortJump(1) }),
            (3, LoadInteger { dst: o(3), value: 4 }),
            (4, CallOpenResults { cost: FREE, func: b(3), args: 0 }),
            (3, CloseOpen { from: b(0) }),
            (3, ReturnOpen { first: b(2) }),
        ],
    )
}

/// Code longer than one segment.
pub(super) fn long() -> Prototype {
    let mut code = vec![(1, JumpIf { src: i(0), offset: j(60) })];
    code.extend(std::iter::repeat_n((1, Move { dst: o(0), src: i(0) }), 60));
    code.push((1, Charge { cost: FREE }));
    code.extend(std::iter::repeat_n((1, Not { dst: o(0), src: i(0) }), 62));
    code.push((1, JumpBack { cost: FREE, offset: j(-64) }));
    function(1, 1, &code)
}

pub(crate) fn good() -> [Prototype; 9] {
    [
        function(0, 0, &[(0, Return0 {})]),
        arithmetic(),
        tables(),
        loops(),
        generic_loop(),
        calls(),
        closures(),
        closing(),
        long(),
    ]
}
