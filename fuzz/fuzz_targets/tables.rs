//! Tables, as Lua programs use them, against a model, in small slices with collection after each.
//!
//! The bytes: the seed of the VM, the size of the slices, then decisions for a program. The test `table_model` runs
//! random ones.

#![no_main]

use fife_fuzz::tables::{Session, write};
use fife_generator::Choices;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let choices = Choices::from_bytes(bytes);
    let seed = u64::from(choices.byte());
    let slice = choices.of(&[30, 200, 2000]);
    let program = write(&mut |end| choices.below(end));
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("---- in slices of {slice}\n{program}\n----");
    }
    if let Err(error) = Session::new(seed).run(&program, Some(slice)) {
        panic!("{error}");
    }
});
