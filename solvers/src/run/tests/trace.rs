//! Traces.

use super::super::{Begin, Control, Limits, NoSave, Run, Trace, drive};
use super::{Bowl, Descent, rows};

/// The trace of 1000 steps.
fn thinned(limit: usize, steps: u64) -> Trace {
    let method = Descent { rate: 1e-3, tolerance: 0.0, ..Descent::default() };
    let mut trace = Trace::new(limit);
    let limits = Limits { max_iterations: steps, ..Limits::default() };
    let mut control = Control { limits, trace: Some(&mut trace), ..Control::default() };
    drive(&Bowl(1.0), &method, Begin::From(1.0), &mut control, &mut NoSave).unwrap();
    trace
}

fn iterations(trace: &Trace) -> Vec<u64> {
    trace.table().1.iter().map(|row| row[0] as u64).collect()
}

#[test]
fn thinning_keeps_the_first_and_the_last_row_and_depends_on_the_run_alone() {
    for limit in [0, 1, 2, 3, 4, 5, 10, 17, 100] {
        for steps in [0, 1, 2, 3, 7, 64, 99, 100, 101, 1000] {
            let trace = thinned(limit, steps);
            let kept = iterations(&trace);
            assert!(kept.len() <= limit.max(3), "{limit} {steps} {kept:?}");
            assert_eq!((kept[0], *kept.last().unwrap()), (0, steps));
            assert!(kept.windows(2).all(|w| w[0] < w[1]));
            // Evenly spaced but for the last row.
            let inner = &kept[..kept.len() - 1];
            assert!(inner.windows(3).all(|w| w[1] - w[0] == w[2] - w[1]), "{kept:?}");
            assert_eq!(rows(&trace), rows(&thinned(limit, steps)));
        }
    }
    assert_eq!(thinned(10, 1000).len(), 9);
}

#[test]
fn a_trace_without_limit_has_a_row_for_the_start_and_each_step() {
    let (names, table) = thinned(2000, 1000).table();
    assert_eq!(names, ["iteration", "seconds", "objective_evaluations", "gradient_evaluations", "objective", "slope"]);
    assert_eq!(table.len(), 1001);
    assert!(table[0][5].is_nan() && table[1][5] > 0.0);
    assert!(table.windows(2).all(|w| w[0][1] <= w[1][1] && w[0][4] > w[1][4]));
}

#[test]
fn a_used_trace_is_emptied_by_a_fresh_run_and_cut_by_a_resume() {
    let method = Descent { tolerance: 0.0, ..Descent::default() };
    let mut trace = thinned(100, 50);
    let limits = Limits { max_iterations: 5, ..Limits::default() };
    let mut control = Control { limits, trace: Some(&mut trace), ..Control::default() };
    let outcome = drive(&Bowl(1.0), &method, Begin::From(1.0), &mut control, &mut NoSave).unwrap();
    assert_eq!(iterations(&trace), [0, 1, 2, 3, 4, 5]);
    // The rows of a leg that was lost after its last checkpoint.
    let mut longer = thinned(100, 50);
    let limits = Limits { max_iterations: 7, ..Limits::default() };
    let mut control = Control { limits, trace: Some(&mut longer), ..Control::default() };
    let begin = Begin::Resume(outcome.work.clone(), outcome.run.clone());
    drive(&Bowl(1.0), &method, begin, &mut control, &mut NoSave).unwrap();
    assert_eq!(iterations(&longer), [0, 1, 2, 3, 4, 5, 6, 7]);
    // A trace that begins at a resume has the row it begins at.
    let mut late = Trace::new(3);
    let limits = Limits { max_iterations: 20, ..Limits::default() };
    let mut control = Control { limits, trace: Some(&mut late), ..Control::default() };
    drive(&Bowl(1.0), &method, Begin::Resume(outcome.work, outcome.run), &mut control, &mut NoSave).unwrap();
    assert_eq!((iterations(&late)[0], iterations(&late).last()), (5, Some(&20)));
    assert!(late.len() <= 3);
}

#[test]
fn csv_reads_back_to_the_same_bits() {
    let trace = thinned(10, 10);
    let mut out = Vec::new();
    trace.write_csv(&mut out, &[("problem", "a name\nwith a line break".to_owned())]).unwrap();
    let text = String::from_utf8(out).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("# problem: a name with a line break"));
    let (names, table) = trace.table();
    assert_eq!(lines.next(), Some(names.join(",").as_str()));
    let read: Vec<Vec<f64>> = lines.map(|l| l.split(',').map(|x| x.parse().unwrap()).collect()).collect();
    assert_eq!(read.len(), table.len());
    for (a, b) in read.iter().flatten().zip(table.iter().flatten()) {
        assert!(a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan());
    }
}

#[test]
fn a_run_that_is_not_the_methods_is_refused() {
    let outcome =
        drive(&Bowl(1.0), &Descent::default(), Begin::From(1.0), &mut Control::default(), &mut NoSave).unwrap();
    let begin = Begin::Resume(outcome.work, Run::new(2));
    let error = drive(&Bowl(1.0), &Descent::default(), begin, &mut Control::default(), &mut NoSave).unwrap_err();
    assert!(error.to_string().contains("length 2, expected 1"), "{error}");
}
