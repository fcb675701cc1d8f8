//! `thalweg glm` with penalties of groups, or with several targets.

use super::answer::Answer;
use super::error::CliError;
use super::glm::{DEFAULT_RATIO, GlmCommand};
use super::glm_args::{Loss, Penalty};
use super::glm_data::{self, GlmFile};
use super::glm_model::Model;
use super::glm_path::{Followed, PathRun, Subject, answers};
use super::output::{Output, counted, number, short};
use super::output_file::OutputFile;
use super::path_report::{answers_json, write_answers};
use super::result::{self, JsonAnswer};
use super::run_args::{RunFiles, TraceLabels, Written};
use super::{Given, names};
use serde_json::{Value, json};
use std::path::Path as FilePath;
use thalweg::datafit::Multinomial;
use thalweg::formats::{FormatError, FormatErrorKind, Input};
use thalweg::glm::path::{
    CrossValidated, GroupedPath, Held, PathPoint, cross_validate_groups_in, solve_groups_in as follow_groups_in,
};
use thalweg::glm::{
    Design, GroupLasso, GroupPenalty, GroupWorkingSet, GroupedGlm, GroupedSolution, Groups, MultiQuadratic,
    NonnegativeGroup, Single, SparseGroup, VectorDatafit, solve_groups_in,
};
use thalweg::run::Trace;
use thalweg::{ProblemError, Status};

/// A problem of groups, read from files.
struct Subjects {
    data: GlmFile,
    design: Design,
    loss: Box<dyn VectorDatafit>,
    groups: Groups,
    /// The name of each group.
    names: Vec<String>,
    weights: Vec<f64>,
    lambda_max: f64,
    /// The labels of the classes of softmax regression.
    classes: Option<Vec<f64>>,
}

/// Runs the command.
pub(super) fn run(command: &GlmCommand, given: &Given, file: &FilePath, files: RunFiles) -> Result<u8, CliError> {
    command.only_working_sets("groups and several targets are solved")?;
    command.model.check()?;
    let subjects = read(command, file)?;
    if command.model_out.is_some() && subjects.loss.targets() > 1 && subjects.classes.is_none() {
        return Err(CliError::usage("--model-out holds one target: use --solution for several"));
    }
    let header = |words: &str| header(command, &subjects, given, words);
    let subject = Subject {
        data: &subjects.data,
        design: &subjects.design,
        targets: subjects.loss.targets(),
        classes: subjects.classes.as_deref(),
        lambda_max: Some(subjects.lambda_max),
        problem: problem(command, &subjects),
        header: &header,
    };
    if command.path.wanted() {
        let path = PathRun { command, given, subject };
        return path.run(files, |trace| follow(command, &subjects, &path, trace));
    }
    command.path.only_with_path()?;
    solve(command, &subjects, &subject, &files, given)
}

/// The penalty of a strength.
fn penalty(command: &GlmCommand, weights: &[f64], lambda: f64) -> Result<Box<dyn GroupPenalty>, ProblemError> {
    let weights = weights.to_vec();
    Ok(match command.model.penalty {
        Penalty::SparseGroup => Box::new(SparseGroup::new(lambda, command.model.l1_ratio.unwrap_or(0.5), weights)?),
        Penalty::NonnegGroup => Box::new(NonnegativeGroup::new(lambda, weights)?),
        _ => Box::new(GroupLasso::new(lambda, weights)?),
    })
}

fn penalty_name(command: &GlmCommand) -> &'static str {
    match command.model.penalty {
        Penalty::SparseGroup => "sparse-group",
        Penalty::NonnegGroup => "nonneg-group",
        Penalty::L1 => "l1",
        _ => "group",
    }
}

fn read(command: &GlmCommand, file: &FilePath) -> Result<Subjects, CliError> {
    let model = &command.model;
    let data = GlmFile::read(file, model.features, model.zero_based)?;
    let weights = model.weights.as_deref().map(|w| glm_data::read_weights(w, data.rows())).transpose()?;
    let several = model.targets.is_some() || model.loss == Loss::Softmax;
    if several && !(model.penalty == Penalty::L1 || model.penalty.is_grouped()) {
        let options = "--targets and --loss softmax go with --penalty group, sparse-group, nonneg-group or l1";
        return Err(CliError::usage(options));
    }
    let mut classes = None;
    let loss: Box<dyn VectorDatafit> = match &model.targets {
        Some(path) => {
            if model.loss != Loss::Squared {
                return Err(CliError::usage("--targets goes with --loss squared"));
            }
            let loss = MultiQuadratic::new(read_targets(path, data.rows())?)?;
            Box::new(match &weights {
                Some(w) => loss.with_weights(w)?,
                None => loss,
            })
        }
        None if model.loss == Loss::Softmax => {
            let named = |e: ProblemError| CliError::file("labels", &data.path, e);
            let loss = Multinomial::from_labels(&data.contents.labels).map_err(named)?;
            classes = Some(loss.classes().to_vec());
            Box::new(match &weights {
                Some(w) => loss.with_weights(w.clone())?,
                None => loss,
            })
        }
        None => Box::new(Single(glm_data::loss(&data, model, weights.as_ref())?)),
    };
    let mut design = data.contents.design.clone();
    if model.standardize {
        design = design.standardized(model.intercept, weights.as_deref())?;
    }
    let (groups, names, weights) = groups(command, &data, loss.targets())?;
    let unit = penalty(command, &weights, 1.0)?;
    let null = GroupedGlm::new(&design, loss.as_ref(), &groups, unit.as_ref())?.with_intercept(model.intercept);
    let lambda_max = null.null_model().null_strength.unwrap_or(f64::NAN);
    Ok(Subjects { data, design, loss, groups, names, weights, lambda_max, classes })
}

/// The groups of the columns that have entries, their names, and their weights: the roots of the numbers of features, with and
/// without entries.
fn groups(command: &GlmCommand, data: &GlmFile, targets: usize) -> Result<(Groups, Vec<String>, Vec<f64>), CliError> {
    let (features, columns) = (data.contents.features, &data.contents.column_ids);
    if command.model.penalty == Penalty::L1 {
        // Every coefficient for itself.
        let groups = Groups::singletons(columns.len(), targets);
        let p = columns.len().max(1);
        let name = |k: usize| format!("{} of target {}", columns[k % p] + 1, k / p + 1);
        let names: Vec<String> = (0..groups.len()).map(name).collect();
        let weights = vec![1.0; groups.len()];
        return Ok((groups, names, weights));
    }
    let labels: Vec<String> = match command.model.groups.as_deref() {
        None if targets > 1 || command.model.targets.is_some() => columns.iter().map(|j| (j + 1).to_string()).collect(),
        None => return Err(CliError::usage("a penalty of groups needs --groups FILE or --groups size:N")),
        Some(text) => match group_size(text)? {
            Some(size) => {
                let name = |j: u32| {
                    let first = j / size * size;
                    let last = (u64::from(first) + u64::from(size)).min(features);
                    if size == 1 { last.to_string() } else { format!("{}-{last}", first + 1) }
                };
                let all: Vec<String> = columns.iter().map(|&j| name(j)).collect();
                let weights = |label: &String| match label.split_once('-') {
                    Some((a, b)) => {
                        let number = |t: &str| t.parse::<f64>().unwrap_or(f64::NAN);
                        (number(b) - number(a) + 1.0).sqrt()
                    }
                    None => 1.0,
                };
                let (groups, names) = Groups::from_labels(&all, columns.len(), targets)?;
                let weights = names.iter().map(weights).collect();
                return Ok((groups, names, weights));
            }
            None => read_labels(FilePath::new(text), features)?,
        },
    };
    if command.model.groups.is_none() {
        let (groups, names) = Groups::from_labels(&labels, columns.len(), targets)?;
        let weights = groups.usual_weights();
        return Ok((groups, names, weights));
    }
    let mut sizes = std::collections::BTreeMap::<&str, f64>::new();
    labels.iter().for_each(|label| *sizes.entry(label).or_default() += 1.0);
    let stored: Vec<String> = columns.iter().map(|&j| labels[j as usize].clone()).collect();
    let (groups, names) = Groups::from_labels(&stored, columns.len(), targets)?;
    let weights = names.iter().map(|name| sizes[name.as_str()].sqrt()).collect();
    Ok((groups, names, weights))
}

/// The N of `size:N`.
fn group_size(text: &str) -> Result<Option<u32>, CliError> {
    let Some(size) = text.strip_prefix("size:") else { return Ok(None) };
    let valid = size.parse().ok().filter(|s: &u32| *s >= 1);
    let wrong = || CliError::usage(format!("--groups size:{size}: expected a whole number of at least 1"));
    Ok(Some(valid.ok_or_else(wrong)?))
}

impl GlmCommand {
    /// The blocks of `--partition groups`: the coefficients of a group's features, of all classes; the intercepts are a block
    /// of their own. Variables are numbered class by class, each with its intercept last.
    pub(super) fn block_groups(&self, data: &GlmFile, classes: usize) -> Result<Option<Vec<Vec<usize>>>, CliError> {
        let Some(text) = self.model.groups.as_deref().filter(|_| self.blocks.of_groups()) else { return Ok(None) };
        let columns = &data.contents.column_ids;
        let labels: Vec<String> = match group_size(text)? {
            Some(size) => columns.iter().map(|j| (j / size).to_string()).collect(),
            None => {
                let all = read_labels(FilePath::new(text), data.contents.features)?;
                columns.iter().map(|&j| all[j as usize].clone()).collect()
            }
        };
        let mut place = std::collections::BTreeMap::<&str, usize>::new();
        let mut groups = Vec::<Vec<usize>>::new();
        let stride = columns.len() + usize::from(self.model.intercept);
        for (j, label) in labels.iter().enumerate() {
            let group = *place.entry(label).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Vec::new());
            }
            groups[group].extend((0..classes).map(|c| c * stride + j));
        }
        if self.model.intercept {
            groups.push((0..classes).map(|c| c * stride + columns.len()).collect());
        }
        Ok(Some(groups))
    }
}

/// One label per line, for every feature.
fn read_labels(path: &FilePath, features: u64) -> Result<Vec<String>, CliError> {
    let mut input = Input::open(path)?;
    let file = input.name().to_owned();
    let mut labels = Vec::new();
    while let Some(line) = input.next_line()? {
        let bytes = line.bytes().trim_ascii();
        if bytes.first() == Some(&b'#') {
            continue;
        }
        let text = std::str::from_utf8(bytes).ok().filter(|t| !t.is_empty() && !t.contains([' ', '\t', ',']));
        let text =
            text.ok_or_else(|| line.mismatch(FormatErrorKind::Syntax, 0, "the label of one feature's group", bytes))?;
        labels.push(text.to_owned());
    }
    if labels.len() as u64 != features {
        let message = format!("{} group labels for {features} features: one line for each is needed", labels.len());
        return Err(FormatError::new(FormatErrorKind::Inconsistent, &file, message).into());
    }
    Ok(labels)
}

/// Rows of numbers, separated by commas or blanks; target by target.
fn read_targets(path: &FilePath, rows: usize) -> Result<Vec<Vec<f64>>, CliError> {
    let mut input = Input::open(path)?;
    let file = input.name().to_owned();
    let (mut targets, mut found) = (Vec::<Vec<f64>>::new(), 0);
    while let Some(line) = input.next_line()? {
        let bytes = line.bytes().trim_ascii();
        if bytes.is_empty() || bytes[0] == b'#' {
            continue;
        }
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let cells = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|t| !t.is_empty());
        let numbers: Option<Vec<f64>> = cells.map(|t| t.parse().ok().filter(|x: &f64| x.is_finite())).collect();
        let expected = "finite numbers, separated by commas";
        let numbers = numbers
            .filter(|n| !n.is_empty())
            .ok_or_else(|| line.mismatch(FormatErrorKind::Syntax, 0, expected, bytes))?;
        if found == 0 {
            targets = vec![Vec::new(); numbers.len()];
        }
        if numbers.len() != targets.len() {
            let expected = "as many numbers as in the first row";
            return Err(line.mismatch(FormatErrorKind::Inconsistent, 0, expected, bytes).into());
        }
        targets.iter_mut().zip(numbers).for_each(|(t, x)| t.push(x));
        found += 1;
    }
    if found != rows {
        let message = format!("{found} rows of targets for {rows} rows of data");
        return Err(FormatError::new(FormatErrorKind::Inconsistent, &file, message).into());
    }
    Ok(targets)
}

fn header(command: &GlmCommand, subjects: &Subjects, given: &Given, words: &str) -> Output {
    let (data, model) = (&subjects.data, &command.model);
    let mut out = Output::default();
    let targets = subjects.loss.targets();
    let several = match (&subjects.classes, targets) {
        (Some(classes), _) => format!(", {} classes", classes.len()),
        (None, 1) => String::new(),
        _ => format!(", {targets} targets"),
    };
    out.line(format!(
        "{}: {}, {}{several}, {}, stored {}",
        data.name,
        counted(data.rows() as u64, "row"),
        counted(data.contents.features, "column"),
        counted(data.nonzeros as u64, "nonzero"),
        subjects.design.layout()
    ));
    let name = penalty_name(command);
    let extras = [
        (model.intercept, "intercept"),
        (model.standardize, "standardized"),
        (subjects.loss.weights().is_some(), "weighted rows"),
    ];
    let extras: String = extras.iter().filter(|e| e.0).map(|e| format!(", {}", e.1)).collect();
    let groups = counted(subjects.groups.len() as u64, "group");
    out.line(format!("{} loss, {name} penalty of {groups}{words}{extras}", subjects.loss.name()));
    if !given.options.is_empty() {
        let list: Vec<String> = given.options.iter().map(|(o, from)| format!("{o} ({from})")).collect();
        out.line(format!("options: {}", list.join(", ")));
    }
    out
}

/// Fields of the problem in JSON, without a strength.
fn problem(command: &GlmCommand, subjects: &Subjects) -> Value {
    let name = penalty_name(command);
    let mut object = json!({
        names::NAME: subjects.data.name,
        names::ROWS: subjects.data.rows(),
        names::FEATURES: subjects.data.contents.features,
        names::COLUMNS: subjects.data.contents.column_ids.len(),
        names::NONZEROS: subjects.data.nonzeros,
        names::TARGETS: subjects.loss.targets(),
        names::LOSS: subjects.loss.name(),
        names::PENALTY: name,
        names::GROUPS: subjects.groups.len(),
        names::LAMBDA_MAX: number(subjects.lambda_max),
        names::INTERCEPT: command.model.intercept,
        names::STANDARDIZED: command.model.standardize,
    });
    if let (Some(fields), Some(classes)) = (object.as_object_mut(), &subjects.classes) {
        fields.insert(names::CLASSES.to_owned(), classes.iter().map(|&c| number(c)).collect());
    }
    if let (Some(fields), Penalty::SparseGroup) = (object.as_object_mut(), command.model.penalty) {
        fields.insert(names::L1_RATIO.to_owned(), number(command.model.l1_ratio.unwrap_or(0.5)));
    }
    object
}

fn method(tolerance: f64) -> GroupWorkingSet {
    GroupWorkingSet { tolerance, ..GroupWorkingSet::default() }
}

fn follow(
    command: &GlmCommand,
    subjects: &Subjects,
    path: &PathRun<'_>,
    trace: Option<&mut Trace>,
) -> Result<Followed, CliError> {
    let (run, model) = (&command.run, &command.model);
    let lambdas = path.grid()?;
    let mut progress = path.progress(&lambdas);
    let make = |lambda: f64| penalty(command, &subjects.weights, lambda);
    let family = GroupedPath::new(
        Held::Borrowed(&subjects.design),
        Held::Borrowed(subjects.loss.as_ref()),
        &subjects.groups,
        model.intercept,
        lambdas,
        make,
    )?;
    let following = command.path.following(method(run.tol), run.tol);
    let mut session = run.session(&mut progress, trace);
    session.limits = run.limits();
    let Some(count) = command.path.cv else {
        let solution = follow_groups_in(session, &family, &following)?;
        return Ok(Followed { solution, validated: None });
    };
    let folds = path.folds(count)?;
    let standardized = model.standardize.then_some(model.intercept);
    let problem = CrossValidated::of_groups(family, &folds, standardized, make)?;
    Ok(Followed::of_validated(cross_validate_groups_in(session, &problem, &following)?))
}

/// The strength that the options ask for.
fn strength(command: &GlmCommand, subjects: &Subjects) -> f64 {
    let model = &command.model;
    match (model.lambda, model.alpha) {
        (Some(lambda), _) => lambda,
        (_, Some(alpha)) => alpha * subjects.data.rows() as f64,
        _ => model.lambda_ratio.unwrap_or(DEFAULT_RATIO) * subjects.lambda_max,
    }
}

fn solve(
    command: &GlmCommand,
    subjects: &Subjects,
    subject: &Subject<'_>,
    files: &RunFiles,
    given: &Given,
) -> Result<u8, CliError> {
    let run = &command.run;
    if run.start.is_some() {
        return Err(CliError::usage("--start does not go with groups or several targets"));
    }
    let model_file = command.model_out.as_deref().map(OutputFile::check).transpose()?;
    let lambda = strength(command, subjects);
    if subjects.lambda_max == 0.0 && command.model.lambda.is_none() && command.model.alpha.is_none() {
        return Err(CliError::usage("lambda_max is 0: nothing correlates with the labels; give --lambda"));
    }
    let penalty = penalty(command, &subjects.weights, lambda)?;
    let problem = GroupedGlm::new(&subjects.design, subjects.loss.as_ref(), &subjects.groups, penalty.as_ref())?
        .with_intercept(command.model.intercept);
    let silent = run.output.json || run.output.quiet;
    let ratio = short(lambda / subjects.lambda_max);
    let words = format!(", lambda {} = {ratio} lambda_max ({})", short(lambda), short(subjects.lambda_max));
    let header = (!silent).then(|| (subject.header)(&words));
    let mut trace = files.wants_trace().then(Trace::default);
    let (solved, threads) = run.in_pool(|| {
        let mut progress = run.progress(header, !command.outputs().is_empty());
        let mut session = run.session(&mut progress, trace.as_mut());
        session.limits = run.limits();
        solve_groups_in(session, &problem, &method(run.tol), None)
    })?;
    let solution = solved?;

    // As a point of a path, whose way back to the raw data it shares.
    let coefficients = solution.point.coefficients.iter().copied().enumerate().filter(|(_, x)| *x != 0.0).collect();
    let active = (0..subjects.groups.len())
        .filter(|&b| subjects.groups.members(b).iter().any(|&k| solution.point.coefficients[k] != 0.0));
    let active: Vec<&str> = active.map(|b| subjects.names[b].as_str()).collect();
    let point = PathPoint {
        lambda,
        coefficients,
        intercepts: solution.point.intercepts.clone(),
        active: active.len(),
        objective: solution.objective,
        deviance_ratio: f64::NAN,
        duality_gap: solution.certificate.duality_gap,
        relative: solution.certificate.relative_gap(),
        status: solution.status,
    };
    let answers = answers(&point, &subjects.design, subject.targets, &subjects.data);
    let mut written = Written::default();
    if let Some(trace) = &trace {
        let labels = TraceLabels {
            class: "glm",
            solver: SOLVER.to_owned(),
            problem: subjects.data.name.clone(),
            command: format!("thalweg {}", given.typed.join(" ")),
            seed: run.seed,
            x: "epochs",
            y: "relative_gap",
        };
        files.write_trace(trace, &labels, &mut written);
    }
    if let Some(file) = &files.solution {
        let json = file.path().extension().is_some_and(|e| e == "json");
        written.add(file, |out| write_answers(&answers, json, out));
    }
    let mut object = subject.problem.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.insert(names::LAMBDA.to_owned(), number(lambda));
    }
    if let Some(file) = &model_file {
        let labels = &subjects.data.contents.labels;
        let (loss, status, objective) = (command.model.loss, solution.status, solution.objective);
        let model = match subject.classes {
            Some(classes) => Model::several(&object, loss, classes, &answers, status, objective),
            None => Model::new(&object, loss, labels, &answers[0], status, objective),
        };
        written.add(file, |out| model.write(out));
    }
    let parts = Reported { command, object, solution: &solution, answers: &answers, active: &active, threads };
    parts.print(subjects, &written)?;
    match written.failure {
        None => Ok(solution.status.exit_code()),
        Some(_) if run.output.json => Ok(2),
        Some(failure) => Err(failure),
    }
}

const SOLVER: &str = "group-working-set";

/// Names of active groups that text output shows.
const SHOWN: usize = 20;

struct Reported<'a> {
    command: &'a GlmCommand,
    object: Value,
    solution: &'a GroupedSolution,
    answers: &'a [Answer],
    active: &'a [&'a str],
    threads: usize,
}

impl Reported<'_> {
    fn print(&self, subjects: &Subjects, written: &Written) -> Result<(), CliError> {
        let (run, solution) = (&self.command.run, self.solution);
        let mut out = Output::default();
        if run.output.json {
            let numbers = self.answers.iter().map(Answer::len).sum();
            let json = JsonAnswer { class: "glm", numbers, make: &|| answers_json(self.answers) };
            let mut object = result::to_json(&self.object, run, SOLVER, solution, &json, self.threads, written);
            if let Some(fields) = object.as_object_mut() {
                fields.insert(names::ACTIVE_GROUPS.to_owned(), json!(self.active));
            }
            out.line(object.to_string());
            return out.print();
        }
        if !run.output.quiet {
            let support: usize = self.answers.iter().map(|a| a.coefficients.len()).sum();
            let gap = match solution.status {
                Status::EvaluationError | Status::NumericalFailure => String::new(),
                _ => format!("gap {:.3e}   ", solution.certificate.duality_gap),
            };
            let facts = format!(
                "objective {}   {gap}{} of {} groups active, {}",
                short(solution.objective),
                self.active.len(),
                subjects.groups.len(),
                counted(support as u64, "nonzero")
            );
            result::lines(&mut out, solution, SOLVER, &facts, written);
            if !self.active.is_empty() {
                let more = self.active.len().saturating_sub(SHOWN);
                let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
                let shown: Vec<&str> = self.active.iter().copied().take(SHOWN).collect();
                out.line(format!("active groups: {}{tail}", shown.join(", ")));
            }
        }
        if run.prints_solution() {
            let mut bytes = Vec::new();
            if write_answers(self.answers, false, &mut bytes).is_ok() {
                out.line(String::from_utf8_lossy(&bytes).trim_end());
            }
        }
        out.print()
    }
}
