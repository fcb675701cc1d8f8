//! Figures of monotone inclusions: X. Cai, A. Alacaoglu, J. Diakonikolas, *Variance Reduced Halpern Iteration for Finite-Sum
//! Monotone Inclusions* (ICLR 2024), section 5, with the paper's parameters; and problems of learning.

use crate::{Failure, Figure, Panel};
use thalweg::Trace;
use thalweg::formats::libsvm::{self, ReadOptions};
use thalweg::generate::{games, saddles};
use thalweg::inclusion::baselines::{
    AnchoredExtragradient, Extragradient, FullOperator, Halpern, Snapshots, SvrgForwardBackward,
    VarianceReducedExtragradient,
};
use thalweg::inclusion::{
    Accuracy, AucSaddle, FiniteSumInclusion, FiniteSumOperator, ForwardReflectedBackward, InexactHalpern, Law,
    SingleLoop, TwoWayMatrix, Zero,
};
use thalweg::report::{ScaleKind, TraceTable};
use thalweg::run::{Begin, Control, Method, NoSave, Outcome, Work, drive};

/// Seeds of the random methods.
const SEEDS: u64 = 5;

/// What a figure gathers.
struct Curves<'a, 'p> {
    problem: &'a FiniteSumInclusion<'p>,
    title: &'static str,
    epochs: f64,
    traces: Vec<TraceTable>,
}

impl<'p> Curves<'_, 'p> {
    /// Runs a method for the epochs of the figure.
    fn add<M>(&mut self, name: &str, seed: u64, method: &M) -> Result<(), Failure>
    where
        M: Method<FiniteSumInclusion<'p>>,
        M::Work: Work<Point = Vec<f64>>,
    {
        let mut trace = Trace::new(4000);
        let mut begin = Begin::From(self.problem.start().to_vec());
        let mut steps = 0;
        loop {
            steps += 20;
            let mut control = Control { trace: Some(&mut trace), ..Control::default() };
            control.limits.max_iterations = steps;
            let Outcome { work, run, failure, .. } = drive(self.problem, method, begin, &mut control, &mut NoSave)?;
            if run.verdict.is_some() || failure.is_some() || run.measures[4] >= self.epochs {
                break;
            }
            begin = Begin::Resume(work, run);
        }
        let (columns, rows) = trace.table();
        let table = TraceTable::new(self.title, columns, rows)?;
        let table = table.with_metadata("solver", name).with_metadata("problem", self.title);
        self.traces.push(table.with_metadata("seed", seed.to_string()));
        Ok(())
    }

    fn seeds<M>(&mut self, name: &str, method: impl Fn(u64) -> M) -> Result<(), Failure>
    where
        M: Method<FiniteSumInclusion<'p>>,
        M::Work: Work<Point = Vec<f64>>,
    {
        (0..SEEDS).try_for_each(|seed| self.add(name, seed, &method(seed)))
    }

    /// The residual over epochs, component calls and seconds.
    fn figure(self) -> Figure {
        let panel = |x| Panel { x, y: "residual", x_scale: ScaleKind::Linear, y_scale: ScaleKind::Log };
        let panels = ["epochs", "component_calls", "seconds"].map(panel).into();
        Figure { title: self.title.to_owned(), traces: self.traces, panels }
    }
}

fn full<S: thalweg::inclusion::baselines::FullScheme>(scheme: S, step: f64) -> FullOperator<S> {
    FullOperator { step: Some(step), tolerance: 0.0, ..FullOperator::new(scheme) }
}

/// Figure 1 of the paper: a matrix game, outside the theory of the single loop.
pub(crate) fn game() -> Result<Figure, Failure> {
    let n = 500.0_f64;
    let (operator, simplices, start) = games::policemen_and_burglar(500)?.inclusion()?;
    let (frobenius, spectral) = (operator.matrix().frobenius(), operator.spectral_norm());
    let operator = operator.paired()?;
    let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start))?;
    let title = "Policemen and burglar, n = 500";
    let mut curves = Curves { problem: &problem, title, epochs: 2000.0, traces: Vec::new() };
    curves.add("EG", 0, &full(Extragradient, 5.0 / spectral))?;
    curves.add("EAG", 0, &full(AnchoredExtragradient, 5.0 / spectral))?;
    let p = 1.0 / n;
    curves.seeds("VR-EG", |seed| Snapshots {
        step: Some(3.0 * p.sqrt() / frobenius),
        refresh: Some(p),
        tolerance: 0.0,
        seed,
        ..Snapshots::new(VarianceReducedExtragradient)
    })?;
    curves.seeds("single loop", |seed| SingleLoop {
        step: Some(5.0 / frobenius),
        batch: Some(22),
        law: Some(Law::Uniform),
        restart: false,
        assume_cocoercive: true,
        guard: false,
        lazy: false,
        tolerance: 0.0,
        seed,
    })?;
    curves.seeds("inexact", |seed| InexactHalpern {
        step: Some(n.sqrt() / frobenius),
        inner_step: Some(5.0 * (p * (1.0 - p)).sqrt() / (n.sqrt() + 1.0)),
        accuracy: Accuracy::Iterations(0.05),
        reflect: Some(false),
        restart: false,
        tolerance: 0.0,
        seed,
        ..InexactHalpern::default()
    })?;
    Ok(curves.figure())
}

/// Figure 2: a linearly constrained quadratic program.
pub(crate) fn quadratic() -> Result<Figure, Failure> {
    let n = 200.0_f64;
    let operator = saddles::ouyang_xu(200)?;
    let problem = FiniteSumInclusion::new(&operator, &Zero, Some(vec![1.0 / n; 400]))?;
    let title = "Quadratic program of Ouyang and Xu, n = 200";
    let mut curves = Curves { problem: &problem, title, epochs: 20_000.0, traces: Vec::new() };
    curves.add("EG", 0, &full(Extragradient, 0.5))?;
    curves.add("EAG", 0, &full(AnchoredExtragradient, 0.3))?;
    curves.seeds("VR-EG", |seed| Snapshots {
        step: Some(0.01),
        refresh: Some(1.0 / n),
        law: Some(Law::Uniform),
        tolerance: 0.0,
        seed,
        ..Snapshots::new(VarianceReducedExtragradient)
    })?;
    curves.seeds("single loop", |seed| SingleLoop {
        step: Some(0.3),
        batch: Some(14),
        law: Some(Law::Uniform),
        restart: false,
        assume_cocoercive: true,
        guard: false,
        lazy: false,
        tolerance: 0.0,
        seed,
    })?;
    curves.seeds("inexact", |seed| InexactHalpern {
        step: Some(n.sqrt()),
        inner_step: Some(0.001),
        law: Some(Law::Uniform),
        accuracy: Accuracy::Iterations(0.05),
        reflect: Some(false),
        restart: false,
        tolerance: 0.0,
        seed,
        ..InexactHalpern::default()
    })?;
    Ok(curves.figure())
}

/// Within the theory of the single loop.
pub(crate) fn squares() -> Result<Figure, Failure> {
    let operator = saddles::least_squares(400, 20, 0.1, 0)?;
    let problem = FiniteSumInclusion::new(&operator, &Zero, None)?;
    let title = "Least squares, 400 x 20";
    let mut curves = Curves { problem: &problem, title, epochs: 300.0, traces: Vec::new() };
    curves.add("Halpern", 0, &full(Halpern::default(), 1.0 / operator.lipschitz().unwrap_or(1.0)))?;
    for (name, restart) in [("single loop", false), ("single loop, restarts", true)] {
        curves.seeds(name, |seed| SingleLoop { restart, tolerance: 1e-12, seed, ..SingleLoop::default() })?;
    }
    curves.seeds("SVRG", |seed| Snapshots { tolerance: 1e-12, seed, ..Snapshots::new(SvrgForwardBackward) })?;
    Ok(curves.figure())
}

/// Real data.
pub(crate) fn auc() -> Result<Figure, Failure> {
    let data = libsvm::read_file(concat!(env!("CARGO_MANIFEST_DIR"), "/data/wdbc.svm"), &ReadOptions::default())?;
    let (n, d) = (data.rows, data.column_ids.len());
    let mut rows = vec![0.0; n * d];
    for j in 0..d {
        (data.indptr[j]..data.indptr[j + 1]).for_each(|k| rows[data.indices[k] as usize * d + j] = data.values[k]);
    }
    for row in rows.chunks_mut(d) {
        let norm = row.iter().fold(0.0, |s, x| s + x * x).sqrt();
        row.iter_mut().for_each(|x| *x /= norm);
    }
    let positive = data.labels.iter().map(|y| *y > 0.0).collect();
    let operator = AucSaddle::new(TwoWayMatrix::from_rows(n, d, rows)?, positive, 0.01)?;
    let problem = FiniteSumInclusion::new(&operator, &Zero, None)?;
    let title = "Area under the ROC curve, wdbc";
    let mut curves = Curves { problem: &problem, title, epochs: 300.0, traces: Vec::new() };
    curves.add("EG", 0, &FullOperator { tolerance: 1e-10, ..FullOperator::new(Extragradient) })?;
    curves.seeds("VR-EG", |seed| Snapshots {
        tolerance: 1e-10,
        seed,
        ..Snapshots::new(VarianceReducedExtragradient)
    })?;
    curves.seeds("VR-FoRB", |seed| ForwardReflectedBackward {
        tolerance: 1e-10,
        seed,
        ..ForwardReflectedBackward::default()
    })?;
    curves.seeds("inexact, restarts", |seed| InexactHalpern { tolerance: 1e-10, seed, ..InexactHalpern::default() })?;
    Ok(curves.figure())
}

/// Sparse components: what lazy anchoring is worth.
pub(crate) fn lazy() -> Result<Figure, Failure> {
    let operator = saddles::sparse_least_squares(20_000, 20_000, 10, 0)?;
    let problem = FiniteSumInclusion::new(&operator, &Zero, None)?;
    let title = "Sparse least squares, 20000 x 20000, 10 entries a row";
    let mut curves = Curves { problem: &problem, title, epochs: 30.0, traces: Vec::new() };
    for (name, lazy) in [("lazy", true), ("dense", false)] {
        // Small batches, so that a step is cheap beside a pass over the coordinates.
        let method = SingleLoop { lazy, batch: Some(20), tolerance: 1e-12, ..SingleLoop::default() };
        curves.add(name, 0, &method)?;
    }
    // In 30 epochs the residual hardly falls, for both alike: what differs is how long an epoch takes.
    let panel = Panel { x: "seconds", y: "epochs", x_scale: ScaleKind::Linear, y_scale: ScaleKind::Linear };
    Ok(Figure { panels: vec![panel], ..curves.figure() })
}
