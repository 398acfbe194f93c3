//! The clock that deadlines use: Rust's monotonic clock, or the host's where the target has none.
//!
//! Scripts cannot read it. [`Limits::deadline`] says what a deadline means for the host.

use crate::native::{Host, Limits};
use std::fmt;
use std::time::{Duration, Instant};

/// Whether the target has a monotonic clock. On the others [`Instant::now`] panics.
const HAS_INSTANT: bool = !cfg!(any(all(target_family = "wasm", target_os = "unknown"), target_os = "zkvm"));

/// Checks that the limits' deadline can be enforced.
pub(super) fn check(limits: &Limits, host: &dyn Host) -> Result<(), BuildError> {
    check_with(HAS_INSTANT, limits, host)
}

fn check_with(has_instant: bool, limits: &Limits, host: &dyn Host) -> Result<(), BuildError> {
    let can_hold = limits.deadline.is_none() || has_instant || host.now().is_some();
    if can_hold { Ok(()) } else { Err(BuildError::NoClock) }
}

/// The end of a call's time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deadline {
    Monotonic(Instant),
    /// In nanoseconds since 1970, on the host's clock.
    Host(i128),
    /// No deadline is set, or it is beyond the clock's range.
    Never,
    /// The host had a clock when the VM was made, and has none now.
    Lost,
}

impl Deadline {
    /// The end of a time that begins now.
    pub(super) fn after(limit: Option<Duration>, host: &dyn Host) -> Deadline {
        Deadline::after_with(HAS_INSTANT, limit, host)
    }

    fn after_with(has_instant: bool, limit: Option<Duration>, host: &dyn Host) -> Deadline {
        let Some(limit) = limit else { return Deadline::Never };
        if has_instant {
            return Instant::now().checked_add(limit).map_or(Deadline::Never, Deadline::Monotonic);
        }
        let limit = i128::try_from(limit.as_nanos()).unwrap_or(i128::MAX);
        nanoseconds(host).map_or(Deadline::Lost, |now| Deadline::Host(now.saturating_add(limit)))
    }

    /// Whether the time is over. A lost clock says yes, because nothing else would end the call.
    pub(super) fn has_passed(self, host: &dyn Host) -> bool {
        match self {
            Deadline::Monotonic(end) => Instant::now() >= end,
            Deadline::Host(end) => nanoseconds(host).is_none_or(|now| now >= end),
            Deadline::Never => false,
            Deadline::Lost => true,
        }
    }
}

/// Measures the time of a call that runs in parts, without the pauses in between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch {
    left: Option<Duration>,
    /// Present while it runs.
    started: Option<Moment>,
}

#[derive(Clone, Copy, Debug)]
enum Moment {
    Monotonic(Instant),
    Host(i128),
}

impl Moment {
    fn now(host: &dyn Host) -> Option<Moment> {
        if HAS_INSTANT { Some(Moment::Monotonic(Instant::now())) } else { nanoseconds(host).map(Moment::Host) }
    }

    /// The time since then, or `None` if the clock is lost.
    fn elapsed(self, host: &dyn Host) -> Option<Duration> {
        match self {
            Moment::Monotonic(start) => Some(start.elapsed()),
            Moment::Host(start) => {
                let passed = nanoseconds(host)?.saturating_sub(start).max(0);
                Some(Duration::from_nanos(u64::try_from(passed).unwrap_or(u64::MAX)))
            }
        }
    }
}

impl Stopwatch {
    /// For a call that may take this long.
    pub(super) fn new(limit: Option<Duration>) -> Stopwatch {
        Stopwatch { left: limit, started: None }
    }

    pub(super) fn start(&mut self, host: &dyn Host) {
        self.started = self.left.and_then(|_| Moment::now(host));
    }

    /// Stops, and tells whether the time is over. A lost clock says yes.
    pub(super) fn stop(&mut self, host: &dyn Host) -> bool {
        let Some(left) = self.left else { return false };
        let passed = self.started.take().and_then(|start| start.elapsed(host)).unwrap_or(Duration::MAX);
        self.left = Some(left.saturating_sub(passed));
        passed >= left
    }
}

fn nanoseconds(host: &dyn Host) -> Option<i128> {
    let (seconds, nanoseconds) = host.now()?;
    Some(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds))
}

/// Why a VM could not be made.
///
/// ```
/// use fife::{BuildError, Limits, Lua};
///
/// // Where the target has a monotonic clock, this cannot fail; `fife::Error` takes it over, so `?` will do.
/// match Lua::builder().limits(Limits::untrusted()).build() {
///     Ok(_) => {}
///     Err(BuildError::NoClock) => eprintln!("there is no clock for the deadline"),
///     Err(other) => panic!("{other}"),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// [`Limits::deadline`] is set, and there is no clock to tell when it has passed: the target has no monotonic clock
    /// (`wasm32-unknown-unknown` has none), and [`Host::now`] returns `None`.
    NoClock,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::NoClock => {
                f.write_str("Limits::deadline needs a clock: this target has none, and Host::now gives none")
            }
        }
    }
}

impl std::error::Error for BuildError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::NoHost;
    use std::cell::Cell;

    /// Counts seconds, by as many as it is asked.
    struct Counting(Cell<Option<i64>>);

    impl Host for Counting {
        fn now(&self) -> Option<(i64, u32)> {
            let now = self.0.get()?;
            self.0.set(Some(now + 1));
            Some((now, 0))
        }
    }

    fn counting(from: Option<i64>) -> Counting {
        Counting(Cell::new(from))
    }

    #[test]
    fn a_deadline_needs_a_clock() {
        let limits = Limits::untrusted();
        assert_eq!(check_with(true, &limits, &NoHost), Ok(()));
        assert_eq!(check_with(false, &limits, &NoHost), Err(BuildError::NoClock));
        assert_eq!(check_with(false, &limits, &counting(Some(5))), Ok(()));
        assert_eq!(check_with(false, &Limits { deadline: None, ..limits }, &NoHost), Ok(()));
    }

    #[test]
    fn the_monotonic_clock_comes_first() {
        let host = counting(Some(5));
        assert!(Deadline::after_with(true, Some(Duration::ZERO), &host).has_passed(&host));
        assert!(!Deadline::after_with(true, Some(Duration::from_secs(3600)), &host).has_passed(&host));
        assert!(!Deadline::after_with(true, Some(Duration::MAX), &host).has_passed(&host));
        assert_eq!(host.now(), Some((5, 0)), "nobody asked the host");
    }

    #[test]
    fn the_clock_of_the_host_stands_in() {
        let host = counting(Some(5));
        let deadline = Deadline::after_with(false, Some(Duration::from_secs(4)), &host);
        assert_eq!([(); 4].map(|()| deadline.has_passed(&host)), [false, false, false, true]);
        assert!(!Deadline::after_with(false, Some(Duration::MAX), &host).has_passed(&host));
        assert!(!Deadline::after_with(false, None, &host).has_passed(&host));
    }

    #[test]
    fn a_clock_that_is_lost_ends_the_call() {
        let host = counting(Some(5));
        let deadline = Deadline::after_with(false, Some(Duration::from_secs(3600)), &host);
        host.0.set(None);
        assert!(deadline.has_passed(&host));
        assert!(Deadline::after_with(false, Some(Duration::from_secs(3600)), &host).has_passed(&host));
    }
}
