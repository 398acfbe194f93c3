//! Ctrl-C: interrupts the script that runs, and ends the command while none runs.
//!
//! As with `lua`, the first Ctrl-C raises an error in the script, which may catch it; the next one ends the process by
//! the signal, as it does while nothing runs. The signal itself only sets flags, which are acted upon between two
//! steps.
//!
//! At the prompt of a terminal there is another stage. The second Ctrl-C drops what runs, since a person who presses it
//! wants to keep the session. Only if the step does not end, because a command or a native of the system does not
//! return, does the third one end the process. While nothing runs, nothing happens.

#[cfg(unix)]
use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::SIGINT;
use signal_hook::flag;
#[cfg(unix)]
use signal_hook::{SigId, iterator::Signals, low_level};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The message of an interrupted script.
pub(crate) const MESSAGE: &str = "interrupted!";

/// At the prompt of a terminal: after how many unseen presses the next one ends the process.
#[cfg(unix)]
const PATIENCE: u32 = 2;

/// Whether Ctrl-C was pressed, and what it does.
#[derive(Debug)]
pub(crate) struct Interrupts {
    is_pressed: Arc<AtomicBool>,
    /// Whether the next one ends the process.
    ends: Arc<AtomicBool>,
    /// The action by which each press makes the next one end the process; `None` if the session is kept.
    #[cfg(unix)]
    second_ends: Option<SigId>,
    /// Where the session is kept: how many there were since the command last looked.
    unseen: Arc<AtomicU32>,
    keeps_session: bool,
    /// How many were seen since what runs began.
    seen: u32,
}

/// What Ctrl-C asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// An error in the script.
    Error,
    /// The end of what runs, whatever the script does about it.
    Drop,
}

impl Interrupts {
    /// Begins to listen. Where that is not possible, Ctrl-C does what it always does.
    pub(crate) fn listen() -> Interrupts {
        let (is_pressed, ends) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
        // In this order: the first Ctrl-C while something runs must not end the process, and has the next one do so.
        let _ = flag::register_conditional_default(SIGINT, Arc::clone(&ends));
        let _ = flag::register(SIGINT, Arc::clone(&is_pressed));
        let _second_ends = flag::register(SIGINT, Arc::clone(&ends)).ok();
        Interrupts {
            is_pressed,
            ends,
            #[cfg(unix)]
            second_ends: _second_ends,
            unseen: Arc::default(),
            keeps_session: false,
            seen: 0,
        }
    }

    /// From now on the session continues after the second press. If presses cannot be counted, nothing changes.
    #[cfg(unix)]
    pub(crate) fn keep_session(&mut self) {
        if self.keeps_session {
            return;
        }
        let Ok(mut signals) = Signals::new([SIGINT]) else { return };
        let (unseen, ends) = (Arc::clone(&self.unseen), Arc::clone(&self.ends));
        // It counts what a flag cannot. It lives as long as the process, and sleeps.
        let counting = std::thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
            for _ in signals.forever() {
                if unseen.fetch_add(1, Ordering::SeqCst) + 1 >= PATIENCE {
                    ends.store(true, Ordering::SeqCst);
                }
            }
        });
        if counting.is_ok() {
            self.keeps_session = true;
            self.second_ends.take().map(low_level::unregister);
            self.ends.store(false, Ordering::SeqCst);
        }
    }

    /// Other systems hand Ctrl-C to one listener only.
    #[cfg(not(unix))]
    pub(crate) fn keep_session(&mut self) {}

    /// Something begins to run that can be interrupted.
    pub(crate) fn begin(&mut self) {
        self.seen = 0;
        self.is_pressed.store(false, Ordering::SeqCst);
        self.unseen.store(0, Ordering::SeqCst);
        self.ends.store(false, Ordering::SeqCst);
    }

    /// It has ended.
    pub(crate) fn end(&mut self) {
        self.begin();
        self.ends.store(!self.keeps_session, Ordering::SeqCst);
    }

    /// What to do with the running script: one action per press, if presses can be told apart.
    pub(crate) fn take(&mut self) -> Option<Press> {
        if !self.is_pressed.load(Ordering::Relaxed) || !self.is_pressed.swap(false, Ordering::SeqCst) {
            return None;
        }
        if self.keeps_session {
            self.unseen.store(0, Ordering::SeqCst);
            self.ends.store(false, Ordering::SeqCst);
        }
        self.seen += 1;
        Some(if self.seen == 1 || !self.keeps_session { Press::Error } else { Press::Drop })
    }
}

/// Waits for standard input. Reading would wait, too, but would not end when Ctrl-C is pressed.
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
