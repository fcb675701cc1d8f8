//! Model files: what `thalweg glm --model-out` writes and `thalweg glm predict` reads.

use super::answer::Answer;
use super::error::CliError;
use super::glm::{Prepared, problem_json};
use super::glm_args::{GlmModelArgs, Loss};
use super::glm_softmax::SoftmaxAnswer;
use super::names;
use super::output::number;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::Path;
use thalweg::datafit::Logistic;
use thalweg::formats::Input;
use thalweg::glm::GlmSolution;

pub(super) const FORMAT: &str = "thalweg-glm-model";
pub(super) const VERSION: u64 = 1;

/// A fitted model, in JSON.
#[derive(Debug)]
pub(super) struct Model(Value);

impl Model {
    pub(super) fn new(args: &GlmModelArgs, prepared: &Prepared, answer: &Answer, solution: &GlmSolution) -> Self {
        let mut object = json!({
            names::FORMAT: FORMAT,
            names::VERSION: VERSION,
            names::PROBLEM: problem_json(args, prepared),
            names::STATUS: solution.status.name(),
            names::OBJECTIVE: number(solution.objective),
            names::LOSS: args.loss.name(),
        });
        let classes = match args.loss {
            Loss::Logistic => Logistic::from_labels(&prepared.data.contents.labels).ok().map(|l| l.classes()),
            _ => None,
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

/// A model as predictions need it.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) answer: Answer,
    /// The smaller and the larger label of a logistic model.
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
        if value[names::LOSS] == Loss::Softmax.name() {
            let softmax = Some(SoftmaxAnswer::from_json(&value).map_err(bad)?);
            return Ok(Self { answer: Answer::default(), classes: None, softmax });
        }
        let classes = match (value[names::CLASSES][0].as_f64(), value[names::CLASSES][1].as_f64()) {
            _ if value[names::LOSS] != Loss::Logistic.name() => None,
            (Some(low), Some(high)) => Some((low, high)),
            _ => return Err(bad("it has no pair of classes".to_owned())),
        };
        Ok(Self { answer: Answer::from_json(&name, &bytes)?, classes, softmax: None })
    }
}
