//! Attributes of instructions: the yes-or-no questions that the verifier, the assembler and the virtual machine ask.
//!
//! Each attribute is declared and documented here, once. The table of `instruction.rs` lists, in brackets, the
//! attributes of each instruction; a few follow from the types of its operands. The predicates below are made from
//! these alone. [`check`] has the rules for attributes: a table that breaks one does not compile.
//!
//! Facts that only one place needs are not attributes: which registers an instruction reads and writes
//! (`verify/effect.rs`), what it is called in messages (`name.rs`).

use crate::instruction::Instruction;

#[cfg(test)]
mod tests;

macro_rules! attributes {
    ($($(#[doc = $doc:literal])+ $name:ident $(=> $($implied:ident),+)?;)*) => {
        /// An attribute, named like its predicate.
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types)]
        pub(crate) enum Attribute {
            $($name,)*
        }

        impl Attribute {
            /// Its own bit and those of the attributes it implies.
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

// `a => b`: an instruction with `a` also has `b`.
attributes! {
    /// Whether it calls a function that returns to the instruction behind it. It pays for landing there, and the
    /// results go to the register that [`called`](Instruction::called) names.
    calls;
    /// Whether it calls a function in place of the running one.
    tail_calls => ends_flow;
    /// Whether it returns from the running function.
    returns => ends_flow;

    /// Whether it takes the open list that the instruction before it left.
    takes_open => must_follow;
    /// Whether it leaves an open list to the instruction behind it.
    leaves_open;
    /// Whether it works only directly behind the instruction before it: nothing may jump to it or come between.
    must_follow;

    /// Whether it has a jump, conditional or not.
    jumps;
    /// Whether its jump is limited to 16 bits.
    jumps_short => jumps;
    /// Whether its jump goes back. All other jumps go forward.
    jumps_back;
    /// Whether it jumps if its condition does not hold.
    negates;
    /// Whether it skips the next instruction.
    skips => ends_flow;
    /// Whether control never continues with the next instruction.
    ends_flow;

    /// Whether it has a cost, which it pays.
    charges;
    /// Whether it starts a segment, and pays for it itself.
    starts_segment;

    /// Whether it names the first register of a run: its [`block`](Instruction::block).
    has_block;
    /// Whether its run of registers is the state of a `for` loop.
    keeps_loop;
    /// Whether it relies on what the loop's other instructions left in that state.
    resumes_loop => keeps_loop;
    /// Whether it makes a cell, or uses one in a register.
    has_cell;
    /// Whether it puts a register on the list of those to be closed.
    marks;
    /// Whether it fills a constructor's table, without asking a metatable.
    constructs;
}

/// The attributes of an instruction, as bits.
#[derive(Clone, Copy)]
pub(crate) struct Attributes(u32);

impl Attributes {
    /// The set of these attributes and of those they imply.
    pub(crate) const fn of(attributes: &[Attribute]) -> Attributes {
        let mut bits = 0;
        let mut rest = attributes;
        while let [first, others @ ..] = rest {
            bits |= first.bits();
            rest = others;
        }
        Attributes(bits)
    }

    /// This set and another, joined.
    pub(crate) const fn or(self, other: Attributes) -> Attributes {
        Attributes(self.0 | other.0)
    }

    /// Whether the set has this attribute.
    #[inline]
    pub(crate) const fn has(self, attribute: Attribute) -> bool {
        self.0 & 1 << attribute as u32 != 0
    }
}

/// Checks the rules for every instruction when the table is compiled.
pub(crate) const fn check(it: Attributes) {
    use Attribute::*;
    // The verifier must know which code a cost pays for; without a cost, an instruction would run the code it lands in
    // for free.
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
