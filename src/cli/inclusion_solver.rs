//! The solvers of `thalweg inclusion`, and their options.

use super::error::CliError;
use clap::{Args, ValueEnum};
use thalweg::inclusion::baselines::{
    AnchoredExtragradient, AnchoredPopov, ExactResolvent, Extragradient, FastExtragradient, FullOperator, FullScheme,
    Halpern, Optimistic, SnapshotScheme, Snapshots, StochasticExtragradient, SvrgForwardBackward,
    VarianceReducedExtragradient, VarianceReducedForwardBackwardForward,
};
use thalweg::inclusion::{
    self, FiniteSumInclusion, ForwardReflectedBackward, GuardedHalpern, HalpernPdhg, InexactHalpern, Law, SingleLoop,
    Solver,
};

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SolverName {
    /// By the problem
    #[default]
    Auto,
    /// Single-loop variance-reduced Halpern iteration
    VrHalpern,
    /// The same with restarts
    VrHalpernRestarted,
    /// The same with a guard, and inexact-halpern-restarted after it
    GuardedHalpern,
    /// Halpern iteration on a variance-reduced resolvent
    InexactHalpern,
    /// The same with restarts
    InexactHalpernRestarted,
    /// Variance-reduced forward-reflected-backward
    VrForb,
    /// Restarted reflected Halpern PDHG, for bilinear problems
    HalpernPdhg,
    /// Halpern iteration with full passes
    Halpern,
    /// Extragradient
    Extragradient,
    /// Optimistic gradient
    Ogda,
    /// Extra anchored gradient
    Eag,
    /// Fast extragradient
    Feg,
    /// Anchored Popov iteration
    AnchoredPopov,
    /// Halpern iteration on the exact resolvent, for affine problems without constraints
    ExactResolventHalpern,
    /// Variance-reduced extragradient
    VrExtragradient,
    /// Variance-reduced forward-backward-forward
    VrFbf,
    /// SVRG inside extragradient
    Svre,
    /// SVRG inside forward-backward
    Svrg,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LawName {
    /// Every component as often
    Uniform,
    /// In proportion to what it may contribute
    Importance,
}

/// Options of the methods.
#[derive(Args, Debug, Clone)]
pub(super) struct MethodArgs {
    /// The step (of inexact-halpern the outer one) [default: from the operator's constants].
    #[arg(long, value_name = "ETA", value_parser = super::values::nonnegative, help_heading = "Method")]
    step: Option<f64>,
    /// Components drawn at once [default: sqrt(n) for vr-halpern, 1 for others].
    #[arg(long, value_name = "N", value_parser = super::values::whole, help_heading = "Method")]
    batch: Option<u64>,
    /// How components are drawn [default: importance where it pays].
    #[arg(long, value_enum, value_name = "LAW", help_heading = "Method")]
    sampling: Option<LawName>,
    /// Run the single loop on an operator that is not cocoercive, where it has no guarantee.
    #[arg(long, help_heading = "Method")]
    assume_cocoercive: bool,
}

impl MethodArgs {
    /// The solver and its name; `auto` is settled by the problem.
    pub(super) fn solver(
        &self,
        name: SolverName,
        problem: &FiniteSumInclusion<'_>,
        seed: u64,
    ) -> Result<(Solver, &'static str), CliError> {
        let mut solver = self.named(name, seed);
        if name == SolverName::Auto {
            solver = inclusion::choose(problem, seed);
            if self.assume_cocoercive && matches!(solver, Solver::Inexact(_) | Solver::Pdhg(_)) {
                solver = self.named(SolverName::GuardedHalpern, seed);
            }
        }
        let (takes_batch, takes_law) = match solver {
            Solver::SingleLoop(_) | Solver::Guarded(_) | Solver::Inexact(_) | Solver::Reflected(_) => (true, true),
            Solver::VarianceReducedExtragradient(_)
            | Solver::VarianceReducedForwardBackwardForward(_)
            | Solver::StochasticExtragradient(_)
            | Solver::SvrgForwardBackward(_) => (false, true),
            _ => (false, false),
        };
        let refused = [
            ("--batch", self.batch.is_some() && (!takes_batch || name == SolverName::Auto)),
            ("--sampling", self.sampling.is_some() && (!takes_law || name == SolverName::Auto)),
            ("--step", self.step.is_some() && (name == SolverName::Auto || matches!(solver, Solver::Pdhg(_)))),
        ];
        if let Some((option, _)) = refused.iter().find(|(_, refused)| *refused) {
            return Err(CliError::usage(format!("{option} does not go with this --solver")));
        }
        let name = solver_name(&solver);
        Ok((solver, name))
    }

    fn named(&self, name: SolverName, seed: u64) -> Solver {
        let step = self.step;
        let law = self.sampling.map(|l| match l {
            LawName::Uniform => Law::Uniform,
            LawName::Importance => Law::Importance,
        });
        let batch = self.batch.map(|b| usize::try_from(b).unwrap_or(usize::MAX));
        let one = batch.unwrap_or(1);
        let assume_cocoercive = self.assume_cocoercive;
        let single_loop = SingleLoop { step, batch, law, assume_cocoercive, seed, ..SingleLoop::default() };
        let inexact = InexactHalpern { law, seed, ..InexactHalpern::default() };
        match name {
            SolverName::Auto => Solver::Auto,
            SolverName::VrHalpern => Solver::SingleLoop(SingleLoop { restart: false, ..single_loop }),
            SolverName::VrHalpernRestarted => Solver::SingleLoop(single_loop),
            SolverName::GuardedHalpern => Solver::Guarded(GuardedHalpern { single_loop, inexact }),
            SolverName::InexactHalpern => {
                Solver::Inexact(InexactHalpern { restart: false, step, batch: one, ..inexact })
            }
            SolverName::InexactHalpernRestarted => Solver::Inexact(InexactHalpern { step, batch: one, ..inexact }),
            SolverName::VrForb => {
                let method = ForwardReflectedBackward::default();
                Solver::Reflected(ForwardReflectedBackward { step, batch: one, law, seed, ..method })
            }
            SolverName::HalpernPdhg => Solver::Pdhg(HalpernPdhg::default()),
            SolverName::Halpern => Solver::Halpern(full(Halpern::default(), step)),
            SolverName::Extragradient => Solver::Extragradient(full(Extragradient, step)),
            SolverName::Ogda => Solver::Optimistic(full(Optimistic, step)),
            SolverName::Eag => Solver::AnchoredExtragradient(full(AnchoredExtragradient, step)),
            SolverName::Feg => Solver::FastExtragradient(full(FastExtragradient, step)),
            SolverName::AnchoredPopov => Solver::AnchoredPopov(full(AnchoredPopov, step)),
            SolverName::ExactResolventHalpern => {
                Solver::ExactResolvent(ExactResolvent { step, ..ExactResolvent::default() })
            }
            SolverName::VrExtragradient => {
                Solver::VarianceReducedExtragradient(snapshots(VarianceReducedExtragradient, step, law, seed))
            }
            SolverName::VrFbf => Solver::VarianceReducedForwardBackwardForward(snapshots(
                VarianceReducedForwardBackwardForward,
                step,
                law,
                seed,
            )),
            SolverName::Svre => Solver::StochasticExtragradient(snapshots(StochasticExtragradient, step, law, seed)),
            SolverName::Svrg => Solver::SvrgForwardBackward(snapshots(SvrgForwardBackward, step, law, seed)),
        }
    }
}

fn full<S: FullScheme>(scheme: S, step: Option<f64>) -> FullOperator<S> {
    FullOperator { step, ..FullOperator::new(scheme) }
}

fn snapshots<S: SnapshotScheme>(scheme: S, step: Option<f64>, law: Option<Law>, seed: u64) -> Snapshots<S> {
    Snapshots { step, law, seed, ..Snapshots::new(scheme) }
}

fn solver_name(solver: &Solver) -> &'static str {
    match solver {
        Solver::SingleLoop(method) if method.restart => "vr-halpern-restarted",
        Solver::SingleLoop(_) => "vr-halpern",
        Solver::Guarded(_) => "guarded-halpern",
        Solver::Inexact(method) if method.restart => "inexact-halpern-restarted",
        Solver::Inexact(_) => "inexact-halpern",
        Solver::Reflected(_) => "vr-forb",
        Solver::Pdhg(_) => "halpern-pdhg",
        Solver::Halpern(_) => Halpern::NAME,
        Solver::Extragradient(_) => Extragradient::NAME,
        Solver::Optimistic(_) => Optimistic::NAME,
        Solver::AnchoredExtragradient(_) => AnchoredExtragradient::NAME,
        Solver::FastExtragradient(_) => FastExtragradient::NAME,
        Solver::AnchoredPopov(_) => AnchoredPopov::NAME,
        Solver::ExactResolvent(_) => "exact-resolvent-halpern",
        Solver::VarianceReducedExtragradient(_) => VarianceReducedExtragradient::NAME,
        Solver::VarianceReducedForwardBackwardForward(_) => VarianceReducedForwardBackwardForward::NAME,
        Solver::StochasticExtragradient(_) => StochasticExtragradient::NAME,
        Solver::SvrgForwardBackward(_) => SvrgForwardBackward::NAME,
        _ => "auto",
    }
}
