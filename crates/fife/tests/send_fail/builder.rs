//! With the feature `send`, what a builder gives to a VM moves with it.
use fife::{Builder, Lua};
use std::rc::Rc;

fn modules(builder: Builder, text: Rc<Vec<u8>>) -> Builder {
    builder.modules(move |_| Some(text.to_vec()))
}

fn output(builder: Builder, text: Rc<Vec<u8>>) -> Builder {
    builder.output(move |_| drop(text.clone()))
}

fn main() {
    output(modules(Lua::builder(), Rc::default()), Rc::default()).build().unwrap();
}
