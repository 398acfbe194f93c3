//! How much of a long test is done.

/// One of three: natively, by Miri in `.ci/long`, which sets `FIFE_MIRI_FULL`, and by Miri in CI, which has minutes.
pub(crate) fn rounds<T>(native: T, long: T, short: T) -> T {
    match (cfg!(miri), option_env!("FIFE_MIRI_FULL")) {
        (false, _) => native,
        (true, Some(_)) => long,
        (true, None) => short,
    }
}
