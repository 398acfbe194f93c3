//! Which variables need a cell.
//!
//! Single cases first. Then programs at random around one variable, of which the test also knows the
//! flow of control: whenever an assignment can be reached from a capture without going through
//! the declaration, the parser must say `Cell`.

use super::{Random, parse};
use fife_bytecode::UpvalueKind;

/// How the last variable `x` of the source is captured.
fn capture(source: &str) -> Option<UpvalueKind> {
    let tree = parse(source.as_bytes()).unwrap_or_else(|error| panic!("{source}: {error}"));
    tree.locals.iter().rev().find(|local| tree.string(local.name) == b"x").unwrap().capture
}

#[test]
fn by_value() {
    for source in [
        "local x = 1; f(function() return x end)",
        "local x; x = 1; f(function() return x end)",
        "local x <const> = {}; f(function() return x end)",
        "local x <close> = y; f(function() return x end)",
        "local x; if a then x = 1 else x = 2 end f(function() return x end)",
        "local x; while a do x = 1 end while b do f(function() return x end) end",
        "while a do local x = 1; x = x + 1; f(function() return x end) end",
        "for x = 1, 2 do f(function() return x end) end",
        "for x = 1, 2 do x = x + 1; f(function() return x end) end",
        "for k, x in y do f(function() return x end) end",
        "repeat local x = 1 until f(function() return x end)",
        "function g(x) x = x or 1; return function() return x end end",
        "local function x() return x() end",
        "local function x() return function() return x end end",
        "local function x() end function f() return x end function g() return x end",
        "local x = 1; f(function() return function() return x end end)",
        "local y = function() return y end local x = 1; f(function() return x end)",
        "local x = function() return x end; f(function() return x end)",
        "while a do ::continue:: local x; x = 1; f(function() return x end) if b then goto continue end end",
        "while a do local x = 1 if b then goto continue end f(function() return x end) ::continue:: end",
        "local x = 1; x = 2; ::l:: f(function(y) y = 1 end); g(function() return x end)",
        "local _ENV = {}; y = 1; local x = 1; function g() y = x end",
    ] {
        assert_eq!(capture(source), Some(UpvalueKind::Value), "{source}");
    }
}

#[test]
fn in_a_cell() {
    for source in [
        "local x = 1; f(function() return x end); x = 2",
        "local x = 1; f(function() x = 2 end)",
        "local x = 1; f(function() return function() x = 2 end end)",
        "local x; x = function() return x end",
        "local x; function x() return x end",
        "local x, a; a, x = function() return x end, 1",
        "local x; while a do x = 1; f(function() return x end) end",
        "local x; while a do while b do x = 1 end while c do f(function() return x end) end end",
        "local x; for i = 1, 2 do x = i; f(function() return x end) end",
        "local x; for k in y do x = k; f(function() return x end) end",
        "local x; repeat x = 1 until f(function() return x end)",
        "local x; while f(function() return x end) do x = 1 end",
        "local x; for i = f(function() return x end), 2 do x = 1 end",
        "for i = 1, 2 do local x; repeat x = 1 until f(function() return x end) end",
        "local x; ::l:: x = 1; f(function() return x end) goto l",
        "local x; ::l:: x = 1; while a do if b then goto l end f(function() return x end) end",
        "function g(x) f(function() return x end) x = 1 end",
        "for x = 1, 2 do f(function() return x end) x = 1 end",
        "local function x() return x end x = 1",
        "local function x() x = 1 end",
    ] {
        assert_eq!(capture(source), Some(UpvalueKind::Cell), "{source}");
    }
}

#[test]
fn not_at_all() {
    for source in [
        "local x = 1; x = 2; f(x)",
        "local x; f(function() local x end) x = 1",
        "local x; local y = function() return z end",
    ] {
        assert_eq!(capture(source), None, "{source}");
    }
}

#[test]
fn assigned() {
    let assigned = |source: &str| {
        let tree = parse(source.as_bytes()).unwrap();
        tree.locals.iter().map(|local| local.assigned).collect::<Vec<_>>()
    };
    assert_eq!(assigned("local a, b = 1; b = 2"), [false, true]);
    assert_eq!(assigned("for i = 1, 2 do i = 3 end for i = 1, 2 do f(i) end"), [true, false]);
    assert_eq!(assigned("local a; a.b = 1; a[1], c = 2"), [false]);
    assert_eq!(assigned("local a; function f() a = 1 end"), [true]);
    assert_eq!(assigned("local a; function a() end local function b() end"), [true, false]);
}

#[derive(Clone, Copy, PartialEq)]
enum Point {
    Plain,
    Declaration,
    Assignment,
    Capture,
}

/// A random program: its text, and its flow of control as points and what may come after each.
#[derive(Default)]
struct Program {
    text: String,
    points: Vec<Point>,
    next: Vec<Vec<usize>>,
    /// Labels that a backward `goto` may name.
    labels: Vec<usize>,
    is_declared: bool,
}

impl Program {
    /// Adds a point after `from` and returns it as what comes before the next.
    fn point(&mut self, from: &[usize], point: Point) -> Vec<usize> {
        let new = self.points.len();
        self.points.push(point);
        self.next.push(Vec::new());
        self.join(from, new);
        vec![new]
    }

    fn join(&mut self, from: &[usize], to: usize) {
        from.iter().for_each(|from| self.next[*from].push(to));
    }

    /// Writes a block. `from` are the points before it; returns those before what follows. Points that
    /// leave the loop around go to `exits`.
    fn block(
        &mut self,
        random: &mut Random,
        mut from: Vec<usize>,
        depth: usize,
        mut in_scope: bool,
        exits: &mut Vec<usize>,
    ) -> Vec<usize> {
        let visible = self.labels.len();
        for _ in 0..1 + random.below(4) {
            if !self.is_declared && !in_scope && random.below(2) == 0 {
                self.text += "local x = 0 ";
                self.is_declared = true;
                in_scope = true;
                from = self.point(&from, Point::Declaration);
                continue;
            }
            match random.below(20) {
                0..4 if in_scope => {
                    self.text += "x = 1 ";
                    from = self.point(&from, Point::Assignment);
                }
                4..8 if in_scope => {
                    self.text += "f(function() return x end) ";
                    from = self.point(&from, Point::Capture);
                }
                8 if in_scope => {
                    self.text += "x = function() return x end ";
                    from = self.point(&from, Point::Capture);
                    from = self.point(&from, Point::Assignment);
                }
                9 => {
                    from = self.point(&from, Point::Plain);
                    self.text += &format!("::l{}:: ", from[0]);
                    self.labels.push(from[0]);
                }
                10 | 11 if !self.labels.is_empty() => {
                    let label = self.labels[random.below(self.labels.len())];
                    self.text += &format!("if c then goto l{label} end ");
                    from = self.point(&from, Point::Plain);
                    self.join(&from, label);
                }
                12 if !exits.is_empty() => {
                    self.text += "if c then break end ";
                    from = self.point(&from, Point::Plain);
                    exits.extend_from_slice(&from);
                }
                13 | 14 if depth < 4 => {
                    self.text += "while c do ";
                    let head = self.point(&from, Point::Plain);
                    // The first entry marks that there is a loop.
                    let mut exits = vec![usize::MAX];
                    let end = self.block(random, head.clone(), depth + 1, in_scope, &mut exits);
                    self.join(&end, head[0]);
                    self.text += "end ";
                    from = [&head, &exits[1..]].concat();
                }
                15 | 16 if depth < 4 => {
                    self.text += "repeat ";
                    let head = self.point(&from, Point::Plain);
                    let mut exits = vec![usize::MAX];
                    let end = self.block(random, head.clone(), depth + 1, in_scope, &mut exits);
                    let captures = in_scope && random.below(2) == 0;
                    self.text += if captures { "until f(function() return x end) " } else { "until c " };
                    let end = self.point(&end, if captures { Point::Capture } else { Point::Plain });
                    self.join(&end, head[0]);
                    from = [&end, &exits[1..]].concat();
                }
                17 | 18 if depth < 4 => {
                    self.text += "if c then ";
                    let first = self.block(random, from.clone(), depth + 1, in_scope, exits);
                    self.text += "else ";
                    let second = self.block(random, from, depth + 1, in_scope, exits);
                    self.text += "end ";
                    from = [first, second].concat();
                }
                19 if depth < 4 => {
                    self.text += "do ";
                    from = self.block(random, from, depth + 1, in_scope, exits);
                    self.text += "end ";
                }
                _ => {}
            }
        }
        self.labels.truncate(visible);
        from
    }

    /// Whether a copy in a closure could become wrong.
    fn needs_cell(&self) -> bool {
        let mut reached = vec![false; self.points.len()];
        let captures = (0..self.points.len()).filter(|point| self.points[*point] == Point::Capture);
        let mut open: Vec<usize> = captures.flat_map(|point| self.next[point].iter().copied()).collect();
        while let Some(point) = open.pop() {
            if std::mem::replace(&mut reached[point], true) || self.points[point] == Point::Declaration {
                continue;
            }
            if self.points[point] == Point::Assignment {
                return true;
            }
            open.extend_from_slice(&self.next[point]);
        }
        false
    }
}

#[test]
fn a_copy_is_never_wrong() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let (mut cells, mut needless) = (0, 0);
    for _ in 0..20_000 {
        let mut program = Program::default();
        let start = program.point(&[], Point::Plain);
        program.block(&mut random, start, 0, false, &mut Vec::new());
        if !program.is_declared {
            continue;
        }
        let capture = capture(&program.text);
        assert_eq!(capture.is_some(), program.points.contains(&Point::Capture), "{}", program.text);
        if program.needs_cell() {
            assert_eq!(capture, Some(UpvalueKind::Cell), "{}", program.text);
            cells += 1;
        } else if capture == Some(UpvalueKind::Cell) {
            needless += 1;
        }
    }
    // The rule is coarser than the flow of control, but not by much.
    assert!(cells > 1000 && needless < cells / 20, "{cells} {needless}");
}
