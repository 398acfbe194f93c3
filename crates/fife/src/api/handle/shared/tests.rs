//! What may be borrowed at once, by one thread and by several. Miri runs these: their names have its own in front.

use super::{InUse, Shared};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

mod miri_tests {
    use super::*;

    #[test]
    fn shared_values_are_borrowed_as_references_are() {
        let shared = Shared::new(vec![1]);
        let same = shared.clone();
        assert_eq!(shared.with(|a| same.with(|b| a.len() + b.len())), Ok(Ok(2)));
        assert_eq!(shared.with(|_| same.with_mut(|_| ())), Ok(Err(InUse::Borrowed)));
        assert_eq!(shared.with(|_| same.take()), Ok(Err(InUse::Borrowed)));
        assert_eq!(shared.with_mut(|_| same.with(|_| ())), Ok(Err(InUse::BorrowedMutably)));
        assert_eq!(shared.with_mut(|_| same.with_mut(|_| ())), Ok(Err(InUse::BorrowedMutably)));
        assert_eq!(shared.with_mut(|value| value.push(2)), Ok(()));
        assert_eq!(same.take(), Ok(vec![1, 2]));
        assert_eq!(shared.take(), Err(InUse::Taken));
        assert_eq!(shared.with(|_| ()), Err(InUse::Taken));
    }

    #[test]
    fn shared_values_are_free_after_a_panic() {
        let shared = Shared::new(1);
        let change = AssertUnwindSafe(|| shared.with_mut(|_| panic!("on purpose")));
        assert!(catch_unwind(change).is_err());
        assert_eq!(shared.with_mut(|value| *value += 1), Ok(()));
        assert_eq!(shared.take(), Ok(2));
    }

    /// A cell has no lock of its own: a data race would be Miri's to find, and lost additions would be seen without it.
    #[test]
    fn shared_values_are_one_threads_at_a_time() {
        let shared = Shared::new(std::cell::Cell::new(0));
        let (done, rounds) = (AtomicUsize::new(0), if cfg!(miri) { 20 } else { 20_000 });
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for round in 0..rounds {
                        let added = if round % 2 == 0 {
                            shared.with(|cell| shared.with(|same| same.set(cell.get() + 1)).is_ok()).unwrap_or(false)
                        } else {
                            shared.with_mut(|cell| cell.set(cell.get() + 1)).is_ok()
                        };
                        done.fetch_add(usize::from(added), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(shared.with(|cell| cell.get()), Ok(done.load(Ordering::Relaxed)));
    }
}
