//! Random graphs against a model: objects that the model reaches keep their contents, and the others are freed.
//!
//! The model knows the number and links of each node. Operations change graph and model alike, between collection steps
//! of random budgets; freed slots are poisoned, so that reading one fails.
#![forbid(unsafe_code)]

mod common;

use common::rounds;
use fife_arena::{Arena, Collect, DynamicRoot, DynamicRootSet, Gc, GcWeak, Lock, Mutation, Phase, RefLock, Rootable};
use fife_arena::{Static, field};
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

const LINKS: usize = 3;
const ROOTS: usize = 5;

/// Numbers of the nodes whose destructor ran.
type Dropped = Rc<RefCell<Vec<usize>>>;

struct Witness(usize, Dropped);

impl Drop for Witness {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

/// A node. The data beside its links determine its shape: small, with a destructor, large, large with one.
#[derive(Collect)]
struct Node<'gc, T> {
    number: usize,
    links: Lock<[Option<Link<'gc>>; LINKS]>,
    weak: Lock<Option<WeakLink<'gc>>>,
    canary: usize,
    more: T,
}

type Small = ();
type Dropping = Static<Witness>;
type Large = Static<[[usize; 32]; 70]>;
type Huge = Static<([[usize; 128]; 140], Witness)>;

macro_rules! shapes {
    ($($shape:ident)*) => {
        #[derive(Clone, Copy, Collect)]
        enum Link<'gc> {
            $($shape(Gc<'gc, Node<'gc, $shape>>),)*
        }

        #[derive(Clone, Copy, Collect)]
        enum WeakLink<'gc> {
            $($shape(GcWeak<'gc, Node<'gc, $shape>>),)*
        }

        impl<'gc> Link<'gc> {
            fn number(self) -> usize {
                match self { $(Link::$shape(node) => node.number,)* }
            }
            fn canary(self) -> usize {
                match self { $(Link::$shape(node) => node.canary,)* }
            }
            fn links(self) -> [Option<Link<'gc>>; LINKS] {
                match self { $(Link::$shape(node) => node.links.get(),)* }
            }
            fn weak(self) -> Option<WeakLink<'gc>> {
                match self { $(Link::$shape(node) => node.weak.get(),)* }
            }
            fn downgrade(self) -> WeakLink<'gc> {
                match self { $(Link::$shape(node) => WeakLink::$shape(Gc::downgrade(node)),)* }
            }
            fn set_link(self, mc: &Mutation<'gc>, index: usize, target: Option<Link<'gc>>) {
                let mut links = self.links();
                links[index] = target;
                match self {
                    $(Link::$shape(node) => field!(Gc::write(mc, node), Node<'gc, $shape>, links).unlock().set(links),)*
                }
            }
            fn set_weak(self, mc: &Mutation<'gc>, weak: Option<WeakLink<'gc>>) {
                match self {
                    $(Link::$shape(node) => field!(Gc::write(mc, node), Node<'gc, $shape>, weak).unlock().set(weak),)*
                }
            }
        }

        impl<'gc> WeakLink<'gc> {
            fn upgrade(self, mc: &Mutation<'gc>) -> Option<Link<'gc>> {
                match self { $(WeakLink::$shape(weak) => weak.upgrade(mc).map(Link::$shape),)* }
            }
        }
    };
}
shapes!(Small Dropping Large Huge);

fn canary(number: usize) -> usize {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5555
}

impl<'gc> Link<'gc> {
    fn new(mc: &Mutation<'gc>, number: usize, shape: u8, dropped: &Dropped) -> Link<'gc> {
        fn node<'gc, T: Collect + 'gc>(mc: &Mutation<'gc>, number: usize, more: T) -> Gc<'gc, Node<'gc, T>> {
            let (links, weak) = (Lock::new([None; LINKS]), Lock::new(None));
            Gc::new(mc, Node { number, links, weak, canary: canary(number), more })
        }
        match shape {
            0..9 => Link::Small(node(mc, number, ())),
            9..14 => Link::Dropping(node(mc, number, Static(Witness(number, dropped.clone())))),
            14 => Link::Large(node(mc, number, Static([[canary(number); 32]; 70]))),
            _ => {
                let more = ([[canary(number); 128]; 140], Witness(number, dropped.clone()));
                Link::Huge(node(mc, number, Static(more)))
            }
        }
    }

    fn has_destructor(self) -> bool {
        matches!(self, Link::Dropping(_) | Link::Huge(_))
    }

    fn check(self, number: usize) {
        assert_eq!((self.number(), self.canary()), (number, canary(number)), "the contents are intact");
        match self {
            Link::Small(_) => {}
            Link::Dropping(node) => assert_eq!(node.more.0.0, number),
            Link::Large(node) => assert!(node.more.0.iter().all(|words| *words == [canary(number); 32])),
            Link::Huge(node) => assert!(node.more.0.0.iter().all(|words| *words == [canary(number); 128])),
        }
    }
}

#[derive(Collect)]
struct Root<'gc> {
    direct: [Option<Link<'gc>>; ROOTS],
    indirect: Gc<'gc, RefLock<Vec<Option<Link<'gc>>>>>,
    handles: DynamicRootSet<'gc>,
}

#[derive(Default, Clone)]
struct ModelNode {
    links: [Option<usize>; LINKS],
    weak: Option<usize>,
    has_destructor: bool,
}

/// A root, and the links to follow from it until one is missing.
type Walk = (usize, Vec<usize>);

#[derive(Clone, Debug)]
enum Operation {
    New {
        shape: u8,
        root: usize,
    },
    Root {
        root: usize,
        node: Option<Walk>,
    },
    Link {
        node: Walk,
        index: usize,
        target: Option<Walk>,
    },
    /// Puts a new node between a node and the target of its link.
    Insert {
        node: Walk,
        index: usize,
        shape: u8,
    },
    Weak {
        node: Walk,
        target: Option<Walk>,
    },
    Upgrade {
        node: Walk,
        root: usize,
    },
    Stash {
        node: Walk,
    },
    Unstash {
        index: usize,
        root: usize,
    },
    Litter {
        count: u8,
    },
    Mark {
        budget: usize,
    },
    Finalize {
        budget: usize,
        root: usize,
    },
    StartSweeping,
    Sweep {
        budget: usize,
    },
    CollectAll,
}

fn walk() -> impl Strategy<Value = Walk> {
    (0..2 * ROOTS, prop::collection::vec(0..LINKS, 0..6))
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let budget = || prop_oneof![4 => 0..400usize, 1 => Just(usize::MAX)];
    let root = || 0..2 * ROOTS;
    prop_oneof![
        6 => (0..16u8, root()).prop_map(|(shape, root)| New { shape, root }),
        4 => (root(), prop::option::of(walk())).prop_map(|(root, node)| Root { root, node }),
        8 => (walk(), 0..LINKS, prop::option::weighted(0.8, walk()))
            .prop_map(|(node, index, target)| Link { node, index, target }),
        8 => (walk(), 0..LINKS, 0..16u8).prop_map(|(node, index, shape)| Insert { node, index, shape }),
        4 => (walk(), prop::option::weighted(0.9, walk())).prop_map(|(node, target)| Weak { node, target }),
        4 => (walk(), root()).prop_map(|(node, root)| Upgrade { node, root }),
        2 => walk().prop_map(|node| Stash { node }),
        2 => (0..8usize, root()).prop_map(|(index, root)| Unstash { index, root }),
        2 => (0..100u8).prop_map(|count| Litter { count }),
        12 => budget().prop_map(|budget| Mark { budget }),
        2 => (budget(), root()).prop_map(|(budget, root)| Finalize { budget, root }),
        6 => Just(StartSweeping),
        8 => budget().prop_map(|budget| Sweep { budget }),
        1 => Just(CollectAll),
    ]
}

type Handle = DynamicRoot<Rootable![Link<'_>]>;

struct Test {
    arena: Arena<Rootable![Root<'_>]>,
    dropped: Dropped,
    /// All nodes ever made, by number.
    nodes: Vec<ModelNode>,
    roots: [Option<usize>; 2 * ROOTS],
    handles: Vec<(usize, Handle)>,
    start_bytes: usize,
}

fn get_root<'gc>(root: &Root<'gc>, index: usize) -> Option<Link<'gc>> {
    if index < ROOTS { root.direct[index] } else { root.indirect.borrow()[index - ROOTS] }
}

fn find<'gc>(root: &Root<'gc>, walk: &Walk) -> Option<Link<'gc>> {
    let mut node = get_root(root, walk.0)?;
    for index in &walk.1 {
        node = node.links()[*index].unwrap_or(node);
    }
    Some(node)
}

impl Test {
    fn new() -> Test {
        let mut arena = Arena::<Rootable![Root<'_>]>::new(|mc| Root {
            direct: [None; ROOTS],
            indirect: Gc::new(mc, RefLock::new(vec![None; ROOTS])),
            handles: DynamicRootSet::new(mc),
        });
        arena.set_poison(true);
        let start_bytes = arena.metrics().object_bytes;
        let (dropped, nodes, roots, handles) = Default::default();
        Test { arena, dropped, nodes, roots, handles, start_bytes }
    }

    fn find(&self, walk: &Walk) -> Option<usize> {
        let mut node = self.roots[walk.0]?;
        for index in &walk.1 {
            node = self.nodes[node].links[*index].unwrap_or(node);
        }
        Some(node)
    }

    /// Sets a root of the graph to what `make` returns, and that of the model to match.
    fn set_root(
        &mut self,
        index: usize,
        make: impl for<'gc> FnOnce(&'gc Mutation<'gc>, &Root<'gc>) -> Option<Link<'gc>>,
    ) {
        let number = if index < ROOTS {
            self.arena.mutate_root(|mc, root| {
                let link = make(mc, root);
                root.direct[index] = link;
                link.map(Link::number)
            })
        } else {
            self.arena.mutate(|mc, root| {
                let link = make(mc, root);
                root.indirect.borrow_mut(mc)[index - ROOTS] = link;
                link.map(Link::number)
            })
        };
        self.roots[index] = number;
    }

    /// Assigns the number of a node about to be made.
    fn number(&mut self, shape: u8) -> usize {
        self.nodes.push(ModelNode { has_destructor: !(matches!(shape, 0..9 | 14)), ..Default::default() });
        self.nodes.len() - 1
    }

    fn run(&mut self, operation: &Operation) {
        match operation {
            Operation::New { shape, root } => {
                let (number, dropped) = (self.number(*shape), self.dropped.clone());
                self.set_root(*root, |mc, _| Some(Link::new(mc, number, *shape, &dropped)));
                self.arena.mutate(|_, it| {
                    let made = get_root(it, *root).unwrap();
                    assert_eq!(made.has_destructor(), self.nodes[number].has_destructor);
                });
            }
            Operation::Root { root, node } => {
                let expected = node.as_ref().and_then(|walk| self.find(walk));
                self.set_root(*root, |_, it| node.as_ref().and_then(|walk| find(it, walk)));
                assert_eq!(self.roots[*root], expected);
            }
            Operation::Link { node, index, target } => {
                let Some(from) = self.find(node) else { return };
                self.nodes[from].links[*index] = target.as_ref().and_then(|walk| self.find(walk));
                self.arena.mutate(|mc, root| {
                    let target = target.as_ref().and_then(|walk| find(root, walk));
                    find(root, node).unwrap().set_link(mc, *index, target);
                });
            }
            Operation::Insert { node, index, shape } => {
                let Some(from) = self.find(node) else { return };
                let number = self.number(*shape);
                self.nodes[number].links[0] = self.nodes[from].links[*index].replace(number);
                self.arena.mutate(|mc, root| {
                    let from = find(root, node).unwrap();
                    let new = Link::new(mc, number, *shape, &self.dropped);
                    new.set_link(mc, 0, from.links()[*index]);
                    from.set_link(mc, *index, Some(new));
                });
            }
            Operation::Weak { node, target } => {
                let Some(from) = self.find(node) else { return };
                self.nodes[from].weak = target.as_ref().and_then(|walk| self.find(walk));
                self.arena.mutate(|mc, root| {
                    let target = target.as_ref().and_then(|walk| find(root, walk));
                    find(root, node).unwrap().set_weak(mc, target.map(Link::downgrade));
                });
            }
            Operation::Upgrade { node, root } => {
                let Some(from) = self.find(node) else { return };
                let Some(target) = self.nodes[from].weak else { return };
                let is_reached = self.reachable().contains(&target);
                self.set_root(*root, |mc, it| find(it, node).unwrap().weak().unwrap().upgrade(mc));
                match self.roots[*root] {
                    Some(found) => assert_eq!(found, target, "a weak pointer never names another object"),
                    None => assert!(!is_reached, "what is reachable is alive"),
                }
            }
            Operation::Stash { node } => {
                let Some(from) = self.find(node) else { return };
                let handle = self.arena.mutate(|mc, root| {
                    let link = find(root, node).unwrap();
                    root.handles.stash::<Rootable![Link<'_>]>(mc, Gc::new(mc, link))
                });
                self.handles.push((from, handle));
            }
            Operation::Unstash { index, root } => {
                if *index < self.handles.len() {
                    let (number, handle) = self.handles.swap_remove(*index);
                    self.set_root(*root, |_, it| Some(*it.handles.fetch(&handle)));
                    assert_eq!(self.roots[*root], Some(number));
                }
            }
            Operation::Litter { count } => self.arena.mutate(|mc, _| {
                for number in 0..*count {
                    Gc::new(mc, u64::from(number));
                    Gc::new(mc, [usize::from(number); 9]);
                    Gc::new(mc, Lock::new(Some(Gc::new(mc, number))));
                    Gc::new(mc, number.to_string());
                }
            }),
            Operation::Mark { budget } => {
                let is_sweeping = self.arena.phase() == Phase::Sweep;
                if self.arena.mark(*budget).is_some() {
                    assert_eq!(self.arena.phase(), Phase::Marked);
                }
                assert_eq!(self.arena.phase() == Phase::Sweep, is_sweeping);
                self.check();
            }
            Operation::Finalize { budget, root } => {
                if self.arena.phase() != Phase::Marked {
                    return;
                }
                let number = self.roots[*root];
                let mut marked = self.arena.mark(0).unwrap();
                marked.finalize(|fc, it| {
                    let node = get_root(it, *root);
                    assert_eq!(node.map(Link::number), number);
                    if let Some(Link::Small(node)) = node {
                        assert!(!fc.is_dead(node));
                        fc.resurrect(node);
                    }
                });
                marked.mark_resurrected(*budget);
                self.check();
            }
            Operation::StartSweeping => {
                if self.arena.phase() == Phase::Marked {
                    self.arena.mark(0).unwrap().start_sweeping();
                    self.check();
                }
            }
            Operation::Sweep { budget } => {
                self.arena.sweep(budget.saturating_mul(100));
                self.check();
            }
            Operation::CollectAll => self.collect_all(),
        }
    }

    fn reachable(&self) -> HashSet<usize> {
        let mut found = HashSet::new();
        let handles = self.handles.iter().map(|(number, _)| *number);
        let mut left: Vec<_> = self.roots.iter().copied().flatten().chain(handles).collect();
        while let Some(number) = left.pop() {
            if found.insert(number) {
                left.extend(self.nodes[number].links.iter().flatten());
            }
        }
        found
    }

    /// Compares the whole graph with the model.
    fn check(&self) {
        let mut checked = HashSet::new();
        self.arena.mutate(|mc, root| {
            let mut left = Vec::new();
            for (index, number) in self.roots.iter().enumerate() {
                let node = get_root(root, index);
                assert_eq!(node.is_some(), number.is_some());
                left.extend(node.zip(*number));
            }
            left.extend(self.handles.iter().map(|(number, handle)| (*root.handles.fetch(handle), *number)));
            while let Some((node, number)) = left.pop() {
                node.check(number);
                if !checked.insert(number) {
                    continue;
                }
                let links = self.nodes[number].links;
                for (link, expected) in node.links().into_iter().zip(links) {
                    assert_eq!(link.is_some(), expected.is_some());
                    left.extend(link.zip(expected));
                }
                assert_eq!(node.weak().is_some(), self.nodes[number].weak.is_some());
                if let Some((weak, number)) = node.weak().zip(self.nodes[number].weak)
                    && let Some(target) = weak.upgrade(mc)
                {
                    target.check(number);
                }
            }
        });
        assert_eq!(checked, self.reachable());
        assert!(self.dropped.borrow().iter().all(|number| !checked.contains(number)));
    }

    fn collect_all(&mut self) {
        self.arena.collect_all();
        self.check();
        let reachable = self.reachable();
        let gone = |number: &usize| self.nodes[*number].has_destructor && !reachable.contains(number);
        let expected: Vec<_> = (0..self.nodes.len()).filter(gone).collect();
        let mut dropped = self.dropped.borrow().clone();
        dropped.sort_unstable();
        assert_eq!(dropped, expected, "each destructor ran once, for exactly what is not reachable");
        for number in reachable.iter().filter_map(|number| self.nodes[*number].weak) {
            assert!(number < self.nodes.len());
        }
    }

    fn end(mut self) {
        self.collect_all();
        let dropped = self.dropped.clone();
        if self.nodes.len().is_multiple_of(2) {
            self.handles.clear();
            for root in 0..2 * ROOTS {
                self.set_root(root, |_, _| None);
            }
            self.collect_all();
            assert_eq!(self.arena.metrics().object_bytes, self.start_bytes, "all bytes are given back");
        }
        let with_destructor = self.nodes.iter().filter(|node| node.has_destructor).count();
        drop(self);
        let all: HashSet<_> = dropped.borrow().iter().copied().collect();
        assert_eq!((all.len(), dropped.borrow().len()), (with_destructor, with_destructor));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        // Four times `PROPTEST_CASES`, whose default is 256.
        cases: rounds(4 * ProptestConfig::default().cases, 1, 1),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        // Many generators are made, and the default one took more than half of the test's time.
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::default()
    })]

    #[test]
    fn graphs_behave_as_the_model(
        operations in prop::collection::vec(operation(), rounds(1..400usize, 30..31, 30..31))
    ) {
        let mut test = Test::new();
        for operation in &operations {
            test.run(operation);
        }
        test.end();
    }
}
