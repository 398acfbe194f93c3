//! What the tree looks like, what names mean in it, and where its parts are.

use super::parse;
use crate::ast::*;
use fife_bytecode::Position;

/// The expression as text, with everything in brackets.
fn show(tree: &Ast, id: ExpressionId) -> String {
    let text = |id| String::from_utf8_lossy(tree.string(id)).into_owned();
    let list = |range: Range| {
        let all = tree.expression_lists[range.indices()].iter().map(|id| show(tree, *id));
        all.collect::<Vec<_>>().join(" ")
    };
    match tree.expressions[id.index()].kind {
        ExpressionKind::Nil => "nil".into(),
        ExpressionKind::True => "true".into(),
        ExpressionKind::False => "false".into(),
        ExpressionKind::Integer(value) => format!("{}", value.get()),
        ExpressionKind::Float(value) => format!("{:?}", value.get()),
        ExpressionKind::String(id) => format!("'{}'", text(id)),
        ExpressionKind::VarArgs => "...".into(),
        ExpressionKind::Function(id) => format!("function#{}", id.0),
        ExpressionKind::Local(id) => format!("{}#{}", text(tree.locals[id.index()].name), id.0),
        ExpressionKind::Upvalue(index) => format!("^{index}"),
        ExpressionKind::Global { environment, name } => format!("{}.{}", show(tree, environment), text(name)),
        ExpressionKind::Index { table, key } => format!("{}[{}]", show(tree, table), show(tree, key)),
        ExpressionKind::Call(all) => {
            let arguments = Range { start: all.start + 1, end: all.end };
            format!("{}({})", show(tree, tree.first_of(all)), list(arguments))
        }
        ExpressionKind::MethodCall(all) => {
            let method = tree.expression_lists[all.start as usize + 1];
            let arguments = Range { start: all.start + 2, end: all.end };
            let object = show(tree, tree.first_of(all));
            format!("{object}:{}({})", show(tree, method).trim_matches('\''), list(arguments))
        }
        ExpressionKind::Parenthesized(inner) => format!("one({})", show(tree, inner)),
        ExpressionKind::And(left, right) => format!("({} and {})", show(tree, left), show(tree, right)),
        ExpressionKind::Or(left, right) => format!("({} or {})", show(tree, left), show(tree, right)),
        ExpressionKind::Binary(operator, left, right) => {
            format!("({} {operator:?} {})", show(tree, left), show(tree, right))
        }
        ExpressionKind::Unary(operator, operand) => format!("({operator:?} {})", show(tree, operand)),
        ExpressionKind::Table(id) => {
            let fields = tree.tables[id.index()].fields;
            let field = |field: &Field| match *field {
                Field::Positional(value) => show(tree, value),
                Field::Keyed { key, value, .. } => format!("{}={}", show(tree, key), show(tree, value)),
            };
            format!("{{{}}}", tree.fields[fields.indices()].iter().map(field).collect::<Vec<_>>().join(" "))
        }
    }
}

fn show_list(tree: &Ast, range: Range) -> String {
    tree.expression_lists[range.indices()].iter().map(|id| show(tree, *id)).collect::<Vec<_>>().join(" ")
}

fn show_block(tree: &Ast, block: Block) -> String {
    tree.statements_of(&block).map(|it| show_statement(tree, it)).collect::<Vec<_>>().join("; ")
}

fn show_statement(tree: &Ast, statement: &Statement) -> String {
    let locals = |range: Range| {
        let name = |id: &LocalId| String::from_utf8_lossy(tree.string(tree.locals[id.index()].name)).into_owned();
        tree.local_lists[range.indices()]
            .iter()
            .map(|id| format!("{}#{}", name(id), id.0))
            .collect::<Vec<_>>()
            .join(" ")
    };
    match statement.kind {
        StatementKind::Local(id) => {
            let Declaration { locals: names, values, .. } = tree.declarations[id.index()];
            format!("local {} = {}", locals(names), show_list(tree, values))
        }
        StatementKind::LocalFunction { local, function } => format!("local function #{} = #{}", local.0, function.0),
        StatementKind::Assign(id) => {
            let Assignment { targets, values, .. } = tree.assignments[id.index()];
            format!("{} = {}", show_list(tree, targets), show_list(tree, values))
        }
        StatementKind::Call(call) => show(tree, call),
        StatementKind::Control(id) => show_control(tree, tree.controls[id.index()], locals),
        StatementKind::Return(id) => format!("return {}", show_list(tree, tree.returns[id.index()].values)),
        StatementKind::Break => "break".into(),
        StatementKind::Goto { label, backward } => {
            format!("goto {}#{}", if backward { "back " } else { "" }, label.0)
        }
        StatementKind::Label(label) => format!("::#{}::", label.0),
    }
}

fn show_control(tree: &Ast, control: Control, locals: impl Fn(Range) -> String) -> String {
    match control {
        Control::Do(block) => format!("do {} end", show_block(tree, block)),
        Control::While { condition, block, .. } => {
            format!("while {} do {} end", show(tree, condition), show_block(tree, block))
        }
        Control::Repeat { block, condition, .. } => {
            format!("repeat {} until {}", show_block(tree, block), show(tree, condition))
        }
        Control::If { arms, otherwise } => {
            let arm = |arm: &Arm| format!("if {} then {} ", show(tree, arm.condition), show_block(tree, arm.block));
            let arms = tree.arms[arms.indices()].iter().map(arm).collect::<Vec<_>>().join("else");
            let otherwise = otherwise.map_or(String::new(), |block| format!("else {} ", show_block(tree, block)));
            format!("{arms}{otherwise}end")
        }
        Control::NumericFor { variable, start, limit, step, block, .. } => {
            let step = step.map_or("-".into(), |step| show(tree, step));
            let (start, limit) = (show(tree, start), show(tree, limit));
            format!("for #{} = {start}, {limit}, {step} do {} end", variable.0, show_block(tree, block))
        }
        Control::GenericFor { variables, values, block, .. } => {
            format!("for {} in {} do {} end", locals(variables), show_list(tree, values), show_block(tree, block))
        }
    }
}

/// The main chunk as text.
fn main_of(source: &str) -> String {
    let tree = parse(source.as_bytes()).unwrap();
    show_block(&tree, tree.functions[0].block)
}

/// The value returned by the chunk, as text.
fn value(source: &str) -> String {
    main_of(&format!("local a, b, c, d = ... return {source}")).rsplit("return ").next().unwrap().into()
}

#[test]
fn operators_bind_as_in_the_manual() {
    assert_eq!(value("a + b * c - d"), "((a#0 Add (b#1 Multiply c#2)) Subtract d#3)");
    assert_eq!(value("a .. b .. c"), "(a#0 Concat (b#1 Concat c#2))");
    assert_eq!(value("a ^ b ^ c"), "(a#0 Power (b#1 Power c#2))");
    assert_eq!(value("-a ^ b"), "(Negate (a#0 Power b#1))");
    assert_eq!(value("a ^ -b * c"), "((a#0 Power (Negate b#1)) Multiply c#2)");
    assert_eq!(value("-a * b"), "((Negate a#0) Multiply b#1)");
    assert_eq!(value("not a == b"), "((Not a#0) Equal b#1)");
    assert_eq!(value("a or b and c"), "(a#0 or (b#1 and c#2))");
    assert_eq!(value("a and b or c and d"), "((a#0 and b#1) or (c#2 and d#3))");
    assert_eq!(value("a < b == c ~= d"), "(((a#0 Less b#1) Equal c#2) NotEqual d#3)");
    assert_eq!(value("a | b ~ c & d"), "(a#0 BitOr (b#1 BitXor (c#2 BitAnd d#3)))");
    assert_eq!(value("a << b .. c + d"), "(a#0 ShiftLeft (b#1 Concat (c#2 Add d#3)))");
    assert_eq!(value("a // b % c / d"), "(((a#0 FloorDivide b#1) Modulo c#2) Divide d#3)");
    assert_eq!(
        value("a > b and c >= d or a <= b"),
        "(((a#0 Greater b#1) and (c#2 GreaterEqual d#3)) or (a#0 LessEqual b#1))"
    );
    assert_eq!(value("#a + ~b >> -1"), "(((Length a#0) Add (BitNot b#1)) ShiftRight (Negate 1))");
    assert_eq!(value("(a + b) * c"), "((a#0 Add b#1) Multiply c#2)");
}

#[test]
fn parentheses_stay_where_they_cut() {
    assert_eq!(value("(a), (a()), ((...)), (a:b()), (a.b)"), "a#0 one(a#0()) one(...) one(a#0:b()) a#0['b']");
}

#[test]
fn suffixes_go_from_left_to_right() {
    assert_eq!(value("a.b[c](d)'x'{1}:e(1, ...).f"), "a#0['b'][c#2](d#3)('x')({1}):e(1 ...)['f']");
    assert_eq!(value("{a, b = 1; [c] = 2, a.b, ...}"), "{a#0 'b'=1 c#2=2 a#0['b'] ...}");
}

#[test]
fn statements_keep_their_parts() {
    assert_eq!(main_of("x, y.z = 1, 2; f()"), "^0.x ^0.y['z'] = 1 2; ^0.f()");
    assert_eq!(main_of("function a.b:c() end"), "^0.a['b']['c'] = function#1");
    assert_eq!(
        main_of("if a then b() elseif c then d() else e() end"),
        "if ^0.a then ^0.b() elseif ^0.c then ^0.d() else ^0.e() end"
    );
    assert_eq!(main_of("for i = 1, 2 do f(i) end"), "for #0 = 1, 2, - do ^0.f(i#0) end");
    assert_eq!(main_of("for i = i, i, i do end"), "for #0 = ^0.i, ^0.i, ^0.i do  end");
    assert_eq!(main_of("for k, v in k do f(v) end"), "for k#0 v#1 in ^0.k do ^0.f(v#1) end");
    assert_eq!(main_of("repeat local x until x"), "repeat local x#0 =  until x#0");
    assert_eq!(main_of("while a do break end ; ;"), "while ^0.a do break end");
    assert_eq!(main_of("goto a; do goto a end ::a:: goto a"), "goto #0; do goto #0 end; ::#0::; goto back #0");
}

#[test]
fn a_local_is_in_scope_after_its_statement() {
    assert_eq!(main_of("local x = x; local x = x; x = x"), "local x#0 = ^0.x; local x#1 = x#0; x#1 = x#1");
    assert_eq!(main_of("do local x end x = 1"), "do local x#0 =  end; ^0.x = 1");
}

#[test]
fn environment_is_a_variable() {
    assert_eq!(main_of("local _ENV = {}; x = 1"), "local _ENV#0 = {}; _ENV#0.x = 1");
    assert_eq!(main_of("local _ENV <const> = nil; x = _ENV"), "local _ENV#0 = nil; _ENV#0.x = _ENV#0");
    assert_eq!(main_of("_ENV = x"), "^0 = ^0.x");
    assert!(parse(b"_ENV = nil").unwrap().environment_assigned);
    assert!(parse(b"function f() _ENV = nil end").unwrap().environment_assigned);
    assert!(!parse(b"local _ENV; _ENV = nil; x = 1").unwrap().environment_assigned);
}

#[test]
fn constants_are_folded() {
    assert_eq!(main_of("local x <const> = 5; f(x)"), "local x#0 = ; ^0.f(5)");
    assert_eq!(main_of("local x <const> = -2^2 + 1; f(x)"), "local x#0 = ; ^0.f(-3.0)");
    assert_eq!(main_of("local x <const> = 'a'; local y <const> = x; f(y)"), "local x#0 = ; local y#1 = ; ^0.f('a')");
    assert_eq!(main_of("local x <const> = not nil; f(x)"), "local x#0 = ; ^0.f(true)");
    assert_eq!(main_of("local x <const> = 1 // 0; f(x)"), "local x#0 = (1 FloorDivide 0); ^0.f(x#0)");
    assert_eq!(main_of("local x <const> = {}; f(x)"), "local x#0 = {}; ^0.f(x#0)");
    let tree = parse(b"local x <const> = 5; function f() return x end").unwrap();
    assert!(tree.locals[0].folded && tree.locals[0].capture.is_none());
    assert_eq!(tree.functions[1].upvalues.len(), 0);
    assert_eq!(show_block(&tree, tree.functions[1].block), "return 5");
}

#[test]
fn upvalues_go_through_all_functions_between() {
    let tree = parse(b"local a, b; function f() return function() return b, a, b, c end end").unwrap();
    let upvalues = |function: usize| {
        let range = tree.functions[function].upvalues;
        tree.upvalues[range.indices()].iter().map(|it| (it.local, it.source)).collect::<Vec<_>>()
    };
    let (a, b) = (LocalId(0), LocalId(1));
    use UpvalueSource::*;
    assert_eq!(upvalues(0), [(None, Environment)]);
    assert_eq!(upvalues(1), [(Some(b), Local(b)), (Some(a), Local(a)), (None, Upvalue(0))]);
    assert_eq!(upvalues(2), [(Some(b), Upvalue(0)), (Some(a), Upvalue(1)), (None, Upvalue(2))]);
    assert_eq!(show_block(&tree, tree.functions[2].block), "return ^0 ^1 ^0 ^2.c");
    assert_eq!(tree.functions[2].parent, Some(FunctionId(1)));
}

#[test]
fn a_local_function_knows_itself() {
    let own_name = |source: &str| {
        let tree = parse(source.as_bytes()).unwrap();
        let own_name = tree.functions[1].own_name;
        let upvalues = tree.functions[1].upvalues.len() as u8;
        (own_name, (0..upvalues).map(|it| tree.is_running_closure(FunctionId(1), it)).collect::<Vec<_>>())
    };
    assert_eq!(own_name("local function f() return f, x end"), (Some(LocalId(0)), vec![true, false]));
    assert_eq!(own_name("local function f() return function() return f end end"), (Some(LocalId(0)), vec![true]));
    assert_eq!(own_name("local function f() return f end f = nil"), (None, vec![false]));
    assert_eq!(own_name("local function f() f = nil end"), (None, vec![false]));
    assert_eq!(own_name("local f = function() return f end"), (None, vec![false]));
    assert_eq!(own_name("local f; function f() return f end"), (None, vec![false]));
}

#[test]
fn functions_know_their_kind() {
    let tree = parse(b"function t:f(a, ...) local x <close> = a\nend  for a in b do end").unwrap();
    let function = tree.functions[1];
    let parameters = &tree.local_lists[function.parameters.indices()];
    let names = parameters.iter().map(|id| tree.string(tree.locals[id.index()].name)).collect::<Vec<_>>();
    assert_eq!(names, [&b"self"[..], b"a"]);
    assert!(function.is_vararg && function.has_close);
    assert_eq!((function.start, function.end), (position(1, 1), position(2, 1)));
    assert!(tree.functions[0].is_vararg && tree.functions[0].has_close);
    let tree = parse(b"function f() for a in b do end end").unwrap();
    assert!(!tree.functions[0].has_close && tree.functions[1].has_close && !tree.functions[1].is_vararg);
}

const fn position(line: u32, column: u32) -> Position {
    Position { line, column }
}

#[test]
fn expressions_are_where_errors_are_reported() {
    let tree = parse(b"return\na\n+\nb.c\n[\n1\n]\n(\n2) .. f:\ng\n{}, -\n-1, a[1]").unwrap();
    let at = |find: fn(&ExpressionKind) -> bool| {
        let found = tree.expressions.iter().filter(|it| find(&it.kind)).map(|it| it.position);
        found.map(|it| (it.line, it.column)).collect::<Vec<_>>()
    };
    assert_eq!(at(|it| matches!(it, ExpressionKind::Binary(BinaryOperator::Add, ..))), [(3, 1)]);
    assert_eq!(at(|it| matches!(it, ExpressionKind::Binary(BinaryOperator::Concat, ..))), [(9, 4)]);
    assert_eq!(at(|it| matches!(it, ExpressionKind::Index { .. })), [(4, 3), (7, 1), (12, 6)]);
    assert_eq!(at(|it| matches!(it, ExpressionKind::Call(_))), [(8, 1)]);
    assert_eq!(at(|it| matches!(it, ExpressionKind::MethodCall(_))), [(11, 1)]);
    assert_eq!(at(|it| matches!(it, ExpressionKind::Unary(..))), [(12, 1), (11, 5)]);
}

#[test]
fn statements_start_at_their_first_token() {
    let tree = parse(b"local x\n f()\n  if a then\n  ;b()\nend").unwrap();
    let block = tree.functions[0].block;
    let at = |block: Block| tree.statements_of(&block).map(|it| it.position).collect::<Vec<_>>();
    assert_eq!(at(block), [position(1, 1), position(2, 2), position(3, 3)]);
    assert_eq!(block.end, position(5, 4));
    assert_eq!(at(tree.arms[0].block), [position(4, 4)]);
    assert_eq!(tree.arms[0].block.end, position(5, 1));
}
