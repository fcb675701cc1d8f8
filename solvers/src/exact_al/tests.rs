mod guarantees;
mod inexact;
mod paper;
mod paper_instances;
mod published;
mod set;
mod statuses;
mod text;
mod traces;

use super::*;
use crate::run::{Begin, Control, Limits, NoSave, Observer, Run, Solution, solve};
use std::io;
use thalweg_problems::certificate::{NlpCertificate, NlpPoint};
use thalweg_problems::nlp::NonlinearProgram;

/// The run's numbers at the start and after every step.
#[derive(Default)]
struct Rows(Vec<Run>);

impl Observer<ExactAlWork> for Rows {
    fn started(&mut self, _: &str, _: &'static [&'static str], run: &Run) -> io::Result<()> {
        self.0.push(run.clone());
        Ok(())
    }
    fn stepped(&mut self, run: &Run, _: &ExactAlWork) -> io::Result<()> {
        self.0.push(run.clone());
        Ok(())
    }
}

impl Rows {
    /// A measure by name, at the start and after every step.
    fn measure(&self, name: &str) -> Vec<f64> {
        let at = direct::MEASURES.iter().position(|m| *m == name).unwrap();
        self.0.iter().map(|run| run.measures[at]).collect()
    }
}

/// A certified run from the problem's start, with its numbers.
fn run(problem: &dyn NonlinearProgram, method: &ExactAl) -> (Solution<NlpPoint, NlpCertificate>, Rows) {
    run_from(problem, problem.start(), method)
}

fn run_from(problem: &dyn NonlinearProgram, x: &[f64], method: &ExactAl) -> (Solution<NlpPoint, NlpCertificate>, Rows) {
    let start = NlpPoint { x: x.to_vec(), ..NlpPoint::default() };
    let mut rows = Rows::default();
    let limits = Limits { max_iterations: 300, time_limit: None };
    let control = Control { limits, observers: vec![&mut rows], ..Control::default() };
    let solution = solve(problem, method, Begin::From(start), method.tolerance, control, &mut NoSave).unwrap();
    (solution, rows)
}
