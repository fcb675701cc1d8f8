//! From a run to a curve.

use crate::Failure;
use thalweg::Trace;
use thalweg::report::TraceTable;
use thalweg::run::{Begin, Control, Method, NoSave, Point, drive};
use thalweg_solvers::bcd::blocks::{BlockDescent, BlockProblem};

/// Block steps in all.
const STEPS: u64 = 500;

/// What a curve is called, in which figure.
pub(super) struct Curve<'a> {
    pub(super) name: &'a str,
    pub(super) title: &'a str,
}

/// 500 block steps from 0.
pub(super) fn record<P: BlockProblem + ?Sized>(problem: &P, method: &BlockDescent) -> Result<Trace, Failure> {
    follow(problem, method, vec![0.0; problem.dimension()], STEPS / BlockDescent::BLOCK_STEPS)
}

/// The trace of some steps of a method.
pub(super) fn follow<O: ?Sized, M: Method<O>>(
    problem: &O,
    method: &M,
    start: Point<M, O>,
    steps: u64,
) -> Result<Trace, Failure> {
    let mut trace = Trace::default();
    let mut control = Control { trace: Some(&mut trace), ..Control::default() };
    control.limits.max_iterations = steps;
    drive(problem, method, Begin::From(start), &mut control, &mut NoSave)?;
    Ok(trace)
}

/// The curve of `(f - best) / (f_0 - best)` over block steps, ten of which are a step of block descent.
pub(super) fn excess(curve: &Curve<'_>, trace: &Trace, best: f64) -> Result<TraceTable, Failure> {
    with_excess(curve, trace, best, ("block_steps", BlockDescent::BLOCK_STEPS as f64), 0.0)
}

/// The same over steps that are one block each, or one iteration, down to 1e-8: block rules do not get further, and what does
/// has nothing to be compared with there.
pub(super) fn excess_of_iterations(curve: &Curve<'_>, trace: &Trace, best: f64) -> Result<TraceTable, Failure> {
    with_excess(curve, trace, best, ("iteration", 1.0), 1e-8)
}

fn with_excess(
    curve: &Curve<'_>,
    trace: &Trace,
    best: f64,
    (x, unit): (&str, f64),
    lowest: f64,
) -> Result<TraceTable, Failure> {
    let (mut columns, mut rows) = trace.table();
    let objective = columns.iter().position(|name| name == "objective").unwrap_or_default();
    let first = rows.first().map_or(f64::NAN, |row| row[objective]) - best;
    if x != "iteration" {
        columns.push(x.to_owned());
        rows.iter_mut().for_each(|row| row.push(unit * row[0]));
    }
    columns.push("relative_excess".to_owned());
    rows.iter_mut().for_each(|row| row.push((row[objective] - best).max(0.0) / first));
    let below = rows.iter().position(|row| row.last().is_some_and(|e| *e < lowest));
    rows.truncate(below.map_or(rows.len(), |k| k + 1));
    let table = TraceTable::new(curve.title, columns, rows)?;
    Ok(table.with_metadata("solver", curve.name).with_metadata("problem", curve.title).with_metadata("seed", "0"))
}
