//! Names in hand-made code; each test shows the source that the code stands for.

use super::*;
use crate::operand::*;
use crate::prototype::{Capture, Upvalue, UpvalueKind};
use Instruction::*;

/// Builds a prototype from code and what the code names.
struct Builder(Prototype);

impl Builder {
    fn new(code: impl Into<Vec<Instruction>>) -> Builder {
        let code = code.into();
        Builder(Prototype {
            source: b"=test"[..].into(),
            line_defined: 0,
            last_line_defined: 0,
            parameter_count: 0,
            is_vararg: true,
            register_count: 20,
            entry_cost: 1,
            live: vec![0; code.len()].into(),
            code: code.into(),
            constants: [].into(),
            upvalues: [].into(),
            own_name: [].into(),
            prototypes: [].into(),
            locals: [].into(),
            positions: Default::default(),
        })
    }

    fn constants(mut self, constants: &[&str]) -> Builder {
        self.0.constants = constants.iter().map(|it| Constant::String(it.as_bytes().into())).collect();
        self
    }

    fn upvalues(mut self, names: &[&str]) -> Builder {
        let upvalue = |name: &&str| Upvalue {
            name: name.as_bytes().into(),
            capture: Capture::Upvalue(0),
            kind: UpvalueKind::Value,
        };
        self.0.upvalues = names.iter().map(upvalue).collect();
        self
    }

    fn local(mut self, name: &str, register: u8, in_cell: bool, start: u32, end: u32) -> Builder {
        let mut locals = self.0.locals.into_vec();
        locals.push(Local { name: name.as_bytes().into(), register, in_cell, start, end });
        self.0.locals = locals.into();
        self
    }

    #[track_caller]
    fn check(&self, pc: usize, register: u8, expected: &str) -> &Builder {
        assert_eq!(shown(register_name(&self.0, pc, register)), expected);
        self
    }

    #[track_caller]
    fn check_call(&self, pc: usize, expected: &str) -> &Builder {
        assert_eq!(shown(call_name(&self.0, pc)), expected);
        self
    }
}

fn shown(name: Option<Name<'_>>) -> String {
    name.map_or("none".into(), |(kind, name)| format!("{kind} '{}'", String::from_utf8_lossy(name)))
}

fn r(index: u8) -> Input {
    Input::new(index)
}

fn w(index: u8) -> Output {
    Output::new(index)
}

fn b(index: u8) -> Block {
    Block::new(index)
}

fn k(index: usize) -> KeyIndex {
    KeyIndex::new(index).unwrap()
}

fn call(func: u8, args: u16) -> Instruction {
    Call { cost: Cost(1), func: b(func), args, results: 1 }
}

fn global(dst: u8, key: usize) -> Instruction {
    GetUpvalueField { upvalue: UpvalueIndex(0), dst: w(dst), key: k(key) }
}

#[test]
fn globals_fields_and_methods() {
    // print(t.x, t[1], o:m())
    Builder::new([
        global(0, 0),
        global(1, 1),
        GetField { dst: w(1), table: r(1), key: k(2) },
        global(2, 1),
        GetIndexInteger { dst: w(2), table: r(2), key: 1 },
        global(3, 3),
        SelfField { dst: b(3), object: r(3), key: k(4) },
        CallOpenResults { cost: Cost(1), func: b(3), args: 1 },
        CallOpenArgs { cost: Cost(1), func: b(0), results: 0 },
        GetIndexInteger { dst: w(2), table: r(2), key: 256 },
        Return0 {},
    ])
    .constants(&["print", "t", "x", "o", "m"])
    .upvalues(&["_ENV"])
    .check_call(8, "global 'print'")
    .check(2, 1, "global 't'")
    .check(8, 1, "field 'x'")
    .check(8, 2, "field 'integer index'")
    .check(10, 2, "field '?'")
    .check_call(7, "method 'm'")
    .check(7, 4, "none")
    .check(6, 3, "global 'o'")
    .check_call(6, "metamethod 'index'");
}

#[test]
fn fields_of_upvalues_are_global_only_in_the_environment() {
    Builder::new([global(0, 0), call(0, 0)]).constants(&["f"]).upvalues(&["t"]).check_call(1, "field 'f'");
}

#[test]
fn local_environments() {
    // local _ENV = {}; f(); and the same with _ENV captured, in a cell
    let code = [
        NewTable { dst: w(0), array: 0, hash: 0 },
        GetField { dst: w(1), table: r(0), key: k(0) },
        call(1, 0),
        GetCell { dst: w(1), cell: r(0) },
        GetField { dst: w(1), table: r(1), key: k(0) },
        call(1, 0),
        GetUpvalueCell { upvalue: UpvalueIndex(0), dst: w(1) },
        GetField { dst: w(1), table: r(1), key: k(0) },
        call(1, 0),
    ];
    Builder::new(code)
        .constants(&["f"])
        .upvalues(&["_ENV"])
        .local("_ENV", 0, false, 1, 3)
        .local("_ENV", 0, true, 3, 6)
        .check_call(2, "global 'f'")
        .check_call(5, "global 'f'")
        .check_call(8, "global 'f'");
}

#[test]
fn locals_by_register_move_and_cell() {
    // local a, b = 1, 2; b captured; a(); b()
    let built = Builder::new([
        LoadInteger { dst: w(0), value: 1 },
        LoadInteger { dst: w(1), value: 2 },
        NewCell { register: b(1) },
        Move { dst: w(2), src: r(0) },
        call(2, 0),
        GetCell { dst: w(2), cell: r(1) },
        call(2, 0),
        Add { dst: w(2), left: r(0), right: r(0) },
        Return0 {},
    ])
    .local("a", 0, false, 3, 8)
    .local("b", 1, true, 3, 8);
    built
        .check_call(4, "local 'a'")
        .check_call(6, "local 'b'")
        .check(7, 0, "local 'a'")
        .check(7, 1, "local 'b'")
        .check(2, 0, "none")
        .check(8, 0, "none")
        .check(8, 2, "none")
        .check_call(7, "metamethod 'add'");
    let name = |number, pc| local_name(&built.0, number, pc).map(|local| local.name.to_vec());
    assert_eq!(name(1, 3), Some(b"a".to_vec()));
    assert_eq!(name(2, 7), Some(b"b".to_vec()));
    assert_eq!((name(0, 3), name(3, 3), name(1, 2), name(1, 8)), (None, None, None, None));
}

#[test]
fn upvalues_and_constants() {
    // u(); c(); ("x")(); t["long"]; t[k]
    let built = Builder::new([
        GetUpvalue { upvalue: UpvalueIndex(0), dst: w(0) },
        call(0, 0),
        GetUpvalueCell { upvalue: UpvalueIndex(1), dst: w(0) },
        call(0, 0),
        LoadConstant { dst: w(0), constant: ConstantIndex(0) },
        call(0, 0),
        GetUpvalue { upvalue: UpvalueIndex(0), dst: w(0) },
        LoadConstant { dst: w(1), constant: ConstantIndex(0) },
        GetIndex { dst: w(0), table: r(0), key: r(1) },
        call(0, 0),
        GetUpvalue { upvalue: UpvalueIndex(0), dst: w(1) },
        GetIndex { dst: w(0), table: r(0), key: r(1) },
        call(0, 0),
        SetUpvalueField { upvalue: UpvalueIndex(1), key: k(0), value: r(0) },
    ])
    .constants(&["x"])
    .upvalues(&["u", "c"]);
    built
        .check_call(1, "upvalue 'u'")
        .check_call(3, "upvalue 'c'")
        .check_call(5, "constant 'x'")
        .check_call(9, "field 'x'")
        .check_call(12, "field '?'")
        .check_call(13, "metamethod 'newindex'");
    let operand = |operand| shown(operand_name(&built.0, 13, operand));
    assert_eq!(operand(Operand::Upvalue(UpvalueIndex(1))), "upvalue 'c'");
    assert_eq!(operand(Operand::Upvalue(UpvalueIndex(9))), "none");
    assert_eq!(operand(Operand::Key(k(0))), "constant 'x'");
    assert_eq!(operand(Operand::Constant(ConstantIndex(7))), "none");
    assert_eq!(operand(Operand::Input(Register::new(0))), "none");
    assert_eq!(operand(Operand::Number(0)), "none");
}

#[test]
fn conditional_values_have_no_name() {
    // (a or b)(); then f(a and b)
    Builder::new([
        global(0, 0),
        MoveJumpIf { dst: w(0), src: r(0), offset: ShortJump(1) },
        global(0, 1),
        call(0, 0),
        global(0, 2),
        global(1, 0),
        JumpIfNot { src: r(1), offset: JumpOffset(1) },
        global(1, 1),
        call(0, 1),
    ])
    .constants(&["a", "b", "f"])
    .upvalues(&["_ENV"])
    .check_call(3, "none")
    .check(8, 1, "none")
    .check_call(8, "global 'f'")
    // Inside the conditional part the setter is certain.
    .check(3, 0, "none")
    .check(8, 0, "global 'f'");
}

#[test]
fn runs_of_registers_lose_their_names() {
    let setters = [
        LoadNil { first: b(0), count: 3 },
        VarArgs { dst: b(1), count: 2 },
        VarArgsOpen { dst: b(0) },
        Concat { first: b(1), count: 2 },
        ForPrepare { base: b(0), offset: JumpOffset(0) },
        ForLoop { cost: Cost(1), base: b(0), offset: JumpOffset(-1) },
        ForGenericLoop { cost: Cost(1), base: b(0), offset: JumpOffset(-1) },
        call(1, 0),
        TailCall { func: b(2), args: 0 },
        NewCell { register: b(2) },
        SelfField { dst: b(1), object: r(5), key: k(0) },
        Not { dst: w(2), src: r(0) },
        Close { from: b(0) },
        SetList { count: 3, table: b(0), start: 0 },
        ToBeClosed { register: b(2) },
        Return { first: b(0), count: 3 },
        SetField { table: r(2), key: k(0), value: r(2) },
    ];
    for (index, setter) in setters.into_iter().enumerate() {
        let expected = if index < 12 { "none" } else { "global 'a'" };
        Builder::new([global(2, 0), setter, Return0 {}])
            .constants(&["a"])
            .upvalues(&["_ENV"])
            .check(2, 2, expected)
            .check(1, 2, "global 'a'");
    }
}

#[test]
fn generic_loops() {
    // for k in x do k() end
    Builder::new([
        global(0, 0),
        LoadNil { first: b(1), count: 3 },
        ForGenericPrepare { base: b(0), offset: JumpOffset(2) },
        Move { dst: w(5), src: r(4) },
        call(5, 0),
        ForGenericCall { cost: Cost(1), base: b(0), count: 1 },
        ForGenericLoop { cost: Cost(1), base: b(0), offset: JumpOffset(-4) },
        Close { from: b(3) },
        Return0 {},
    ])
    .constants(&["x"])
    .upvalues(&["_ENV"])
    .local("(for state)", 0, false, 2, 8)
    .local("k", 4, false, 3, 5)
    .check_call(5, "for iterator 'for iterator'")
    .check_call(4, "local 'k'")
    .check_call(7, "metamethod 'close'")
    .check_call(8, "none")
    .check(5, 0, "local '(for state)'");
}

#[test]
fn metamethods_of_comparisons() {
    let jump = ShortJump(0);
    for (instruction, expected) in [
        (JumpIfEqual { left: r(0), right: r(1), offset: jump }, "metamethod 'eq'"),
        (JumpIfNotLess { left: r(0), right: r(1), offset: jump }, "metamethod 'lt'"),
        (JumpIfGreaterInteger { left: r(0), right: 1, offset: jump }, "metamethod 'lt'"),
        (JumpIfLessEqual { left: r(0), right: r(1), offset: jump }, "metamethod 'le'"),
        (JumpIfGreaterEqualInteger { left: r(0), right: 1, offset: jump }, "metamethod 'le'"),
        (JumpIfEqualInteger { left: r(0), right: 1, offset: jump }, "none"),
        (Length { dst: w(0), src: r(0) }, "metamethod 'len'"),
        (Concat { first: b(0), count: 2 }, "metamethod 'concat'"),
        (Negate { dst: w(0), src: r(0) }, "metamethod 'unm'"),
        (BitNot { dst: w(0), src: r(0) }, "metamethod 'bnot'"),
        (ShiftLeftInteger { dst: w(0), left: r(0), right: 1 }, "metamethod 'shl'"),
        (FloorDivideConstant { dst: w(0), left: r(0), right: k(0) }, "metamethod 'idiv'"),
    ] {
        Builder::new([instruction]).check_call(0, expected);
    }
}

#[test]
fn broken_code_has_no_names() {
    Builder::new([
        Move { dst: w(0), src: r(0) },
        Move { dst: w(1), src: r(5) },
        global(2, 9),
        GetCell { dst: w(3), cell: r(3) },
        LoadConstant { dst: w(4), constant: ConstantIndex(u32::MAX) },
        GetUpvalue { upvalue: UpvalueIndex(9), dst: w(5) },
        Jump { offset: JumpOffset(i32::MAX) },
        JumpBack { cost: Cost(1), offset: JumpOffset(i32::MIN) },
    ])
    .check(8, 0, "none")
    .check(8, 1, "none")
    .check(8, 2, "field '?'")
    .check(8, 3, "none")
    .check(8, 4, "none")
    .check(8, 5, "none")
    .check(usize::MAX, 0, "none")
    .check(0, 255, "none")
    .check_call(99, "none");
}

#[test]
fn the_walk_is_bounded() {
    let mut code = vec![global(0, 0)];
    code.extend(vec![Move { dst: w(1), src: r(1) }; WALK_MAX + 10]);
    let end = code.len();
    Builder::new(code).constants(&["f"]).upvalues(&["_ENV"]).check(WALK_MAX - 1, 0, "global 'f'").check(end, 0, "none");
}

#[test]
fn the_running_closure() {
    // local function f() f() end
    let mut builder = Builder::new([GetSelf { dst: w(0) }, call(0, 0), Return0 {}]);
    builder.0.own_name = b"f"[..].into();
    builder.check_call(1, "upvalue 'f'");
    builder.0.own_name = [].into();
    builder.check_call(1, "none");
}
