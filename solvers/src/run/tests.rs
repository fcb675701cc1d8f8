//! The run layer with real methods.

use super::argmin_bridge::RunState;
use super::{Begin, Control, NoSave, Status, drive};
use crate::bcd::WorkingSet;
use argmin::core::{Executor, observers::ObserverMode};
use argmin_observer_slog::SlogLogger;
use thalweg_problems::datafit::Quadratic;
use thalweg_problems::generate::gaussian::spiked_regression;
use thalweg_problems::glm::Glm;
use thalweg_problems::prox::L1;

#[test]
fn an_unmodified_executor_with_slog_ends_at_the_bits_of_drive() {
    let data = spiked_regression(30, 60, 6, 1).unwrap();
    let (loss, penalty) = (Quadratic::new(data.targets).unwrap(), L1::new(8.0).unwrap());
    let problem = Glm::new(&data.design, &loss, &penalty).unwrap();
    let method = WorkingSet { first_size: 2, ..WorkingSet::default() };
    let ours =
        drive(&problem, &method, Begin::From(problem.null_point()), &mut Control::default(), &mut NoSave).unwrap();
    let result = Executor::new(problem, method)
        .configure(|s: RunState<_>| s.start(problem.null_point()))
        .add_observer(SlogLogger::term(), ObserverMode::Always)
        .run()
        .unwrap();
    assert_eq!(result.state.status(), Some(Status::Converged));
    assert_eq!(result.state.run().counts, ours.run.counts);
    assert_eq!(result.state.into_point().unwrap(), *crate::run::Work::point(&ours.work));
}
