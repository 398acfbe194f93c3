//! What a user without `unsafe` gets: pointers, weak pointers, locks, projections, the derive.
#![forbid(unsafe_code)]

mod common;

use common::rounds;
use fife_arena::{Arena, Collect, DynamicRootSet, Gc, GcWeak, Lock, Mutation, Phase, RefLock, Rootable, Static};
use fife_arena::{Write, field};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::marker::PhantomData;
use std::rc::Rc;

/// Compiles only if the type does not implement the trait: otherwise `found` is ambiguous.
macro_rules! is_not {
    ($type:ty, $trait:path) => {
        const _: fn() = || {
            trait Ambiguous<A> {
                fn found() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            struct Is;
            impl<T: ?Sized + $trait> Ambiguous<Is> for T {}
            let _ = <$type as Ambiguous<_>>::found;
        };
    };
}
is_not!(Arena<Rootable![()]>, Send);
is_not!(Arena<Rootable![()]>, Sync);
is_not!(Mutation<'static>, Send);
is_not!(Mutation<'static>, Sync);
is_not!(Gc<'static, u8>, Send);
is_not!(Gc<'static, u8>, Sync);
is_not!(GcWeak<'static, u8>, Send);
is_not!(GcWeak<'static, u8>, Sync);
is_not!(DynamicRootSet<'static>, Send);
is_not!(DynamicRootSet<'static>, Sync);
is_not!(Lock<u8>, Sync);
is_not!(RefLock<u8>, Sync);

#[derive(Collect)]
struct Pair<'gc> {
    left: Lock<Option<Gc<'gc, Pair<'gc>>>>,
    right: RefLock<Vec<Gc<'gc, Pair<'gc>>>>,
    name: u32,
}

fn pair<'gc>(mc: &Mutation<'gc>, name: u32) -> Gc<'gc, Pair<'gc>> {
    Gc::new(mc, Pair { left: Lock::new(None), right: RefLock::new(Vec::new()), name })
}

type PairArena = Arena<Rootable![Gc<'_, Pair<'_>>]>;

#[test]
fn a_gc_is_a_shared_reference() {
    let arena = PairArena::new(|mc| pair(mc, 7));
    arena.mutate(|mc, root| {
        let copy = *root;
        assert!(Gc::ptr_eq(copy, *root));
        assert!(!Gc::ptr_eq(pair(mc, 7), *root));
        assert_eq!(copy.as_ref().name, 7);
        assert_eq!(copy.as_ptr().cast_const(), copy.as_ref() as *const Pair<'_>);
        assert_eq!(format!("{}", Gc::new(mc, 12)), "12");
        assert!(format!("{copy:?}").starts_with("Gc(0x"));
        assert!(format!("{:?}", Gc::downgrade(copy)).starts_with("GcWeak(0x"));
        assert_eq!(size_of::<Option<Gc<'_, Pair<'_>>>>(), size_of::<usize>());
        assert_eq!(size_of::<Option<GcWeak<'_, Pair<'_>>>>(), size_of::<usize>());
    });
}

#[test]
fn locks_open_for_who_ran_the_barrier() {
    let mut arena = PairArena::new(|mc| pair(mc, 0));
    arena.mutate(|mc, root| {
        let write = Gc::write(mc, *root);
        assert_eq!(write.as_inner().name, 0);
        field!(write, Pair<'_>, left).unlock().set(Some(pair(mc, 1)));
        field!(Gc::write(mc, *root), Pair<'_>, right).unlock().borrow_mut().push(pair(mc, 2));
        assert!(root.right.try_borrow().is_ok());
        assert_eq!(format!("{:?}", Lock::new(3)), "Lock(3)");
        assert!(format!("{:?}", RefLock::new(3)).contains('3'));
        let counter = Gc::new(mc, Lock::new(1));
        counter.set(mc, counter.get() + 1);
        counter.unlock(mc).set(counter.get() + 1);
        assert_eq!(counter.get(), 3);
        let list = Gc::new(mc, RefLock::new(vec![1]));
        {
            let mut open = list.borrow_mut(mc);
            open.push(2);
            assert!(list.try_borrow_mut(mc).is_err());
            assert!(list.try_borrow().is_err());
        }
        list.try_borrow_mut(mc).unwrap().push(3);
        assert_eq!(*list.borrow(), [1, 2, 3]);
        assert_eq!(Lock::<u8>::default().get(), 0);
    });
    arena.collect_all();
    arena.mutate(|_, root| {
        assert_eq!(root.left.get().unwrap().name, 1);
        assert_eq!(root.right.borrow()[0].name, 2);
    });
}

#[test]
fn cycles_are_freed() {
    let mut arena = PairArena::new(|mc| pair(mc, 0));
    let before = arena.metrics().object_bytes;
    arena.mutate(|mc, _| {
        let (one, two) = (pair(mc, 1), pair(mc, 2));
        field!(Gc::write(mc, one), Pair<'_>, left).unlock().set(Some(two));
        field!(Gc::write(mc, two), Pair<'_>, left).unlock().set(Some(one));
        field!(Gc::write(mc, two), Pair<'_>, right).unlock().borrow_mut().push(two);
    });
    assert!(arena.metrics().object_bytes > before);
    arena.collect_all();
    assert_eq!(arena.metrics().object_bytes, before);
    assert_eq!(arena.metrics().collections, 1);
}

#[test]
fn the_root_can_be_replaced() {
    let mut arena = PairArena::new(|mc| pair(mc, 0));
    let count = rounds(40, 40, 15);
    for phase in 0..count {
        let marked = arena.mark(if phase % 7 == 0 { usize::MAX } else { 1 }).is_some();
        arena.mutate_root(|mc, root| {
            let next = pair(mc, phase);
            field!(Gc::write(mc, next), Pair<'_>, left).unlock().set(Some(*root));
            *root = next;
        });
        if marked {
            arena.mark(0).expect("it stays marked").start_sweeping();
        }
        arena.mutate_root(|mc, root| {
            let next = pair(mc, phase + 1000);
            field!(Gc::write(mc, next), Pair<'_>, left).unlock().set(Some(*root));
            *root = next;
        });
        arena.sweep(1);
    }
    arena.collect_all();
    arena.mutate(|_, root| {
        let mut at = Some(*root);
        let mut reached = 0;
        while let Some(pair) = at {
            reached += 1;
            at = pair.left.get();
        }
        assert_eq!(reached, 2 * count + 1);
    });
}

#[derive(Collect)]
struct Weak<'gc> {
    strong: RefLock<Vec<Gc<'gc, u64>>>,
    weak: RefLock<Vec<GcWeak<'gc, u64>>>,
}

type WeakArena = Arena<Rootable![Gc<'_, Weak<'_>>]>;

fn weak_arena() -> WeakArena {
    Arena::new(|mc| Gc::new(mc, Weak { strong: RefLock::default(), weak: RefLock::default() }))
}

fn litter(arena: &WeakArena, count: usize) {
    arena.mutate(|mc, _| {
        for _ in 0..count {
            Gc::new(mc, u64::MAX);
        }
    });
}

#[test]
fn a_weak_pointer_never_names_another_object() {
    let mut arena = weak_arena();
    arena.set_poison(true);
    let count = rounds(200u64, 40, 20);
    arena.mutate(|mc, root| {
        for number in 0..count {
            let object = Gc::new(mc, number);
            field!(Gc::write(mc, *root), Weak<'_>, weak).unlock().borrow_mut().push(Gc::downgrade(object));
            if number % 3 == 0 {
                field!(Gc::write(mc, *root), Weak<'_>, strong).unlock().borrow_mut().push(object);
            }
        }
    });
    let check = |arena: &WeakArena| {
        arena.mutate(|mc, root| {
            for (number, weak) in root.weak.borrow().iter().enumerate() {
                assert_eq!(weak.is_dropped(mc), number % 3 != 0);
                assert_eq!(weak.upgrade(mc).map(|object| *object), (number % 3 == 0).then_some(number as u64));
                assert!(GcWeak::ptr_eq(*weak, *weak));
            }
        });
    };
    let (many, few) = rounds((500, 50), (500, 50), (100, 10));
    for _ in 0..rounds(5, 5, 3) {
        arena.collect_all();
        check(&arena);
        // New allocations must not take the slots of dead objects that weak pointers still name.
        litter(&arena, many);
        check(&arena);
        while arena.mark(16).is_none() {
            check(&arena);
            litter(&arena, few);
        }
        check(&arena);
        arena.mark(0).unwrap().start_sweeping();
        while !arena.sweep(1) {
            check(&arena);
            litter(&arena, few);
        }
    }
    // A cycle after the last weak pointer is gone, the slots are free again.
    arena.mutate(|mc, root| {
        field!(Gc::write(mc, *root), Weak<'_>, weak).unlock().borrow_mut().clear();
        field!(Gc::write(mc, *root), Weak<'_>, strong).unlock().borrow_mut().clear();
    });
    arena.collect_all();
    arena.collect_all();
    assert_eq!(arena.metrics().object_bytes, weak_arena().metrics().object_bytes);
}

#[test]
fn a_weak_pointer_to_the_unmarked_is_dead_as_soon_as_marking_ends() {
    let mut arena = weak_arena();
    arena.mutate(|mc, root| {
        let weak = Gc::downgrade(Gc::new(mc, 5));
        field!(Gc::write(mc, *root), Weak<'_>, weak).unlock().borrow_mut().push(weak);
        assert_eq!(*weak.upgrade(mc).unwrap(), 5);
    });
    arena.start_marking();
    assert_eq!(arena.phase(), Phase::Mark);
    let is_gone = |arena: &WeakArena| arena.mutate(|mc, root| root.weak.borrow()[0].is_dropped(mc));
    assert!(!is_gone(&arena));
    let mut marked = arena.mark(usize::MAX).unwrap();
    marked.finalize(|fc, root| {
        assert!(fc.is_weak_dead(root.weak.borrow()[0]));
        assert_eq!(fc.phase(), Phase::Marked);
        assert!(!fc.is_dead(*root));
    });
    assert!(is_gone(&arena));
    arena.mark(0).unwrap().start_sweeping();
    assert!(is_gone(&arena));
    assert!(arena.sweep(usize::MAX));
    assert!(is_gone(&arena));
}

#[test]
fn a_weak_pointer_can_keep_its_object_by_being_upgraded_while_marking() {
    let mut arena = weak_arena();
    arena.mutate(|mc, root| {
        for number in 0..100 {
            let weak = Gc::downgrade(Gc::new(mc, number));
            field!(Gc::write(mc, *root), Weak<'_>, weak).unlock().borrow_mut().push(weak);
        }
    });
    arena.start_marking();
    arena.mutate(|mc, root| {
        for weak in root.weak.borrow().iter().step_by(2) {
            let object = weak.upgrade(mc).unwrap();
            field!(Gc::write(mc, *root), Weak<'_>, strong).unlock().borrow_mut().push(object);
        }
    });
    arena.mark(usize::MAX).unwrap().start_sweeping();
    while !arena.sweep(1) {}
    arena.mutate(|mc, root| {
        for (number, weak) in root.weak.borrow().iter().enumerate() {
            assert_eq!(weak.upgrade(mc).map(|object| *object), (number % 2 == 0).then_some(number as u64));
        }
    });
}

/// Has a field of every kind of type that is allowed.
#[derive(Collect)]
struct Everything<'gc, T: Default> {
    array: [Gc<'gc, u8>; 2],
    boxed: Box<Gc<'gc, u8>>,
    slice: Box<[Gc<'gc, u8>]>,
    deque: VecDeque<Gc<'gc, u8>>,
    map: HashMap<u32, Gc<'gc, u8>>,
    tree: BTreeMap<u32, Gc<'gc, u8>>,
    set: HashSet<u32>,
    tuple: (u8, Gc<'gc, u8>),
    result: Result<Gc<'gc, u8>, String>,
    generic: T,
    text: &'static str,
    phantom: PhantomData<T>,
    recursive: Vec<Everything<'gc, T>>,
    #[collect(static)]
    foreign: Option<Rc<Cell<u32>>>,
    wrapped: Static<Rc<Cell<u32>>>,
    variant: Variant<'gc>,
}

#[derive(Collect)]
enum Variant<'gc> {
    Unit,
    Tuple(Gc<'gc, u8>, #[collect(static)] Rc<Cell<u32>>),
    Named { object: Gc<'gc, u8>, number: u8 },
}

#[derive(Collect)]
enum Never {}

#[test]
fn every_field_is_shown() {
    let number = Rc::new(Cell::new(3));
    let mut arena = Arena::<Rootable!['gc => Everything<'gc, Lock<Option<Gc<'gc, u8>>>>]>::new(|mc| {
        let object = |value: u8| Gc::new(mc, value);
        let make = |recursive| Everything {
            array: [object(0), object(1)],
            boxed: Box::new(object(2)),
            slice: Box::new([object(3)]),
            deque: [object(4)].into(),
            map: [(5, object(5))].into(),
            tree: [(6, object(6))].into(),
            set: [1].into(),
            tuple: (7, object(7)),
            result: Ok(object(8)),
            generic: Lock::new(Some(object(9))),
            text: "",
            phantom: PhantomData,
            recursive,
            foreign: Some(number.clone()),
            wrapped: Static(number.clone()),
            variant: Variant::Tuple(object(10), number.clone()),
        };
        let mut inner = make(Vec::new());
        inner.variant = Variant::Named { object: object(11), number: 11 };
        make(vec![inner])
    });
    arena.set_poison(true);
    arena.collect_all();
    arena.collect_all();
    arena.mutate(|_, root| {
        for it in [root, &root.recursive[0]] {
            let values = [
                it.array[0],
                it.array[1],
                *it.boxed,
                it.slice[0],
                it.deque[0],
                it.map[&5],
                it.tree[&6],
                it.tuple.1,
                *it.result.as_ref().unwrap(),
                it.generic.get().unwrap(),
            ];
            assert_eq!(values.map(|value| *value), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
            match &it.variant {
                Variant::Tuple(object, foreign) => assert_eq!((**object, foreign.get()), (10, 3)),
                Variant::Named { object, number } => assert_eq!(**object, *number),
                Variant::Unit => unreachable!(),
            }
            assert_eq!((it.wrapped.0.get(), it.foreign.as_ref().unwrap().get(), it.text, it.set.len()), (3, 3, "", 1));
        }
        let _ = (Variant::Unit, None::<Never>);
    });
    drop(arena);
    assert_eq!(Rc::strong_count(&number), 1);
}

#[test]
fn objects_without_size_and_leaves_have_addresses_of_their_own() {
    let count = rounds(1000, 1000, 100);
    let mut arena = Arena::<Rootable![Vec<Gc<'_, ()>>]>::new(|mc| (0..count).map(|_| Gc::new(mc, ())).collect());
    arena.collect_all();
    arena.mutate(|_, root| {
        let addresses: HashSet<_> = root.iter().map(|object| object.as_ptr()).collect();
        assert_eq!(addresses.len(), count);
    });
    assert_eq!(arena.metrics().object_bytes, 16 * count);
}

#[test]
fn a_type_can_hold_a_set_of_roots_and_writes_reach_nested_fields() {
    #[derive(Collect)]
    struct Inner<'gc> {
        cell: Lock<Option<Gc<'gc, u8>>>,
    }
    #[derive(Collect)]
    struct Outer<'gc> {
        inner: Inner<'gc>,
        roots: DynamicRootSet<'gc>,
    }
    let mut arena = Arena::<Rootable![Gc<'_, Outer<'_>>]>::new(|mc| {
        Gc::new(mc, Outer { inner: Inner { cell: Lock::new(None) }, roots: DynamicRootSet::new(mc) })
    });
    arena.mutate(|mc, root| {
        let outer: &Write<Outer<'_>> = Gc::write(mc, *root);
        let inner = field!(outer, Outer<'_>, inner);
        field!(inner, Inner<'_>, cell).unlock().set(Some(Gc::new(mc, 9)));
        let _ = root.roots;
    });
    arena.collect_all();
    assert_eq!(arena.mutate(|_, root| *root.inner.cell.get().unwrap()), 9);
}

#[test]
fn making_a_root_may_fail() {
    let drops = Rc::new(Cell::new(0));
    struct Counted(Rc<Cell<u32>>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let result = Arena::<Rootable![Gc<'_, u8>]>::try_new(|mc| {
        Gc::new(mc, Static(Counted(drops.clone())));
        Err("no")
    });
    assert_eq!(result.err(), Some("no"));
    assert_eq!(drops.get(), 1);
}
