//! Programs that are dense in what meets badly, played by an unfriendly host: see `src/interaction`.

#![no_main]

use fife_fuzz::interaction::{Play, Writer};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static WRITER: LazyLock<Writer> = LazyLock::new(Writer::new);

fuzz_target!(|bytes: &[u8]| {
    let play = Play::decide(&WRITER, bytes);
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("{play}");
    }
    play.run();
});
