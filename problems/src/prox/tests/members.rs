//! The penalties under test, each with a conjugate and a proximal map of the conjugate written down on their own.

use super::*;

/// A penalty and what is known of its conjugate `psi^*(c) = max over v of c v - psi(v)`.
pub(super) struct Member {
    pub(super) label: &'static str,
    pub(super) penalty: std::boxed::Box<dyn ConvexPenalty>,
    pub(super) conjugate: std::boxed::Box<dyn Fn(f64) -> f64>,
    /// The minimiser of `psi^*(v) + (v - w)^2 / (2 step)`, from `(w, step)`.
    pub(super) conjugate_prox: std::boxed::Box<dyn Fn(f64, f64) -> f64>,
    /// The domain of psi.
    pub(super) domain: (f64, f64),
}

fn member(
    label: &'static str,
    penalty: impl ConvexPenalty + 'static,
    domain: (f64, f64),
    conjugate: impl Fn(f64) -> f64 + 'static,
    conjugate_prox: impl Fn(f64, f64) -> f64 + 'static,
) -> Member {
    Member {
        label,
        penalty: std::boxed::Box::new(penalty),
        domain,
        conjugate: std::boxed::Box::new(conjugate),
        conjugate_prox: std::boxed::Box::new(conjugate_prox),
    }
}

const WHOLE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The indicator of `inside`, as a conjugate.
fn indicator(inside: bool) -> f64 {
    if inside { 0.0 } else { f64::INFINITY }
}

fn l1(label: &'static str, lambda: f64) -> Member {
    member(
        label,
        L1::new(lambda).unwrap(),
        WHOLE,
        move |c| indicator(c.abs() <= lambda),
        move |w, _| w.clamp(-lambda, lambda),
    )
}

fn nonnegative(label: &'static str, lambda: f64) -> Member {
    member(
        label,
        NonnegativeL1::new(lambda).unwrap(),
        (0.0, f64::INFINITY),
        move |c| indicator(c <= lambda),
        move |w, _| w.min(lambda),
    )
}

/// `(|c| - lambda)_+^2 / (2 rho)`; stationary where `v - w + step (v - lambda) / rho = 0` beyond lambda.
fn elastic_net(label: &'static str, lambda: f64, rho: f64) -> Member {
    member(
        label,
        ElasticNet::new(lambda, rho).unwrap(),
        WHOLE,
        move |c| (c.abs() - lambda).max(0.0).powi(2) / (2.0 * rho),
        move |w, step| {
            if w.abs() <= lambda { w } else { w.signum() * (rho * w.abs() + step * lambda) / (rho + step) }
        },
    )
}

/// The support function `max(lower c, upper c)`.
fn interval(label: &'static str, lower: f64, upper: f64) -> Member {
    let end = move |c: f64| if c > 0.0 { upper } else { lower };
    member(
        label,
        Interval::new(lower, upper).unwrap(),
        (lower, upper),
        move |c| if c == 0.0 { 0.0 } else { end(c) * c },
        move |w, step| {
            if w - step * upper > 0.0 {
                w - step * upper
            } else if w - step * lower < 0.0 {
                w - step * lower
            } else {
                0.0
            }
        },
    )
}

/// The net on an interval; the conjugate from the maximiser, the root of `v + step m(v) = w` by bisection.
fn restricted(label: &'static str, lambda: f64, rho: f64, (lower, upper): (f64, f64)) -> Member {
    let maximiser = move |c: f64| {
        let shrunk = c.signum() * (c.abs() - lambda).max(0.0);
        let free = if shrunk == 0.0 { 0.0 } else { shrunk / rho };
        free.clamp(lower, upper)
    };
    member(
        label,
        Restricted::new(ElasticNet::new(lambda, rho).unwrap(), Interval::new(lower, upper).unwrap()),
        (lower, upper),
        move |c| {
            let m = maximiser(c);
            if m.is_infinite() { f64::INFINITY } else { c * m - lambda * m.abs() - 0.5 * rho * m * m }
        },
        move |w, step| {
            let (mut low, mut high) = (-1e8, 1e8);
            for _ in 0..200 {
                let v = 0.5 * (low + high);
                if v + step * maximiser(v) < w { low = v } else { high = v }
            }
            low
        },
    )
}

/// A weight on every coordinate.
fn weighted(label: &'static str, weight: f64, inner: impl ConvexPenalty + 'static, like: Member) -> Member {
    Member { label, penalty: std::boxed::Box::new(Weighted::new(inner, vec![weight; 6]).unwrap()), ..like }
}

/// Every convex penalty of the library, with the edge cases of its parameters.
pub(super) fn members() -> Vec<Member> {
    vec![
        l1("l1", 0.7),
        l1("l1 of strength 0", 0.0),
        nonnegative("nonneg", 0.7),
        nonnegative("nonneg of strength 0", 0.0),
        elastic_net("elastic-net", 0.7, 0.3),
        elastic_net("elastic-net, little square", 0.7, 1e-7),
        elastic_net("ridge", 0.0, 0.5),
        interval("box", -1.0, 2.0),
        interval("box beside 0", 0.5, 2.0),
        interval("box below 0", -2.0, -0.7),
        interval("half line", 0.0, f64::INFINITY),
        interval("other half line", f64::NEG_INFINITY, 0.5),
        interval("point", 3.0, 3.0),
        interval("line", f64::NEG_INFINITY, f64::INFINITY),
        restricted("l1 in a box", 0.7, 0.0, (-1.0, 2.0)),
        restricted("nonneg net", 0.7, 0.3, (0.0, f64::INFINITY)),
        restricted("net beside 0", 0.4, 0.2, (0.5, 2.0)),
        restricted("l1 on a half line", 0.7, 0.0, (f64::NEG_INFINITY, 0.5)),
        weighted("weighted l1", 2.0, L1::new(0.35).unwrap(), l1("", 0.7)),
        weighted("weighted net", 0.5, ElasticNet::new(1.4, 0.6).unwrap(), elastic_net("", 0.7, 0.3)),
        weighted("weighted nonneg", 2.0, NonnegativeL1::new(0.35).unwrap(), nonnegative("", 0.7)),
        weighted("weight 0", 0.0, L1::new(0.9).unwrap(), l1("", 0.0)),
        weighted("nonneg, weight 0", 0.0, NonnegativeL1::new(0.9).unwrap(), nonnegative("", 0.0)),
        weighted("excluded", f64::INFINITY, L1::new(0.8).unwrap(), interval("", 0.0, 0.0)),
    ]
}

/// A point of the domain made from any number.
pub(super) fn point_of(member: &Member, x: f64) -> f64 {
    if x < member.domain.0 {
        member.domain.0
    } else if x > member.domain.1 {
        member.domain.1
    } else {
        x
    }
}

/// The conjugates above against the maximum over a grid.
#[test]
fn the_conjugates_are_maxima() {
    for m in members() {
        let grid: Vec<f64> = (-40_000..=40_000).map(|k| f64::from(k) * 1e-3).collect();
        for c in [-1.3, -0.7, -0.2, 0.0, 0.1, 0.5, 0.7, 0.9] {
            let best = grid
                .iter()
                .map(|&v| c * v - m.penalty.value_at(0, v))
                .filter(|g| g.is_finite())
                .fold(f64::NEG_INFINITY, f64::max);
            let claimed = (m.conjugate)(c);
            // On a grid that ends at 40 an infinite maximum is only large; a minimiser beyond 40 is not on it.
            if claimed.is_infinite() {
                assert!(best > 3.0, "{} at {c}: {best}", m.label);
            } else if m.label != "elastic-net, little square" {
                assert!((claimed - best).abs() <= 1e-6, "{} at {c}: {claimed} and {best}", m.label);
            }
        }
    }
}
