//! The reference values of the Gaussian instance (n = 100, p = 500, seed 5) and agreement of the methods.

use super::{CoordinateDescent, WorkingSet};
use crate::run::{Begin, Control, NoSave, Oracle, Solution, Status, solve};
use thalweg_problems::certificate::GlmCertificate;
use thalweg_problems::datafit::Quadratic;
use thalweg_problems::generate::gaussian::{Regression, spiked_regression};
use thalweg_problems::glm::{Glm, GlmPoint};
use thalweg_problems::prox::{ElasticNet, L1, SeparablePenalty};

fn gaussian() -> Regression {
    spiked_regression(100, 500, 50, 5).unwrap()
}

fn run<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, tolerance: f64) -> Solution<GlmPoint, GlmCertificate> {
    let method = WorkingSet { tolerance, ..WorkingSet::default() };
    let begin = Begin::From(problem.null_point());
    solve(problem, &method, begin, tolerance, Control::default(), &mut NoSave).unwrap()
}

#[test]
fn lasso_on_the_gaussian_instance() {
    let Regression { design, targets } = gaussian();
    let loss = Quadratic::new(targets).unwrap();
    let lambda_max = 209.656_968_729_393;
    for (ratio, value, support) in
        [(2.0, 876.901_351_164_850_9, 6), (10.0, 286.926_283_888_856_3, 14), (100.0, 34.293_242_248_518_97, 86)]
    {
        let penalty = L1::new(lambda_max / ratio).unwrap();
        let problem = Glm::new(&design, &loss, &penalty).unwrap();
        let solution = run(&problem, 1e-10);
        eprintln!(
            "{ratio} {:?} {:?} it {} {:?}",
            solution.status,
            solution.certificate,
            solution.iterations,
            solution.counts.used().collect::<Vec<_>>()
        );
        assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
        approx::assert_relative_eq!(solution.objective, value, max_relative = 1e-9);
        assert_eq!(solution.point.support(), support);
    }
}
