//! Ctrl-C: interrupts the script that runs, and ends the command while none runs.
//!
//! As with `lua`, the first one makes an error in the script, which that may catch; the next one ends the process by the
//! signal, as it does while nothing runs. The signal itself only sets flags: what is to happen does so between two steps.

#[cfg(unix)]
use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is said of a script that was interrupted.
pub(crate) const MESSAGE: &str = "interrupted!";

/// The exit status of a program that Ctrl-C ended, as shells report it.
const STATUS: i32 = 128 + SIGINT;

/// Whether Ctrl-C was pressed, and what it does.
#[derive(Debug)]
pub(crate) struct Interrupts {
    is_pressed: Arc<AtomicBool>,
    /// Whether the next one ends the process.
    ends: Arc<AtomicBool>,
}

impl Interrupts {
    /// Begins to listen. Where that is not possible, Ctrl-C does what it always does.
    pub(crate) fn listen() -> Interrupts {
        let (is_pressed, ends) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
        // In this order: the first Ctrl-C while something runs must not end the process, and has the next one do so.
        let _ = flag::register_conditional_default(SIGINT, Arc::clone(&ends));
        let _ = flag::register(SIGINT, Arc::clone(&is_pressed));
        let _ = flag::register(SIGINT, Arc::clone(&ends));
        Interrupts { is_pressed, ends }
    }

    /// Something begins to run that can be interrupted.
    pub(crate) fn begin(&self) {
        self.is_pressed.store(false, Ordering::SeqCst);
        self.ends.store(false, Ordering::SeqCst);
    }

    /// It has ended.
    pub(crate) fn end(&self) {
        self.is_pressed.store(false, Ordering::SeqCst);
        self.ends.store(true, Ordering::SeqCst);
    }

    /// Whether what runs is to be interrupted. True once.
    pub(crate) fn take(&self) -> bool {
        self.is_pressed.load(Ordering::Relaxed) && self.is_pressed.swap(false, Ordering::SeqCst)
    }
}

/// Waits for standard input, which reading would do as well, but not end when Ctrl-C is pressed.
#[cfg(unix)]
pub(crate) fn wait_for_input() -> io::Result<()> {
    let input = io::stdin();
    let mut descriptors = [PollFd::new(&input, PollFlags::IN)];
    match poll(&mut descriptors, None) {
        Err(rustix::io::Errno::INTR) => Err(io::ErrorKind::Interrupted.into()),
        // Reading shows what else may be wrong.
        _ => Ok(()),
    }
}

/// Where one can not wait for it, reading has to do.
#[cfg(not(unix))]
pub(crate) fn wait_for_input() -> io::Result<()> {
    Ok(())
}

/// Ends the process as Ctrl-C would, for an editor of lines that keeps it from being a signal.
pub(crate) fn end_process() -> ! {
    let _ = low_level::emulate_default_handler(SIGINT);
    std::process::exit(STATUS)
}
