//! SIF files on the command line: what `info`, `check` and others share.

use super::error::CliError;
use super::names;
use super::output::{Output, counted, grouped, number, short};
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use thalweg::formats::sif::{self, Derivatives, Probes, ReadOptions, SifProblem};
use thalweg::formats::{FormatError, FormatErrorKind, Input};

/// Options of reading a SIF file.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct SifArgs {
    /// Give a parameter that the file marks with $-PARAMETER another value (may be repeated).
    #[arg(long, value_name = "NAME=VALUE", help_heading = "SIF files", allow_hyphen_values = true)]
    param: Vec<String>,
    /// Use this vector of a section instead of the first: constants, ranges, bounds or start (may be repeated).
    #[arg(long, value_name = "SECTION=NAME", help_heading = "SIF files")]
    vector: Vec<String>,
    /// Keep all digits of the numbers in the file instead of those that the reference decoder keeps.
    #[arg(long, help_heading = "SIF files")]
    full_precision: bool,
}

impl SifArgs {
    /// The first option given that only a SIF file can have.
    pub(super) fn given(&self) -> Option<&'static str> {
        let given = [
            (!self.param.is_empty(), "--param"),
            (!self.vector.is_empty(), "--vector"),
            (self.full_precision, "--full-precision"),
        ];
        given.into_iter().find(|(is, _)| *is).map(|(_, name)| name)
    }

    fn options(&self) -> Result<ReadOptions, CliError> {
        let mut options = ReadOptions { full_precision: self.full_precision, ..ReadOptions::default() };
        for text in &self.param {
            match text.split_once('=') {
                Some((name, value)) if !name.is_empty() && !value.trim().is_empty() => {
                    options.parameters.push((name.to_owned(), value.to_owned()));
                }
                _ => return Err(CliError::usage(format!("--param needs NAME=VALUE, given is '{text}'"))),
            }
        }
        for text in &self.vector {
            let (section, name) = text.split_once('=').unwrap_or((text, ""));
            let place = match section {
                "constants" => &mut options.constants,
                "ranges" => &mut options.ranges,
                "bounds" => &mut options.bounds,
                "start" => &mut options.start,
                _ => {
                    let message = "--vector needs SECTION=NAME with constants, ranges, bounds or start";
                    return Err(CliError::usage(format!("{message}, given is '{text}'")));
                }
            };
            *place = Some(name.to_owned());
        }
        Ok(options)
    }

    pub(super) fn read(&self, path: &Path) -> Result<SifProblem, CliError> {
        Ok(sif::read_file(path, &self.options()?)?)
    }
}

/// Whether a file is SIF: by its name, or by its first card if the name tells nothing.
pub(super) fn is_sif(path: &Path) -> Result<bool, CliError> {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    match Path::new(plain).extension().and_then(|e| e.to_str()) {
        Some("sif") => Ok(true),
        None | Some("txt") if path.as_os_str() != "-" => {
            let mut input = Input::open(path)?;
            let head = input.peek(1 << 14)?.to_vec();
            let mut lines = head.split(|&b| b == b'\n').filter(|line| !line.trim_ascii().is_empty());
            Ok(lines.find(|line| line[0] != b'*').is_some_and(|line| line.starts_with(b"NAME")))
        }
        _ => Ok(false),
    }
}

/// One number per variable, between blanks or on lines of their own; lines with # are comments.
pub(super) fn read_point(path: &Path, variables: usize) -> Result<Vec<f64>, CliError> {
    let mut input = Input::open(path)?;
    let file = input.name().to_owned();
    let mut point = Vec::new();
    while let Some(line) = input.next_line()? {
        let bytes = line.bytes();
        if bytes.trim_ascii().first() == Some(&b'#') {
            continue;
        }
        for word in bytes.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty()) {
            let value = std::str::from_utf8(word).ok().and_then(|t| t.parse::<f64>().ok()).filter(|v| v.is_finite());
            let expected = "a finite number";
            point.push(value.ok_or_else(|| line.mismatch(FormatErrorKind::Syntax, 0, expected, word))?);
        }
    }
    if point.len() != variables {
        let message = format!("{} numbers for {}", point.len(), counted(variables as u64, "variable"));
        return Err(FormatError::new(FormatErrorKind::Inconsistent, &file, message).into());
    }
    Ok(point)
}

/// What `info` prints of a SIF file.
pub(super) fn info(file: &PathBuf, problem: &SifProblem, json_asked: bool) -> Result<Output, CliError> {
    let mut out = Output::default();
    let sizes = problem.sizes();
    let counts = [
        ("variables", sizes.variables),
        ("bounded_variables", sizes.bounded_variables),
        ("fixed_variables", sizes.fixed_variables),
        ("integer_variables", sizes.integer_variables),
        ("constraints", sizes.constraints),
        ("equalities", sizes.equalities),
        ("ranges", sizes.ranges),
        ("linear_constraints", sizes.linear_constraints),
        ("objective_groups", sizes.objective_groups),
        ("elements", sizes.elements),
        ("linear_nonzeros", sizes.linear_nonzeros),
        ("jacobian_nonzeros", sizes.jacobian_nonzeros),
        ("quadratic_entries", sizes.quadratic_entries),
    ];
    let classification = problem.classification();
    if json_asked {
        let mut object = Map::new();
        object.insert(names::NAME.to_owned(), problem.name().into());
        for (name, count) in counts {
            object.insert(name.to_owned(), count.into());
        }
        object.insert("degrees_of_freedom".to_owned(), sizes.degrees_of_freedom().into());
        object.insert("classification".to_owned(), classification.map_or(Value::Null, |c| c.code.into()));
        let parameters: Vec<Value> = problem
            .parameters()
            .iter()
            .map(|p| json!({ names::NAME: p.name.to_string(), "default": p.default, "alternatives": p.alternatives }))
            .collect();
        object.insert("parameters".to_owned(), parameters.into());
        object.insert("solutions".to_owned(), problem.solution_remarks().into());
        let object = json!({ names::CLASS: "nlp", names::PROBLEM: object, names::WARNINGS: problem.warnings() });
        out.line(object.to_string());
        return Ok(out);
    }
    let file_name = file.file_name().map_or_else(|| file.to_string_lossy(), |name| name.to_string_lossy());
    out.line(format!("{file_name}: SIF problem {} (class nlp)", problem.name()));
    if let Some(classification) = classification {
        let words = classification.phrases.join(", ");
        out.line(format!("classification  {}: {words}", classification.code));
    }
    let n = |count: usize| grouped(count as u64);
    out.line(format!(
        "variables       {}: {} bounded, {} fixed, {} integer",
        n(sizes.variables),
        n(sizes.bounded_variables),
        n(sizes.fixed_variables),
        n(sizes.integer_variables)
    ));
    out.line(format!(
        "constraints     {}: {} equations, {} ranges, {} linear",
        n(sizes.constraints),
        n(sizes.equalities),
        n(sizes.ranges),
        n(sizes.linear_constraints)
    ));
    let quadratic = match sizes.quadratic_entries {
        0 => String::new(),
        entries => format!(", a quadratic of {}", counted(entries as u64, "coefficient")),
    };
    out.line(format!("objective       {}{quadratic}", counted(sizes.objective_groups as u64, "group")));
    out.line(format!("elements        {}", n(sizes.elements)));
    out.line(format!(
        "nonzeros        {} in the Jacobian, {} in the linear parts",
        n(sizes.jacobian_nonzeros),
        n(sizes.linear_nonzeros)
    ));
    let freedom = sizes.degrees_of_freedom();
    out.line(format!("freedom         {freedom} (variables that are not fixed, less equations)"));
    for parameter in problem.parameters() {
        let others = parameter.alternatives.join(", ");
        let others = if others.is_empty() { String::new() } else { format!("; also {others}") };
        out.line(format!("parameter       {} = {}{others}", parameter.name, parameter.default));
    }
    for remark in problem.solution_remarks() {
        out.line(format!("remark          {remark}"));
    }
    for warning in problem.warnings() {
        out.line(format!("warning         {warning}"));
    }
    Ok(out)
}

/// What `info --fingerprint` prints.
pub(super) fn fingerprint(problem: &SifProblem, exact: bool, json_asked: bool) -> Output {
    let from = if exact { Derivatives::Exact } else { Derivatives::Stated };
    let print = problem.fingerprint(from);
    let sizes = print.sizes;
    let mut out = Output::default();
    let mut object = Map::new();
    object.insert(names::NAME.to_owned(), problem.name().into());
    for (name, count) in [
        ("n", sizes.variables),
        ("m", sizes.constraints),
        ("equalities", sizes.equalities),
        ("bounded_variables", sizes.bounded_variables),
        ("fixed_variables", sizes.fixed_variables),
    ] {
        object.insert(name.to_owned(), count.into());
    }
    for (suffix, probes) in [("x0", print.at_start), ("x1", print.nearby)] {
        let Probes { f, gradient, constraints, jacobian, hessian } = probes;
        for (name, value) in
            [("f", f), ("grad_d", gradient), ("c_w", constraints), ("w_jac_d", jacobian), ("d_hess_d", hessian)]
        {
            object.insert(format!("{name}_{suffix}"), number(value));
        }
    }
    if json_asked {
        out.line(Value::Object(object).to_string());
    } else {
        for (name, value) in object {
            let text = match &value {
                Value::String(text) => text.clone(),
                Value::Number(n) if n.is_f64() => short(n.as_f64().unwrap_or(f64::NAN)),
                other => other.to_string(),
            };
            out.line(format!("{name:<18} {text}"));
        }
    }
    out
}
