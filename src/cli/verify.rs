//! `thalweg verify`: the certificate of anybody's solution.

use super::answer::Answer;
use super::error::CliError;
use super::glm_args::{GlmModelArgs, problem};
use super::output::{Output, number, short};
use super::sif::{SifArgs, is_sif};
use super::{OutputArgs, names, nlp_answer, solve, values};
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use thalweg::glm::Glm;
use thalweg::nlp::NonlinearProgram;
use thalweg::{Certificate, Certify};

/// Check a solution, ours or not: objective and certificate from data and point alone.
#[derive(Args, Debug)]
#[command(after_help = concat!(
    problem!(),
    "
The options must describe the model that was solved. Exit code 0 if the certificate holds, 1 if not.

Examples:
  thalweg glm data/diabetes.svm --lambda 100 --solution x.txt
  thalweg verify data/diabetes.svm x.txt --lambda 100
  thalweg verify PROBLEM.SIF point.txt --tol 1e-8
  thalweg verify data/diabetes.svm sklearn.txt --alpha 0.5 --intercept --tol 1e-4"
))]
pub(super) struct VerifyCommand {
    /// The data, gzipped or not; - is standard input.
    file: PathBuf,
    /// The solution: lines `index value` and `intercept value`, JSON, or a model.
    solution: PathBuf,
    #[command(flatten)]
    model: GlmModelArgs,
    #[command(flatten)]
    sif: SifArgs,
    /// Tolerance of the certificate.
    #[arg(long, value_name = "T", default_value = "1e-6")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    tol: f64,
    #[command(flatten)]
    output: OutputArgs,
}

impl VerifyCommand {
    /// The certificate of a point of a nonlinear program.
    fn nonlinear(self) -> Result<u8, CliError> {
        let problem = self.sif.read(&self.file)?.program()?;
        let point = nlp_answer::read(&self.solution, &problem)?;
        for (what, found, expected) in [
            ("variables", point.x.len(), problem.variables()),
            ("multipliers", point.multipliers.len(), problem.constraints()),
        ] {
            if found != expected {
                let message = format!("{found} {what}, but the problem has {expected}");
                return Err(CliError::file("inconsistent", &self.solution, message));
            }
        }
        let certificate = problem.certify(&point);
        let holds = certificate.holds(self.tol);
        let mut out = Output::default();
        if self.output.json {
            let measures: Map<String, Value> =
                certificate.measures().iter().map(|m| (m.name.to_owned(), number(m.value))).collect();
            let object = json!({
                names::CLASS: "nlp",
                names::PROBLEM: { names::NAME: problem.name() },
                names::VERIFIED: holds,
                names::TOLERANCE: number(self.tol),
                names::OBJECTIVE: number(certificate.objective),
                names::CERTIFICATE: measures,
            });
            out.line(object.to_string());
        } else if !self.output.quiet {
            out.line(format!("objective {}", short(certificate.objective)));
            out.line(certificate.summary(self.tol));
        }
        out.print()?;
        Ok(u8::from(!holds))
    }

    pub(super) fn run(self) -> Result<u8, CliError> {
        if self.file.as_os_str() != "-" && is_sif(&self.file)? {
            return self.nonlinear();
        }
        if self.file.extension().is_some_and(|e| e != "gz" && e != "txt") {
            solve::class_of(&self.file)?;
        }
        if self.file.as_os_str() == "-" && self.solution.as_os_str() == "-" {
            return Err(CliError::usage("only one file can be standard input"));
        }
        let answer = Answer::read(&self.solution)?;
        let (prepared, loss) = self.model.prepare(&self.file)?;
        let (mut point, missing) = answer.point(&prepared.data.contents);
        if let Some(feature) = missing.first() {
            let message = format!("feature {feature} has a coefficient, but no entry in {}", prepared.data.name);
            return Err(CliError::file("inconsistent", &self.solution, message));
        }
        if !self.model.intercept && point.intercept != 0.0 {
            let message = format!("it has the intercept {}, the model has none (--intercept)", point.intercept);
            return Err(CliError::file("inconsistent", &self.solution, message));
        }
        if let Some(scaling) = prepared.data.contents.design.scaling() {
            (point.coefficients, point.intercept) = scaling.from_original(&point.coefficients, point.intercept);
        }
        let problem = Glm::new(&prepared.data.contents.design, loss.as_ref(), prepared.penalty.as_dyn())?
            .with_intercept(self.model.intercept);
        problem.check_point(&point)?;
        let certificate = problem.certify(&point);
        let holds = certificate.holds(self.tol);
        let mut out = Output::default();
        if self.output.json {
            let measures: Map<String, Value> =
                certificate.measures().iter().map(|m| (m.name.to_owned(), number(m.value))).collect();
            let object = json!({
                names::CLASS: "glm",
                names::PROBLEM: super::glm::problem_json(&self.model, &prepared),
                names::VERIFIED: holds,
                names::TOLERANCE: number(self.tol),
                names::OBJECTIVE: number(certificate.objective),
                names::CERTIFICATE: measures,
            });
            out.line(object.to_string());
        } else if !self.output.quiet {
            out.line(format!("objective {}   support {}", short(certificate.objective), point.support()));
            out.line(certificate.summary(self.tol));
        }
        out.print()?;
        Ok(u8::from(!holds))
    }
}
