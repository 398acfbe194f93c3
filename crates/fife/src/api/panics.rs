//! Accounts that are right although the host's code panics.
//!
//! A host that catches panics keeps its VM. What a step has used until one of its functions panicked counts, and the
//! collector has its turn: otherwise a script that makes a function panic would run for nothing.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Does some work and accounts for it. After a panic in the work, too; then the panic goes on.
#[inline(always)]
pub(super) fn account_for<S, R>(on: &mut S, work: impl FnOnce(&mut S) -> R, account: impl FnOnce(&mut S)) -> R {
    // Nothing is seen here that a caller who catches the panic does not see.
    let worked = catch_unwind(AssertUnwindSafe(|| work(on)));
    account(on);
    match worked {
        Ok(result) => result,
        Err(panic) => resume_unwind(panic),
    }
}
