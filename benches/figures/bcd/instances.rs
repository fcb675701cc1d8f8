//! The instances A to E of the paper, from our generators.

use crate::Failure;
use thalweg::generate::gaussian::Regression;
use thalweg::generate::{lattice, moons, multiclass, scaled_sparse};
use thalweg::glm::{Design, GraphQuadratic, LabelPropagation};
use thalweg::prelude::*;
use thalweg::run::{Begin, Control, NoSave, drive};
use thalweg_solvers::bcd::blocks::{self, BlockProblem, SmoothFit, SoftmaxFit};
use thalweg_solvers::bcd::message_passing::{GraphQp, Order, Preconditioning};

/// An instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instance {
    /// A: least squares, 1000 x 10 000, 7 % of the entries; the optimal value is 0.
    LeastSquares,
    /// B: separable logistic regression, 1000 x 10 000; the optimal value is 0.
    Logistic,
    /// C: softmax regression of 50 classes, 1000 x 1000; separable, the optimal value is 0.
    Softmax,
    /// D: a lattice of 50 x 50 nodes, 100 of them known.
    Lattice,
    /// E: label propagation on two moons of 2000 points, 100 of them known.
    Moons,
}

impl Instance {
    pub(super) const ALL: [Self; 5] = [Self::LeastSquares, Self::Logistic, Self::Softmax, Self::Lattice, Self::Moons];

    /// In the names of figures.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::LeastSquares => "least-squares",
            Self::Logistic => "logistic",
            Self::Softmax => "softmax",
            Self::Lattice => "lattice",
            Self::Moons => "moons",
        }
    }

    /// In titles.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::LeastSquares => "Least squares A",
            Self::Logistic => "Logistic B",
            Self::Softmax => "Softmax C, 50 classes",
            Self::Lattice => "Lattice D",
            Self::Moons => "Two moons E",
        }
    }

    /// Calls `draw` with the problem and its optimal value.
    pub(super) fn with<T>(self, draw: impl FnOnce(&dyn BlockProblem, f64) -> Result<T, Failure>) -> Result<T, Failure> {
        match self {
            Self::LeastSquares => {
                let (design, loss) = least_squares()?;
                draw(&SmoothFit::new(&design, &loss)?, 0.0)
            }
            Self::Logistic => {
                let Regression { design, targets } = scaled_sparse::classification(1000, 10_000, 2)?;
                let (design, loss) = (sparse(&design)?, Logistic::from_labels(&targets)?);
                draw(&SmoothFit::new(&design, &loss)?, 0.0)
            }
            Self::Softmax => {
                let (design, loss) = multiclass::classes(1000, 1000, 50, 3)?;
                let design = sparse(&design)?;
                draw(&SoftmaxFit::new(&design, &loss)?, 0.0)
            }
            Self::Lattice | Self::Moons => {
                let graph = self.graph()?.problem;
                let (matrix, linear) = (matrix(&graph)?, graph.linear());
                draw(&blocks::Quadratic::new(&matrix, linear)?, optimum(&graph)?)
            }
        }
    }

    /// The quadratic on a graph; of the instances D and E.
    pub(super) fn graph(self) -> Result<LabelPropagation, Failure> {
        Ok(match self {
            Self::Moons => LabelPropagation::new(&moons::moons(2000, 100, 4))?,
            _ => LabelPropagation::new(&lattice::lattice(50, 50, 1e5, 100, 3))?,
        })
    }
}

/// Instance A.
pub(super) fn least_squares() -> Result<(Design, Quadratic), Failure> {
    let Regression { design, targets } = scaled_sparse::regression(1000, 10_000, 1)?;
    Ok((sparse(&design)?, Quadratic::new(targets)?))
}

/// The optimal value, by conjugate gradients to the rounding level.
pub(super) fn optimum(graph: &GraphQuadratic) -> Result<f64, Failure> {
    let mut control = Control::default();
    control.limits.max_iterations = 200;
    let method = GraphQp { tolerance: 1e-15, preconditioning: Preconditioning::Forests(Order::Natural) };
    let run = drive(graph, &method, Begin::From(vec![0.0; graph.nodes()]), &mut control, &mut NoSave)?;
    Ok(run.run.objective)
}

fn matrix(graph: &GraphQuadratic) -> Result<Design, Failure> {
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for node in 0..graph.nodes() {
        let (columns, entries) = graph.row(node);
        indices.extend_from_slice(columns);
        values.extend_from_slice(entries);
        indptr.push(indices.len());
    }
    Ok(Design::from_csc(graph.nodes(), indptr, indices, values)?)
}

/// The design without its zeros.
fn sparse(design: &Design) -> Result<Design, Failure> {
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for column in design.to_column_major().chunks_exact(design.rows()) {
        for (i, &x) in column.iter().enumerate().filter(|(_, x)| **x != 0.0) {
            indices.push(u32::try_from(i)?);
            values.push(x);
        }
        indptr.push(indices.len());
    }
    Ok(Design::from_csc(design.rows(), indptr, indices, values)?)
}
