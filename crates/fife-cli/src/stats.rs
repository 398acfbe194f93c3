//! What `--stats` prints: how much a run used, and how long its longest step was.

use fife::arena::Metrics;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Counts of a run so far.
#[derive(Debug)]
pub(crate) struct Stats {
    pub(crate) fuel: u64,
    pub(crate) steps: u64,
    start: Instant,
    /// The moment at which the command last had control, in CPU time of the thread; none if nobody wants to know.
    last_control: Option<Duration>,
    longest_step: Duration,
}

impl Stats {
    /// Begins to count, and, if `measures`, to read the clock at each step.
    pub(crate) fn start(measures: bool) -> Stats {
        Stats {
            fuel: 0,
            steps: 0,
            start: Instant::now(),
            last_control: measures.then(thread_time),
            longest_step: Duration::ZERO,
        }
    }

    /// Notes that the command has control. The longest time between two such moments is the longest step.
    pub(crate) fn control(&mut self) {
        if let Some(last) = self.last_control {
            let now = thread_time();
            self.longest_step = self.longest_step.max(now.saturating_sub(last));
            self.last_control = Some(now);
        }
    }

    /// The line of JSON.
    pub(crate) fn line(&self, memory: Metrics) -> String {
        let mut line = String::from("{");
        let counts = [
            ("fuel", self.fuel),
            ("peak_bytes", memory.peak_held_bytes as u64),
            ("live_bytes", memory.object_bytes as u64),
            ("collections", memory.collections),
            ("steps", self.steps),
            ("longest_step_us", self.longest_step.as_micros().try_into().unwrap_or(u64::MAX)),
        ];
        for (name, count) in counts {
            // Writing to a string does not fail.
            let _ = write!(line, "\"{name}\": {count}, ");
        }
        let _ = write!(line, "\"seconds\": {:.6}}}", self.start.elapsed().as_secs_f64());
        line
    }
}

#[cfg(unix)]
fn clock(id: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(id);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// CPU time of this thread.
#[cfg(unix)]
fn thread_time() -> Duration {
    clock(rustix::time::ClockId::ThreadCPUTime)
}

/// CPU time of the program in seconds, for `os.clock`.
#[cfg(unix)]
pub(crate) fn process_seconds() -> f64 {
    clock(rustix::time::ClockId::ProcessCPUTime).as_secs_f64()
}

/// Where no CPU time can be read, time itself has to do.
#[cfg(not(unix))]
fn thread_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

#[cfg(not(unix))]
pub(crate) fn process_seconds() -> f64 {
    thread_time().as_secs_f64()
}
