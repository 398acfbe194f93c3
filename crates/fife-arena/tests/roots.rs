//! Handles that keep objects alive from outside.
#![forbid(unsafe_code)]

mod common;

use common::rounds;
use fife_arena::{Arena, DynamicRoot, DynamicRootSet, Gc, RefLock, Rootable};

type RootsArena = Arena<Rootable![DynamicRootSet<'_>]>;
type Number = Rootable![RefLock<u64>];

fn arena() -> RootsArena {
    Arena::new(|mc| DynamicRootSet::new(mc))
}

fn stash(arena: &RootsArena, number: u64) -> DynamicRoot<Number> {
    arena.mutate(|mc, roots| roots.stash::<Number>(mc, Gc::new(mc, RefLock::new(number))))
}

fn fetch(arena: &RootsArena, root: &DynamicRoot<Number>) -> u64 {
    arena.mutate(|_, roots| *roots.fetch(root).borrow())
}

#[test]
fn a_handle_keeps_its_object_and_nothing_else() {
    let mut arena = arena();
    arena.set_poison(true);
    let start = arena.metrics().object_bytes;
    let count = rounds(100, 100, 20);
    let mut handles: Vec<_> = (0..count).map(|number| stash(&arena, number)).collect();
    let each = (arena.metrics().object_bytes - start) / count as usize;
    arena.collect_all();
    assert_eq!(arena.metrics().object_bytes, start + count as usize * each);
    // Objects kept by dropped handles go without another call of the set.
    handles.retain(|handle| fetch(&arena, handle).is_multiple_of(4));
    arena.collect_all();
    assert_eq!(arena.metrics().object_bytes, start + count as usize / 4 * each);
    let more: Vec<_> = (1000..1000 + 2 * count).map(|number| stash(&arena, number)).collect();
    arena.collect_all();
    assert!(handles.iter().map(|handle| fetch(&arena, handle)).eq((0..count).step_by(4)));
    assert!(more.iter().map(|handle| fetch(&arena, handle)).eq(1000..1000 + 2 * count));
    assert!(format!("{:?}", more[0]).starts_with("DynamicRoot"));
    arena.mutate(|mc, roots| *roots.fetch(&more[0]).borrow_mut(mc) = 1);
    assert_eq!(fetch(&arena, &more[0]), 1);
    drop((more, handles));
    arena.collect_all();
    assert_eq!(arena.metrics().object_bytes, start);
}

#[test]
fn handles_may_outlive_the_arena_and_change_threads() {
    fn check<T: Send + Sync + 'static>(_: &T) {}
    let arena = arena();
    let handles: Vec<_> = (0..10).map(|number| stash(&arena, number)).collect();
    check(&handles[0]);
    let mut handles = handles.into_iter();
    let first = handles.next();
    std::thread::spawn(move || drop(first)).join().unwrap();
    let replacement = stash(&arena, 77);
    assert_eq!(fetch(&arena, &replacement), 77);
    drop(arena);
    drop(replacement);
    std::thread::spawn(move || drop(handles)).join().unwrap();
}

#[test]
fn a_handle_opens_only_its_own_set() {
    let (one, two) = (arena(), arena());
    let handle = stash(&one, 1);
    stash(&two, 2);
    two.mutate(|_, roots| assert!(roots.try_fetch(&handle).is_none()));
    one.mutate(|mc, roots| {
        assert!(roots.try_fetch(&handle).is_some());
        assert!(DynamicRootSet::new(mc).try_fetch(&handle).is_none());
    });
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| fetch(&two, &handle)));
    assert!(panic.is_err());
    assert_eq!(fetch(&one, &handle), 1);
}

#[test]
fn stashing_works_in_every_phase() {
    let mut arena = arena();
    arena.set_poison(true);
    let mut handles = Vec::new();
    for round in 0..rounds(10u64, 10, 5) {
        handles.push(stash(&arena, handles.len() as u64));
        arena.start_marking();
        handles.push(stash(&arena, handles.len() as u64));
        while arena.mark(round as usize * 8).is_none() {}
        handles.push(stash(&arena, handles.len() as u64));
        arena.mark(0).unwrap().start_sweeping();
        handles.push(stash(&arena, handles.len() as u64));
        while !arena.sweep(round as usize) {}
        assert!(handles.iter().map(|handle| fetch(&arena, handle)).eq(0..handles.len() as u64));
    }
}
