//! `thalweg glm predict`, and the model files it reads.

use super::answer::Answer;
use super::error::CliError;
use super::glm::{GlmModelArgs, Loss, Prepared};
use super::glm_data::GlmData;
use super::output::{Output, OutputFile, is_stdout, number, short};
use super::{OutputArgs, names};
use clap::Args;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::PathBuf;
use thalweg::datafit::Logistic;
use thalweg::formats::Input;
use thalweg::glm::{GlmSolution, score_classes, score_numbers};

const FORMAT: &str = "thalweg-glm-model";
const VERSION: u64 = 1;

/// A fitted model, in JSON.
#[derive(Debug)]
pub(super) struct Model(Value);

impl Model {
    pub(super) fn new(args: &GlmModelArgs, prepared: &Prepared, answer: &Answer, solution: &GlmSolution) -> Self {
        let mut object = json!({
            names::FORMAT: FORMAT,
            names::VERSION: VERSION,
            names::PROBLEM: super::glm::problem_json(args, prepared),
            names::STATUS: solution.status.name(),
            names::OBJECTIVE: number(solution.objective),
            names::LOSS: args.loss.name(),
        });
        let classes = match args.loss {
            Loss::Logistic => Logistic::from_labels(&prepared.data.file.labels).ok().map(|l| l.classes()),
            Loss::Squared => None,
        };
        if let (Some(fields), Value::Object(answer)) = (object.as_object_mut(), answer.to_json()) {
            if let Some((low, high)) = classes {
                fields.insert(names::CLASSES.to_owned(), json!([number(low), number(high)]));
            }
            fields.extend(answer);
        }
        Self(object)
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{:#}", self.0)
    }
}

/// Predict with a fitted model, and score the predictions against the labels of the file.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  thalweg glm data/wdbc.svm --loss logistic --intercept --standardize --model-out wdbc.json
  thalweg glm predict wdbc.json data/wdbc.svm
  thalweg glm predict wdbc.json new.svm --predictions - --probability")]
pub(super) struct PredictCommand {
    /// A model written by --model-out.
    model: PathBuf,
    /// Data in LIBSVM format; - is standard input.
    file: PathBuf,
    /// Write one prediction per row (- prints them): the number, or the label of the class.
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// Write probabilities of the larger label instead of labels.
    #[arg(long, requires = "predictions")]
    probability: bool,
    /// Indices in the file count from 0.
    #[arg(long)]
    zero_based: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl PredictCommand {
    pub(super) fn run(self) -> Result<u8, CliError> {
        let to_stdout = self.predictions.as_deref().is_some_and(is_stdout);
        let file = self.predictions.as_deref().filter(|p| !is_stdout(p)).map(OutputFile::check).transpose()?;
        let bad = |message: String| CliError::file("model", &self.model, message);
        let value: Value = serde_json::from_slice(&Input::open(&self.model)?.read_to_end()?)
            .map_err(|e| bad(format!("not a model: {e}")))?;
        if value[names::FORMAT] != FORMAT || value[names::VERSION] != VERSION {
            return Err(bad(format!("not a model file of format {FORMAT}, version {VERSION}")));
        }
        let logistic = value[names::LOSS] == Loss::Logistic.name();
        let classes = match (&value[names::CLASSES][0], &value[names::CLASSES][1]) {
            (Value::Number(a), Value::Number(b)) => (a.as_f64().unwrap_or(-1.0), b.as_f64().unwrap_or(1.0)),
            _ if logistic => return Err(bad("it has no pair of classes".to_owned())),
            _ => (-1.0, 1.0),
        };
        if self.probability && !logistic {
            return Err(CliError::usage("--probability needs a logistic model"));
        }
        let answer = Answer::read(&self.model)?;
        let data = GlmData::read(&self.file, None, self.zero_based)?;
        let (point, _) = answer.point(&data.file);
        let mut fit = vec![0.0; data.rows()];
        data.design.multiply(&point.coefficients, &mut fit);
        fit.iter_mut().for_each(|z| *z += point.intercept);

        let labels = &data.file.labels;
        let scores: Vec<(&str, f64)> = if logistic {
            if let Some(row) = labels.iter().position(|&y| y != classes.0 && y != classes.1) {
                let (found, (low, high)) = (labels[row], classes);
                let message = format!("row {} has label {found}, the model knows {low} and {high}", row + 1);
                return Err(CliError::file("labels", &data.path, message));
            }
            let signs: Vec<f64> = labels.iter().map(|&y| if y == classes.1 { 1.0 } else { -1.0 }).collect();
            let s = score_classes(&signs, &fit);
            vec![("accuracy", s.accuracy), ("auc", s.auc), ("deviance", s.deviance)]
        } else {
            let s = score_numbers(labels, &fit);
            vec![("r2", s.r2), ("rmse", s.rmse), ("deviance", s.deviance)]
        };
        let predictions: Vec<f64> = fit
            .iter()
            .map(|&z| match (logistic, self.probability) {
                (true, true) => 1.0 / (1.0 + (-z).exp()),
                (true, false) => {
                    if z > 0.0 {
                        classes.1
                    } else {
                        classes.0
                    }
                }
                (false, _) => z,
            })
            .collect();
        if let Some(file) = &file {
            file.write(|out| predictions.iter().try_for_each(|p| writeln!(out, "{p}")))?;
        }

        let mut out = Output::default();
        if self.output.json {
            let mut object = json!({
                names::CLASS: "glm",
                names::PROBLEM: { names::NAME: data.name, names::ROWS: data.rows() },
                names::SCORES: scores.iter().map(|&(n, v)| (n.to_owned(), number(v))).collect::<serde_json::Map<_, _>>(),
            });
            if to_stdout && let Some(fields) = object.as_object_mut() {
                let list = predictions.iter().map(|&p| number(p)).collect();
                fields.insert(names::PREDICTIONS.to_owned(), Value::Array(list));
            }
            out.line(object.to_string());
        } else if to_stdout {
            predictions.iter().for_each(|p| out.line(p.to_string()));
        } else if !self.output.quiet {
            let list: Vec<String> = scores.iter().map(|(n, v)| format!("{n} {}", short(*v))).collect();
            out.line(format!("{}: {} rows   {}", data.name, data.rows(), list.join("   ")));
        }
        out.print()?;
        Ok(0)
    }
}
