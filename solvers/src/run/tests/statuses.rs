//! Statuses: what a claim is worth, and every end that the run layer can give.

use super::super::{
    Begin, CheckpointPlan, Control, Identity, Limits, NoSave, Run, Session, Solution, Status, Trace, drive, solve,
};
use super::{Bowl, BowlCertificate, Descent, Each, Event};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

fn solved(bowl: f64, method: &Descent, limits: Limits) -> Solution<f64, BowlCertificate> {
    let control = Control { limits, ..Control::default() };
    solve(&Bowl(bowl), method, Begin::From(1.0), 1e-6, control, &mut NoSave).unwrap()
}

/// Claims convergence at a slope so many times larger than the tolerance.
fn optimist(optimism: f64) -> Descent {
    Descent { optimism, ..Descent::default() }
}

#[test]
fn a_true_claim_is_converged() {
    let solution = solved(1.0, &Descent::default(), Limits::default());
    assert_eq!((solution.status, solution.iterations), (Status::Converged, 20));
    assert_eq!(solution.reason, "the certificate holds at tolerance 1e-6");
    assert_eq!(solution.objective, 0.5 * solution.point * solution.point);
}

#[test]
fn a_false_claim_is_tightened_until_it_is_true() {
    for (optimism, tightenings) in [(9.0, 1), (50.0, 2)] {
        let mut seen = 0;
        let mut watch = Each(|run: &Run| {
            seen = run.tightenings;
            Ok(())
        });
        let control = Control { observers: vec![&mut watch], ..Control::default() };
        let begin = Begin::From(1.0);
        let solution = solve(&Bowl(1.0), &optimist(optimism), begin, 1e-6, control, &mut NoSave).unwrap();
        assert_eq!((solution.status, seen), (Status::Converged, tightenings));
    }
}

#[test]
fn a_false_claim_is_tightened_at_most_twice_and_ends_stalled_with_both_numbers() {
    let mut run = Run::new(0);
    let mut watch = Each(|r: &Run| {
        run = r.clone();
        Ok(())
    });
    let control = Control { observers: vec![&mut watch], ..Control::default() };
    let solution = solve(&Bowl(1.0), &optimist(1e9), Begin::From(1.0), 1e-6, control, &mut NoSave).unwrap();
    assert_eq!((solution.status, run.tightenings), (Status::Stalled, 2));
    // Claimed: at most the tolerance tightened twice. Certified: the true slope.
    let (claimed, certified) = (run.measures[0], solution.certificate.slope);
    assert!(claimed <= 1e-8 && certified == 1e9 * claimed);
    let numbers = [format!("(slope {claimed:.3e})"), format!("tolerance 1e-6: slope {certified:.3e}")];
    assert!(numbers.iter().all(|n| solution.reason.contains(n)), "{}", solution.reason);
    assert!(solution.reason.contains("made 2 times tighter"), "{}", solution.reason);

    // A method that cannot be tightened is not asked.
    let rigid = Descent { rigid: true, ..optimist(1e9) };
    let stalled = solved(1.0, &rigid, Limits::default());
    assert_eq!(stalled.status, Status::Stalled);
    assert!(stalled.iterations < solution.iterations);
}

#[test]
fn tightenings_survive_a_resume() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c");
    let run = |limit: u64, resume: bool| {
        let session = Session {
            limits: Limits { max_iterations: limit, ..Limits::default() },
            checkpoint: Some(CheckpointPlan { path: path.clone(), interval: Duration::from_secs(3600) }),
            resume: resume.then(|| path.clone()),
            ..Session::default()
        };
        session.run(&Bowl(1.0), &optimist(50.0), 1.0, 1e-6, Identity::default()).unwrap()
    };
    let unbroken = run(u64::MAX, false);
    for k in 0..=unbroken.iterations {
        let stopped = run(k, false);
        assert_eq!(stopped.iterations, k);
        let resumed = run(u64::MAX, true);
        assert_eq!((resumed.point.to_bits(), resumed.status), (unbroken.point.to_bits(), unbroken.status));
        assert_eq!((resumed.iterations, resumed.counts), (unbroken.iterations, unbroken.counts));
    }
}

#[test]
fn the_time_limit_is_that_of_the_whole_leg() {
    // Claims falsely in the first step, then never again; the first step takes all the time there is.
    let method = Descent { tolerance: -1.0, rate: 0.0, ..Descent::with(0, Event::Claim(Status::Converged)) };
    let limit = Duration::from_millis(40);
    let mut slow = Each(|run: &Run| {
        if run.iteration == 1 {
            std::thread::sleep(limit);
        }
        Ok(())
    });
    let limits = Limits { time_limit: Some(limit), ..Limits::default() };
    let control = Control { limits, observers: vec![&mut slow], ..Control::default() };
    let solution = solve(&Bowl(1.0), &method, Begin::From(1.0), 1e-6, control, &mut NoSave).unwrap();
    assert_eq!((solution.status, solution.iterations), (Status::TimeLimit, 1));
    assert!(solution.reason.starts_with("the time limit was reached: slope 1"), "{}", solution.reason);
}

#[test]
fn an_objective_or_measure_that_is_not_a_number_never_converges() {
    for (bowl, claim) in
        [(f64::NAN, Status::Converged), (f64::NAN, Status::Stalled), (f64::INFINITY, Status::Converged)]
    {
        let method = Descent { rigid: true, ..Descent::with(3, Event::Claim(claim)) };
        let solution = solved(bowl, &method, Limits::default());
        assert_eq!(solution.status, Status::Stalled);
        assert!(solution.reason.contains("NaN") || solution.reason.contains("inf"), "{}", solution.reason);
    }
    let limits = Limits { max_iterations: 100, ..Limits::default() };
    assert_eq!(solved(f64::NAN, &Descent::default(), limits).status, Status::IterationLimit);
}

#[test]
fn every_status_of_the_run_layer_is_reached() {
    let claim = |status| Descent::with(2, Event::Claim(status));
    let plain = |method: &Descent| solved(1.0, method, Limits::default());
    let few = Limits { max_iterations: 3, ..Limits::default() };
    let no_time = Limits { time_limit: Some(Duration::ZERO), ..Limits::default() };

    assert_eq!(plain(&Descent::default()).status, Status::Converged);
    let finished = plain(&claim(Status::Finished));
    assert_eq!((finished.status, finished.reason.as_str()), (Status::Finished, "all that was asked is done"));
    // Stalled at a slope of 1/2^14, between the tolerance and a hundred times the tolerance.
    let acceptable = plain(&Descent::with(13, Event::Claim(Status::Stalled)));
    assert_eq!(acceptable.status, Status::Acceptable);
    assert!(acceptable.reason.contains("holds at 1.00e-4, not at 1e-6: slope 6.104e-5"), "{}", acceptable.reason);
    let limited = solved(1.0, &Descent::default(), few);
    assert_eq!((limited.status, limited.iterations, limited.point), (Status::IterationLimit, 3, 0.125));
    assert_eq!(limited.reason, "stopped after 3 iterations: slope 1.250e-1");
    assert_eq!(solved(1.0, &Descent::default(), no_time).status, Status::TimeLimit);
    let stop = AtomicBool::new(true);
    let control = Control { stop: Some(&stop), ..Control::default() };
    let interrupted = solve(&Bowl(1.0), &Descent::default(), Begin::From(1.0), 1e-6, control, &mut NoSave).unwrap();
    assert_eq!((interrupted.status, interrupted.iterations), (Status::Interrupted, 0));
    assert_eq!(plain(&claim(Status::Stalled)).status, Status::Stalled);
    let failed = plain(&Descent::with(2, Event::EvaluationFails));
    assert_eq!((failed.status, failed.point), (Status::EvaluationError, 0.25));
    assert_eq!(failed.reason, "step 3 failed: log of -1 in term 3");
    assert_eq!(plain(&Descent::with(2, Event::ArithmeticFails)).status, Status::NumericalFailure);

    // Claims that a point cannot prove: the loop reports them, the certificate does not support them.
    for status in [Status::Infeasible, Status::LocallyInfeasible, Status::Unbounded, Status::InfeasibleOrUnbounded] {
        let mut trace = Trace::default();
        let mut control = Control { trace: Some(&mut trace), ..Control::default() };
        let outcome = drive(&Bowl(1.0), &claim(status), Begin::From(1.0), &mut control, &mut NoSave).unwrap();
        assert_eq!((outcome.status, outcome.run.verdict), (status, Some(status)));
        let solution = plain(&claim(status));
        assert_eq!(solution.status, Status::Stalled);
        assert!(solution.reason.contains(&format!("claimed {status}")), "{}", solution.reason);
    }
}

#[test]
fn a_point_that_is_certified_is_converged_whatever_stopped_the_run() {
    let limits = Limits { max_iterations: 20, ..Limits::default() };
    let endless = Descent { tolerance: -1.0, ..Descent::default() };
    assert_eq!(solved(1.0, &endless, limits).status, Status::Converged);
    assert_eq!(solved(1.0, &Descent::with(25, Event::Claim(Status::Stalled)), limits).status, Status::Converged);
    // A step that failed stays one, and so does an end that is not about optimality.
    let failing = Descent { tolerance: -1.0, ..Descent::with(25, Event::ArithmeticFails) };
    assert_eq!(solved(1.0, &failing, Limits::default()).status, Status::NumericalFailure);
    let finishing = Descent { tolerance: -1.0, ..Descent::with(25, Event::Claim(Status::Finished)) };
    assert_eq!(solved(1.0, &finishing, Limits::default()).status, Status::Finished);
}

#[test]
fn names_exit_codes_and_ampl_codes() {
    let table = [
        ("converged", 0, 0),
        ("finished", 0, 0),
        ("acceptable", 1, 100),
        ("iteration_limit", 1, 400),
        ("time_limit", 1, 401),
        ("evaluation_limit", 1, 402),
        ("interrupted", 1, 403),
        ("stalled", 1, 500),
        ("infeasible", 3, 201),
        ("locally_infeasible", 3, 200),
        ("unbounded", 3, 300),
        ("infeasible_or_unbounded", 3, 299),
        ("evaluation_error", 4, 501),
        ("numerical_failure", 4, 500),
    ];
    let ours: Vec<_> = Status::ALL.iter().map(|s| (s.name(), s.exit_code(), s.ampl_code())).collect();
    assert_eq!(ours, table);
    for status in Status::ALL {
        assert_eq!(serde_json::to_value(status).unwrap(), status.name());
    }
}
