//! Accounts that are right although the host's code panics.
//!
//! A host that catches panics keeps its VM. What a step has used until one of its functions panicked counts, and the
//! collector has its turn: otherwise a script that makes a function panic would run for nothing.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Does some work, and then accounts for it even if the work has panicked. The panic continues after that.
#[inline(always)]
pub(super) fn account_for<S, R>(on: &mut S, work: impl FnOnce(&mut S) -> R, account: impl FnOnce(&mut S)) -> R {
    // Whoever catches the panic further out sees the same state as `account` does.
    let worked = catch_unwind(AssertUnwindSafe(|| work(on)));
    account(on);
    match worked {
        Ok(result) => result,
        Err(panic) => resume_unwind(panic),
    }
}
