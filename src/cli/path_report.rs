//! What a path prints and writes.

use super::answer::Answer;
use super::error::CliError;
use super::glm_path::{Followed, PathRun};
use super::names;
use super::output::{Output, number, short};
use super::output_file::OutputFile;
use super::result::{self, JsonAnswer};
use super::run_args::Written;
use serde_json::{Map, Value, json};
use std::io::Write;
use thalweg::glm::path::{PathPoint, Validated};

impl PathRun<'_> {
    pub(super) fn write_solution(
        &self,
        file: &OutputFile,
        followed: &Followed,
        answers: &[Vec<Answer>],
        chosen: Option<usize>,
        written: &mut Written,
    ) {
        let json = file.path().extension().is_some_and(|e| e == "json");
        if followed.validated.is_some() {
            // Nothing is chosen if no fold was done.
            let Some(answers) = chosen.map(|k| &answers[k]) else { return };
            written.add(file, |out| write_answers(answers, json, out));
            return;
        }
        let points = &followed.solution.point.points;
        written.add(file, |out| {
            if json {
                return writeln!(out, "{}", Value::Array(coefficients_json(points, answers)));
            }
            let several = self.subject.targets > 1;
            writeln!(out, "# lambda, {}feature, coefficient", if several { "target, " } else { "" })?;
            for (point, answers) in points.iter().zip(answers) {
                for (t, answer) in answers.iter().enumerate() {
                    let head = if several { format!("{} {}", point.lambda, t + 1) } else { point.lambda.to_string() };
                    writeln!(out, "{head} {} {}", names::INTERCEPT, answer.intercept)?;
                    answer.coefficients.iter().try_for_each(|(j, x)| writeln!(out, "{head} {j} {x}"))?;
                }
            }
            Ok(())
        });
    }

    pub(super) fn report(
        &self,
        followed: &Followed,
        answers: &[Vec<Answer>],
        chosen: Option<usize>,
        threads: usize,
        written: &Written,
    ) -> Result<(), CliError> {
        let run = &self.command.run;
        let (solution, points) = (&followed.solution, &followed.solution.point.points);
        let mut out = Output::default();
        if run.output.json {
            let problem = self.subject.problem.clone();
            let size = |answers: &Vec<Answer>| answers.iter().map(Answer::len).sum::<usize>();
            let numbers = chosen.map_or_else(|| answers.iter().map(size).sum(), |k| size(&answers[k]));
            let make = || {
                chosen.map_or_else(|| Value::Array(coefficients_json(points, answers)), |k| answers_json(&answers[k]))
            };
            let json = JsonAnswer { class: "glm", numbers, make: &make };
            let solver = if followed.validated.is_some() { "cross-validation" } else { "path" };
            let mut object = result::to_json(&problem, run, solver, solution, &json, threads, written);
            if let Some(fields) = object.as_object_mut() {
                fields.insert(names::PATH.to_owned(), Value::Array(self.rows_json(followed, answers)));
                if let Some(validated) = &followed.validated {
                    fields.insert(names::CROSS_VALIDATION.to_owned(), cv_json(validated, chosen));
                }
            }
            out.line(object.to_string());
            return out.print();
        }
        if !run.output.quiet {
            self.table(&mut out, followed);
            let facts = match (&followed.validated, chosen) {
                (Some(validated), Some(k)) => choice_line(validated, points, k),
                _ => solution.reason.clone(),
            };
            let solver = if followed.validated.is_some() { "cross-validation" } else { "path" };
            result::lines(&mut out, solution, solver, &facts, written);
        }
        if run.prints_solution() {
            let mut bytes = Vec::new();
            let printed = match chosen {
                Some(k) => write_answers(&answers[k], false, &mut bytes),
                None => points.iter().zip(answers).try_for_each(|(point, answers)| {
                    writeln!(bytes, "# lambda {}", point.lambda)?;
                    write_answers(answers, false, &mut bytes)
                }),
            };
            if printed.is_ok() {
                out.line(String::from_utf8_lossy(&bytes).trim_end());
            }
        }
        out.print()
    }

    fn table(&self, out: &mut Output, followed: &Followed) {
        let points = &followed.solution.point.points;
        let choices = followed.validated.as_ref().and_then(Validated::choices);
        let errors = if followed.validated.is_some() { "            error    std error" } else { "" };
        out.line(format!("   #      lambda    ratio  support  deviance       gap  status{errors}"));
        let top = self.subject.lambda_max.unwrap_or(points.first().map_or(1.0, |p| p.lambda));
        for (k, point) in points.iter().enumerate() {
            let mut line = format!(
                "{:>4} {:>11.5e} {:>8.6} {:>8} {:>9.6} {:>9.2e}  {:<10}",
                k + 1,
                point.lambda,
                if top > 0.0 { point.lambda / top } else { 0.0 },
                point.active,
                point.deviance_ratio,
                point.relative,
                point.status,
            );
            if let Some(validated) = followed.validated.as_ref().filter(|v| k < v.len()) {
                let (mean, se) = validated.error(k);
                let mark = match choices {
                    Some((best, simplest)) if best == k && simplest == k => " min, 1se",
                    Some((best, _)) if best == k => " min",
                    Some((_, simplest)) if simplest == k => " 1se",
                    _ => "",
                };
                line.push_str(&format!(" {mean:>12.6e} {se:>12.6e}{mark}"));
            }
            out.line(line.trim_end());
        }
    }

    fn rows_json(&self, followed: &Followed, answers: &[Vec<Answer>]) -> Vec<Value> {
        let points = &followed.solution.point.points;
        let row = |(k, (point, answers)): (usize, (&PathPoint, &Vec<Answer>))| {
            let mut row = Map::new();
            let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
            put(names::LAMBDA, number(point.lambda));
            put(names::SUPPORT, point.coefficients.len().into());
            put(names::ACTIVE, point.active.into());
            put(names::INTERCEPT, one_or_list(answers.iter().map(|a| number(a.intercept)).collect()));
            put(names::OBJECTIVE, number(point.objective));
            put(names::DEVIANCE_RATIO, number(point.deviance_ratio));
            put("duality_gap", number(point.duality_gap));
            put("relative_gap", number(point.relative));
            put(names::STATUS, point.status.name().into());
            if let Some(validated) = followed.validated.as_ref().filter(|v| k < v.len()) {
                let (mean, se) = validated.error(k);
                put(names::ERROR_MEAN, number(mean));
                put(names::ERROR_SE, number(se));
            }
            Value::Object(row)
        };
        points.iter().zip(answers).enumerate().map(row).collect()
    }
}

fn cv_json(validated: &Validated, chosen: Option<usize>) -> Value {
    let points = &validated.path.points;
    let lambda = |k: Option<usize>| k.map_or(Value::Null, |k| number(points[k].lambda));
    let choices = validated.choices();
    json!({
        names::FOLDS: validated.weights.len(),
        names::LAMBDA_MIN: lambda(choices.map(|c| c.0)),
        names::LAMBDA_1SE: lambda(choices.map(|c| c.1)),
        names::CHOSEN: chosen,
        names::FOLD_ERRORS: validated.errors.iter()
            .map(|fold| fold.iter().map(|&e| number(e)).collect::<Vec<_>>()).collect::<Vec<_>>(),
    })
}

fn choice_line(validated: &Validated, points: &[PathPoint], chosen: usize) -> String {
    let describe = |k: usize| {
        let (mean, se) = validated.error(k);
        format!(
            "lambda {} (mean deviance {} +- {}, support {})",
            short(points[k].lambda),
            short(mean),
            short(se),
            points[k].active
        )
    };
    match validated.choices() {
        Some((best, simplest)) => {
            let name = if chosen == best { "min" } else { "1se" };
            format!("min: {}\n1se: {}\nchosen: {name}, refitted on all rows", describe(best), describe(simplest))
        }
        None => String::new(),
    }
}

fn coefficients_json(points: &[PathPoint], answers: &[Vec<Answer>]) -> Vec<Value> {
    let one = |(point, answers): (&PathPoint, &Vec<Answer>)| {
        let mut object = answers_json(answers);
        if let Some(fields) = object.as_object_mut() {
            fields.insert(names::LAMBDA.to_owned(), number(point.lambda));
        }
        object
    };
    points.iter().zip(answers).map(one).collect()
}

/// The one value, or all of them.
fn one_or_list(mut values: Vec<Value>) -> Value {
    if values.len() == 1 { values.remove(0) } else { Value::Array(values) }
}

/// The answer of one target, or those of several under `targets`.
pub(super) fn answers_json(answers: &[Answer]) -> Value {
    match answers {
        [answer] => answer.to_json(),
        several => json!({ names::TARGETS: several.iter().map(Answer::to_json).collect::<Vec<_>>() }),
    }
}

/// The same in a file; in text, several targets follow each other after lines `# target t`.
pub(super) fn write_answers(answers: &[Answer], json: bool, out: &mut dyn Write) -> std::io::Result<()> {
    if json {
        return writeln!(out, "{}", answers_json(answers));
    }
    answers.iter().enumerate().try_for_each(|(t, answer)| {
        if answers.len() > 1 {
            writeln!(out, "# target {}", t + 1)?;
        }
        answer.write_text(out)
    })
}
