//! What is lent is there while it is lent, to one at a time. Miri runs these: their names have its own in front.

use super::Lent;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

mod miri_tests {
    use super::*;

    #[test]
    fn lent_values_are_there_while_they_are_lent() {
        let lent = Lent::new();
        let inside = lent.clone();
        let (mut a, mut b) = (vec![1], vec![10]);
        assert!(!inside.with(|_| ()).unwrap_err().is_in_use());
        lent.lend(&mut a, || {
            inside.with(|a| a.push(2)).unwrap();
            // Another one in the meantime, also while the first is in use.
            inside.lend(&mut b, || inside.with(|b| b.push(11)).unwrap());
            inside
                .with(|a| {
                    assert!(inside.with(|_| ()).unwrap_err().is_in_use());
                    inside.lend(&mut b, || inside.with(|b| b.push(12)).unwrap());
                    inside.lend(a, || inside.with(|a| a.push(3)).unwrap());
                    assert!(inside.with(|_| ()).unwrap_err().is_in_use());
                })
                .unwrap();
            inside.with(|a| a.push(4)).unwrap();
        });
        assert!(!inside.with(|_| ()).unwrap_err().is_in_use());
        assert_eq!((a, b), (vec![1, 2, 3, 4], vec![10, 11, 12]));
    }

    #[test]
    fn lent_values_are_given_back_by_a_panic() {
        let lent = Lent::new();
        let mut value = 1;
        let panics = AssertUnwindSafe(|| lent.lend(&mut value, || lent.with(|_| panic!("on purpose")).unwrap_or(())));
        assert!(catch_unwind(panics).is_err());
        assert!(!lent.with(|_| ()).unwrap_err().is_in_use());
        lent.lend(&mut value, || lent.with(|value| *value += 1)).unwrap();
        assert_eq!(value, 2);
    }

    /// The end of a lending waits for another thread that has the value.
    #[test]
    fn lent_values_are_waited_for() {
        let lent = Lent::<Vec<usize>>::new();
        let (has_it, mut value) = (AtomicBool::new(false), vec![0]);
        thread::scope(|scope| {
            scope.spawn(|| {
                while lent
                    .with(|value| {
                        has_it.store(true, Ordering::Release);
                        for index in 0..if cfg!(miri) { 10 } else { 10_000 } {
                            value.push(index);
                        }
                    })
                    .is_err()
                {
                    thread::yield_now();
                }
            });
            lent.lend(&mut value, || {
                while !has_it.load(Ordering::Acquire) {
                    thread::yield_now();
                }
            });
            let length = value.len();
            assert!(length > 10);
            value.push(1);
        });
    }

    /// Who lends while another thread has what was lent before, gets back its own.
    #[test]
    fn lent_values_come_back_from_whoever_has_them() {
        let lent = Lent::<Vec<usize>>::new();
        let (mut a, mut b) = (vec![1], vec![10]);
        let inside = lent.clone();
        let (has_it, is_lent) = (Barrier::new(2), Barrier::new(2));
        thread::scope(|scope| {
            lent.lend(&mut a, || {
                let user = scope.spawn(|| {
                    inside.with(|a| {
                        has_it.wait();
                        is_lent.wait();
                        a.push(2);
                    })
                });
                has_it.wait();
                lent.lend(&mut b, || {
                    is_lent.wait();
                    user.join().unwrap().unwrap();
                    lent.with(|b| b.push(11)).unwrap();
                });
                lent.with(|a| a.push(3)).unwrap();
            });
        });
        assert_eq!((a, b), (vec![1, 2, 3], vec![10, 11]));
    }

    /// What is lent on by whoever has it is still in use.
    #[test]
    fn lent_values_are_waited_for_when_lent_on() {
        let lent = Lent::<Vec<usize>>::new();
        let inside = lent.clone();
        let (has_it, mut value) = (Barrier::new(2), vec![0]);
        thread::scope(|scope| {
            lent.lend(&mut value, || {
                scope.spawn(|| {
                    inside.with(|value| {
                        inside.lend(value, || {
                            has_it.wait();
                            thread::sleep(Duration::from_millis(20));
                            inside.with(|value| value.push(1)).unwrap();
                        });
                        value.push(2);
                    })
                });
                has_it.wait();
            });
            value.push(3);
        });
        assert_eq!(value, [0, 1, 2, 3]);
    }
}
