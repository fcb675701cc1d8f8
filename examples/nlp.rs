//! A chain of rods hangs between two hooks: its shape is the one of least energy.
//!
//! `cargo run --release --example nlp`

use thalweg::expression::{Expr, Model};
use thalweg::nlp::{self, Options};
use thalweg::prelude::*;

fn main() -> Result<(), Error> {
    // Rods of length 1; the hooks are at (0, 0) and (0.6 rods, 0).
    let rods = 20;
    let end = 0.6 * f64::from(rods);
    let mut model = Model::new("chain");
    let mut last = (Expr::from(0.0), Expr::from(0.0));
    let mut energy = Expr::from(0.0);
    let mut joints = Vec::new();
    for i in 1..=rods {
        let next = if i < rods {
            let x = model.free(format!("x{i}"), 0.6 * f64::from(i));
            let y = model.free(format!("y{i}"), -0.3 * f64::from(i.min(rods - i)));
            joints.push((x.index(), y.index()));
            (Expr::from(x), Expr::from(y))
        } else {
            (Expr::from(end), Expr::from(0.0))
        };
        let (dx, dy) = (&next.0 - &last.0, &next.1 - &last.1);
        model.equal(format!("rod{i}"), dx.powi(2) + dy.powi(2), 1.0);
        energy += 0.5 * (&next.1 + &last.1);
        last = next;
    }
    model.minimise(energy);
    let problem = model.build()?;

    let solution = nlp::solve(&problem, &Options::default())?;
    say(format_args!("{}: {} after {} Newton steps", solution.status, solution.reason, solution.iterations));
    say(format_args!("energy {:.9}", solution.objective));
    for (x, y) in joints.iter().step_by(3) {
        say(format_args!("joint at ({:.6}, {:.6})", solution.point.x[*x], solution.point.x[*y]));
    }
    // A multiplier is minus the gain of a longer (squared) rod: the chain is tightest at the hooks.
    let forces: Vec<f64> = solution.point.multipliers.iter().map(|y| 2.0 * y).collect();
    say(format_args!("forces: {:.4} at the hook, {:.4} in the middle", forces[0], forces[forces.len() / 2]));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example prints")]
fn say(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}
