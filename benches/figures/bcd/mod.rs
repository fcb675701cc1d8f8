//! Figures of Nutini, Laradji, Schmidt (JMLR 23, 2022, section 7) on their generators' instances: 500 block steps.

use crate::{Failure, Figure, Panel, named};
use thalweg::generate::gaussian::Regression;
use thalweg::generate::{lattice, scaled_sparse};
use thalweg::glm::Design;
use thalweg::prelude::*;
use thalweg::report::{ScaleKind, TraceTable};
use thalweg::run::{Begin, Control, Method, NoSave, Point, drive};
use thalweg::{Trace, graph::LabelPropagation};
use thalweg_solvers::bcd::blocks::{
    BlockDescent, BlockProblem, Blocks, Bounded, Partition, Selection, SmoothFit, Update,
};
use thalweg_solvers::bcd::message_passing::{self, GraphQp, MessagePassing};

/// Block steps in all.
const STEPS: u64 = 500;

/// Instance A: least squares, 1000 x 10 000, 7 % of the entries.
fn instance_a() -> Result<(Design, Quadratic), Failure> {
    let Regression { design, targets } = scaled_sparse::regression(1000, 10_000, 1)?;
    Ok((sparse(&design)?, Quadratic::new(targets)?))
}

/// The design without its zeros.
fn sparse(design: &Design) -> Result<Design, Failure> {
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for column in design.to_column_major().chunks_exact(design.rows()) {
        for (i, &x) in column.iter().enumerate().filter(|(_, x)| **x != 0.0) {
            indices.push(u32::try_from(i)?);
            values.push(x);
        }
        indptr.push(indices.len());
    }
    Ok(Design::from_csc(design.rows(), indptr, indices, values)?)
}

/// Figure 4: which selection rule, for gradient updates.
pub(crate) fn selection_rules() -> Result<Figure, Failure> {
    let (design, loss) = instance_a()?;
    let problem = SmoothFit::new(&design, &loss)?;
    let rules = [
        ("random", Selection::Random),
        ("cyclic", Selection::Cyclic),
        ("Lipschitz", Selection::Lipschitz),
        ("GS", Selection::GaussSouthwell),
        ("GSL", Selection::GaussSouthwellLipschitz),
    ];
    descend("Least squares A, gradient update, blocks of 5", &problem, &rules, Update::Gradient)
}

/// Figure 5: which greedy rule, for matrix updates.
pub(crate) fn greedy_rules() -> Result<Figure, Failure> {
    let (design, loss) = instance_a()?;
    let problem = SmoothFit::new(&design, &loss)?;
    let rules = [
        ("GS", Selection::GaussSouthwell),
        ("GSL", Selection::GaussSouthwellLipschitz),
        ("GSD", Selection::GaussSouthwellDiagonal),
        ("GSQ", Selection::GaussSouthwellQuadratic),
    ];
    descend("Least squares A, matrix update, blocks of 5", &problem, &rules, Update::Matrix)
}

/// Figure 9: exact constants against estimated ones.
pub(crate) fn lipschitz_approximation() -> Result<Figure, Failure> {
    let (design, loss) = instance_a()?;
    let problem = SmoothFit::new(&design, &loss)?;
    let mut curves = Vec::new();
    for (kind, update) in [("L_b", Update::Gradient), ("estimated", Update::LipschitzApproximation)] {
        for (rule, selection) in
            [("cyclic", Selection::Cyclic), ("random", Selection::Random), ("GSL", Selection::GaussSouthwellLipschitz)]
        {
            curves.push((format!("{rule}, {kind}"), Blocks::Fixed(Partition::Order), selection, update));
        }
    }
    draw("Least squares A, blocks of 20 in order", &problem, 20, curves)
}

/// Figure 10: which partition.
pub(crate) fn partitions() -> Result<Figure, Failure> {
    let (design, loss) = instance_a()?;
    let problem = SmoothFit::new(&design, &loss)?;
    let mut curves = Vec::new();
    for (kind, partition) in [("sort", Partition::Sort), ("order", Partition::Order), ("average", Partition::Average)] {
        for (rule, selection) in [
            ("GS", Selection::GaussSouthwell),
            ("GSD", Selection::GaussSouthwellDiagonal),
            ("GSL", Selection::GaussSouthwellLipschitz),
        ] {
            curves.push((format!("{rule}, {kind}"), Blocks::Fixed(partition), selection, Update::Gradient));
        }
    }
    draw("Least squares A, gradient update, blocks of 20", &problem, 20, curves)
}

/// Figure 12: Newton updates on a separable logistic regression, whose optimal value is 0.
pub(crate) fn newton() -> Result<Figure, Failure> {
    let Regression { design, targets } = scaled_sparse::classification(1000, 10_000, 2)?;
    let (design, loss) = (sparse(&design)?, Logistic::from_labels(&targets)?);
    let problem = SmoothFit::new(&design, &loss)?;
    let rules = [
        ("GS", Selection::GaussSouthwell),
        ("GSL", Selection::GaussSouthwellLipschitz),
        ("GSD", Selection::GaussSouthwellDiagonal),
    ];
    descend("Logistic B, Newton update, blocks of 5", &problem, &rules, Update::Newton)
}

/// Every rule with variable blocks and with the sorted partition.
fn descend<P: BlockProblem>(
    title: &str,
    problem: &P,
    rules: &[(&str, Selection)],
    update: Update,
) -> Result<Figure, Failure> {
    let mut curves = Vec::new();
    for (kind, blocks) in [("variable", Blocks::Variable), ("sorted", Blocks::Fixed(Partition::Sort))] {
        curves.extend(rules.iter().map(|&(rule, selection)| (format!("{rule}, {kind}"), blocks, selection, update)));
    }
    draw(title, problem, 5, curves)
}

/// The objective, whose optimal value is 0, along 500 block steps of every method.
fn draw<P: BlockProblem>(
    title: &str,
    problem: &P,
    size: usize,
    curves: Vec<(String, Blocks, Selection, Update)>,
) -> Result<Figure, Failure> {
    let mut traces = Vec::new();
    for (name, blocks, selection, update) in curves {
        let method = BlockDescent { blocks, selection, update, size, tolerance: 0.0, seed: 0 };
        let trace = record(problem, &method, vec![0.0; problem.dimension()], STEPS / BlockDescent::BLOCK_STEPS)?;
        traces.push(block_steps(&name, title, &trace)?);
    }
    let panel = Panel { x: "block_steps", y: "objective", x_scale: ScaleKind::Linear };
    Ok(Figure { title: title.to_owned(), traces, panels: vec![panel] })
}

/// Figure 7: non-negative L1, by projected gradient, two-metric projection and projected Newton.
pub(crate) fn bounds() -> Result<Figure, Failure> {
    bounded("Least squares A, x >= 0, lambda = 50000, blocks of 50", Selection::ProximalDecrease)
}

/// Figure 13: the same with random blocks.
pub(crate) fn random_bounds() -> Result<Figure, Failure> {
    bounded("Least squares A, x >= 0, lambda = 50000, random blocks of 50", Selection::Random)
}

fn bounded(title: &str, selection: Selection) -> Result<Figure, Failure> {
    let (design, loss) = instance_a()?;
    let smooth = SmoothFit::new(&design, &loss)?;
    let penalty = NonnegativeL1::new(50_000.0)?;
    let problem = Bounded::nonnegative_l1(&smooth, &penalty);
    // The optimal value from another method, certified.
    let glm = Glm::new(&design, &loss, &penalty)?;
    let best = thalweg::glm::solve(&glm, &thalweg::glm::Options { tolerance: 1e-14, ..Default::default() })?.objective;
    let mut traces = Vec::new();
    for (kind, blocks) in [("variable", Blocks::Variable), ("sorted", Blocks::Fixed(Partition::Sort))] {
        for (name, update) in
            [("PG", Update::ProjectedGradient), ("TMP", Update::TwoMetric), ("PN", Update::ProjectedNewton)]
        {
            let method = BlockDescent { blocks, selection, update, size: 50, tolerance: 0.0, seed: 0 };
            let start = vec![0.0; problem.dimension()];
            let trace = record(&problem, &method, start, STEPS / BlockDescent::BLOCK_STEPS)?;
            traces.push(excess(&block_steps(&format!("{name}, {kind}"), title, &trace)?, best)?);
        }
    }
    let panel = Panel { x: "block_steps", y: "relative_excess", x_scale: ScaleKind::Linear };
    Ok(Figure { title: title.to_owned(), traces, panels: vec![panel] })
}

/// Figure 6: message passing on the lattice of 2400 unknowns, and conjugate gradients beside it.
pub(crate) fn message_passing() -> Result<Figure, Failure> {
    use message_passing::{Blocks, Score, lattice as lattice_blocks};
    let title = "Lattice 50 x 50: exact minimisation over blocks";
    let propagation = LabelPropagation::new(&lattice::lattice(50, 50, 1e5, 100, 3))?;
    let (problem, unknown) = (&propagation.problem, &propagation.unknown);
    let zero = || vec![0.0; problem.nodes()];
    let steps = 100;
    let reference = record(problem, &GraphQp { tolerance: 1e-15, ..GraphQp::default() }, zero(), 200)?;
    let objectives = |trace: &Trace| trace.table().1.last().map_or(f64::NAN, |row| row[objective_column(trace)]);
    let best = objectives(&reference);
    let rules = [
        ("general", Blocks::General),
        ("red-black", Blocks::Fixed(lattice_blocks::red_black(50, unknown))),
        ("random tree", Blocks::RandomTree { seed: 0 }),
        ("combs", Blocks::Fixed(lattice_blocks::combs(50, unknown))),
        ("greedy tree", Blocks::GreedyTree(Score::Gradient)),
    ];
    let mut traces = Vec::new();
    for (name, blocks) in rules {
        let trace = record(problem, &MessagePassing { tolerance: 1e-15, blocks }, zero(), steps)?;
        traces.push(excess(&named(name, title, &trace)?, best)?);
    }
    let trace = record(problem, &GraphQp { tolerance: 1e-15, ..GraphQp::default() }, zero(), steps)?;
    traces.push(excess(&named("CG with forest sweep", title, &trace)?, best)?);
    let panel = Panel { x: "iteration", y: "relative_excess", x_scale: ScaleKind::Linear };
    Ok(Figure { title: title.to_owned(), traces, panels: vec![panel] })
}

fn record<O: ?Sized, M: Method<O>>(problem: &O, method: &M, start: Point<M, O>, steps: u64) -> Result<Trace, Failure> {
    let mut trace = Trace::default();
    let mut control = Control { trace: Some(&mut trace), ..Control::default() };
    control.limits.max_iterations = steps;
    drive(problem, method, Begin::From(start), &mut control, &mut NoSave)?;
    Ok(trace)
}

fn objective_column(trace: &Trace) -> usize {
    trace.table().0.iter().position(|name| name == "objective").unwrap_or_default()
}

/// A trace with a column of block steps.
fn block_steps(name: &str, title: &str, trace: &Trace) -> Result<TraceTable, Failure> {
    let (mut columns, mut rows) = trace.table();
    columns.push("block_steps".to_owned());
    rows.iter_mut().for_each(|row| row.push(BlockDescent::BLOCK_STEPS as f64 * row[0]));
    let table = TraceTable::new(title, columns, rows)?;
    Ok(table.with_metadata("solver", name).with_metadata("problem", title).with_metadata("seed", "0"))
}

/// A trace with a column of `(f - best) / (f_0 - best)`.
fn excess(table: &TraceTable, best: f64) -> Result<TraceTable, Failure> {
    let objective = table.column("objective")?.to_vec();
    let first = objective.first().copied().unwrap_or(f64::NAN) - best;
    let mut columns = table.columns().to_vec();
    let mut series: Vec<Vec<f64>> =
        columns.iter().map(|c| table.column(c).map(<[f64]>::to_vec)).collect::<Result<_, _>>()?;
    columns.push("relative_excess".to_owned());
    series.push(objective.iter().map(|f| (f - best).max(0.0) / first).collect());
    let rows = (0..table.len()).map(|k| series.iter().map(|s| s[k]).collect()).collect();
    let mut out = TraceTable::new(table.name(), columns, rows)?;
    for key in ["solver", "problem", "seed"] {
        out = out.with_metadata(key, table.metadata(key).unwrap_or_default());
    }
    Ok(out)
}
