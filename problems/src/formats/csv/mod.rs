//! Tables of numbers as text, one row per line.
//!
//! Columns are separated by commas, semicolons, tabs or blanks (one kind of mark per file is not asked); every row has the
//! same number of them. A first line that holds no number at all is a header; `#` and `%` start a comment; blank lines are
//! skipped. Numbers are finite decimals.
//!
//! ```
//! use thalweg_problems::formats::{Input, csv};
//!
//! let table = csv::read_matrix(Input::from_bytes("rps.csv", b"rock,paper,scissors\n0,-1,1\n1,0,-1\n-1,1,0\n".to_vec()))?;
//! assert_eq!((table.rows, table.columns, table.values[1]), (3, 3, -1.0));
//! # Ok::<(), thalweg_problems::formats::FormatError>(())
//! ```

use super::{FormatError, FormatErrorKind as Kind, Input, number};
use std::io::{self, Write};

#[cfg(test)]
mod tests;

/// A table of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The number of rows, at least 1.
    pub rows: usize,
    /// The number of columns, at least 1.
    pub columns: usize,
    /// The numbers row by row, `rows * columns` of them.
    pub values: Vec<f64>,
}

const SEPARATORS: &[u8] = b",;\t ";

/// Reads a table.
///
/// # Errors
/// For a cell that is not a finite number, a row of another length, a file without numbers.
pub fn read_matrix(mut input: Input) -> Result<Table, FormatError> {
    let file = input.name().to_owned();
    let mut table = Table { rows: 0, columns: 0, values: Vec::new() };
    let mut header_allowed = true;
    while let Some(line) = input.next_line()? {
        let bytes = line.bytes();
        let body = &bytes[..bytes.iter().position(|b| b"#%".contains(b)).unwrap_or(bytes.len())];
        let before = table.values.len();
        let mut failure = None;
        let mut cells = 0_usize;
        for (at, cell) in cells_of(body) {
            cells += 1;
            match number::parse_f64(cell).filter(|v| v.is_finite()) {
                Some(value) => table.values.push(value),
                None => {
                    failure.get_or_insert((at, cell));
                }
            }
        }
        if cells == 0 {
            continue;
        }
        let first = std::mem::replace(&mut header_allowed, false);
        if let Some((at, cell)) = failure {
            if first && table.values.len() == before {
                continue;
            }
            return Err(line.mismatch(Kind::Syntax, at, "a finite number", cell));
        }
        let found = table.values.len() - before;
        if table.rows == 0 {
            table.columns = found;
        } else if found != table.columns {
            let expected = format!("{} numbers, as in the rows before", table.columns);
            return Err(line.mismatch(Kind::Inconsistent, 0, expected, found.to_string()));
        }
        table.rows += 1;
    }
    if table.rows == 0 {
        return Err(FormatError::new(Kind::Empty, &file, "it holds no numbers"));
    }
    Ok(table)
}

/// The cells of a line with where they begin: what stands between separators; empty ones between blanks do not count.
fn cells_of(body: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    body.split(|b| SEPARATORS.contains(b)).filter_map(move |cell| {
        let here = at;
        at += cell.len() + 1;
        let trimmed = cell.trim_ascii();
        (!trimmed.is_empty()).then_some((here, trimmed))
    })
}

/// Writes a table, separated by commas.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_matrix(out: &mut impl Write, table: &Table) -> io::Result<()> {
    for row in table.values.chunks(table.columns.max(1)) {
        for (j, &value) in row.iter().enumerate() {
            if j > 0 {
                out.write_all(b",")?;
            }
            number::write_f64(out, value)?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}
