//! Guarantees of the papers, recorded values, invariance.

mod counting;
mod games;
mod guarantees;
mod learning;
mod trajectories;

use super::*;
use crate::run::{Begin, Control, Method, NoSave, Outcome, Point, Trace, drive};

/// Runs a method from the problem's start, and returns its trace too.
fn run<'p, M>(problem: &FiniteSumInclusion<'p>, method: &M, steps: u64) -> (Outcome<M::Work>, Trace)
where
    M: Method<FiniteSumInclusion<'p>>,
    M::Work: crate::run::Work<Point = Vec<f64>>,
{
    let mut trace = Trace::default();
    let mut control = Control { trace: Some(&mut trace), ..Control::default() };
    control.limits.max_iterations = steps;
    let start: Point<M, FiniteSumInclusion<'p>> = problem.start().to_vec();
    let outcome = drive(problem, method, Begin::From(start), &mut control, &mut NoSave).unwrap();
    (outcome, trace)
}

/// A column of a trace.
fn column(trace: &Trace, name: &str) -> Vec<f64> {
    let (names, rows) = trace.table();
    let at = names.iter().position(|n| n == name).unwrap();
    rows.iter().map(|row| row[at]).collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |s, (a, b)| s + (a - b).powi(2)).sqrt()
}
