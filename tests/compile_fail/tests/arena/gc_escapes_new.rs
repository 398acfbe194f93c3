//! A pointer cannot leave the function that makes the root.
use fife_arena::{Arena, Gc, Rootable};

fn main() {
    let mut outside = None;
    Arena::<Rootable![Gc<'_, u8>]>::new(|mc| {
        let object = Gc::new(mc, 1);
        outside = Some(object);
        object
    });
}
