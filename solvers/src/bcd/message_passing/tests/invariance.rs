//! The same bits for any number of threads, and with or without a stop.

use super::lattice_instance;
use crate::bcd::message_passing::{Blocks, GraphQp, MessagePassing, Order, Preconditioning, Score};
use crate::run::{CheckpointPlan, Identity, Method, Session, Solution, Trace, Work};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use thalweg_problems::certificate::GraphCertificate;
use thalweg_problems::generate::moons::moons;
use thalweg_problems::graph::{GraphQuadratic, LabelPropagation};

type GraphSolution = Solution<Vec<f64>, GraphCertificate>;

fn session<M>(problem: &GraphQuadratic, method: &M, session: Session<'_>) -> GraphSolution
where
    M: Method<GraphQuadratic> + Clone + Serialize,
    M::Work: Work<Point = Vec<f64>> + Serialize + DeserializeOwned,
{
    let identity = Identity::default().with("problem", problem.fingerprint());
    session.run(problem, method, vec![0.0; problem.nodes()], 0.0, identity).unwrap()
}

fn bits(solution: &GraphSolution) -> Vec<u64> {
    let values = solution.point.iter().chain(std::iter::once(&solution.objective));
    values.map(|x| x.to_bits()).chain([solution.iterations]).collect()
}

/// Every rule, with a tolerance that the steps do not reach.
fn with_every_method(check: impl Fn(&(dyn Fn(Session<'_>) -> GraphSolution + Sync)), problem: &GraphQuadratic) {
    let rules = [
        Blocks::GreedyTree(Score::Gradient),
        Blocks::GreedyTree(Score::Decrease),
        Blocks::RandomTree { seed: 3 },
        Blocks::Forests(Order::Natural),
        Blocks::General,
    ];
    for blocks in rules {
        let method = MessagePassing { tolerance: 0.0, blocks };
        check(&|control| session(problem, &method, control));
    }
    for preconditioning in [Preconditioning::Diagonal, Preconditioning::Forests(Order::Diagonal)] {
        let method = GraphQp { tolerance: 0.0, preconditioning };
        check(&|control| session(problem, &method, control));
    }
}

#[test]
fn threads_do_not_matter() {
    // Large enough that products, scores and right-hand sides are shared among threads.
    let problem = lattice_instance(150, 300).problem;
    with_every_method(
        |run| {
            let results = [1, 2, 4].map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| {
                    let mut control = Session::default();
                    control.limits.max_iterations = 12;
                    bits(&run(control))
                })
            });
            assert!(results.iter().all(|bits| *bits == results[0]));
        },
        &problem,
    );
}

#[test]
fn a_stop_does_not_matter() {
    let problem = LabelPropagation::new(&moons(200, 20, 4)).unwrap().problem;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    with_every_method(
        |run| {
            let leg = |iterations, resume: bool| {
                let mut trace = Trace::default();
                let mut control = Session { trace: Some(&mut trace), ..Session::default() };
                control.limits.max_iterations = iterations;
                control.checkpoint = Some(CheckpointPlan { path: path.clone(), interval: Duration::from_secs(3600) });
                control.resume = resume.then(|| path.clone());
                (bits(&run(control)), trace.len())
            };
            let unbroken = leg(25, false);
            leg(9, false);
            assert_eq!(leg(25, true), unbroken);
        },
        &problem,
    );
}
