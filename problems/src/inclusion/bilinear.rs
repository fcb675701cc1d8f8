//! Bilinear saddle problems, matrix games among them.

use super::{FiniteSumOperator, Law, Part, Pick, TwoWayMatrix};
use crate::Fingerprint;
use crate::error::{ProblemError, all_finite, same_length};
use thalweg_kernels::dense;

/// `min_x max_y y'A x + q'x - b'y` as an operator: `u = (x, y)`, `F(u) = (A'y + q, b - A x)`, with A of m rows and n columns,
/// x in R^n, y in R^m.
///
/// Two ways to draw a component. *Separate* (two parts): a row i for the first half and, independently, a column j for the
/// second: `(m A_i' y_i, 0)` and `(0, -n A_j x_j)`; with probabilities proportional to squared norms of rows and columns
/// the constant on average is the Frobenius norm (Y. Carmon et al., *Variance reduction for matrix games*, NeurIPS 2019).
/// *Paired*, for a square matrix: row and column of one index.
#[derive(Clone, Debug)]
pub struct BilinearSaddle {
    matrix: TwoWayMatrix,
    linear_x: Vec<f64>,
    linear_y: Vec<f64>,
    parts: Vec<Part>,
    /// Lipschitz constants on average: uniform, importance.
    on_average: [f64; 2],
    spectral: f64,
}

impl BilinearSaddle {
    /// The problem with separate rows and columns. `linear_x` (q) and `linear_y` (b) are 0 if empty.
    ///
    /// # Errors
    /// If a length does not fit, or a number is not finite.
    pub fn new(matrix: TwoWayMatrix, linear_x: Vec<f64>, linear_y: Vec<f64>) -> Result<Self, ProblemError> {
        if !linear_x.is_empty() {
            same_length("the linear term of x", linear_x.len(), matrix.columns())?;
        }
        if !linear_y.is_empty() {
            same_length("the linear term of y", linear_y.len(), matrix.rows())?;
        }
        all_finite("the linear term of x, entry", &linear_x)?;
        all_finite("the linear term of y, entry", &linear_y)?;
        let (rows, columns) = (matrix.row_squares(), matrix.column_squares());
        let parts = vec![Part::weighted(&rows), Part::weighted(&columns)];
        let uniform = largest(&rows) * rows.len() as f64;
        let uniform = uniform.max(largest(&columns) * columns.len() as f64).sqrt();
        // A part that is drawn uniformly under either law has its uniform constant.
        let squares = |part: &Part, squares: &[f64]| {
            let sum = squares.iter().fold(0.0, |s, r| s + r);
            if part.probabilities.is_empty() { largest(squares) * squares.len() as f64 } else { sum }
        };
        let importance = squares(&parts[0], &rows).max(squares(&parts[1], &columns)).sqrt();
        let spectral = matrix.spectral_norm();
        Ok(Self { matrix, linear_x, linear_y, parts, on_average: [uniform, importance], spectral })
    }

    /// The same problem with row and column of one index drawn together, uniformly.
    ///
    /// # Errors
    /// If the matrix is not square.
    pub fn paired(self) -> Result<Self, ProblemError> {
        let n = self.matrix.rows();
        same_length("a row of a matrix whose rows and columns are paired", self.matrix.columns(), n)?;
        let uniform = self.on_average[0];
        Ok(Self { parts: vec![Part::uniform(n)], on_average: [uniform; 2], ..self })
    }

    /// The matrix A.
    pub fn matrix(&self) -> &TwoWayMatrix {
        &self.matrix
    }

    /// The dimension n of x; y has the rest.
    pub fn x_dimension(&self) -> usize {
        self.matrix.columns()
    }

    /// The spectral norm of A.
    pub fn spectral_norm(&self) -> f64 {
        self.spectral
    }

    /// `out = A'y + q`.
    pub fn x_half(&self, y: &[f64], out: &mut [f64]) {
        self.matrix.transposed_times(y, out);
        if !self.linear_x.is_empty() {
            dense::axpy(1.0, &self.linear_x, out);
        }
    }

    /// `out = b - A x`.
    pub fn y_half(&self, x: &[f64], out: &mut [f64]) {
        self.matrix.times(x, out);
        dense::scale(-1.0, out);
        if !self.linear_y.is_empty() {
            dense::axpy(1.0, &self.linear_y, out);
        }
    }

    /// `y'A x + q'x - b'y`.
    pub fn value(&self, u: &[f64]) -> f64 {
        let (x, y) = u.split_at(self.x_dimension());
        let mut ax = vec![0.0; y.len()];
        self.matrix.times(x, &mut ax);
        let linear = if self.linear_x.is_empty() { 0.0 } else { dense::dot(&self.linear_x, x) };
        let constant = if self.linear_y.is_empty() { 0.0 } else { dense::dot(&self.linear_y, y) };
        dense::dot(&ax, y) + linear - constant
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |m, &v| if v > m { v } else { m })
}

impl FiniteSumOperator for BilinearSaddle {
    fn name(&self) -> &'static str {
        "bilinear saddle"
    }
    fn dimension(&self) -> usize {
        self.matrix.rows() + self.matrix.columns()
    }
    fn parts(&self) -> &[Part] {
        &self.parts
    }
    fn apply(&self, u: &[f64], out: &mut [f64]) {
        let (x, y) = u.split_at(self.x_dimension());
        let (x_out, y_out) = out.split_at_mut(self.x_dimension());
        self.x_half(y, x_out);
        self.y_half(x, y_out);
    }
    fn add_differences(&self, part: usize, picks: &[Pick], u: &[f64], v: &[f64], out: &mut [f64]) {
        let (m, n) = (self.matrix.rows() as f64, self.matrix.columns() as f64);
        let (x, y) = u.split_at(self.x_dimension());
        let (x0, y0) = v.split_at(self.x_dimension());
        let (x_out, y_out) = out.split_at_mut(self.x_dimension());
        let paired = self.parts.len() == 1;
        for pick in picks {
            let i = pick.index;
            if paired || part == 0 {
                self.matrix.add_row(i, pick.scale * m * (y[i] - y0[i]), x_out);
            }
            if paired || part == 1 {
                self.matrix.add_column(i, -pick.scale * n * (x[i] - x0[i]), y_out);
            }
        }
    }
    fn lipschitz_on_average(&self, law: Law) -> Option<f64> {
        Some(self.on_average[usize::from(law == Law::Importance)])
    }
    fn lipschitz(&self) -> Option<f64> {
        Some(self.spectral)
    }
    fn is_affine(&self) -> bool {
        true
    }
    fn bilinear(&self) -> Option<&BilinearSaddle> {
        Some(self)
    }
    fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        print.word(self.matrix.fingerprint());
        print.numbers(&self.linear_x);
        print.numbers(&self.linear_y);
        print.word(self.parts.len() as u64);
        print.finish()
    }
}
