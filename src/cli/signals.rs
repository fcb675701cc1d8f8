//! Ctrl-C: the first one stops the run at the next step and the best point is reported; the second ends the program.

use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the first signal.
pub(super) static STOP: AtomicBool = AtomicBool::new(false);

/// Installs the handler (SIGINT, SIGTERM, SIGHUP). Without one, a signal ends the program as usual.
pub(super) fn install() {
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}
