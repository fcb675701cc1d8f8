//! `thalweg glm predict`.

use super::error::CliError;
use super::glm_args::{Link, Loss};
use super::glm_data::GlmFile;
use super::glm_model::Fitted;
use super::glm_softmax::SoftmaxAnswer;
use super::output::{Output, counted, number, short};
use super::output_file::{OutputFile, check_distinct, is_stdout};
use super::{OutputArgs, names};
use clap::Args;
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::path::PathBuf;
use thalweg::datafit::{Datafit, Gamma, Poisson, Softmax};
use thalweg::glm::{score_classes, score_multiclass, score_numbers};

/// Predict with a fitted model, and score the predictions against the labels of the file.
#[derive(Args, Debug)]
#[command(after_help = "\
Features that the model does not know are left out. Rows whose labels are no class of the model have
predictions, but no scores.

Examples:
  thalweg glm data/wdbc.svm --loss logistic --intercept --standardize --model-out wdbc.json
  thalweg glm predict wdbc.json data/wdbc.svm
  thalweg glm predict wdbc.json new.svm --predictions - --probability")]
pub(super) struct PredictCommand {
    /// A model written by --model-out.
    model: PathBuf,
    /// Data in LIBSVM format; - is standard input.
    file: PathBuf,
    /// Write one prediction per row: mean or class (- prints them).
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// Write probabilities instead of labels: of the larger label, or of every class of a softmax model.
    #[arg(long, requires = "predictions")]
    probability: bool,
    /// Indices in the file count from 0, as those of the model did.
    #[arg(long)]
    zero_based: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// Names and values.
type Scores = Vec<(&'static str, f64)>;

impl PredictCommand {
    pub(super) fn run(self) -> Result<u8, CliError> {
        let to_stdout = self.predictions.as_deref().is_some_and(is_stdout);
        let file = self.predictions.as_deref().filter(|p| !is_stdout(p)).map(OutputFile::check).transpose()?;
        if let Some(path) = &self.predictions {
            check_distinct(&[("--predictions", path)], &[("the model", &self.model), ("the data", &self.file)])?;
        }
        if self.model.as_os_str() == "-" && self.file.as_os_str() == "-" {
            return Err(CliError::usage("only one file can be standard input"));
        }
        let model = Fitted::read(&self.model)?;
        if self.probability && !matches!(model.loss, Loss::Logistic | Loss::Softmax) {
            return Err(CliError::usage("--probability needs a logistic or softmax model"));
        }
        let data = GlmFile::read(&self.file, None, self.zero_based)?;
        let (scored, predictions) = match &model.softmax {
            Some(softmax) => self.among_classes(softmax, &data),
            None => self.on_a_line(&model, &data),
        };
        let (scores, unscored) = match scored {
            Ok(scores) => (scores, None),
            // New data often have labels that mean nothing.
            Err(why) if self.predictions.is_some() => (Scores::new(), Some(format!("no scores: {why}"))),
            Err(why) => return Err(CliError::file("labels", &data.path, why)),
        };
        let text = |row: &Vec<f64>| row.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
        if let Some(file) = &file {
            file.write(|out| predictions.iter().try_for_each(|p| writeln!(out, "{}", text(p))))?;
        }

        let mut out = Output::default();
        if self.output.json {
            let mut object = json!({
                names::CLASS: "glm",
                names::PROBLEM: { names::NAME: data.name, names::ROWS: data.rows() },
                names::SCORES: scores.iter().map(|&(n, v)| (n.to_owned(), number(v))).collect::<Map<_, _>>(),
                names::WARNINGS: unscored.as_slice(),
            });
            if to_stdout && let Some(fields) = object.as_object_mut() {
                let row = |row: &Vec<f64>| match row[..] {
                    [one] => number(one),
                    _ => Value::Array(row.iter().map(|&p| number(p)).collect()),
                };
                let list = predictions.iter().map(row).collect();
                fields.insert(names::PREDICTIONS.to_owned(), Value::Array(list));
            }
            out.line(object.to_string());
        } else {
            if let Some(why) = unscored.filter(|_| !self.output.quiet) {
                // A warning that nobody can read is no reason to fail.
                let _ = writeln!(io::stderr(), "warning: {}: {why}", data.name);
            }
            if to_stdout {
                predictions.iter().for_each(|p| out.line(text(p)));
            } else if !self.output.quiet {
                let list: String = scores.iter().map(|(n, v)| format!("   {n} {}", short(*v))).collect();
                out.line(format!("{}: {}{list}", data.name, counted(data.rows() as u64, "row")));
                if let Some(file) = &file {
                    out.line(format!("written: {}", file.path().display()));
                }
            }
        }
        out.print()?;
        Ok(0)
    }

    /// Scores and rows of predictions of a model with one fit.
    fn on_a_line(&self, model: &Fitted, data: &GlmFile) -> (Result<Scores, String>, Vec<Vec<f64>>) {
        let (point, _) = model.answer.point(&data.contents);
        let mut fit = vec![0.0; data.rows()];
        data.contents.design.multiply(&point.coefficients, &mut fit);
        fit.iter_mut().for_each(|z| *z += point.intercept);
        let predictions = self.predictions(model, &fit).into_iter().map(|p| vec![p]).collect();
        (scores(model, &data.contents.labels, &fit), predictions)
    }

    /// The same of a softmax model; of equal probabilities the first class has it.
    fn among_classes(&self, model: &SoftmaxAnswer, data: &GlmFile) -> (Result<Scores, String>, Vec<Vec<f64>>) {
        let (n, k, fit) = (data.rows(), model.classes.len(), model.fit(&data.contents));
        let mut probabilities = vec![0.0; fit.len()];
        // Labels do not matter for these.
        if let Ok(any) = Softmax::new(vec![0; n], k) {
            any.probabilities(&fit, &mut probabilities);
        }
        let top = |i: usize| (1..k).fold(0, |top, c| if fit[c * n + i] > fit[top * n + i] { c } else { top });
        let row = |i: usize| match self.probability {
            true => (0..k).map(|c| probabilities[c * n + i]).collect(),
            false => vec![model.classes[top(i)]],
        };
        let scored = model.loss(&data.contents.labels).map(|loss| {
            let s = score_multiclass(&loss, &fit);
            vec![(names::ACCURACY, s.accuracy), (names::LOG_LOSS, s.log_loss), (names::DEVIANCE, s.deviance)]
        });
        (scored, (0..n).map(row).collect())
    }

    /// What the rows are predicted to be.
    fn predictions(&self, model: &Fitted, fit: &[f64]) -> Vec<f64> {
        let predict = |&z: &f64| match model.classes {
            None if model.loss.link() == Link::Exponential => z.exp(),
            None => z,
            Some(_) if self.probability => 1.0 / (1.0 + (-z).exp()),
            Some((low, high)) => {
                if z > 0.0 {
                    high
                } else {
                    low
                }
            }
        };
        fit.iter().map(predict).collect()
    }
}

/// Scores against the labels; `Err` says which label does not suit the model.
fn scores(model: &Fitted, labels: &[f64], fit: &[f64]) -> Result<Scores, String> {
    let Some((low, high)) = model.classes else {
        let means: Vec<f64> = match model.loss.link() {
            Link::Exponential => fit.iter().map(|z| z.exp()).collect(),
            Link::Identity | Link::Sign | Link::Classes => fit.to_vec(),
        };
        let s = score_numbers(labels, &means);
        let deviance = match model.loss {
            Loss::Poisson => Some(deviance(&Poisson::new(labels.to_vec()).map_err(|e| e.to_string())?, fit)),
            Loss::Gamma => Some(deviance(&Gamma::new(labels.to_vec()).map_err(|e| e.to_string())?, fit)),
            Loss::Squared => Some(s.deviance),
            _ => None,
        };
        let known = [(names::R2, Some(s.r2)), (names::RMSE, Some(s.rmse)), (names::DEVIANCE, deviance)];
        return Ok(known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect());
    };
    if let Some(row) = labels.iter().position(|&y| y != low && y != high) {
        return Err(format!("row {} has label {}, the model knows {low} and {high}", row + 1, labels[row]));
    }
    let signs: Vec<f64> = labels.iter().map(|&y| if y == high { 1.0 } else { -1.0 }).collect();
    let s = score_classes(&signs, fit);
    let likelihood = (model.loss == Loss::Logistic).then_some((names::DEVIANCE, s.deviance));
    Ok([(names::ACCURACY, s.accuracy), (names::AUC, s.auc)].into_iter().chain(likelihood).collect())
}

/// Twice the loss above its infimum.
fn deviance(loss: &dyn Datafit, fit: &[f64]) -> f64 {
    2.0 * (loss.value(fit) - loss.infimum())
}
