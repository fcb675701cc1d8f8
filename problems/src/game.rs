//! Matrix games: `min over x, max over y of y'A x`, x and y mixed strategies.
//!
//! `A_ij` is what the row player, who maximises, wins from the column player when they play row i and column j.

use crate::ProblemError;
use crate::formats::{FormatError, FormatErrorKind, Input, csv, matrix_market};
use crate::inclusion::{BilinearSaddle, Blocks, TwoWayMatrix};
use crate::prox::Proximable;
use crate::sets::Simplex;

/// The payoffs of the row player.
#[derive(Clone, Debug)]
pub struct PayoffMatrix {
    matrix: TwoWayMatrix,
}

/// The most entries of a sparse file that are worth a dense matrix, as a share of all.
const DENSE_SHARE: f64 = 0.25;

/// Rows or columns for each entry of a sparse file, at most.
const SPARE_LINES: usize = 1000;

impl PayoffMatrix {
    /// A game of these payoffs.
    pub fn new(matrix: TwoWayMatrix) -> Self {
        Self { matrix }
    }

    /// Reads a payoff matrix: MatrixMarket if the file begins with its banner, else numbers separated by commas, tabs,
    /// semicolons or blanks, a row per line.
    ///
    /// # Errors
    /// If the file cannot be read, is in neither format, or holds no matrix.
    pub fn read(mut input: Input) -> Result<Self, FormatError> {
        let name = input.name().to_owned();
        let unusable = |e: ProblemError| FormatError::new(FormatErrorKind::Range, &name, e.to_string());
        let banner = b"%%matrixmarket";
        let market = input.peek(banner.len())?.eq_ignore_ascii_case(banner);
        if !market {
            let table = csv::read_matrix(input)?;
            return Ok(Self::new(TwoWayMatrix::from_rows(table.rows, table.columns, table.values).map_err(unusable)?));
        }
        let market = matrix_market::read(input)?;
        let listed = match &market.values {
            matrix_market::Values::Coordinate(entries) => entries.len(),
            matrix_market::Values::Array(values) => values.len(),
        };
        // Memory follows the bytes read, not the size line.
        if market.rows.max(market.columns) > SPARE_LINES.max(SPARE_LINES.saturating_mul(listed)) {
            let sizes = format!("{} x {} with {listed} entries", market.rows, market.columns);
            let message = format!("a payoff matrix of {sizes}: nearly every strategy has no entry");
            return Err(FormatError::new(FormatErrorKind::TooLarge, &name, message));
        }
        let sparse = market.to_sparse();
        let (rows, columns) = sparse.shape();
        let dense = sparse.nnz() as f64 >= DENSE_SHARE * rows as f64 * columns as f64;
        if !dense {
            return Ok(Self::new(TwoWayMatrix::from_sparse(&sparse).map_err(unusable)?));
        }
        // At most four times the entries read.
        let mut values = vec![0.0; rows * columns];
        for (&value, (row, column)) in &sparse {
            values[row as usize * columns + column as usize] += value;
        }
        Ok(Self::new(TwoWayMatrix::from_rows(rows, columns, values).map_err(unusable)?))
    }

    /// The matrix.
    pub fn matrix(&self) -> &TwoWayMatrix {
        &self.matrix
    }

    /// The operator and the simplices of the game as an inclusion, `u = (x, y)`, and uniform strategies to start from.
    ///
    /// # Errors
    /// Never for a matrix that was constructed; the signature allows for what the operator checks.
    pub fn inclusion(&self) -> Result<(BilinearSaddle, Blocks, Vec<f64>), ProblemError> {
        let (m, n) = (self.matrix.rows(), self.matrix.columns());
        let operator = BilinearSaddle::new(self.matrix.clone(), Vec::new(), Vec::new())?;
        let simplex = || Box::new(Simplex::default()) as Box<dyn Proximable>;
        let mut start = vec![1.0 / n as f64; n];
        start.resize(n + m, 1.0 / m as f64);
        Ok((operator, Blocks::new(vec![(n, simplex()), (m, simplex())]), start))
    }
}
