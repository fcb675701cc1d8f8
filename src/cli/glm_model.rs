//! Model files: what `thalweg glm --model-out` writes and `thalweg glm predict` reads.

use super::answer::Answer;
use super::error::CliError;
use super::glm_args::{Link, Loss};
use super::glm_softmax::SoftmaxAnswer;
use super::names;
use super::output::number;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::Path;
use thalweg::Status;
use thalweg::datafit::Logistic;
use thalweg::formats::Input;

pub(super) const FORMAT: &str = "thalweg-glm-model";
pub(super) const VERSION: u64 = 1;

/// A fitted model, in JSON.
#[derive(Debug)]
pub(super) struct Model(Value);

impl Model {
    /// From the problem in JSON and what was found.
    pub(super) fn new(
        problem: Value,
        loss: Loss,
        labels: &[f64],
        answer: &Answer,
        status: Status,
        objective: f64,
    ) -> Self {
        let mut object = json!({
            names::FORMAT: FORMAT,
            names::VERSION: VERSION,
            names::PROBLEM: problem,
            names::STATUS: status.name(),
            names::OBJECTIVE: number(objective),
            names::LOSS: loss.name(),
        });
        let classes = match loss.link() {
            Link::Sign => Logistic::from_labels(labels).ok().map(|l| l.classes()),
            Link::Identity | Link::Exponential | Link::Classes => None,
        };
        if let (Some(fields), Value::Object(answer)) = (object.as_object_mut(), answer.to_json()) {
            if let Some((low, high)) = classes {
                fields.insert(names::CLASSES.to_owned(), json!([number(low), number(high)]));
            }
            fields.extend(answer);
        }
        Self(object)
    }

    /// A model of several classes: for each of them an intercept and a coefficient of every feature that has one.
    pub(super) fn several(
        problem: Value,
        loss: Loss,
        classes: &[f64],
        answers: &[Answer],
        status: Status,
        objective: f64,
    ) -> Self {
        let mut features: Vec<u64> = answers.iter().flat_map(|a| a.coefficients.iter().map(|c| c.0)).collect();
        features.sort_unstable();
        features.dedup();
        let of = |answer: &Answer, feature: u64| {
            answer.coefficients.binary_search_by_key(&feature, |c| c.0).map_or(0.0, |k| answer.coefficients[k].1)
        };
        let row = |answer: &Answer| features.iter().map(|&f| number(of(answer, f))).collect::<Vec<_>>();
        Self(json!({
            names::FORMAT: FORMAT,
            names::VERSION: VERSION,
            names::PROBLEM: problem,
            names::STATUS: status.name(),
            names::OBJECTIVE: number(objective),
            names::LOSS: loss.name(),
            names::CLASSES: classes.iter().map(|&c| number(c)).collect::<Vec<_>>(),
            names::INTERCEPTS: answers.iter().map(|a| number(a.intercept)).collect::<Vec<_>>(),
            names::FEATURES: features,
            names::COEFFICIENTS: answers.iter().map(row).collect::<Vec<_>>(),
        }))
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{:#}", self.0)
    }
}

/// A model as predictions need it.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) answer: Answer,
    pub(super) loss: Loss,
    /// The smaller and the larger label of a model of two classes.
    pub(super) classes: Option<(f64, f64)>,
    /// A model of several classes, instead of `answer`.
    pub(super) softmax: Option<SoftmaxAnswer>,
}

impl Fitted {
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let input = Input::open(path)?;
        let name = input.name().to_owned();
        let bytes = input.read_to_end()?;
        let bad = |message: String| CliError::file("model", path, message);
        let value: Value =
            serde_json::from_slice(&bytes).map_err(|e| bad(format!("not a model, which --model-out writes: {e}")))?;
        if value[names::FORMAT] != FORMAT || value[names::VERSION] != VERSION {
            return Err(bad(format!(
                "not a model file of format {FORMAT}, version {VERSION}, which --model-out writes"
            )));
        }
        let name_of_loss = value[names::LOSS].as_str().unwrap_or_default();
        let loss = Loss::from_name(name_of_loss)
            .ok_or_else(|| bad(format!("it has the loss \"{name_of_loss}\", which this program does not know")))?;
        if loss == Loss::Softmax {
            let softmax = Some(SoftmaxAnswer::from_json(&value).map_err(bad)?);
            return Ok(Self { answer: Answer::default(), loss, classes: None, softmax });
        }
        let classes = match (value[names::CLASSES][0].as_f64(), value[names::CLASSES][1].as_f64()) {
            _ if loss.link() != Link::Sign => None,
            (Some(low), Some(high)) => Some((low, high)),
            _ => return Err(bad("it has no pair of classes".to_owned())),
        };
        Ok(Self { answer: Answer::from_json(&name, &bytes)?, loss, classes, softmax: None })
    }
}
