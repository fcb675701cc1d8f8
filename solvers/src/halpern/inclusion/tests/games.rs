use super::super::*;
use crate::run::{Begin, Control, NoSave, Status, Work, drive};
use thalweg_problems::certificate::{Certificate, Certify};
use thalweg_problems::generate::games;

#[test]
fn restarted_single_loop_solves_policemen_and_burglar() {
    let (operator, resolvent, start) = games::policemen_and_burglar(100).unwrap().inclusion().unwrap();
    let problem = FiniteSumInclusion::new(&operator, &resolvent, Some(start.clone())).unwrap();
    let method = SingleLoop {
        step: Some(5.0 / operator.matrix().frobenius()),
        batch: Some(10),
        assume_cocoercive: true,
        law: Some(Law::Uniform),
        ..SingleLoop::default()
    };
    let mut control = Control::default();
    control.limits.max_iterations = 20_000;
    let outcome = drive(&problem, &method, Begin::From(start), &mut control, &mut NoSave).unwrap();
    let certificate = problem.certify(outcome.work.point());
    assert_eq!(outcome.status, Status::Converged, "{:?} {:?}", outcome.run, certificate);
    assert!(certificate.gap < 1e-5, "{certificate:?}");
    assert!((certificate.objective() - 1.022_108_381_449_4).abs() < 1e-6, "{certificate:?}");
}
