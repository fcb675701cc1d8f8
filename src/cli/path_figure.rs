//! Figures of paths: coefficient profiles, cross-validation errors.

use super::answer::Answer;
use super::error::CliError;
use thalweg::glm::path::{PathPoint, Validated};
use thalweg::report::{AxisSpec, Curve, Figure, ScaleKind};

/// Profiles with a name and a colour: as many as there are colours that are told apart.
const NAMED: usize = 8;

/// Coefficients (of several targets, their norms) against the strength; the largest ones are named.
pub(super) fn profile_figure(
    points: &[PathPoint],
    answers: &[Vec<Answer>],
    title: String,
    caption: String,
) -> Result<String, CliError> {
    let x: Vec<f64> = points.iter().map(|p| p.lambda).collect();
    let mut features: Vec<u64> = answers.iter().flatten().flat_map(|a| a.coefficients.iter().map(|c| c.0)).collect();
    features.sort_unstable();
    features.dedup();
    let at = |answer: &Answer, feature: u64| {
        answer.coefficients.binary_search_by_key(&feature, |c| c.0).map_or(0.0, |k| answer.coefficients[k].1)
    };
    let several = answers.first().is_some_and(|a| a.len() > 1);
    let row = |answers: &Vec<Answer>, feature: u64| match &answers[..] {
        [answer] => at(answer, feature),
        several => several.iter().fold(0.0, |s, a| s + at(a, feature).powi(2)).sqrt(),
    };
    let profile = |feature: u64| -> Vec<f64> { answers.iter().map(|a| row(a, feature)).collect() };
    let largest = |y: &[f64]| y.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let mut profiles: Vec<(u64, Vec<f64>)> = features.into_iter().map(|f| (f, profile(f))).collect();
    profiles.sort_by(|a, b| largest(&b.1).total_cmp(&largest(&a.1)).then(a.0.cmp(&b.0)));
    let curve = |(k, (feature, y)): (usize, (u64, Vec<f64>))| {
        let label = if k < NAMED { format!("feature {feature}") } else { String::new() };
        Curve { label, x: x.clone(), y, band: None }
    };
    let mut curves: Vec<Curve> = profiles.into_iter().enumerate().map(curve).collect();
    if curves.is_empty() {
        curves.push(Curve { label: "no feature".to_owned(), x: x.clone(), y: vec![0.0; x.len()], band: None });
    }
    let figure = Figure {
        title,
        caption,
        x: AxisSpec { label: "strength lambda".to_owned(), scale: x_scale(&x) },
        y: AxisSpec {
            label: if several { "norm of the coefficients of all targets" } else { "coefficient" }.to_owned(),
            scale: ScaleKind::Linear,
        },
        curves,
    };
    Ok(figure.to_svg()?)
}

/// The mean held-out deviance against the strength, with a band of one standard error.
pub(super) fn error_figure(
    validated: &Validated,
    loss: &str,
    title: String,
    caption: String,
) -> Result<String, CliError> {
    let x: Vec<f64> = validated.path.points.iter().take(validated.len()).map(|p| p.lambda).collect();
    let (y, se): (Vec<f64>, Vec<f64>) = (0..x.len()).map(|k| validated.error(k)).unzip();
    let edge = |sign: f64| y.iter().zip(&se).map(|(m, s)| m + sign * s).collect();
    let label = format!("mean and std error, {} folds", validated.weights.len());
    let mut curves = vec![Curve { label, x: x.clone(), y: y.clone(), band: Some((edge(-1.0), edge(1.0))) }];
    if let Some((best, simplest)) = validated.choices() {
        for (name, k) in [("lambda.min", best), ("lambda.1se", simplest)] {
            curves.push(Curve { label: name.to_owned(), x: vec![x[k]], y: vec![y[k]], band: None });
        }
    }
    let figure = Figure {
        title,
        caption,
        x: AxisSpec { label: "strength lambda".to_owned(), scale: x_scale(&x) },
        y: AxisSpec { label: format!("held-out deviance per row, {loss} loss"), scale: ScaleKind::Auto },
        curves,
    };
    Ok(figure.to_svg()?)
}

/// Logarithmic where every strength is positive.
fn x_scale(x: &[f64]) -> ScaleKind {
    if x.iter().all(|&l| l > 0.0) { ScaleKind::Log } else { ScaleKind::Linear }
}
