//! Compares the attributes in the table with the names and operands of instructions, which say the same in their own
//! way.

use crate::instruction::{Instruction, Operand};
use crate::operand::Cost;
use crate::verify::tests::random::{self, Rng};

/// An instruction of each kind, with its name and the names of its operands.
fn all() -> Vec<(&'static str, Instruction, Vec<&'static str>)> {
    let mut rng = Rng(12);
    let mut all = Vec::new();
    for name in Instruction::NAMES {
        let instruction = random::of_kind(name, &mut rng);
        let mut operands = Vec::new();
        instruction.operands(|name, _| operands.push(name));
        all.push((*name, instruction, operands));
    }
    all
}

#[test]
fn names_say_the_same() {
    type Named = fn(&str) -> bool;
    type Has = fn(&Instruction) -> bool;
    let pairs: [(&str, Has, Named); 10] = [
        ("calls", Instruction::calls, |it| it.starts_with("Call") || it == "ForGenericCall"),
        ("tail_calls", Instruction::tail_calls, |it| it.starts_with("TailCall")),
        ("returns", Instruction::returns, |it| it.starts_with("Return")),
        ("jumps_back", Instruction::jumps_back, |it| it.ends_with("Back") || it.ends_with("Loop")),
        ("negates", Instruction::negates, |it| it.contains("IfNot")),
        ("skips", Instruction::skips, |it| it.ends_with("Skip")),
        ("starts_segment", Instruction::starts_segment, |it| it == "Charge"),
        ("keeps_loop", Instruction::keeps_loop, |it| it.starts_with("For")),
        // A cell in an upvalue is not in a register.
        ("has_cell", Instruction::has_cell, |it| it.ends_with("Cell") && !it.contains("Upvalue")),
        ("constructs", Instruction::constructs, |it| it.starts_with("SetList")),
    ];
    for (name, instruction, _) in all() {
        for (attribute, has, named) in pairs {
            assert_eq!(has(&instruction), named(name), "{attribute}: {name}");
        }
        let ends_flow = instruction.returns() || instruction.tail_calls() || instruction.skips();
        let always_jumps = ["Jump", "JumpBack", "ForGenericPrepare"].contains(&name);
        assert_eq!(instruction.ends_flow(), ends_flow || always_jumps, "ends_flow: {name}");
        let follows = instruction.takes_open() || name == "ForGenericLoop";
        assert_eq!(instruction.must_follow(), follows, "must_follow: {name}");
    }
}

#[test]
fn where_a_list_is_open_there_is_no_count() {
    for (name, instruction, operands) in all() {
        let has = |operand| operands.contains(&operand);
        assert!(!instruction.takes_open() || !has("args") && !has("count"), "{name} takes an open list and counts it");
        assert!(
            !instruction.leaves_open() || !has("results") && !has("count"),
            "{name} leaves an open list and counts it"
        );
        // A loop's call has two arguments, and its results are the loop's variables.
        let is_call = (instruction.calls() || instruction.tail_calls()) && !instruction.keeps_loop();
        assert!(!is_call || instruction.takes_open() != has("args"), "{name}: what are its arguments?");
        let is_answered = is_call && instruction.calls();
        assert!(!is_answered || instruction.leaves_open() != has("results"), "{name}: what are its results?");
    }
}

#[test]
fn a_test_has_two_instructions() {
    let all = all();
    for (name, instruction, operands) in &all {
        let is_test =
            instruction.jumps() && !instruction.ends_flow() && !instruction.jumps_back() && !instruction.keeps_loop();
        if is_test {
            let other = if instruction.negates() { name.replace("IfNot", "If") } else { name.replace("If", "IfNot") };
            let Some((_, opposite, same)) = all.iter().find(|it| it.0 == other) else { panic!("no {other}") };
            assert_eq!(opposite.negates(), !instruction.negates(), "{name}");
            assert_eq!(operands, same, "{name}");
        }
    }
}

#[test]
fn operands_can_be_found_and_set() {
    for (name, mut instruction, _) in all() {
        let count = |instruction: &Instruction, is_wanted: fn(&Operand) -> bool| {
            let mut count = 0;
            instruction.operands(|_, operand| count += usize::from(is_wanted(&operand)));
            count
        };
        instruction.set_cost(Cost(77));
        instruction.set_jump(-7);
        assert_eq!(
            count(&instruction, |it| matches!(it, Operand::Cost(_))),
            usize::from(instruction.charges()),
            "{name}"
        );
        assert_eq!(count(&instruction, |it| *it == Operand::Cost(77)), usize::from(instruction.charges()), "{name}");
        assert_eq!(
            count(&instruction, |it| matches!(it, Operand::Jump(_))),
            usize::from(instruction.jumps()),
            "{name}"
        );
        assert_eq!(instruction.jump(), instruction.jumps().then_some(-7), "{name}");
        assert_eq!(instruction.landing_cost(), instruction.calls().then_some(Cost(77)), "{name}");
        let blocks = count(&instruction, |it| matches!(it, Operand::Block(_)));
        assert_eq!(blocks, usize::from(instruction.has_block()), "{name}");
        assert_eq!(instruction.block().is_some(), instruction.has_block(), "{name}");
        let is_called = instruction.calls() || instruction.tail_calls();
        assert_eq!(instruction.called().is_some(), is_called, "{name}");
    }
}
