//! Cost of values and derivatives of expressions, per operation of the tapes.
//!
//! The goals: a value at most 3 ns per arithmetic operation, a gradient at most 4 times a value, a product with the Hessian
//! at most 8 times. Criterion's throughput is in operations: its inverse is the time per operation.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use thalweg_problems::expression::{Expr, Model, PartiallySeparable};
use thalweg_problems::nlp::NonlinearProgram;

/// Sum of chained terms of arithmetic alone.
fn arithmetic(n: usize) -> PartiallySeparable {
    let mut model = Model::new("arithmetic");
    let x = model.free_vector("x", (0..n).map(|j| 0.3 + 0.001 * (j % 700) as f64));
    let term = |j: usize| {
        let d = x[j + 1] - x[j].powi(2);
        let q = (x[j] * x[j + 2] + 1.5) / (x[j + 1].powi(2) + 2.0);
        (&d * &q - x[j + 2]).powi(2) * (&q + x[j]) + &d * (x[j + 2] - 0.7 * &q).powi(3)
    };
    model.minimise((0..n - 2).map(term).sum::<Expr>());
    model.build().unwrap()
}

/// The same with a sine and an exponential in every term.
fn transcendental(n: usize) -> PartiallySeparable {
    let mut model = Model::new("transcendental");
    let x = model.free_vector("x", (0..n).map(|j| 0.3 + 0.001 * (j % 700) as f64));
    model.minimise((0..n - 1).map(|j| (x[j] * x[j + 1]).sin() * (x[j + 1] - x[j]).exp()).sum::<Expr>());
    model.build().unwrap()
}

fn evaluate(criterion: &mut Criterion, name: &str, program: &PartiallySeparable) {
    let n = program.variables();
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(program.operations() as u64));
    group.sample_size(20);
    let mut evaluator = program.evaluator();
    // The point moves, or the evaluator would remember.
    let mut x = program.start().to_vec();
    let (mut gradient, v) = (vec![0.0; n], vec![1.0; n]);
    group.bench_function("value", |b| {
        b.iter(|| {
            x[0] += 1e-9;
            black_box(evaluator.objective(&x).unwrap())
        });
    });
    group.bench_function("gradient", |b| {
        b.iter(|| {
            x[0] += 1e-9;
            black_box(evaluator.first_order(&x, &mut gradient, &mut [], &mut []).unwrap())
        });
    });
    group.bench_function("hessian_vector", |b| {
        b.iter(|| {
            x[0] += 1e-9;
            evaluator.hessian_vector(&x, 1.0, &[], &v, black_box(&mut gradient)).unwrap();
        });
    });
    let mut values = vec![0.0; program.hessian_pattern().entries()];
    group.bench_function("hessian", |b| {
        b.iter(|| {
            x[0] += 1e-9;
            evaluator.hessian(&x, 1.0, &[], black_box(&mut values)).unwrap();
        });
    });
    group.finish();
}

fn expression(criterion: &mut Criterion) {
    for n in [1_000, 100_000] {
        evaluate(criterion, &format!("arithmetic_{n}"), &arithmetic(n));
    }
    evaluate(criterion, "transcendental_100000", &transcendental(100_000));
    let mut group = criterion.benchmark_group("build_100000");
    group.sample_size(10);
    group.bench_function("model_patterns_evaluator", |b| {
        b.iter(|| {
            let program = arithmetic(100_000);
            black_box((program.hessian_pattern().entries(), program.evaluator().objective(program.start()).unwrap()))
        });
    });
    group.finish();
}

criterion_group!(benches, expression);
criterion_main!(benches);
