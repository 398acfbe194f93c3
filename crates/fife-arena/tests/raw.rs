//! Objects with their own layout: blocks, tracing that pauses, barriers, and what may be asked when marking has ended.

mod common;

use common::rounds;
use fife_arena::raw::{self, HEADER_SIZE};
use fife_arena::{
    Arena, Collect, Gc, GcWeak, Lock, Metrics, Mutation, OutOfMemory, Phase, RefLock, Rootable, Static, Tracer,
};
use std::cell::Cell;
use std::ptr::NonNull;
use std::rc::Rc;

/// An array in a block of its own, traced `CHUNK` elements at a time.
struct Array<'gc> {
    block: Cell<NonNull<Gc<'gc, u64>>>,
    length: Cell<usize>,
    /// Counts the calls of `trace`, and those that began at the start.
    traces: Cell<usize>,
    starts: Cell<usize>,
}

const CHUNK: usize = 16;

// SAFETY: traces the block and all elements, `CHUNK` at a time; only used as an object of its own. Changes run the
// barrier.
unsafe impl Collect for Array<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        let start = tracer.resume_point();
        // The arena's own check of a marking does not count.
        self.traces.set(self.traces.get() + usize::from(!tracer.is_check()));
        let stop = self.length.get().min(start + CHUNK);
        // SAFETY: the block is this array's and live, and its elements are initialised.
        unsafe {
            if start == 0 {
                self.starts.set(self.starts.get() + usize::from(!tracer.is_check()));
                if self.length.get() != 0 {
                    tracer.mark_block(self.block.get().cast());
                }
            }
            for index in start..stop {
                tracer.mark(*self.block.get().add(index).as_ref());
            }
        }
        tracer.work((stop - start) * 8);
        if stop < self.length.get() {
            tracer.pause_at(stop);
        }
    }
}

impl<'gc> Array<'gc> {
    fn new(mc: &Mutation<'gc>) -> Gc<'gc, Array<'gc>> {
        // SAFETY: written at once.
        unsafe {
            let at = mc.allocate_traced::<Array<'gc>>(size_of::<Array<'gc>>(), true).unwrap();
            at.write(Array {
                block: Cell::new(NonNull::dangling()),
                length: Cell::new(0),
                traces: Cell::new(0),
                starts: Cell::new(0),
            });
            Gc::from_ptr(at.as_ptr())
        }
    }

    /// Moves to a block of another length; new elements are copies of `filler`.
    fn resize(this: Gc<'gc, Self>, mc: &Mutation<'gc>, length: usize, filler: Gc<'gc, u64>) {
        let old = this.length.replace(length);
        // SAFETY: the array marks it.
        let block = unsafe { mc.allocate_leaf(length * 8, true) }.unwrap().cast::<Gc<'gc, u64>>();
        // SAFETY: both blocks have room for what is copied, and the old one is not used again.
        unsafe {
            std::ptr::copy_nonoverlapping(this.block.get().as_ptr(), block.as_ptr(), old.min(length));
            (old..length).for_each(|index| block.add(index).write(filler));
            if old != 0 {
                mc.free_leaf(this.block.get().cast());
            }
        }
        this.block.set(block);
        mc.barrier_backward(this);
    }

    /// Makes the block longer, where it can be, or else moves to a longer one. Returns whether it could be.
    fn lengthen(this: Gc<'gc, Self>, mc: &Mutation<'gc>, length: usize, filler: Gc<'gc, u64>) -> bool {
        let old = this.length.get();
        // SAFETY: the block is a leaf of this array's, which is not used where it was.
        unsafe {
            let before = raw::leaf_size(this.block.get().cast());
            let Some(block) = mc.lengthen_leaf(this.block.get().cast(), length * 8, true) else {
                Array::resize(this, mc, length, filler);
                return false;
            };
            assert!(raw::leaf_size(block) >= length * 8);
            let added = std::slice::from_raw_parts(block.add(before).as_ptr(), raw::leaf_size(block) - before);
            assert!(added.iter().all(|byte| *byte == 0));
            (old..length).for_each(|index| block.cast().add(index).write(filler));
            this.block.set(block.cast());
        }
        this.length.set(length);
        mc.barrier_backward(this);
        true
    }

    fn set(this: Gc<'gc, Self>, mc: &Mutation<'gc>, index: usize, element: Gc<'gc, u64>) {
        assert!(index < this.length.get());
        mc.barrier_backward(this);
        // SAFETY: within the block.
        unsafe { this.block.get().add(index).write(element) }
    }

    /// As `set`, with the barrier that avoids tracing the array again.
    fn set_forward(this: Gc<'gc, Self>, mc: &Mutation<'gc>, index: usize, element: Gc<'gc, u64>) {
        assert!(index < this.length.get());
        // SAFETY: within the block; the element is live.
        unsafe {
            mc.barrier_forward_raw(NonNull::new(element.as_ptr()).unwrap().cast());
            this.block.get().add(index).write(element);
        }
    }

    fn get(&self, index: usize) -> Gc<'gc, u64> {
        assert!(index < self.length.get());
        // SAFETY: within the block, whose elements are initialised.
        unsafe { self.block.get().add(index).read() }
    }
}

type ArrayArena = Arena<Rootable![Gc<'_, Array<'_>>]>;

fn array_arena() -> ArrayArena {
    let mut arena = Arena::new(|mc| Array::new(mc));
    arena.set_poison(true);
    arena
}

fn fill(arena: &ArrayArena, length: usize) {
    arena.mutate(|mc, root| {
        Array::resize(*root, mc, length, Gc::new(mc, 0));
        for index in 0..length {
            Array::set(*root, mc, index, Gc::new(mc, index as u64));
        }
    });
}

fn check(arena: &ArrayArena, length: usize) {
    arena.mutate(|_, root| {
        assert_eq!(root.length.get(), length);
        assert!((0..length).all(|index| *root.get(index) == index as u64));
    });
}

#[test]
fn tracing_pauses_inside_an_object() {
    for length in [1, 16, 17, 100, 3000, 40_000] {
        if length > rounds(40_000, 100, 17) {
            continue;
        }
        let mut arena = array_arena();
        fill(&arena, length);
        let traces = |arena: &ArrayArena| arena.mutate(|_, root| (root.traces.get(), root.starts.get()));
        // With an unlimited budget, it is all done in one slice.
        arena.collect_all();
        check(&arena, length);
        assert_eq!(traces(&arena), (length.div_ceil(CHUNK), 1));
        // With a small one, each slice advances by a chunk; marks alone do not start it again.
        let mut slices = 1;
        while arena.mark(1).is_none() {
            slices += 1;
            arena.mutate(|mc, _| assert_eq!(*Gc::new(mc, 1u64), 1));
        }
        assert!(slices >= length.div_ceil(CHUNK), "{slices}");
        assert_eq!(traces(&arena), (2 * length.div_ceil(CHUNK), 2));
        arena.mark(0).unwrap().start_sweeping();
        while !arena.sweep(1) {}
        check(&arena, length);
    }
}

#[test]
fn a_write_to_a_paused_object_has_it_traced_from_the_start() {
    for length in [40, 200] {
        for slices in 0..40 {
            // The array of 40 is paused after 2 slices; after 21 all is marked.
            if cfg!(miri) && slices % 19 != 2 || length > rounds(200, 200, 40) {
                continue;
            }
            let mut arena = array_arena();
            fill(&arena, length);
            arena.start_marking();
            for _ in 0..slices {
                arena.mark(1);
            }
            let starts = arena.mutate(|mc, root| {
                // Replaces the first element, which may have been traced, by one that was not.
                Array::set(*root, mc, 0, Gc::new(mc, 0));
                root.starts.get()
            });
            if arena.phase() == Phase::Mark {
                while arena.mark(1).is_none() {}
                assert!(arena.mutate(|_, root| root.starts.get()) <= starts + 1);
            }
            arena.mark(usize::MAX).unwrap().start_sweeping();
            while !arena.sweep(1) {}
            check(&arena, length);
        }
    }
}

#[test]
fn a_resize_at_any_point_of_a_cycle_is_safe() {
    for slices in 0..60 {
        for (before, after) in [(100, 50), (50, 100), (3000, 20), (30, 3000), (100, 40_000), (40_000, 100)] {
            // With the lengths for Miri, the array is paused or just marked after 4 slices; after 8 the heap is swept.
            let (length_max, is_left_out) = rounds(
                (40_000, slices > 4 && before + after > 40_000),
                (100, slices % 15 != 0 && !matches!(slices, 4 | 8)),
                (100, !matches!(slices, 4 | 8)),
            );
            if before.max(after) > length_max || is_left_out {
                continue;
            }
            let mut arena = array_arena();
            fill(&arena, before);
            arena.collect_all();
            let mut left: usize = slices;
            let resize = |arena: &ArrayArena| {
                arena.mutate(|mc, root| {
                    Array::resize(*root, mc, after, Gc::new(mc, 0));
                    for index in before..after {
                        Array::set(*root, mc, index, Gc::new(mc, index as u64));
                    }
                });
                check(arena, after);
            };
            let mut is_resized = false;
            let mut step = |arena: &ArrayArena| {
                if left == 0 && !is_resized {
                    is_resized = true;
                    resize(arena);
                }
                left = left.saturating_sub(1);
            };
            step(&arena);
            arena.start_marking();
            while arena.mark(before).is_none() {
                step(&arena);
            }
            step(&arena);
            arena.mark(0).unwrap().start_sweeping();
            step(&arena);
            while !arena.sweep(1) {
                step(&arena);
            }
            if !is_resized {
                resize(&arena);
            }
            check(&arena, after);
            arena.collect_all();
            check(&arena, after);
        }
    }
}

#[test]
fn a_block_is_lengthened_at_any_point_of_a_cycle() {
    // The last one has huge pages, where the system has them.
    let lengths = rounds([20_000, 40_000, 700_000], [30, 60, 100], [10, 20, 40]);
    let can = cfg!(all(target_os = "linux", feature = "system", not(miri), not(fife_asan)));
    for moment in 0..5 {
        let mut arena = array_arena();
        // With checks every block is copied.
        arena.set_poison(false);
        let lengthen = |arena: &ArrayArena, now: usize| {
            for pair in lengths.windows(2).filter(|_| now == moment) {
                arena.mutate(|mc, root| {
                    assert_eq!(Array::lengthen(*root, mc, pair[1], Gc::new(mc, 0)), can);
                    (pair[0]..pair[1]).for_each(|index| Array::set(*root, mc, index, Gc::new(mc, index as u64)));
                });
                check(arena, pair[1]);
            }
        };
        fill(&arena, lengths[0]);
        // Another block in the list of large ones.
        let neighbours = |arena: &ArrayArena| {
            // SAFETY: nothing refers to the block, so it is garbage.
            arena.mutate(|mc, _| unsafe { mc.allocate_leaf(200 << 10, true).unwrap() });
        };
        neighbours(&arena);
        lengthen(&arena, 0);
        neighbours(&arena);
        arena.start_marking();
        arena.mark(lengths[0]);
        lengthen(&arena, 1);
        while arena.mark(usize::MAX).is_none() {}
        neighbours(&arena);
        lengthen(&arena, 2);
        arena.mark(usize::MAX).unwrap().start_sweeping();
        lengthen(&arena, 3);
        while !arena.sweep(1) {}
        lengthen(&arena, 4);
        check(&arena, lengths[2]);
        arena.collect_all();
        check(&arena, lengths[2]);
        arena.mutate(|mc, root| Array::resize(*root, mc, 1, Gc::new(mc, 0)));
        arena.collect_all();
        let metrics = arena.metrics();
        assert!(metrics.object_bytes < 4096 && metrics.held_bytes <= 512 << 10, "{metrics:?}");
    }
}

#[test]
fn a_block_is_lengthened_into_a_freed_one() {
    let mut arena = array_arena();
    arena.set_poison(false);
    // More than 128 KiB; what is behind them in their pages belongs to nobody.
    let (short, long) = (20_000 * 8, 40_000 * 8);
    // SAFETY: the blocks are garbage in the end, and each is used for its length, at its last address.
    arena.mutate(|mc, _| unsafe {
        let block = mc.allocate_leaf(short, true).unwrap();
        block.as_ptr().write_bytes(7, short);
        let freed = mc.allocate_leaf(long, true).unwrap();
        freed.as_ptr().write_bytes(9, long);
        mc.free_leaf(freed);
        let longer = mc.lengthen_leaf(block, long, true).expect("there is a freed block");
        assert_eq!(longer, freed);
        let bytes = std::slice::from_raw_parts(longer.as_ptr(), long);
        // At once, which Miri does fast.
        assert!(bytes[..short] == vec![7; short]);
        let size = raw::leaf_size(longer);
        // In the same pages it needs no other block.
        assert_eq!(mc.lengthen_leaf(longer, size, true), Some(longer));
        longer.as_ptr().write_bytes(8, size);
        mc.free_leaf(longer);
    });
}

#[test]
fn the_forward_barrier_marks_what_is_stored() {
    let mut arena = array_arena();
    let length = rounds(100, 100, 34);
    fill(&arena, length);
    arena.start_marking();
    for slice in 0..2 * length {
        arena.mutate(|mc, root| {
            let index = slice % length;
            Array::set_forward(*root, mc, index, Gc::new(mc, index as u64));
        });
        arena.mark(1);
    }
    assert_eq!(arena.phase(), Phase::Marked, "forward barriers do not start the array again");
    arena.mark(0).unwrap().start_sweeping();
    while !arena.sweep(1) {}
    check(&arena, length);
}

#[test]
fn blocks_freed_at_once_are_used_again() {
    let mut arena = array_arena();
    for size in [1, 16, 40, 64, 100, 700, 5000, 15_000, 16_000, 100_000, 200_000] {
        // Stacks of blocks deeper than a bitmap word, so that lanes move past blocks that are freed behind them.
        arena.mutate(|mc, _| {
            let start = mc.metrics();
            for round in 0..rounds(300, 7, 4) {
                // SAFETY: they are freed below.
                let allocate = || unsafe { mc.allocate_leaf(size, false) }.unwrap();
                let blocks: Vec<_> = (0..round % 47).map(|_| allocate()).collect();
                for block in &blocks {
                    // SAFETY: the block is ours, then given back.
                    unsafe {
                        block.as_ptr().write_bytes(round as u8, size);
                        mc.free_leaf(*block);
                    }
                }
                assert_eq!(mc.metrics().object_bytes, start.object_bytes);
            }
            let used = |metrics: Metrics| metrics.held_bytes - metrics.cached_bytes;
            let held = used(mc.metrics()) - used(start);
            assert!(held <= 512 << 10 || held <= 2 * 47 * size, "{held} bytes held for blocks of {size}");
        });
    }
    let before = arena.metrics();
    arena.collect_all();
    assert_eq!(arena.metrics().object_bytes, before.object_bytes);
}

/// Blocks freed while their page is still the lane's current one, in a word that the lane has passed: no later event
/// for that page would bring the slot back.
#[test]
fn blocks_freed_behind_the_lane_are_used_again() {
    let arena = array_arena();
    let start = arena.metrics();
    let count = rounds(1000, 20, 20);
    arena.mutate(|mc, _| {
        for _ in 0..count {
            // Two of them make a page.
            // SAFETY: the blocks are ours and not used again; the second is garbage.
            unsafe {
                let freed = mc.allocate_leaf(7800, false).unwrap();
                mc.allocate_leaf(7800, false).unwrap();
                mc.free_leaf(freed);
            }
        }
    });
    let kept = arena.metrics().object_bytes - start.object_bytes;
    assert_eq!(kept, count * 7840);
    assert!(arena.metrics().held_bytes - start.held_bytes <= kept * 5 / 4 + (256 << 10));
}

#[test]
fn sizes_near_the_end_of_the_address_space_are_refused() {
    let arena = array_arena();
    let start = arena.metrics();
    arena.mutate(|mc, _| {
        for size in [usize::MAX, usize::MAX - 15, usize::MAX - 16 * 1024, usize::MAX / 2, isize::MAX as usize - 20_000]
        {
            for forced in [false, true] {
                // SAFETY: nothing is allocated.
                unsafe {
                    assert_eq!(mc.allocate_leaf(size, forced), Err(OutOfMemory));
                    assert_eq!(mc.allocate_traced::<u64>(size, forced).err(), Some(OutOfMemory));
                }
            }
        }
        assert!(!mc.has_room(usize::MAX) || mc.metrics().limit.is_none());
        // SAFETY: it is garbage.
        assert!(unsafe { mc.allocate_leaf(0, false) }.is_ok());
    });
    assert_eq!(arena.metrics().held_bytes, start.held_bytes);
}

#[derive(Collect)]
struct Node<'gc> {
    next: Lock<Option<Gc<'gc, Node<'gc>>>>,
    weak: Lock<Option<GcWeak<'gc, Node<'gc>>>>,
    number: u64,
}

type Nodes<'gc> = Gc<'gc, RefLock<Vec<Gc<'gc, Node<'gc>>>>>;
type NodeArena = Arena<Rootable![Nodes<'_>]>;

fn node<'gc>(mc: &Mutation<'gc>, number: u64, next: Option<Gc<'gc, Node<'gc>>>) -> Gc<'gc, Node<'gc>> {
    Gc::new(mc, Node { next: Lock::new(next), weak: Lock::new(None), number })
}

fn set_next<'gc>(mc: &Mutation<'gc>, this: Gc<'gc, Node<'gc>>, next: Option<Gc<'gc, Node<'gc>>>) {
    fife_arena::field!(Gc::write(mc, this), Node<'_>, next).unlock().set(next);
}

fn node_arena() -> NodeArena {
    let mut arena = Arena::<Rootable![Nodes<'_>]>::new(|mc| Gc::new(mc, RefLock::default()));
    arena.set_poison(true);
    arena
}

/// An arena whose reachable objects are all marked, and the address of an unreachable one: 1, which leads to 2 and 3.
fn with_unreachable() -> (NodeArena, *mut Node<'static>) {
    let mut arena = node_arena();
    arena.mutate(|mc, root| root.borrow_mut(mc).push(node(mc, 0, None)));
    let address = arena.mutate(|mc, _| {
        let two = node(mc, 2, Some(node(mc, 3, None)));
        node(mc, 1, Some(two)).as_ptr().cast()
    });
    assert!(arena.mark(usize::MAX).is_some());
    (arena, address)
}

/// Must only be used before the object is swept.
unsafe fn find<'gc>(_: &Mutation<'gc>, address: *mut Node<'static>) -> Gc<'gc, Node<'gc>> {
    // SAFETY: the caller promises it.
    unsafe { Gc::from_ptr(address.cast()) }
}

fn end_cycle(arena: &mut NodeArena) {
    arena.mark(0).unwrap().start_sweeping();
    while !arena.sweep(1) {
        arena.mutate(|mc, _| node(mc, 99, None).number);
    }
}

#[test]
fn the_dead_can_be_brought_back() {
    let (mut arena, address) = with_unreachable();
    let mut marked = arena.mark(0).unwrap();
    marked.finalize(|fc, root| {
        // SAFETY: nothing was swept.
        let dead = unsafe { find(fc, address) };
        let two = dead.next.get().unwrap();
        assert!(fc.is_dead(dead) && fc.is_dead(two) && !fc.is_dead(root.borrow()[0]));
        let weak = Gc::downgrade(dead);
        assert!(fc.is_weak_dead(weak) && weak.upgrade(fc).is_none());
        // SAFETY: as above.
        unsafe { assert!(fc.is_dead_raw(NonNull::new(dead.as_ptr()).unwrap().cast())) };
        fc.resurrect(dead);
        assert!(!fc.is_dead(dead) && fc.is_dead(two) && weak.upgrade(fc).is_some());
        root.borrow_mut(fc).push(dead);
    });
    while !marked.mark_resurrected(1) {}
    marked.finalize(|fc, root| assert!(!fc.is_dead(root.borrow()[1].next.get().unwrap())));
    end_cycle(&mut arena);
    arena.collect_all();
    arena.mutate(|_, root| {
        let one = root.borrow()[1];
        assert_eq!((one.number, one.next.get().unwrap().number), (1, 2));
        assert_eq!(one.next.get().unwrap().next.get().unwrap().number, 3);
    });
}

/// After an object is resurrected, a pointer read from it may go into a new object, an old one or the root, and be
/// taken out of the first, all before the marker gets there.
#[test]
fn what_the_resurrected_led_to_may_move() {
    for place in 0..4 {
        let (mut arena, address) = with_unreachable();
        arena.mark(0).unwrap().finalize(|fc, root| {
            // SAFETY: nothing was swept.
            let one = unsafe { find(fc, address) };
            fc.resurrect(one);
            root.borrow_mut(fc).push(one);
        });
        let take = |mc: &Mutation<'_>| {
            // SAFETY: it is alive again.
            set_next(mc, unsafe { find(mc, address) }, None)
        };
        match place {
            0 => arena.mutate(|mc, root| {
                let two = root.borrow()[1].next.get();
                take(mc);
                let new = node(mc, 50, two);
                root.borrow_mut(mc).push(new);
            }),
            1 => arena.mutate(|mc, root| {
                let two = root.borrow()[1].next.get();
                take(mc);
                set_next(mc, root.borrow()[0], two);
            }),
            2 => arena.mutate_root(|mc, root| {
                let two = root.borrow()[1].next.get().unwrap();
                take(mc);
                let one = root.borrow()[0];
                *root = Gc::new(mc, RefLock::new(vec![one, two]));
            }),
            _ => arena.mutate(|mc, root| {
                // Only a weak pointer in a new object: while it exists, the slot must not be reused.
                let two = root.borrow()[1].next.get();
                take(mc);
                let new = node(mc, 50, None);
                fife_arena::field!(Gc::write(mc, new), Node<'_>, weak).unlock().set(two.map(Gc::downgrade));
                root.borrow_mut(mc).push(new);
            }),
        }
        end_cycle(&mut arena);
        arena.mutate(|mc, _| (0..rounds(100, 100, 20)).for_each(|_| assert_eq!(node(mc, 7, None).number, 7)));
        arena.mutate(|mc, root| {
            let root = root.borrow();
            let two = match place {
                0 => root[2].next.get().unwrap(),
                1 => root[0].next.get().unwrap(),
                2 => root[1],
                _ => {
                    assert!(root[2].weak.get().unwrap().upgrade(mc).is_none());
                    return;
                }
            };
            assert_eq!((two.number, two.next.get().unwrap().number), (2, 3));
        });
    }
}

/// As above, with the pointer in the root itself, which is not an object that a barrier could turn gray.
#[test]
fn what_the_resurrected_led_to_may_move_to_the_root() {
    let mut arena = Arena::<Rootable![Vec<Gc<'_, Node<'_>>>]>::new(|_| Vec::new());
    arena.set_poison(true);
    let address: *mut Node<'static> =
        arena.mutate(|mc, _| node(mc, 1, Some(node(mc, 2, Some(node(mc, 3, None))))).as_ptr().cast());
    arena.mark(usize::MAX).unwrap().finalize(|fc, _| {
        // SAFETY: nothing was swept.
        fc.resurrect(unsafe { find(fc, address) })
    });
    arena.mutate_root(|mc, root| {
        // SAFETY: as above.
        let one = unsafe { find(mc, address) };
        root.push(one.next.get().unwrap());
        set_next(mc, one, None);
    });
    arena.mark(0).unwrap().start_sweeping();
    while !arena.sweep(1) {}
    arena.mutate(|mc, root| {
        for _ in 0..rounds(100, 100, 20) {
            node(mc, 7, None);
        }
        assert_eq!((root[0].number, root[0].next.get().unwrap().number), (2, 3));
    });
}

#[test]
fn objects_made_in_each_phase_survive_their_cycle() {
    let mut arena = node_arena();
    let mut count = 0;
    let mut add = |arena: &NodeArena| {
        for _ in 0..rounds(30, 8, 3) {
            arena.mutate(|mc, root| {
                let new = node(mc, count * 2, Some(node(mc, count * 2 + 1, None)));
                let weak = Gc::downgrade(new);
                assert!(weak.upgrade(mc).is_some());
                fife_arena::field!(Gc::write(mc, new), Node<'_>, weak).unlock().set(Some(weak));
                root.borrow_mut(mc).push(new);
            });
            count += 1;
        }
    };
    for _ in 0..rounds(4, 4, 2) {
        add(&arena);
        arena.start_marking();
        add(&arena);
        while arena.mark(64).is_none() {
            add(&arena);
            arena.mark(usize::MAX);
        }
        add(&arena);
        let mut marked = arena.mark(0).unwrap();
        marked.finalize(|fc, root| {
            let new = node(fc, 1000, None);
            assert!(!fc.is_dead(new) && !root.borrow().iter().any(|node| fc.is_dead(*node)));
        });
        while !marked.mark_resurrected(64) {}
        add(&arena);
        arena.mark(0).unwrap().start_sweeping();
        add(&arena);
        while !arena.sweep(1) {
            add(&arena);
        }
    }
    arena.collect_all();
    arena.mutate(|mc, root| {
        let root = root.borrow();
        assert_eq!(root.len() as u64, count);
        for (index, node) in root.iter().enumerate() {
            let index = index as u64;
            assert_eq!((node.number, node.next.get().unwrap().number), (index * 2, index * 2 + 1));
            assert!(Gc::ptr_eq(node.weak.get().unwrap().upgrade(mc).unwrap(), *node));
        }
    });
}

#[test]
fn leaves_that_the_marker_does_not_see_can_be_kept() {
    let mut arena = Arena::<Rootable![Gc<'_, Lock<Option<Gc<'_, u64>>>>]>::new(|mc| Gc::new(mc, Lock::new(None)));
    arena.set_poison(true);
    let hidden = arena.mutate(|mc, _| Gc::new(mc, 42u64).as_ptr());
    let lost = arena.mutate(|mc, _| Gc::new(mc, 43u64).as_ptr());
    arena.mutate(|mc, _| assert!(!mc.is_marking()));
    let mut marked = arena.mark(usize::MAX).unwrap();
    marked.finalize(|fc, root| {
        assert!(fc.is_marking());
        // SAFETY: nothing was swept.
        unsafe {
            fc.keep_leaf(NonNull::new(hidden).unwrap().cast());
            assert!(!fc.is_dead_raw(NonNull::new(hidden).unwrap().cast()));
            assert!(fc.is_dead_raw(NonNull::new(lost).unwrap().cast()));
            root.set(fc, Some(Gc::from_ptr(hidden)));
        }
    });
    let before = arena.metrics().object_bytes;
    arena.mark(0).unwrap().start_sweeping();
    while !arena.sweep(1) {}
    assert_eq!(arena.metrics().object_bytes, before - 16);
    assert_eq!(arena.mutate(|_, root| *root.get().unwrap()), 42);
}

#[test]
fn trailing_data_lies_behind_the_object() {
    struct Tail<'gc> {
        length: usize,
        elements: [Gc<'gc, u64>; 0],
    }
    // SAFETY: traces all elements, which were written before the object was seen.
    unsafe impl Collect for Tail<'_> {
        fn trace(&self, _: &mut Tracer<'_>) {
            unreachable!("it is always an object");
        }
        unsafe fn trace_object(this: NonNull<Self>, tracer: &mut Tracer<'_>) {
            // SAFETY: the elements follow the object.
            unsafe {
                for index in 0..this.as_ref().length {
                    tracer.mark(*this.add(1).cast::<Gc<'_, u64>>().add(index).as_ref());
                }
            }
        }
    }
    for length in [0, 1, 9, rounds(1000, 1000, 100), 30_000] {
        if cfg!(miri) && length > 1000 {
            continue;
        }
        let mut arena = Arena::<Rootable![Gc<'_, Tail<'_>>]>::new(|mc| {
            let elements: Vec<_> = (0..length as u64).map(|number| Gc::new(mc, number)).collect();
            // SAFETY: the object and its elements are written at once.
            unsafe {
                let at = mc.allocate_traced::<Tail<'_>>(size_of::<Tail<'_>>() + length * 8, false).unwrap();
                at.write(Tail { length, elements: [] });
                let behind = at.add(1).cast::<Gc<'_, u64>>();
                elements.iter().enumerate().for_each(|(index, element)| behind.add(index).write(*element));
                Gc::from_ptr(at.as_ptr())
            }
        });
        arena.set_poison(true);
        arena.collect_all();
        arena.mutate(|_, root| {
            assert_eq!((root.elements.len(), root.as_ptr().addr() % 16), (0, HEADER_SIZE));
            for index in 0..length {
                // SAFETY: within the elements, which the `Gc` may reach.
                let element = unsafe { root.as_ptr().add(1).cast::<Gc<'_, u64>>().add(index).read() };
                assert_eq!(*element, index as u64);
            }
        });
    }
}

#[test]
fn hosts_charge_for_memory_elsewhere() {
    let mut arena = array_arena();
    let start = arena.metrics();
    arena.set_limit(Some(start.held_bytes + 1000));
    let debt = arena.debt();
    // SAFETY: this test alone keeps the account, and looks at nothing else.
    arena.mutate(|mc, _| unsafe {
        assert_eq!(mc.hold_external(1001), Err(OutOfMemory));
        assert_eq!(mc.hold_external(600), Ok(()));
        assert_eq!(mc.hold_external(600), Err(OutOfMemory));
        mc.hold_external_forced(600);
        assert_eq!(mc.metrics().held_bytes, start.held_bytes + 1200);
        assert_eq!(mc.metrics().object_bytes, start.object_bytes + 1200);
        mc.release_external(200);
        assert_eq!(mc.metrics().held_bytes, start.held_bytes + 1000);
        assert_eq!(mc.metrics().peak_held_bytes, start.held_bytes + 1200);
    });
    assert_eq!(arena.debt(), debt + 1200);
    // SAFETY: as above.
    arena.mutate(|mc, _| unsafe {
        mc.hold_external_forced(usize::MAX);
        mc.hold_external_forced(usize::MAX);
        assert_eq!(mc.hold_external(1), Err(OutOfMemory));
        assert!(Gc::try_new(mc, [0u64; 20_000]).is_err());
        // A host's small objects exceed the limit.
        Gc::new(mc, 1u8);
        assert_eq!(mc.metrics().held_bytes, usize::MAX);
        mc.release_external(usize::MAX);
    });
    assert_eq!(arena.metrics().held_bytes, start.held_bytes);
}

#[test]
fn an_arena_shows_its_context_to_those_who_know_its_type() {
    struct Ours(Rc<Cell<usize>>);
    struct Counted<'gc>(Gc<'gc, u64>);
    impl Drop for Ours {
        fn drop(&mut self) {
            // The last object is gone by now; it held the other reference.
            assert_eq!(Rc::strong_count(&self.0), 2);
        }
    }
    // SAFETY: traces its one pointer.
    unsafe impl Collect for Counted<'_> {
        fn trace(&self, tracer: &mut Tracer<'_>) {
            assert!(tracer.context::<Rc<Cell<usize>>>().is_none());
            if let Some(Ours(count)) = tracer.context() {
                count.set(count.get() + 1);
            }
            self.0.trace(tracer);
        }
    }
    let count = Rc::new(Cell::new(0));
    type Kept<'gc> = (Gc<'gc, Counted<'gc>>, Gc<'gc, Static<Rc<Cell<usize>>>>);
    let mut arena = Arena::<Rootable![Kept<'_>]>::with_context(Ours(Rc::clone(&count)), |mc| {
        let counted = Gc::new(mc, Counted(Gc::new(mc, 1)));
        Ok::<_, ()>((counted, Gc::new(mc, Static(Rc::clone(&count)))))
    })
    .unwrap();
    arena.mutate(|mc, _| {
        assert!(mc.context::<Ours>().is_some());
        assert!(mc.context::<()>().is_none());
    });
    arena.collect_all();
    assert_eq!(count.get(), 1);
    let moved = arena;
    moved.mutate(|mc, _| assert_eq!(mc.context::<Ours>().unwrap().0.get(), 1));
    drop(moved);
    assert_eq!(Rc::strong_count(&count), 1);
    Arena::<Rootable![u8]>::new(|mc| {
        assert!(mc.context::<Ours>().is_none());
        1
    });
}
