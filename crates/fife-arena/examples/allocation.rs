//! What objects cost, in instructions: allocate and free one, keep one through a cycle.
//!
//! ```text
//! cargo build --release -p fife-arena --example allocation
//! valgrind --tool=callgrind target/release/examples/allocation free 1000000
//! ```
//!
//! Run it with two counts and divide the difference of the instructions by that of the counts. The objects
//! take 48 bytes: a header, a pointer and four words.

use fife_arena::{Arena, Collect, Gc, Lock, Mutation, RefLock, Rootable};
use std::hint::black_box;

#[derive(Collect)]
struct Object<'gc> {
    next: Lock<Option<Gc<'gc, Object<'gc>>>>,
    words: [u64; 4],
}

#[derive(Collect)]
struct Root<'gc> {
    list: Option<Gc<'gc, Object<'gc>>>,
    all: Gc<'gc, RefLock<Vec<Gc<'gc, Object<'gc>>>>>,
}

fn object<'gc>(mc: &Mutation<'gc>, number: u64, next: Option<Gc<'gc, Object<'gc>>>) -> Gc<'gc, Object<'gc>> {
    Gc::new(mc, Object { next: Lock::new(next), words: [number; 4] })
}

/// Objects made between two collections, and objects kept.
const BATCH: u64 = 20_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let case = arguments.next().unwrap_or_else(|| "free".to_owned());
    let count: u64 = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let mut arena = Arena::<Rootable![Root<'_>]>::new(|mc| Root { list: None, all: Gc::new(mc, RefLock::default()) });
    match case.as_str() {
        // Allocates `count` objects, and collects after each batch.
        "free" => {
            for batch in 0..count / BATCH {
                arena.mutate(|mc, _| {
                    for number in 0..BATCH {
                        black_box(object(mc, batch + number, None));
                    }
                });
                arena.collect_all();
            }
        }
        // Keeps a batch through as many cycles as make `count`: as a list, whose objects are found one by
        // one, or named by a vector, so that pages are full of gray objects.
        "list" | "vector" => {
            arena.mutate_root(|mc, root| {
                for number in 0..BATCH {
                    let new = object(mc, number, root.list.filter(|_| case == "list"));
                    root.list = Some(new);
                    if case == "vector" {
                        root.all.borrow_mut(mc).push(new);
                    }
                }
            });
            for _ in 0..count / BATCH {
                arena.collect_all();
            }
            arena.mutate(|_, root| assert_eq!(root.list.map(|object| object.words[3]), Some(BATCH - 1)));
        }
        _ => println!("cases: free, list, vector"),
    }
}
