//! `thalweg glm --loss softmax`: any number of classes, by block coordinate descent.

use super::Given;
use super::error::CliError;
use super::glm::{GlmCommand, SolverName};
use super::glm_args::{GlmModelArgs, Penalty};
use super::glm_data::GlmFile;
use super::glm_model::{FORMAT, VERSION};
use super::names;
use super::output::{Output, counted, grouped, number, short};
use super::output_file::OutputFile;
use super::result::{self, JsonAnswer};
use super::run_args::{TraceLabels, Written};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::Path;
use thalweg::datafit::Softmax;
use thalweg::glm::{self, GlmData, SoftmaxFit};
use thalweg::run::Trace;
use thalweg_solvers::bcd::blocks::{Selection, Update};

/// The coefficients of every class, in the data's own numbering.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SoftmaxAnswer {
    /// The labels of the classes, ascending.
    pub(super) classes: Vec<f64>,
    pub(super) intercepts: Vec<f64>,
    /// Feature numbers from 1, ascending.
    features: Vec<u64>,
    /// For every class, a coefficient of every feature.
    coefficients: Vec<Vec<f64>>,
}

impl SoftmaxAnswer {
    /// From the variables of the problem, for the data before they were scaled.
    fn new(classes: &[f64], variables: &[f64], data: &GlmData) -> Self {
        let p = data.design.columns();
        let (mut intercepts, mut coefficients) = (Vec::new(), Vec::new());
        for weights in variables.chunks_exact(variables.len() / classes.len()) {
            let (weights, intercept) = weights.split_at(p);
            let intercept = intercept.first().copied().unwrap_or(0.0);
            let (weights, intercept) = match data.design.scaling() {
                Some(scaling) => scaling.to_original(weights, intercept),
                None => (weights.to_vec(), intercept),
            };
            intercepts.push(intercept);
            coefficients.push(weights);
        }
        let features = data.column_ids.iter().map(|&id| u64::from(id) + 1).collect();
        Self { classes: classes.to_vec(), intercepts, features, coefficients }
    }

    fn len(&self) -> usize {
        self.classes.len() * (self.features.len() + 1)
    }

    fn to_json(&self) -> Value {
        let list = |values: &[f64]| Value::Array(values.iter().map(|&v| number(v)).collect());
        json!({
            names::CLASSES: list(&self.classes),
            names::INTERCEPTS: list(&self.intercepts),
            names::FEATURES: self.features,
            names::COEFFICIENTS: self.coefficients.iter().map(|c| list(c)).collect::<Vec<_>>(),
        })
    }

    /// From the object of a model or a solution; the error says what is wrong.
    pub(super) fn from_json(value: &Value) -> Result<Self, String> {
        let numbers = |value: &Value, what: &str| -> Result<Vec<f64>, String> {
            let list = value.as_array().ok_or_else(|| format!("it has no list \"{what}\""))?;
            let number = |v: &Value| v.as_f64().filter(|v| v.is_finite());
            list.iter().map(|v| number(v).ok_or_else(|| format!("\"{what}\" has an entry that is no number"))).collect()
        };
        let classes = numbers(&value[names::CLASSES], names::CLASSES)?;
        let intercepts = numbers(&value[names::INTERCEPTS], names::INTERCEPTS)?;
        let features = numbers(&value[names::FEATURES], names::FEATURES)?;
        let lists = value[names::COEFFICIENTS].as_array().map_or(&[][..], Vec::as_slice);
        let coefficients: Vec<Vec<f64>> =
            lists.iter().map(|list| numbers(list, names::COEFFICIENTS)).collect::<Result<_, _>>()?;
        let k = classes.len();
        if k < 2 || !classes.is_sorted_by(|a, b| a < b) {
            return Err("its classes are no ascending list of at least 2".to_owned());
        }
        if intercepts.len() != k || coefficients.len() != k {
            return Err(format!("it has {k} classes, but another number of intercepts or lists of coefficients"));
        }
        if coefficients.iter().any(|list| list.len() != features.len()) {
            return Err(format!("it has {} features, but a class with another number of coefficients", features.len()));
        }
        if !features.iter().all(|f| (1.0..=4_294_967_294.0).contains(f) && f.fract() == 0.0)
            || !features.is_sorted_by(|a, b| a < b)
        {
            return Err("its features are no ascending list of indices from 1".to_owned());
        }
        Ok(Self { classes, intercepts, features: features.into_iter().map(|f| f as u64).collect(), coefficients })
    }

    /// One section `class LABEL` for each class, in it lines `intercept value` and `index value`.
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        for ((class, intercept), weights) in self.classes.iter().zip(&self.intercepts).zip(&self.coefficients) {
            writeln!(out, "class {class}\nintercept {intercept}")?;
            for (feature, x) in self.features.iter().zip(weights).filter(|(_, x)| **x != 0.0) {
                writeln!(out, "{feature} {x}")?;
            }
        }
        Ok(())
    }

    /// The fit `X w_c + intercept_c` of every class, one after the other.
    pub(super) fn fit(&self, data: &GlmData) -> Vec<f64> {
        let n = data.design.rows();
        let mut fit = vec![0.0; n * self.classes.len()];
        for ((weights, intercept), out) in self.coefficients.iter().zip(&self.intercepts).zip(fit.chunks_exact_mut(n)) {
            let known = |&id: &u32| self.features.binary_search(&(u64::from(id) + 1)).map_or(0.0, |k| weights[k]);
            let columns: Vec<f64> = data.column_ids.iter().map(known).collect();
            data.design.multiply(&columns, out);
            out.iter_mut().for_each(|z| *z += intercept);
        }
        fit
    }

    /// The loss of labels among the classes; `Err` says which label is none of them.
    pub(super) fn loss(&self, labels: &[f64]) -> Result<Softmax, String> {
        let place = |(row, y): (usize, &f64)| {
            let found = self.classes.binary_search_by(|c| c.total_cmp(y));
            found.map_err(|_| format!("row {} has label {y}, which is none of the model's classes", row + 1))
        };
        // + 0.0: a label -0 is 0.
        let labels: Vec<f64> = labels.iter().map(|y| y + 0.0).collect();
        let labels = labels.iter().enumerate().map(place).collect::<Result<Vec<_>, _>>()?;
        Softmax::new(labels, self.classes.len()).map_err(|e| e.to_string())
    }
}

/// The ridge term that the options ask for.
fn ridge(model: &GlmModelArgs, rows: usize) -> Result<f64, CliError> {
    let wrong = "--loss softmax takes ridge (--penalty elastic-net --l1-ratio 0 with --lambda or --alpha), --lambda 0, and without --solver bcd l1 or groups";
    let strength = match (model.lambda, model.alpha) {
        (Some(lambda), _) => Some(lambda),
        (None, Some(alpha)) => Some(alpha * rows as f64),
        (None, None) => None,
    };
    match (model.penalty, strength) {
        (Penalty::ElasticNet, Some(lambda)) if lambda == 0.0 || model.l1_ratio == Some(0.0) => Ok(lambda),
        (Penalty::L1, Some(0.0)) => Ok(0.0),
        _ => Err(CliError::usage(wrong)),
    }
}

impl GlmCommand {
    /// What does not go with this loss.
    fn check_softmax(&self) -> Result<(), CliError> {
        let refused = [
            (!matches!(self.solver, SolverName::Auto | SolverName::Bcd), "--loss softmax goes with --solver bcd only"),
            (self.preset.is_some(), "--preset goes with --solver working-set only"),
            (self.model.weights.is_some(), "--loss softmax takes no --weights"),
            (self.run.start.is_some(), "--loss softmax takes no --start"),
            (self.path.wanted(), "a path of --loss softmax goes with --penalty l1, group or sparse-group"),
        ];
        match refused.iter().find(|r| r.0) {
            Some((_, message)) => Err(CliError::usage(*message)),
            None => self.model.check(),
        }
    }

    pub(super) fn run_softmax(&self, file: &Path, given: &Given) -> Result<u8, CliError> {
        self.check_softmax()?;
        let files = self.run.prepare()?;
        let model_file = self.model_out.as_deref().map(OutputFile::check).transpose()?;
        self.check_files(file)?;
        let mut data = GlmFile::read(file, self.model.features, self.model.zero_based)?;
        let rho = ridge(&self.model, data.rows())?;
        if self.model.standardize {
            data.contents.design = data.contents.design.standardized(self.model.intercept, None)?;
        }
        let (classes, loss) = classes(&data)?;
        let problem = SoftmaxFit::new(&data.contents.design, &loss)?.with_ridge(rho)?;
        let problem = problem.with_intercepts(self.model.intercept);
        let mut method =
            self.blocks.descent(Update::Newton, self.block_groups(&data, classes.len())?, self.run.seed)?;
        if !self.blocks.selects() {
            method.selection = Selection::GaussSouthwellDiagonal;
        }

        let header =
            (!self.run.output.json && !self.run.output.quiet).then(|| self.header(&data, &classes, rho, given));
        let mut trace = files.wants_trace().then(Trace::default);
        let limits = (self.run.tol, self.run.max_iter, self.run.time_limit());
        let (solved, threads) = self.run.in_pool(|| {
            let mut progress = self.run.progress(header, !self.outputs().is_empty());
            glm::solve_softmax_in(self.run.session(&mut progress, trace.as_mut()), &problem, &method, limits, None)
        })?;
        let solution = solved?;

        let answer = SoftmaxAnswer::new(&classes, &solution.point, &data.contents);
        let mut written = Written::default();
        if let Some(trace) = &trace {
            let labels = TraceLabels {
                class: "glm",
                solver: "bcd".to_owned(),
                problem: data.name.clone(),
                command: format!("thalweg {}", given.typed.join(" ")),
                seed: self.run.seed,
                x: "coordinate_updates",
                y: "optimality_violation",
            };
            files.write_trace(trace, &labels, &mut written);
        }
        if let Some(file) = &files.solution {
            let json = file.path().extension().is_some_and(|e| e == "json");
            written.add(file, |out| if json { writeln!(out, "{}", answer.to_json()) } else { answer.write_text(out) });
        }
        let facts = json!({
            names::NAME: data.name, names::ROWS: data.rows(), names::FEATURES: data.contents.features,
            names::COLUMNS: data.contents.column_ids.len(), names::NONZEROS: data.nonzeros,
            names::CLASSES: classes.iter().map(|&c| number(c)).collect::<Vec<_>>(), names::LOSS: "softmax",
            names::PENALTY: if rho > 0.0 { "ridge" } else { "none" }, names::LAMBDA: number(rho),
            names::INTERCEPT: self.model.intercept, names::STANDARDIZED: self.model.standardize,
        });
        if let Some(file) = &model_file {
            let mut model = json!({
                names::FORMAT: FORMAT, names::VERSION: VERSION, names::PROBLEM: facts,
                names::STATUS: solution.status.name(), names::OBJECTIVE: number(solution.objective),
                names::LOSS: "softmax",
            });
            if let (Some(fields), Value::Object(answer)) = (model.as_object_mut(), answer.to_json()) {
                fields.extend(answer);
            }
            written.add(file, |out| writeln!(out, "{model:#}"));
        }
        let mut out = Output::default();
        if self.run.output.json {
            let json = JsonAnswer { class: "glm", numbers: answer.len(), make: &|| answer.to_json() };
            out.line(result::to_json(&facts, &self.run, "bcd", &solution, &json, threads, &written).to_string());
        } else {
            if !self.run.output.quiet {
                let facts = format!("objective {}", short(solution.objective));
                result::lines(&mut out, &solution, "bcd", &facts, &written);
            }
            if self.run.prints_solution() {
                let mut bytes = Vec::new();
                if answer.write_text(&mut bytes).is_ok() {
                    out.line(String::from_utf8_lossy(&bytes).trim_end());
                }
            }
        }
        out.print()?;
        match written.failure {
            None => Ok(solution.status.exit_code()),
            Some(_) if self.run.output.json => Ok(2),
            Some(failure) => Err(failure),
        }
    }

    fn header(&self, data: &GlmFile, classes: &[f64], rho: f64, given: &Given) -> Output {
        let mut out = Output::default();
        let sizes = [
            counted(data.rows() as u64, "row"),
            counted(data.contents.features, "column"),
            counted(data.nonzeros as u64, "nonzero"),
        ];
        out.line(format!(
            "{}: {}, {} classes, stored {}",
            data.name,
            sizes.join(", "),
            grouped(classes.len() as u64),
            data.contents.design.layout()
        ));
        let penalty = if rho > 0.0 { format!("ridge, lambda {}", short(rho)) } else { "no penalty".to_owned() };
        let extras = [(self.model.intercept, ", intercept"), (self.model.standardize, ", standardized")];
        let extras: String = extras.iter().filter(|e| e.0).map(|e| e.1).collect();
        out.line(format!("softmax loss, {penalty}{extras}"));
        if !given.options.is_empty() {
            let list: Vec<String> = given.options.iter().map(|(o, from)| format!("{o} ({from})")).collect();
            out.line(format!("options: {}", list.join(", ")));
        }
        out
    }
}

/// The different labels, ascending, and the loss.
fn classes(data: &GlmFile) -> Result<(Vec<f64>, Softmax), CliError> {
    let mut classes: Vec<f64> = data.contents.labels.iter().map(|y| y + 0.0).collect();
    classes.sort_by(f64::total_cmp);
    classes.dedup();
    if classes.len() < 2 {
        let message = format!("all {} labels are equal: softmax needs at least 2 classes", data.rows());
        return Err(CliError::file("labels", &data.path, message));
    }
    let none = SoftmaxAnswer { classes, intercepts: Vec::new(), features: Vec::new(), coefficients: Vec::new() };
    let loss = none.loss(&data.contents.labels).map_err(|e| CliError::file("labels", &data.path, e))?;
    Ok((none.classes, loss))
}
