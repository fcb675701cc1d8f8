//! A figure from traces: which runs belong together, what they are called, what the axes say.

use super::error::ReportError;
use super::figure::{AxisSpec, Curve, Figure};
use super::scale::ScaleKind;
use super::seeds;
use super::table::TraceTable;

/// What [`figure_from_traces`] does not find in the traces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FigureOptions {
    /// The title; the problem's name if all traces have the same.
    pub title: Option<String>,
    /// The caption; command and seeds of the traces by default.
    pub caption: Option<String>,
    /// Scale of the x axis; [`ScaleKind::Auto`] is linear.
    pub x_scale: ScaleKind,
    /// Scale of the y axis.
    pub y_scale: ScaleKind,
}

/// Options of a command that say where results go or how many threads run, and do not make another experiment.
/// The second list takes no value.
const WITH_VALUE: [&str; 9] = [
    "--seed",
    "--threads",
    "--trace",
    "--plot",
    "--solution",
    "--checkpoint",
    "--resume",
    "--model-out",
    "--time-limit",
];
const WITHOUT_VALUE: [&str; 3] = ["--json", "--quiet", "--verbose"];

/// Runs that are drawn as one curve.
struct Group<'a> {
    solver: &'a str,
    problem: &'a str,
    command: String,
    tables: Vec<&'a TraceTable>,
}

/// The figure of column `y` over column `x` of one or more traces.
///
/// Traces of the same solver, problem and command with different seeds become one curve, their median, with the band
/// of their quartiles on a common grid (between its rows and after its end a run keeps its last value). All others are
/// curves of their own, named by solver, and by problem or file where that does not tell them apart.
///
/// # Errors
/// [`ReportError::UnknownColumn`] if a trace lacks a column, [`ReportError::Empty`] if there are no traces, one of
/// them has no rows, or none of them has a finite point.
pub fn figure_from_traces(
    tables: &[TraceTable],
    x: &str,
    y: &str,
    options: &FigureOptions,
) -> Result<Figure, ReportError> {
    if tables.is_empty() {
        return Err(ReportError::Empty("no traces were given".into()));
    }
    let mut any_finite = false;
    for table in tables {
        let (xs, ys) = (table.column(x)?, table.column(y)?);
        if table.is_empty() {
            return Err(ReportError::Empty(format!("{} has no rows", table.name())));
        }
        any_finite |= xs.iter().zip(ys).any(|(x, y)| x.is_finite() && y.is_finite());
    }
    if !any_finite {
        let names: Vec<&str> = tables.iter().map(TraceTable::name).collect();
        return Err(ReportError::Empty(format!("no row of {} has finite {x} and {y}", names.join(", "))));
    }
    let groups = group(tables);
    let labels = labels(&groups);
    let mut curves = Vec::with_capacity(groups.len());
    for (group, label) in groups.iter().zip(labels) {
        curves.push(curve(group, label, x, y)?);
    }
    Ok(Figure {
        title: options.title.clone().unwrap_or_else(|| shared_problem(tables)),
        caption: options.caption.clone().unwrap_or_else(|| caption(tables, &groups)),
        x: AxisSpec { label: axis_label(x), scale: options.x_scale },
        y: AxisSpec { label: axis_label(y), scale: options.y_scale },
        curves,
    })
}

fn curve(group: &Group<'_>, label: String, x: &str, y: &str) -> Result<Curve, ReportError> {
    if let [table] = group.tables[..] {
        return Ok(Curve { label, x: table.column(x)?.to_vec(), y: table.column(y)?.to_vec(), band: None });
    }
    let mut runs = Vec::with_capacity(group.tables.len());
    for table in &group.tables {
        runs.push((table.column(x)?, table.column(y)?));
    }
    let joined = seeds::join(&runs);
    Ok(Curve { label, x: joined.x, y: joined.median, band: Some((joined.lower, joined.upper)) })
}

fn group(tables: &[TraceTable]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for table in tables {
        let solver = table.metadata("solver").unwrap_or_default();
        let problem = table.metadata("problem").unwrap_or_default();
        let command = without(table.metadata("command").unwrap_or_default(), &WITH_VALUE, &WITHOUT_VALUE);
        let seed = table.metadata("seed");
        let fits = |group: &&mut Group<'_>| {
            group.solver == solver
                && group.problem == problem
                && group.command == command
                && group.tables.iter().all(|other| other.metadata("seed").is_some_and(|known| Some(known) != seed))
        };
        match groups.iter_mut().find(fits).filter(|_| !solver.is_empty() && seed.is_some()) {
            Some(group) => group.tables.push(table),
            None => groups.push(Group { solver, problem, command, tables: vec![table] }),
        }
    }
    groups
}

/// The command without these options.
fn without(command: &str, with_value: &[&str], without_value: &[&str]) -> String {
    let mut kept = Vec::new();
    let mut words = command.split_whitespace();
    while let Some(word) = words.next() {
        let name = word.split('=').next().unwrap_or(word);
        if with_value.contains(&name) {
            if name == word {
                words.next();
            }
        } else if !without_value.contains(&word) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// Names that tell the groups apart: the solver, with the problem or the file where needed.
fn labels(groups: &[Group<'_>]) -> Vec<String> {
    let file = |group: &Group<'_>| {
        let name = group.tables[0].name();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        name.strip_suffix(".csv").unwrap_or(name).to_owned()
    };
    let with_problem = |group: &Group<'_>| format!("{}, {}", group.solver, group.problem);
    let label = |group: &Group<'_>| {
        let same_solver: Vec<_> = groups.iter().filter(|other| other.solver == group.solver).collect();
        let same_problem = same_solver.iter().filter(|other| other.problem == group.problem).count();
        match (group.solver, same_solver.len(), same_problem) {
            ("", ..) => file(group),
            (solver, 1, _) => solver.to_owned(),
            (_, _, 1) if !group.problem.is_empty() => with_problem(group),
            (solver, ..) => format!("{solver} ({})", file(group)),
        }
    };
    groups.iter().map(label).collect()
}

fn shared_problem(tables: &[TraceTable]) -> String {
    let problem = tables[0].metadata("problem");
    let shared = tables.iter().all(|table| table.metadata("problem") == problem);
    problem.filter(|_| shared).unwrap_or_default().to_owned()
}

/// Command and seeds: `thalweg glm a.svm; seeds 0–9; bands: quartiles`.
fn caption(tables: &[TraceTable], groups: &[Group<'_>]) -> String {
    let mut parts = Vec::new();
    let mut commands = distinct(groups.iter().map(|group| group.command.clone()));
    if commands.len() > 1 {
        // The legend names the solvers.
        commands = distinct(commands.iter().map(|command| without(command, &["--solver"], &[])));
    }
    if let Some((first, others)) = commands.split_first() {
        let more = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
        parts.push(format!("{first}{more}"));
    }
    parts.extend(seeds_text(tables.iter().filter_map(|table| table.metadata("seed"))));
    if groups.iter().any(|group| group.tables.len() > 1) {
        parts.push("lines: medians, bands: quartiles".into());
    }
    parts.join("; ")
}

/// The different ones that are not empty, in their order.
fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// The seeds, runs of consecutive ones shortened.
fn seeds_text<'a>(seeds: impl Iterator<Item = &'a str>) -> Option<String> {
    let all = distinct(seeds.map(str::to_owned));
    let numbers: Option<Vec<u64>> = all.iter().map(|seed| seed.parse().ok()).collect();
    let Some(mut numbers) = numbers.filter(|numbers| numbers.len() > 1) else {
        return match &all[..] {
            [] => None,
            [seed] => Some(format!("seed {seed}")),
            _ => Some(format!("seeds {}", all.join(", "))),
        };
    };
    numbers.sort_unstable();
    let mut parts = Vec::new();
    for run in numbers.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        match run {
            [first, _, .., last] => parts.push(format!("{first}\u{2013}{last}")),
            _ => parts.extend(run.iter().map(ToString::to_string)),
        }
    }
    Some(format!("seeds {}", parts.join(", ")))
}

/// What an axis says for a column: words for the name, with the unit.
fn axis_label(column: &str) -> String {
    match column {
        "seconds" => "time (seconds)".into(),
        "epochs" => "epochs (passes over the data)".into(),
        "full_passes" => "full passes over the data".into(),
        "train_rmse" => "training RMSE".into(),
        "test_rmse" => "test RMSE".into(),
        "hessian_vector_products" => "Hessian-vector products".into(),
        "matrix_vector_products" => "matrix-vector products".into(),
        _ => column
            .replace('_', " ")
            .replace("pdhg", "PDHG")
            .replace("hessian", "Hessian")
            .replace("jacobian", "Jacobian"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, metadata: &[(&str, &str)], gaps: &[f64]) -> TraceTable {
        let rows = gaps.iter().enumerate().map(|(i, &gap)| vec![i as f64, gap]).collect();
        let table = TraceTable::new(name, vec!["epochs".into(), "relative_gap".into()], rows).unwrap();
        metadata.iter().fold(table, |table, (key, value)| table.with_metadata(*key, *value))
    }

    fn figure(tables: &[TraceTable]) -> Figure {
        figure_from_traces(tables, "epochs", "relative_gap", &FigureOptions::default()).unwrap()
    }

    #[test]
    fn seeds_of_one_experiment_are_joined() {
        let run = |seed: &str, gap| {
            let command = format!("thalweg glm a.svm --solver cd --seed {seed} --trace {seed}.csv --json");
            table(
                &format!("{seed}.csv"),
                &[("solver", "cd"), ("problem", "a"), ("seed", seed), ("command", &command)],
                &[1.0, gap],
            )
        };
        let figure = figure(&[run("0", 0.1), run("1", 0.2), run("2", 0.4)]);
        assert_eq!(figure.curves.len(), 1);
        let curve = &figure.curves[0];
        assert_eq!((curve.label.as_str(), &curve.y[..]), ("cd", &[1.0, 0.2][..]));
        let (lower, upper) = curve.band.as_ref().unwrap();
        assert!((lower[1] - 0.15).abs() < 1e-15 && (upper[1] - 0.3).abs() < 1e-15);
        assert_eq!(figure.title, "a");
        assert_eq!(figure.caption, "thalweg glm a.svm --solver cd; seeds 0\u{2013}2; lines: medians, bands: quartiles");
        let with_solver = |solver| {
            let command = format!("thalweg glm a --solver {solver}");
            table(solver, &[("solver", solver), ("command", &command)], &[1.0])
        };
        assert_eq!(self::figure(&[with_solver("cd"), with_solver("bcd")]).caption, "thalweg glm a");
        assert_eq!(
            (figure.x.label.as_str(), figure.y.label.as_str()),
            ("epochs (passes over the data)", "relative gap")
        );
    }

    #[test]
    fn different_experiments_stay_apart_and_are_named() {
        let names = |tables: &[TraceTable]| figure(tables).curves.into_iter().map(|c| c.label).collect::<Vec<_>>();
        let gaps = &[1.0, 0.5];
        let solvers = [
            table("a", &[("solver", "cd"), ("seed", "0")], gaps),
            table("b", &[("solver", "bcd"), ("seed", "1")], gaps),
        ];
        assert_eq!(names(&solvers), ["cd", "bcd"]);
        let same_seed = [
            table("d/a.csv", &[("solver", "cd"), ("seed", "0")], gaps),
            table("d/b.csv", &[("solver", "cd"), ("seed", "0")], gaps),
        ];
        assert_eq!(names(&same_seed), ["cd (a)", "cd (b)"]);
        let problems = [
            table("a", &[("solver", "cd"), ("problem", "p")], gaps),
            table("b", &[("solver", "cd"), ("problem", "q")], gaps),
        ];
        assert_eq!(names(&problems), ["cd, p", "cd, q"]);
        let options = [
            table("a", &[("solver", "cd"), ("seed", "0"), ("command", "t --rule greedy --seed=0")], gaps),
            table("b", &[("solver", "cd"), ("seed", "1"), ("command", "t --rule cyclic --seed=1")], gaps),
        ];
        assert_eq!(names(&options), ["cd (a)", "cd (b)"]);
        assert_eq!(names(&[table("x/plain.csv", &[], gaps)]), ["plain"]);
    }

    #[test]
    fn nothing_to_draw_is_said_clearly() {
        let error = |tables: &[TraceTable], y: &str| {
            figure_from_traces(tables, "epochs", y, &FigureOptions::default()).unwrap_err().to_string()
        };
        assert_eq!(error(&[], "relative_gap"), "nothing to draw: no traces were given");
        assert_eq!(error(&[table("t", &[], &[])], "relative_gap"), "nothing to draw: t has no rows");
        let nan = table("t", &[], &[f64::NAN]);
        assert_eq!(error(&[nan], "relative_gap"), "nothing to draw: no row of t has finite epochs and relative_gap");
        assert!(error(&[table("t", &[], &[1.0])], "gap").contains("it has epochs, relative_gap"));
    }

    #[test]
    fn seeds_are_shortened() {
        let text = |seeds: &[&str]| seeds_text(seeds.iter().copied());
        assert_eq!(text(&[]), None);
        assert_eq!(text(&["7"]).as_deref(), Some("seed 7"));
        assert_eq!(text(&["3", "1", "2", "9", "1"]).as_deref(), Some("seeds 1\u{2013}3, 9"));
        assert_eq!(text(&["1", "2", "5"]).as_deref(), Some("seeds 1, 2, 5"));
        assert_eq!(text(&["a", "1"]).as_deref(), Some("seeds a, 1"));
        assert_eq!(text(&["18446744073709551615", "0"]).as_deref(), Some("seeds 0, 18446744073709551615"));
    }
}
