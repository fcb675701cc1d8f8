//! `--solver bcd` and the options that compose it.

use super::error::CliError;
use clap::{Args, ValueEnum};
use thalweg_solvers::bcd::blocks::{BlockDescent, Blocks, Partition as Fixed, Selection, Update};

/// Block coordinate descent.
#[derive(Args, Debug, Clone)]
pub(super) struct BlockArgs {
    /// Selection rule of --solver bcd [default: gsq, or gs-q under bounds].
    #[arg(long, value_enum, value_name = "RULE", help_heading = "Blocks")]
    select: Option<Select>,
    /// Update rule [default: matrix for the squared loss, newton for others, tmp under bounds].
    #[arg(long, value_enum, value_name = "RULE", help_heading = "Blocks")]
    update: Option<UpdateRule>,
    /// Variable blocks, or a fixed partition.
    #[arg(long, value_enum, value_name = "KIND", help_heading = "Blocks")]
    partition: Option<Kind>,
    /// Size of blocks [default: 32].
    #[arg(long, value_name = "N", value_parser = super::values::whole, help_heading = "Blocks")]
    block: Option<u64>,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Select {
    Cyclic,
    Shuffled,
    Random,
    Lipschitz,
    Gs,
    Gsl,
    Gsd,
    Gsq,
    Iht,
    GsQ,
    /// The support, then gs-q
    Support,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum UpdateRule {
    Gradient,
    Diagonal,
    Matrix,
    Newton,
    /// With the best step length
    NewtonExact,
    Cubic,
    /// With the constant that makes the model a bound
    CubicBound,
    Lipschitz,
    /// Estimates may fall again
    LipschitzRelaxed,
    Pg,
    Tmp,
    Pn,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Variable,
    Order,
    Random,
    Sort,
    Average,
    Hsort,
    Havg,
    Clustered,
    /// Those of --groups
    Groups,
}

impl BlockArgs {
    /// Refuses these options beside another solver.
    pub(super) fn only_with_blocks(&self) -> Result<(), CliError> {
        let given = [
            ("--select", self.select.is_some()),
            ("--update", self.update.is_some()),
            ("--partition", self.partition.is_some()),
            ("--block", self.block.is_some()),
        ];
        match given.iter().find(|(_, on)| *on) {
            Some((name, _)) => Err(CliError::usage(format!("{name} goes with --solver bcd only"))),
            None => Ok(()),
        }
    }

    /// Whether a selection rule was asked for.
    pub(super) fn selects(&self) -> bool {
        self.select.is_some()
    }

    /// Whether the blocks are those of --groups.
    pub(super) fn of_groups(&self) -> bool {
        self.partition == Some(Kind::Groups)
    }

    /// The method; `suitable` is the update if none was asked for, `groups` are the blocks of --partition groups.
    pub(super) fn descent(
        &self,
        suitable: Update,
        groups: Option<Vec<Vec<usize>>>,
        seed: u64,
    ) -> Result<BlockDescent, CliError> {
        let update = self.update.map_or(suitable, |u| match u {
            UpdateRule::Gradient => Update::Gradient,
            UpdateRule::Diagonal => Update::Diagonal,
            UpdateRule::Matrix => Update::Matrix,
            UpdateRule::Newton => Update::Newton,
            UpdateRule::NewtonExact => Update::NewtonExact,
            UpdateRule::Cubic => Update::Cubic,
            UpdateRule::CubicBound => Update::CubicBound,
            UpdateRule::Lipschitz => Update::LipschitzApproximation,
            UpdateRule::LipschitzRelaxed => Update::LipschitzRelaxed,
            UpdateRule::Pg => Update::ProjectedGradient,
            UpdateRule::Tmp => Update::TwoMetric,
            UpdateRule::Pn => Update::ProjectedNewton,
        });
        let bounded = suitable == Update::TwoMetric;
        let usual = if bounded { Selection::ProximalDecrease } else { Selection::GaussSouthwellQuadratic };
        let selection = self.select.map_or(usual, |s| match s {
            Select::Cyclic => Selection::Cyclic,
            Select::Shuffled => Selection::ShuffledCyclic,
            Select::Random => Selection::Random,
            Select::Lipschitz => Selection::Lipschitz,
            Select::Gs => Selection::GaussSouthwell,
            Select::Gsl => Selection::GaussSouthwellLipschitz,
            Select::Gsd => Selection::GaussSouthwellDiagonal,
            Select::Gsq => Selection::GaussSouthwellQuadratic,
            Select::Iht => Selection::Thresholding,
            Select::GsQ => Selection::ProximalDecrease,
            Select::Support => Selection::SupportFirst,
        });
        let blocks = match self.partition.unwrap_or(Kind::Variable) {
            Kind::Variable => Blocks::Variable,
            Kind::Order => Blocks::Fixed(Fixed::Order),
            Kind::Random => Blocks::Fixed(Fixed::Random),
            Kind::Sort => Blocks::Fixed(Fixed::Sort),
            Kind::Average => Blocks::Fixed(Fixed::Average),
            Kind::Hsort => Blocks::Fixed(Fixed::SortByRowSum),
            Kind::Havg => Blocks::Fixed(Fixed::AverageByRowSum),
            Kind::Clustered => Blocks::Fixed(Fixed::Clustered),
            Kind::Groups => {
                let missing = || CliError::usage("--partition groups needs --groups FILE or --groups size:N");
                Blocks::Fixed(Fixed::Groups(groups.ok_or_else(missing)?))
            }
        };
        if self.of_groups() && self.block.is_some() {
            return Err(CliError::usage(
                "--block does not go with --partition groups, whose blocks have their own sizes",
            ));
        }
        let size = usize::try_from(self.block.unwrap_or(32)).unwrap_or(usize::MAX);
        if size == 0 {
            return Err(CliError::usage("--block is 0, expected a size of at least 1"));
        }
        Ok(BlockDescent { blocks, selection, update, size, seed, ..BlockDescent::default() })
    }
}
