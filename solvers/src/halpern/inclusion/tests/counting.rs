//! What a method says it called is what it called.

use super::super::baselines::*;
use super::*;
use crate::run::Oracle;
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_problems::generate::{games, saddles};
use thalweg_problems::inclusion::{BilinearSaddle, FiniteSumOperator, Part, Pick, Zero};

struct Counting<O> {
    inner: O,
    calls: AtomicU64,
    blind: bool,
}

impl<O: FiniteSumOperator> FiniteSumOperator for Counting<O> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }
    fn dimension(&self) -> usize {
        self.inner.dimension()
    }
    fn parts(&self) -> &[Part] {
        self.inner.parts()
    }
    fn apply(&self, u: &[f64], out: &mut [f64]) {
        let calls: usize = self.parts().iter().map(|p| p.components).sum();
        self.calls.fetch_add(calls as u64, Ordering::Relaxed);
        self.inner.apply(u, out);
    }
    fn add_differences(&self, part: usize, picks: &[Pick], u: &[f64], v: &[f64], out: &mut [f64]) {
        self.calls.fetch_add(2 * picks.len() as u64, Ordering::Relaxed);
        self.inner.add_differences(part, picks, u, v, out);
    }
    fn lipschitz_on_average(&self, law: Law) -> Option<f64> {
        self.inner.lipschitz_on_average(law).filter(|_| !self.blind)
    }
    fn lipschitz(&self) -> Option<f64> {
        self.inner.lipschitz()
    }
    fn is_cocoercive(&self) -> bool {
        self.inner.is_cocoercive()
    }
    fn is_affine(&self) -> bool {
        self.inner.is_affine()
    }
    fn bilinear(&self) -> Option<&BilinearSaddle> {
        None
    }
    fn fingerprint(&self) -> u64 {
        self.inner.fingerprint()
    }
}

fn check<'p, M>(problem: &FiniteSumInclusion<'p>, calls: &AtomicU64, method: &M)
where
    M: Method<FiniteSumInclusion<'p>>,
    M::Work: crate::run::Work<Point = Vec<f64>>,
{
    let before = calls.load(Ordering::Relaxed);
    let (outcome, _) = run(problem, method, 40);
    let called = calls.load(Ordering::Relaxed) - before;
    assert!(outcome.failure.is_none(), "{} {:?}", method.name(), outcome.failure);
    assert_eq!(outcome.run.counts.get(Oracle::Component), called, "{}", method.name());
    assert!(called > 0);
}

#[test]
fn component_calls_are_counted() {
    for blind in [false, true] {
        let (inner, simplices, start) = games::policemen_and_burglar(12).unwrap().inclusion().unwrap();
        let game = Counting { inner, calls: AtomicU64::new(0), blind };
        let problem = FiniteSumInclusion::new(&game, &simplices, Some(start)).unwrap();
        let assumed = SingleLoop { assume_cocoercive: true, ..SingleLoop::default() };
        check(&problem, &game.calls, &assumed);
        check(&problem, &game.calls, &GuardedHalpern::default());
        check(&problem, &game.calls, &InexactHalpern { batch: 3, ..InexactHalpern::default() });
        check(&problem, &game.calls, &InexactHalpern { accuracy: Accuracy::Iterations(0.5), ..Default::default() });
        check(&problem, &game.calls, &ForwardReflectedBackward::default());
        check(&problem, &game.calls, &FullOperator::new(Extragradient));
        check(&problem, &game.calls, &FullOperator::new(Optimistic));
        check(&problem, &game.calls, &FullOperator::new(AnchoredExtragradient));
        check(&problem, &game.calls, &FullOperator::new(FastExtragradient));
        check(&problem, &game.calls, &FullOperator::new(AnchoredPopov));
        check(&problem, &game.calls, &FullOperator::new(Halpern::default()));
        check(&problem, &game.calls, &Snapshots::new(VarianceReducedExtragradient));
        check(&problem, &game.calls, &Snapshots::new(VarianceReducedForwardBackwardForward));
        check(&problem, &game.calls, &Snapshots::new(StochasticExtragradient));
        check(&problem, &game.calls, &Snapshots::new(SvrgForwardBackward));

        let inner = saddles::least_squares(50, 4, 0.1, 1).unwrap();
        let squares = Counting { inner, calls: AtomicU64::new(0), blind };
        let problem = FiniteSumInclusion::new(&squares, &Zero, None).unwrap();
        check(&problem, &squares.calls, &SingleLoop::default());
        // Also with a step that was probed for, and that secants correct.
        let (outcome, _) = run(&problem, &SingleLoop::default(), 20_000);
        assert_eq!(outcome.status, crate::run::Status::Converged, "{blind}");
    }
}
