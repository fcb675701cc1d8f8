//! `thalweg info`: what is in a file.

use super::error::CliError;
use super::glm_data::GlmFile;
use super::output::{Output, grouped, number, short};
use super::sif::{self, SifArgs};
use super::{OutputArgs, names, solve};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use thalweg::datafit::{Datafit, Logistic, Quadratic};
use thalweg::glm::Glm;
use thalweg::prox::L1;

/// Print what is in a file: sizes, labels, the strengths at which models become null.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  thalweg info data/wdbc.svm
  thalweg info data/sif/LATTICE.SIF --param N=100")]
pub(super) struct InfoCommand {
    /// A file that a class reads (LIBSVM, SIF); - is LIBSVM from standard input.
    file: PathBuf,
    /// Indices in the file count from 0.
    #[arg(long)]
    zero_based: bool,
    /// Print the numbers by which a SIF problem is recognised: sizes, values and derivatives as the file states them.
    #[arg(long, help_heading = "SIF files")]
    fingerprint: bool,
    /// With --fingerprint: the derivatives of the functions instead of those that the file states.
    #[arg(long, help_heading = "SIF files", requires = "fingerprint")]
    exact_derivatives: bool,
    #[command(flatten)]
    sif: SifArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl InfoCommand {
    pub(super) fn run(self) -> Result<u8, CliError> {
        if sif::is_sif(&self.file)? {
            let problem = self.sif.read(&self.file)?;
            let mut out = if self.fingerprint {
                sif::fingerprint(&problem, self.exact_derivatives, self.output.json)
            } else {
                sif::info(&self.file, &problem, self.output.json)?
            };
            out.print()?;
            return Ok(0);
        }
        if let Some(option) = if self.fingerprint { Some("--fingerprint") } else { self.sif.given() } {
            return Err(CliError::usage(format!("{option} is for SIF files")));
        }
        let known = ["svm", "libsvm", "gz", "txt"];
        let extension = self.file.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        if extension.is_some_and(|e| !known.contains(&e.as_str())) {
            solve::class_of(&self.file)?;
        }
        let data = GlmFile::read(&self.file, None, self.zero_based)?;
        let labels = &data.contents.labels;
        let mut classes = labels.clone();
        classes.sort_by(f64::total_cmp);
        let counts: Vec<(f64, usize)> = classes.chunk_by(|a, b| a == b).map(|c| (c[0], c.len())).collect();
        let (n, p) = (data.rows(), data.contents.column_ids.len());
        let density = if p == 0 { 0.0 } else { data.nonzeros as f64 / (n as f64 * p as f64) };

        let lambda_max = |loss: &dyn Datafit, intercept: bool| -> Result<f64, CliError> {
            let unit = L1::new(1.0)?;
            let null = Glm::new(&data.contents.design, loss, &unit)?.with_intercept(intercept).null_model();
            Ok(null.null_strength.unwrap_or(f64::NAN))
        };
        let mut strengths = Vec::new();
        let squared = Quadratic::new(labels.clone())?;
        for (name, intercept) in [(names::SQUARED, false), (names::SQUARED_WITH_INTERCEPT, true)] {
            strengths.push((name, lambda_max(&squared, intercept)?));
        }
        if let Ok(logistic) = Logistic::from_labels(labels) {
            for (name, intercept) in [(names::LOGISTIC, false), (names::LOGISTIC_WITH_INTERCEPT, true)] {
                strengths.push((name, lambda_max(&logistic, intercept)?));
            }
        }

        let mut out = Output::default();
        let few = counts.len() <= 20;
        if self.output.json {
            let list = |pairs: &[(String, Value)]| Value::Object(pairs.iter().cloned().collect());
            let labels_json = if few {
                list(&counts.iter().map(|&(v, c)| (v.to_string(), c.into())).collect::<Vec<_>>())
            } else {
                Value::Null
            };
            let strengths: Vec<(String, Value)> =
                strengths.iter().map(|(k, v)| ((*k).to_owned(), number(*v))).collect();
            let object = json!({
                names::CLASS: "glm",
                names::PROBLEM: {
                    names::NAME: data.name, names::ROWS: n, names::FEATURES: data.contents.features,
                    names::COLUMNS: p, names::NONZEROS: data.nonzeros, names::DENSITY: number(density),
                    names::ALL_ONES: data.all_ones, names::LABELS: labels_json,
                    names::LAMBDA_MAX: list(&strengths),
                },
            });
            out.line(object.to_string());
            out.print()?;
            return Ok(0);
        }
        out.line(format!("{}: LIBSVM data (class glm)", data.name));
        out.line(format!("rows        {}", grouped(n as u64)));
        out.line(format!("columns     {}, {} with entries", grouped(data.contents.features), grouped(p as u64)));
        let ones = if data.all_ones { ", all 1" } else { "" };
        out.line(format!(
            "nonzeros    {} ({:.2} % of the stored columns){ones}",
            grouped(data.nonzeros as u64),
            100.0 * density
        ));
        let list: Vec<String> = counts.iter().take(20).map(|(v, c)| format!("{v} ({})", grouped(*c as u64))).collect();
        if few {
            out.line(format!("labels      {} different: {}", counts.len(), list.join(", ")));
        } else {
            let mean = labels.iter().sum::<f64>() / n as f64;
            let (low, high) = (counts[0].0, counts[counts.len() - 1].0);
            let different = grouped(counts.len() as u64);
            out.line(format!("labels      {different} different, from {low} to {high}, mean {}", short(mean)));
        }
        for (name, value) in strengths {
            let (loss, intercept) = (name.split('_').next().unwrap_or(name), name.ends_with("intercept"));
            let with = if intercept { " with intercept" } else { "" };
            out.line(format!("lambda_max  {} ({loss} loss{with})", short(value)));
        }
        out.print()?;
        Ok(0)
    }
}
