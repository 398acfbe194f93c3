//! What is counted, what is limited, and when destructors run.
#![forbid(unsafe_code)]

mod common;

use common::rounds;
use fife_arena::{Arena, Collect, Gc, Lock, OutOfMemory, Phase, RefLock, Rootable, Static};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

const KIB: usize = 1 << 10;

type Objects<'gc, T> = Gc<'gc, RefLock<Vec<Gc<'gc, T>>>>;
type ObjectsArena<T> = Arena<Rootable![Objects<'_, T>]>;

fn arena<T: Collect + 'static>() -> ObjectsArena<T> {
    Arena::new(|mc| Gc::new(mc, RefLock::default()))
}

/// Collects until even the large blocks that the arena keeps for the next such object are given back.
fn collect_spares<T: Collect + 'static>(arena: &mut ObjectsArena<T>) {
    for _ in 0..3 {
        arena.collect_all();
    }
}

fn keep<T: Collect + 'static>(arena: &ObjectsArena<T>, value: T) {
    arena.mutate(|mc, root| root.borrow_mut(mc).push(Gc::new(mc, value)));
}

/// Records its number when it is dropped; panics then if told to.
struct Witness {
    number: usize,
    panics: bool,
    dropped: Rc<RefCell<Vec<usize>>>,
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.dropped.borrow_mut().push(self.number);
        if self.panics {
            panic!("witness {}", self.number);
        }
    }
}

fn sorted(dropped: &Rc<RefCell<Vec<usize>>>) -> Vec<usize> {
    let mut dropped = dropped.take();
    dropped.sort_unstable();
    dropped
}

#[test]
fn object_bytes_return_to_the_start() {
    fn check<T: Collect + Default + 'static>() {
        let mut arena = arena::<T>();
        arena.set_poison(true);
        let start = arena.metrics();
        for round in 0..rounds(3, 3, 2) {
            for _ in 0..rounds(3000, 30, 8) {
                keep(&arena, T::default());
            }
            assert!(arena.metrics().object_bytes > start.object_bytes);
            if round == 1 {
                arena.mark(10);
            }
            arena.mutate(|mc, root| drop(root.borrow_mut(mc).drain(..)));
            arena.collect_all();
            assert_eq!(arena.metrics().object_bytes, start.object_bytes);
        }
        assert!(arena.metrics().held_bytes <= start.held_bytes + 256 * KIB, "one empty segment is kept");
        assert!(arena.metrics().peak_held_bytes >= arena.metrics().held_bytes);
    }
    check::<u8>();
    check::<[u64; 7]>();
    check::<Static<[[u64; 32]; 5]>>();
    check::<Lock<Option<Gc<'static, u8>>>>();
    check::<String>();
    check::<Static<Box<u64>>>();
    check::<(String, [u64; 30])>();
}

#[test]
fn large_objects_are_kept_and_given_back() {
    #[derive(Collect)]
    struct Large<const N: usize> {
        words: [[u64; 128]; N],
        text: String,
    }
    fn check<const N: usize>() {
        let mut arena = arena::<Large<N>>();
        arena.set_poison(true);
        let start = arena.metrics();
        let count = rounds(10, 10, 4);
        for round in 0..rounds(4, 2, 2u64) {
            for number in 0..count as u64 {
                keep(&arena, Large { words: [[number; 128]; N], text: number.to_string() });
                arena.mark(round as usize * 10);
            }
            let least = start.object_bytes + count * N * KIB;
            assert!((least..least + count * 17 * KIB).contains(&arena.metrics().object_bytes));
            arena.mutate(|mc, root| {
                let mut number = 0;
                root.borrow_mut(mc).retain(|_| {
                    number += 1;
                    number % 2 == 0
                });
            });
            arena.collect_all();
            arena.mutate(|mc, root| {
                for (index, object) in root.borrow().iter().enumerate() {
                    let number = index as u64 * 2 + 1;
                    assert!(object.words.iter().all(|words| *words == [number; 128]));
                    assert_eq!(object.text, number.to_string());
                }
                root.borrow_mut(mc).clear();
            });
            arena.collect_all();
            assert_eq!(arena.metrics().object_bytes, start.object_bytes);
            collect_spares(&mut arena);
            assert!(arena.metrics().held_bytes <= start.held_bytes + 256 * KIB);
        }
    }
    // The largest that has a page, and the smallest that has several.
    if rounds(true, false, true) {
        check::<15>();
    }
    if rounds(true, true, false) {
        check::<16>();
    }
    if !cfg!(miri) {
        check::<17>();
        check::<100>();
        check::<127>();
        check::<140>();
        // The object is a local variable of the test and of the functions it calls.
        let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(check::<600>);
        assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
    }
}

#[test]
fn a_weak_pointer_to_a_large_object_holds_it_back_for_as_long_as_it_exists() {
    type Large = Static<[u64; 20_000]>;
    let mut arena = Arena::<Rootable!['gc => Gc<'gc, Lock<Option<fife_arena::GcWeak<'gc, Large>>>>]>::new(|mc| {
        Gc::new(mc, Lock::new(None))
    });
    arena.set_poison(true);
    let start = arena.metrics();
    arena.mutate(|mc, root| root.set(mc, Some(Gc::downgrade(Gc::new(mc, Static([1; 20_000]))))));
    arena.mutate(|mc, root| assert_eq!(root.get().unwrap().upgrade(mc).unwrap().0[9], 1));
    for _ in 0..3 {
        arena.collect_all();
        assert_eq!(arena.metrics().object_bytes, start.object_bytes);
        arena.mutate(|mc, root| assert!(root.get().unwrap().upgrade(mc).is_none()));
    }
    arena.mutate(|mc, root| root.set(mc, None));
    (0..3).for_each(|_| arena.collect_all());
    assert_eq!(arena.metrics().held_bytes, start.held_bytes);
}

#[test]
#[cfg_attr(miri, ignore = "too many objects")]
fn pages_without_survivors_are_released() {
    let mut arena = arena::<[u64; 6]>();
    let start = arena.metrics().held_bytes;
    let count = 100_000;
    for number in 0..count {
        keep(&arena, [number; 6]);
    }
    let full = arena.metrics().held_bytes;
    arena.mutate(|mc, root| root.borrow_mut(mc).truncate(10));
    arena.collect_all();
    assert!(full > start + count as usize * 48);
    assert!(arena.metrics().held_bytes <= start + 512 * KIB);
    assert_eq!(arena.metrics().peak_held_bytes, full);
}

/// Runs a whole cycle and keeps the memory it frees.
fn cycle<T: Collect + 'static>(arena: &mut ObjectsArena<T>) {
    while arena.mark(usize::MAX).map(|marked| marked.start_sweeping()).is_none() {}
    while !arena.sweep(usize::MAX) {}
}

#[test]
fn a_freed_large_block_is_kept_for_a_cycle_but_not_at_the_limit() {
    type Block = Static<[u64; 40_000]>;
    let mut arena = arena::<Block>();
    let start = arena.metrics().held_bytes;
    let blocks = |arena: &ObjectsArena<Block>| (arena.metrics().held_bytes - start) / (40_000 * 8);
    arena.mutate(|mc, _| (0..4).for_each(|_| assert_eq!(Gc::new(mc, Static([1u64; 40_000])).0[0], 1)));
    assert_eq!(blocks(&arena), 4);
    cycle(&mut arena);
    assert_eq!(blocks(&arena), 4, "kept");
    // One block is reused; the others go after a whole cycle without a use for them.
    keep(&arena, Static([2; 40_000]));
    assert_eq!(blocks(&arena), 4);
    assert_eq!(arena.metrics().cached_bytes / (40_000 * 8), 3);
    cycle(&mut arena);
    assert_eq!(blocks(&arena), 1);
    // Under a limit, kept blocks make way for other objects.
    arena.mutate(|mc, root| root.borrow_mut(mc).clear());
    cycle(&mut arena);
    assert_eq!(blocks(&arena), 1);
    arena.set_limit(Some(arena.metrics().held_bytes));
    arena.mutate(|mc, _| assert!(Gc::try_new(mc, Static([0u64; 30_000])).is_ok()));
    assert_eq!(blocks(&arena), 0);
    // Blocks are not kept, either, if everything is to be given back.
    arena.set_limit(None);
    keep(&arena, Static([3; 40_000]));
    arena.mutate(|mc, root| root.borrow_mut(mc).clear());
    arena.collect_all();
    assert_eq!((blocks(&arena), arena.metrics().cached_bytes), (0, 0));
}

#[test]
#[cfg_attr(miri, ignore = "too many objects")]
fn the_limit_refuses_and_forcing_goes_past() {
    let mut arena = arena::<[u64; 100]>();
    let start = arena.metrics();
    assert_eq!(start.limit, None);
    arena.set_limit(Some(1 << 20));
    assert_eq!(arena.metrics().limit, Some(1 << 20));
    let mut count = 0;
    let refused = arena.mutate(|mc, root| {
        loop {
            match Gc::try_new(mc, [count; 100]) {
                Ok(object) => root.borrow_mut(mc).push(object),
                Err(refused) => break refused,
            }
            count += 1;
        }
    });
    assert_eq!((refused, refused.to_string().as_str()), (OutOfMemory, "not enough memory"));
    assert!(arena.metrics().held_bytes <= 1 << 20);
    assert!(count > 900, "{count} objects of 800 bytes in 1 MiB");
    arena.mutate(|mc, root| {
        assert!(!mc.has_room(256 * KIB));
        assert!(Gc::try_new(mc, Static([0u8; 2_000_000])).is_err());
        root.borrow_mut(mc).push(Gc::new(mc, [count; 100]));
    });
    assert!(arena.metrics().held_bytes > 1 << 20);
    arena.collect_all();
    arena.mutate(|mc, root| {
        assert!(root.borrow().iter().enumerate().all(|(number, object)| **object == [number as u64; 100]));
        root.borrow_mut(mc).clear();
    });
    arena.collect_all();
    arena.mutate(|mc, _| assert!(mc.has_room(256 * KIB) && Gc::try_new(mc, [0u64; 100]).is_ok()));
    arena.set_limit(Some(0));
    arena.mutate(|mc, _| assert!(Gc::try_new(mc, Static([0u64; 20_000])).is_err()));
    arena.set_limit(None);
    arena.mutate(|mc, _| assert!(Gc::try_new(mc, Static([0u64; 20_000])).is_ok()));
}

/// An object past the limit brings a segment of system memory with it, which other objects may not fill.
#[test]
#[cfg_attr(miri, ignore = "too many objects")]
fn what_goes_past_the_limit_leaves_no_room_for_others() {
    let mut arena = arena::<Static<[u64; 200]>>();
    let limit = 4 << 20;
    arena.set_limit(Some(limit));
    let fill = |arena: &mut ObjectsArena<Static<[u64; 200]>>| {
        arena.mutate(|mc, root| {
            let mut count = 0;
            while let Ok(object) = Gc::try_new(mc, Static([0; 200])) {
                root.borrow_mut(mc).push(object);
                count += 1;
            }
            count
        })
    };
    assert!(fill(&mut arena) > 2000);
    let mut more = 0;
    for _ in 0..100 {
        // One object past the limit, which first gets a page to itself; then as many others as there is room for.
        keep(&arena, Static([1; 200]));
        more += fill(&mut arena);
    }
    let held = arena.metrics().held_bytes;
    assert!(held <= limit + 2 * 256 * KIB, "{held} bytes held, {more} objects made beside those that were forced");
    // Freeing objects makes room again, although the bytes held are still above the limit.
    arena.mutate(|mc, root| {
        let mut numbers = 0..;
        root.borrow_mut(mc).retain(|_| numbers.next().is_some_and(|number| number % 64 < 32));
    });
    arena.collect_all();
    let made = fill(&mut arena);
    assert!(made > 800, "{made} objects where a thousand went");
}

#[test]
fn what_is_refused_is_dropped_once() {
    let dropped = Rc::default();
    let mut arena = arena::<u8>();
    arena.set_limit(Some(0));
    arena.mutate(|mc, _| {
        let witness = Witness { number: 5, panics: false, dropped: Rc::clone(&dropped) };
        assert!(Gc::try_new(mc, Static((witness, [0u64; 20_000]))).is_err());
    });
    assert_eq!(sorted(&dropped), [5]);
    drop(arena);
    assert!(dropped.borrow().is_empty());
}

#[test]
fn debt_and_pressure() {
    let mut arena = arena::<[u64; 20]>();
    arena.add_debt(isize::MIN);
    arena.add_debt(isize::MIN);
    arena.add_debt(isize::MAX);
    arena.add_debt(1);
    let start = arena.debt();
    arena.set_pressure(start + 10_000);
    arena.mutate(|mc, _| assert!(!mc.is_under_pressure()));
    for number in 0..200 {
        keep(&arena, [number; 20]);
    }
    assert!(arena.debt() >= start + 200 * 160);
    arena.mutate(|mc, _| assert!(mc.is_under_pressure()));
    arena.add_debt(-(200 * 160));
    arena.add_debt(isize::MAX);
    arena.add_debt(isize::MAX);
    keep(&arena, [0; 20]);
}

#[test]
fn destructors_run_once_and_only_in_sweep() {
    let dropped: Rc<RefCell<Vec<usize>>> = Rc::default();
    let mut arena = arena::<Static<Witness>>();
    arena.set_poison(true);
    let (count, more) = (rounds(2000, 100, 40), rounds(100, 100, 30));
    let add = |arena: &ObjectsArena<_>, number| {
        keep(arena, Static(Witness { number, panics: false, dropped: Rc::clone(&dropped) }))
    };
    for number in 0..count {
        add(&arena, number);
    }
    arena.mutate(|mc, root| root.borrow_mut(mc).retain(|object| object.0.number % 3 == 0));
    arena.start_marking();
    while arena.mark(100).is_none() {
        assert!(dropped.borrow().is_empty());
    }
    arena.mark(0).unwrap().start_sweeping();
    assert!(dropped.borrow().is_empty());
    // Allocation sweeps pages of other kinds, but runs no destructor.
    for number in count..count + more {
        add(&arena, number);
        arena.mutate(|mc, _| {
            Gc::new(mc, 1u8);
            Gc::new(mc, Lock::new(None::<Gc<'_, u8>>));
        });
    }
    assert!(dropped.borrow().is_empty());
    let mut slices = 0;
    while !arena.sweep(1) {
        slices += 1;
    }
    assert!(slices > 1);
    assert_eq!(sorted(&dropped), (0..count).filter(|number| number % 3 != 0).collect::<Vec<_>>());
    arena.collect_all();
    assert!(dropped.borrow().is_empty());
    // The arena is dropped in the middle of a sweep.
    arena.mutate(|mc, root| root.borrow_mut(mc).truncate(20));
    arena.mark(usize::MAX).unwrap().start_sweeping();
    arena.sweep(1);
    let mut all = sorted(&dropped);
    drop(arena);
    all.extend(dropped.take());
    all.sort_unstable();
    assert_eq!(all, (0..count).filter(|number| number % 3 == 0).chain(count..count + more).collect::<Vec<_>>());
}

#[test]
fn the_arena_may_go_in_every_phase() {
    let count = rounds(50, 50, 12);
    for phase in [Phase::Sleep, Phase::Mark, Phase::Marked, Phase::Sweep] {
        let dropped = Rc::default();
        let mut arena = arena::<Static<(Witness, [u64; 1000])>>();
        for number in 0..count {
            keep(&arena, Static((Witness { number, panics: false, dropped: Rc::clone(&dropped) }, [0; 1000])));
        }
        arena.mutate(|mc, root| root.borrow_mut(mc).truncate(count / 2));
        match phase {
            Phase::Sleep => {}
            Phase::Mark => assert!(arena.mark(1).is_none()),
            Phase::Marked => assert!(arena.mark(usize::MAX).is_some()),
            Phase::Sweep => {
                arena.mark(usize::MAX).unwrap().start_sweeping();
                arena.sweep(5000);
            }
        }
        assert_eq!(arena.phase(), phase);
        drop(arena);
        assert_eq!(sorted(&dropped), (0..count).collect::<Vec<_>>());
    }
}

fn panic_text(result: std::thread::Result<impl Sized>) -> String {
    *result.err().expect("a panic").downcast::<String>().expect("a text")
}

#[test]
fn a_panic_in_a_destructor_reaches_the_host_and_the_arena_goes_on() {
    fn check<const N: usize>() {
        let dropped: Rc<RefCell<Vec<usize>>> = Rc::default();
        let mut arena = arena::<Static<(Witness, [u64; N])>>();
        arena.set_poison(true);
        let start = arena.metrics().object_bytes;
        let count = rounds(400, 40, 24);
        for number in 0..count {
            let panics = number % 20 == 1;
            keep(&arena, Static((Witness { number, panics, dropped: Rc::clone(&dropped) }, [0; N])));
        }
        arena.mutate(|mc, root| {
            let mut number = 0;
            root.borrow_mut(mc).retain(|_| {
                number += 1;
                number % 2 == 1
            });
        });
        let mut panics = 0;
        loop {
            match catch_unwind(AssertUnwindSafe(|| arena.collect_all())) {
                Ok(()) => break,
                panic => {
                    assert!(panic_text(panic).starts_with("witness "));
                    panics += 1;
                }
            }
            arena.mutate(|mc, _| {
                for _ in 0..rounds(100, 100, 10) {
                    Gc::new(mc, String::from("new"));
                }
            });
        }
        assert!(panics > 0);
        assert_eq!(sorted(&dropped), (0..count).filter(|number| number % 2 == 1).collect::<Vec<_>>());
        arena.collect_all();
        arena.mutate(|mc, root| root.borrow_mut(mc).clear());
        arena.collect_all();
        assert_eq!(sorted(&dropped), (0..count).filter(|number| number % 2 == 0).collect::<Vec<_>>());
        assert_eq!(arena.metrics().object_bytes, start);
    }
    check::<0>();
    check::<3000>();
}

#[test]
fn panics_while_the_arena_is_dropped() {
    let count = rounds(50, 8, 6);
    for (panicking, is_large) in [(1, false), (5, false), (1, true), (5, true)] {
        let dropped: Rc<RefCell<Vec<usize>>> = Rc::default();
        let make = |number| Witness { number, panics: number < panicking, dropped: Rc::clone(&dropped) };
        let arena = arena::<u8>();
        arena.mutate(|mc, _| {
            for number in 0..count {
                if is_large {
                    Gc::new(mc, Static((make(number), [0u64; 3000])));
                } else {
                    Gc::new(mc, Static(make(number)));
                }
            }
        });
        let result = catch_unwind(AssertUnwindSafe(|| drop(arena)));
        assert!(panic_text(result).starts_with("witness "));
        assert_eq!(sorted(&dropped), (0..count).collect::<Vec<_>>());
    }
    // While another panic unwinds, the arena is silent.
    let dropped: Rc<RefCell<Vec<usize>>> = Rc::default();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let arena = arena::<u8>();
        arena.mutate(|mc, _| {
            Gc::new(mc, Static(Witness { number: 1, panics: true, dropped: Rc::clone(&dropped) }));
            Gc::new(mc, Static(Witness { number: 2, panics: true, dropped: Rc::clone(&dropped) }));
            panic!("{}", "first");
        });
    }));
    assert_eq!(panic_text(result), "first");
    assert_eq!(sorted(&dropped), [1, 2]);
}

#[test]
fn a_panic_inside_mutate_leaves_everything_usable() {
    let mut arena = arena::<u64>();
    let count = rounds(20, 5, 5);
    for round in 0..count {
        if round % 3 == 0 {
            arena.mark(50);
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            arena.mutate(|mc, root| {
                let mut open = root.borrow_mut(mc);
                open.push(Gc::new(mc, round));
                Gc::new(mc, String::from("garbage"));
                panic!("{}", "stop")
            })
        }));
        assert_eq!(panic_text(result), "stop");
        if round % 4 == 0 {
            arena.collect_all();
        }
    }
    arena.mutate(|_, root| assert!(root.borrow().iter().map(|object| **object).eq(0..count)));
}

#[test]
fn a_leaked_borrow_does_not_hide_what_is_inside() {
    let mut arena = arena::<u64>();
    keep(&arena, 1);
    arena.mutate(|mc, root| std::mem::forget(root.borrow_mut(mc)));
    arena.set_poison(true);
    arena.collect_all();
    arena.mutate(|mc, root| {
        assert!(root.try_borrow().is_err());
        assert!(root.try_borrow_mut(mc).is_err());
    });
}

#[test]
fn calls_do_nothing_outside_of_their_phase() {
    let mut arena = arena::<u64>();
    assert!(arena.sweep(0), "nothing to sweep");
    keep(&arena, 3);
    arena.start_marking();
    arena.start_marking();
    assert!(!arena.sweep(usize::MAX));
    while arena.mark(0).is_none() {}
    assert_eq!(arena.phase(), Phase::Marked);
    assert!(!arena.sweep(usize::MAX));
    arena.mark(0).unwrap().start_sweeping();
    assert!(arena.mark(usize::MAX).is_none());
    while !arena.sweep(0) {}
    assert_eq!((arena.phase(), arena.metrics().collections), (Phase::Sleep, 1));
    // Whichever phase it interrupts, `collect_all` finishes that cycle and runs another.
    for steps in 0..3 {
        let collections = arena.metrics().collections;
        arena.start_marking();
        if steps > 0 {
            assert!(arena.mark(usize::MAX).is_some());
        }
        if steps > 1 {
            arena.mark(0).unwrap().start_sweeping();
        }
        arena.collect_all();
        assert_eq!(arena.metrics().collections, collections + 2);
    }
    arena.mutate(|_, root| assert_eq!(*root.borrow()[0], 3));
}
