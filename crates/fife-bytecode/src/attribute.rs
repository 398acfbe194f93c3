//! Attributes of instructions: what the verifier, the assembler and the virtual machine ask of an instruction with a
//! yes or a no.
//!
//! Each is declared and documented here, once. Which instructions have it stands in brackets behind each of them in the
//! table of `instruction.rs`; a few follow from the types of its operands. From these the predicates below are made: there
//! is no list of instructions besides. [`check`] has the rules that attributes obey: a table that breaks one does not
//! compile.
//!
//! What only one place knows of an instruction, with its operands, is not an attribute: which registers it reads and
//! writes (`verify/effect.rs`), what it is called in messages (`name.rs`).

use crate::instruction::Instruction;

#[cfg(test)]
mod tests;

macro_rules! attributes {
    ($($(#[doc = $doc:literal])+ $name:ident $(=> $($implied:ident),+)?;)*) => {
        /// An attribute, named as its predicate.
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types)]
        pub(crate) enum Attribute {
            $($name,)*
        }

        impl Attribute {
            /// Its bit, and the bits of what it implies.
            const fn bits(self) -> u32 {
                let implied = match self {
                    $(Attribute::$name => 0 $($(| Attribute::$implied.bits())+)?,)*
                };
                1 << self as u32 | implied
            }
        }

        impl Instruction {
            $($(#[doc = $doc])+
            #[inline]
            pub const fn $name(&self) -> bool {
                self.attributes().has(Attribute::$name)
            })*
        }
    };
}

// `a => b`: what has `a` has `b`.
attributes! {
    /// Whether it calls a function that returns to the instruction behind it. It pays for landing there, and
    /// [`called`](Instruction::called) is where the results go.
    calls;
    /// Whether it calls a function in place of the running one.
    tail_calls => ends_flow;
    /// Whether it returns from the running function.
    returns => ends_flow;

    /// Whether it takes the open list that the instruction before it left.
    takes_open => must_follow;
    /// Whether it leaves an open list to the instruction behind it.
    leaves_open;
    /// Whether it only works directly behind the instruction before it: nothing may jump to it, and nothing may come between.
    must_follow;

    /// Whether it has a jump, which it takes always or on a condition.
    jumps;
    /// Whether its jump reaches no farther than 16 bits.
    jumps_short => jumps;
    /// Whether its jump goes back. All others go forward.
    jumps_back;
    /// Whether it jumps if what it tests does not hold.
    negates;
    /// Whether the next instruction is skipped.
    skips => ends_flow;
    /// Whether control never goes on to the next instruction.
    ends_flow;

    /// Whether it pays, by its cost.
    charges;
    /// Whether a segment starts with it, for which it pays itself.
    starts_segment;

    /// Whether it names the first of a run of registers: its [`block`](Instruction::block).
    has_block;
    /// Whether the state of a `for` loop is in its run of registers.
    keeps_loop;
    /// Whether it relies on what the loop's other instructions left there.
    resumes_loop => keeps_loop;
    /// Whether it makes a cell, or has one in a register.
    has_cell;
    /// Whether it puts a register on the list of those to be closed.
    marks;
    /// Whether it fills the table of a constructor, without asking a metatable.
    constructs;
}

/// The attributes of an instruction, as a set of bits.
#[derive(Clone, Copy)]
pub(crate) struct Attributes(u32);

impl Attributes {
    /// The set of these and of what they imply.
    pub(crate) const fn of(attributes: &[Attribute]) -> Attributes {
        let mut bits = 0;
        let mut rest = attributes;
        while let [first, others @ ..] = rest {
            bits |= first.bits();
            rest = others;
        }
        Attributes(bits)
    }

    /// With those of another set.
    pub(crate) const fn or(self, other: Attributes) -> Attributes {
        Attributes(self.0 | other.0)
    }

    /// Whether an attribute is in it.
    #[inline]
    pub(crate) const fn has(self, attribute: Attribute) -> bool {
        self.0 & 1 << attribute as u32 != 0
    }
}

/// Checks what holds of every instruction, when the table is compiled.
pub(crate) const fn check(it: Attributes) {
    use Attribute::*;
    // The verifier must know for which code a cost pays; and what lands in code without a cost would run it for nothing.
    assert!(
        it.has(charges) as u8 == it.has(calls) as u8 + it.has(jumps_back) as u8 + it.has(starts_segment) as u8,
        "what calls, jumps back or starts a segment has a cost, and nothing else; and it is one of these"
    );
    assert!(!it.has(jumps_back) || it.has(jumps), "what jumps back has a jump");
    assert!(!it.has(calls) || !it.has(jumps) && !it.has(ends_flow), "a call lands directly behind itself");
    assert!(
        !it.has(negates) || it.has(jumps) && !it.has(ends_flow) && !it.has(jumps_back),
        "what negates is a conditional jump, forward"
    );
    assert!(
        it.has(has_block)
            || !(it.has(calls) || it.has(tail_calls) || it.has(keeps_loop) || it.has(marks) || it.has(constructs)),
        "what calls, keeps a loop, marks or constructs says in which registers"
    );
    assert!(!it.has(skips) || !it.has(jumps), "what skips has no jump: it would go to two places");
    assert!(
        (it.has(returns) || it.has(tail_calls)) == (it.has(ends_flow) && !it.has(jumps) && !it.has(skips)),
        "what ends the flow jumps or skips; else it returns, or calls in place of the running function"
    );
    assert!(
        !it.has(leaves_open) || !it.has(ends_flow) && !it.has(jumps),
        "what leaves an open list goes on to what takes it, and only there"
    );
}
