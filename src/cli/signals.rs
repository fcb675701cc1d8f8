//! Ctrl-C: the first one stops the run at the next step and the best point is reported; the second ends the program.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

/// Set by the first signal.
pub(super) static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Watches for SIGINT and SIGTERM from now on. Until then, and for every other signal, the program ends as usual (a hangup
/// under `nohup` stays ignored).
pub(super) fn install() {
    for signal in [SIGINT, SIGTERM] {
        // In this order: the exit is conditional on the flag that only an earlier signal has set. A failure leaves the
        // usual behaviour.
        let _ = flag::register_conditional_shutdown(signal, 130, Arc::clone(&STOP))
            .and_then(|_| flag::register(signal, Arc::clone(&STOP)));
    }
}
