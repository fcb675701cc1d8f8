//! How a run ended.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a run ended; the command line turns it into an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// The certificate holds at the tolerance asked.
    Converged,
    /// The run did all it was asked to: end of a stream, a fixed number of sweeps.
    Finished,
    /// The certificate holds at the looser, printed tolerance only.
    Acceptable,
    /// The limit of iterations was reached; the best point is kept.
    IterationLimit,
    /// The time limit was reached; the best point is kept.
    TimeLimit,
    /// The limit of evaluations was reached; the best point is kept.
    EvaluationLimit,
    /// Stopped from outside; the best point is kept.
    Interrupted,
    /// No more progress, or a claim that the certificate does not support.
    Stalled,
    /// The problem has no feasible point.
    Infeasible,
    /// No feasible point was found near a minimiser of the infeasibility.
    LocallyInfeasible,
    /// The objective has no lower bound.
    Unbounded,
    /// One of the two.
    InfeasibleOrUnbounded,
    /// A function could not be evaluated; the best point is kept.
    EvaluationError,
    /// The arithmetic broke down; the best point is kept.
    NumericalFailure,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 14] = [
        Self::Converged,
        Self::Finished,
        Self::Acceptable,
        Self::IterationLimit,
        Self::TimeLimit,
        Self::EvaluationLimit,
        Self::Interrupted,
        Self::Stalled,
        Self::Infeasible,
        Self::LocallyInfeasible,
        Self::Unbounded,
        Self::InfeasibleOrUnbounded,
        Self::EvaluationError,
        Self::NumericalFailure,
    ];

    /// The name in JSON and text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::Finished => "finished",
            Self::Acceptable => "acceptable",
            Self::IterationLimit => "iteration_limit",
            Self::TimeLimit => "time_limit",
            Self::EvaluationLimit => "evaluation_limit",
            Self::Interrupted => "interrupted",
            Self::Stalled => "stalled",
            Self::Infeasible => "infeasible",
            Self::LocallyInfeasible => "locally_infeasible",
            Self::Unbounded => "unbounded",
            Self::InfeasibleOrUnbounded => "infeasible_or_unbounded",
            Self::EvaluationError => "evaluation_error",
            Self::NumericalFailure => "numerical_failure",
        }
    }

    /// The exit code of a command that ended so: 0 solved, 1 a point but no proof, 3 a proof that there is no solution,
    /// 4 broken off.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Converged | Self::Finished => 0,
            Self::Acceptable
            | Self::IterationLimit
            | Self::TimeLimit
            | Self::EvaluationLimit
            | Self::Interrupted
            | Self::Stalled => 1,
            Self::Infeasible | Self::LocallyInfeasible | Self::Unbounded | Self::InfeasibleOrUnbounded => 3,
            Self::EvaluationError | Self::NumericalFailure => 4,
        }
    }

    /// The `solve_result_num` that AMPL knows it by.
    pub fn ampl_code(self) -> u16 {
        match self {
            Self::Converged | Self::Finished => 0,
            Self::Acceptable => 100,
            Self::LocallyInfeasible => 200,
            Self::Infeasible => 201,
            Self::InfeasibleOrUnbounded => 299,
            Self::Unbounded => 300,
            Self::IterationLimit => 400,
            Self::TimeLimit => 401,
            Self::EvaluationLimit => 402,
            Self::Interrupted => 403,
            Self::Stalled | Self::NumericalFailure => 500,
            Self::EvaluationError => 501,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a step may claim; limits and interrupts belong to the driver, failures to `Err`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Flow {
    /// Go on.
    Continue,
    /// The point is a solution.
    Converged,
    /// All that was asked is done.
    Finished,
    /// No more progress is possible.
    Stalled,
    /// No feasible point exists.
    Infeasible,
    /// No feasible point is near.
    LocallyInfeasible,
    /// The objective has no lower bound.
    Unbounded,
    /// One of the two.
    InfeasibleOrUnbounded,
}

impl Flow {
    /// The status that the claim, if it holds, ends the run with.
    pub(crate) fn verdict(self) -> Option<Status> {
        match self {
            Self::Continue => None,
            Self::Converged => Some(Status::Converged),
            Self::Finished => Some(Status::Finished),
            Self::Stalled => Some(Status::Stalled),
            Self::Infeasible => Some(Status::Infeasible),
            Self::LocallyInfeasible => Some(Status::LocallyInfeasible),
            Self::Unbounded => Some(Status::Unbounded),
            Self::InfeasibleOrUnbounded => Some(Status::InfeasibleOrUnbounded),
        }
    }
}
