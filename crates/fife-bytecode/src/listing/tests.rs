//! Listings of small prototypes built by hand.

use super::*;
use crate::operand::*;
use crate::prototype::{Local, Position, PositionRun, Upvalue};

fn inner() -> Prototype {
    Prototype {
        source: b"@test.lua"[..].into(),
        line_defined: 2,
        last_line_defined: 4,
        parameter_count: 1,
        is_vararg: false,
        register_count: 3,
        entry_cost: 3,
        code: [
            Instruction::AddConstant {
                flipped: true,
                dst: Output::new(1),
                left: Input::new(0),
                right: KeyIndex::new(0).unwrap(),
            },
            Instruction::JumpIfNot { src: Input::new(1), offset: JumpOffset(1) },
            Instruction::Return1 { src: Input::new(1) },
            Instruction::Return0 {},
        ]
        .into(),
        live: [1, 2, 2, 1].into(),
        constants: [Constant::Float(1.0), Constant::Nil, Constant::Boolean(true)].into(),
        upvalues: [Upvalue { name: b"a"[..].into(), capture: Capture::Register(0), kind: UpvalueKind::Cell }].into(),
        own_name: [].into(),
        prototypes: [].into(),
        locals: [Local { name: b"x"[..].into(), register: 0, in_cell: true, start: 0, end: 4 }].into(),
        positions: [
            PositionRun { pc: 0, position: Position { line: 2, column: 1 } },
            PositionRun { pc: 2, position: Position { line: 3, column: 1 } },
        ]
        .into_iter()
        .collect(),
    }
}

fn main() -> Prototype {
    Prototype {
        source: b"@test.lua"[..].into(),
        line_defined: 0,
        last_line_defined: 0,
        parameter_count: 0,
        is_vararg: true,
        register_count: 2,
        entry_cost: 4,
        code: [
            Instruction::Closure { dst: Output::new(0), prototype: PrototypeIndex(0) },
            Instruction::GetUpvalueField {
                upvalue: UpvalueIndex(0),
                dst: Output::new(0),
                key: KeyIndex::new(0).unwrap(),
            },
            Instruction::LoadConstant { dst: Output::new(1), constant: ConstantIndex(1) },
            Instruction::Call { cost: Cost(1), func: Block::new(0), args: 1, results: 0 },
            Instruction::Closure { dst: Output::new(0), prototype: PrototypeIndex(9) },
        ]
        .into(),
        live: [0, 1, 1, 2].into(),
        constants: [Constant::String(b"a\"\n\xff"[..].into()), Constant::String([b'x'; 70][..].into())].into(),
        upvalues: [Upvalue { name: b"_ENV"[..].into(), capture: Capture::Upvalue(0), kind: UpvalueKind::Value }].into(),
        own_name: [].into(),
        prototypes: [Box::new(inner()), Box::new(inner())].into(),
        locals: [].into(),
        positions: Default::default(),
    }
}

#[test]
fn lists_code() {
    let expected = "\
main <test.lua:0,0> (5 instructions)
0+ params, 2 slots, 1 upvalue, 0 locals, 2 constants, 2 functions, entry $4
\t0\t[0]\tClosure             \tr0 p0\t; function <test.lua:2,4>, live 0
\t1\t[0]\tGetUpvalueField     \tu0 r0 k0\t; _ENV, \"a\\\"\\n\\255\", live 1
\t2\t[0]\tLoadConstant        \tr1 k1\t; \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"..., live 1
\t3\t[0]\tCall                \t$1 r0 args=1 results=0\t; live 2
\t4\t[0]\tClosure             \tr0 p9\t; ?, live ?

function <test.lua:2,4> (4 instructions)
1 param, 3 slots, 1 upvalue, 1 local, 3 constants, 0 functions, entry $3
\t0\t[2]\tAddConstant         \tflipped r1 r0 k0\t; 1.0, live 1
\t1\t[2]\tJumpIfNot           \tr1 +1\t; to 3, live 2
\t2\t[3]\tReturn1             \tr1\t; live 2
\t3\t[3]\tReturn0             \t\t; live 1

function <test.lua:2,4> (4 instructions)
";
    let listing = list(&main(), false);
    assert!(listing.starts_with(expected), "{listing}");
}

#[test]
fn lists_tables_in_full() {
    let listing = list(&inner(), true);
    let expected = "\
constants (3):
\t0\t1.0
\t1\tnil
\t2\ttrue
locals (1):
\t0\tx\tr0\t0\t4\tcell
upvalues (1):
\t0\ta\tr0\tcell
";
    assert!(listing.ends_with(expected), "{listing}");
}
