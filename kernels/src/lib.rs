//! Deterministic numerics on raw slices: every function returns the same bits on every instruction set and for any
//! number of threads.
//!
//! | module | contents |
//! | --- | --- |
//! | [`dense`] | dot products, norms, scaled additions, fused pairs, column-major matrix times vector |
//! | [`sparse`] | gathers and scatters of one sparse column, products with CSC and CSR matrices |
//! | [`elementwise`] | exp, log1p, sigmoid, softplus, soft-threshold on slices |
//! | [`scalar`] | the same functions of one number, with the same bits |
//! | [`parallel`] | parallel loops and reductions whose result does not depend on the number of threads |
//! | [`level`] | which instruction set runs |
//!
//! # How the bits are kept equal
//!
//! * A kernel is written once, as plain loops over arrays of eight lanes. The compiler builds it for each instruction
//!   set (AVX-512, AVX2, and the target's baseline, which on aarch64 includes NEON), and the best one the processor has
//!   is chosen at run time.
//! * A reduction has one layout of lanes, in which the order of additions depends on the length alone: eight lanes times
//!   four accumulators, one tree over the lanes, then the tail.
//! * A parallel reduction cuts its data into chunks of one fixed length ([`parallel::CHUNK`]) and adds the partial sums
//!   in a fixed tree.
//! * Only operations that IEEE 754 rounds correctly are used: `+ - * /` and square roots. No fused multiply-add (it
//!   would be a library call where the hardware lacks it), no function of the platform's mathematics library, no
//!   `f64::max` (the sign of zero is unspecified). The payload and the sign of a NaN are not part of the promise.
//!
//! # Lengths
//!
//! Slices of one call must have matching lengths. Debug builds assert it; release builds use the common prefix. No
//! function reads or writes out of bounds, whatever it is given.
//!
//! # Building
//!
//! Reductions are vectorised at `opt-level = 3` only, so the workspace sets that level for this crate in every profile.
//! `kernels/check-vectorised.sh` looks at the machine code. Public functions that are generic over the type of stored
//! values forward to functions compiled here, so that the caller's settings do not matter.
//!
//! # Unsafe code
//!
//! There is one kind of `unsafe` block, in the macro that dispatches on the instruction set, with its proof beside it.
//! Miri checks the portable path (tests that are long or start processes leave themselves out; rayon keeps threads until
//! the end of the process, hence the flag):
//!
//! ```text
//! MIRIFLAGS=-Zmiri-ignore-leaks cargo +nightly miri test -p thalweg-kernels
//! ```
//!
//! This command has not been run yet: it needs a nightly toolchain with the component `miri`.

#[macro_use]
mod dispatch;
mod lanes;

pub mod dense;
pub mod elementwise;
pub mod level;
pub mod parallel;
pub mod scalar;
pub mod sparse;
