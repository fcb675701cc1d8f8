//! Oracle counts, added in bulk by the methods.
//!
//! One count is one evaluation over the whole problem (all rows, all components), whoever asks for it: a step, its line
//! search, an inner solve, the check after it, or the start, with the scales that it needs. Not counted is what an oracle
//! computes inside itself (the Newton iterations for a best intercept) and what a resume computes again: counts depend on
//! the path alone, and a resumed run has those of an unbroken one.

use serde::{Deserialize, Serialize};

macro_rules! oracles {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Oracle { $($(#[$doc])* $variant,)* }

        impl Oracle {
            /// Everything that is counted, in the order of output.
            pub const ALL: &'static [Oracle] = &[$(Oracle::$variant,)*];

            /// The name in JSON and traces.
            pub fn name(self) -> &'static str {
                match self { $(Oracle::$variant => $name,)* }
            }
        }
    };
}

oracles! {
    /// Values of the objective, or of its smooth part.
    Objective = "objective_evaluations",
    /// Gradients of the smooth part.
    Gradient = "gradient_evaluations",
    /// Values of the constraints.
    Constraint = "constraint_evaluations",
    /// Jacobians of the constraints.
    Jacobian = "jacobian_evaluations",
    /// Hessians.
    Hessian = "hessian_evaluations",
    /// Products of a Hessian with a vector.
    HessianVector = "hessian_vector_products",
    /// Matrix factorisations.
    Factorization = "factorizations",
    /// Calls of one component of a finite sum.
    Component = "component_calls",
    /// Passes over all data.
    FullPass = "full_passes",
    /// Sweeps over the active coordinates or samples.
    Epoch = "epochs",
    /// Visits of a coordinate.
    CoordinateUpdate = "coordinate_updates",
    /// Products of the data matrix, or its transpose, with a vector; a product that leaves out screened columns counts in
    /// full, one with a working set alone is part of the epochs.
    MatrixVector = "matrix_vector_products",
    /// Iterations of the primal-dual hybrid gradient method.
    Pdhg = "pdhg_iterations",
    /// Iterations of an inner solver.
    Inner = "inner_iterations",
    /// Projections.
    Projection = "projections",
    /// Samples of a stream.
    Sample = "samples",
}

/// How often each oracle was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts([u64; Oracle::ALL.len()]);

impl Counts {
    /// Adds `times` calls.
    pub fn add(&mut self, oracle: Oracle, times: u64) {
        let count = &mut self.0[oracle as usize];
        *count = count.saturating_add(times);
    }

    /// The calls so far.
    pub fn get(&self, oracle: Oracle) -> u64 {
        self.0[oracle as usize]
    }

    /// Names and numbers of what was called at all.
    pub fn used(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        Oracle::ALL.iter().map(|&o| (o.name(), self.get(o))).filter(|&(_, n)| n > 0)
    }
}
