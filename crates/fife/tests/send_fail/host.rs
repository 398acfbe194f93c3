//! A host moves with its VM.
use fife::{Host, Lua};
use std::cell::Cell;
use std::rc::Rc;

struct Seeds(Rc<Cell<u64>>);

impl Host for Seeds {
    fn hash_seed(&self) -> u64 {
        self.0.get()
    }
}

fn main() {
    Lua::builder().host(Seeds(Rc::default())).build().unwrap();
}
