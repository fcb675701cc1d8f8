//! Writing.

use super::{MatrixMarket, Values};
use crate::formats::number::{write_f64, write_u64};
use std::io::{self, Write};

/// Writes the matrix; what is read back is the same, with `duplicates` 0.
///
/// Numbers are the shortest decimals that read back to the same bits. `out` should be buffered.
///
/// # Errors
/// `InvalidInput` for a value that the field cannot hold, an entry that is out of place, repeated or out of order, a number
/// of values that contradicts the sizes, or a combination that the [format](super) does not have; otherwise those of the
/// writer.
pub fn write(out: &mut impl Write, matrix: &MatrixMarket) -> io::Result<()> {
    let MatrixMarket { rows, columns, field, symmetry, values, .. } = matrix;
    check(matrix)?;
    let layout = if matches!(values, Values::Coordinate(_)) { "coordinate" } else { "array" };
    writeln!(out, "%%MatrixMarket matrix {layout} {} {}", field.name(), symmetry.name())?;
    match values {
        Values::Coordinate(entries) => {
            writeln!(out, "{rows} {columns} {}", entries.len())?;
            for entry in entries {
                write_u64(out, u64::from(entry.row) + 1)?;
                out.write_all(b" ")?;
                write_u64(out, u64::from(entry.column) + 1)?;
                if *field != super::Field::Pattern {
                    out.write_all(b" ")?;
                    write_value(out, *field, entry.value)?;
                }
                out.write_all(b"\n")?;
            }
        }
        Values::Array(values) => {
            writeln!(out, "{rows} {columns}")?;
            for &value in values {
                write_value(out, *field, value)?;
                out.write_all(b"\n")?;
            }
        }
    }
    Ok(())
}

fn write_value(out: &mut impl Write, field: super::Field, value: f64) -> io::Result<()> {
    if field == super::Field::Integer {
        // `check` has found it whole and at most 2^53 in size; the sign of a zero is kept.
        if value.is_sign_negative() {
            out.write_all(b"-")?;
        }
        return write_u64(out, value.abs() as u64);
    }
    write_f64(out, value)
}

fn check(matrix: &MatrixMarket) -> io::Result<()> {
    let MatrixMarket { rows, columns, field, symmetry, values, .. } = matrix;
    let (rows, columns) = (*rows as u64, *columns as u64);
    if rows > super::MAX_SIZE || columns > super::MAX_SIZE {
        return invalid(format!("there are {rows} rows and {columns} columns, more than the format's reader takes"));
    }
    if *symmetry != super::Symmetry::General && rows != columns {
        return invalid(format!("a {} matrix is not square", symmetry.name()));
    }
    if *field == super::Field::Pattern
        && (matches!(values, Values::Array(_)) || *symmetry == super::Symmetry::SkewSymmetric)
    {
        return invalid("a pattern can be neither an array nor skew-symmetric");
    }
    let bad = match values {
        Values::Coordinate(entries) => {
            let inside = entries.iter().all(|e| {
                let (row, column) = (u64::from(e.row), u64::from(e.column));
                row < rows && column < columns && row >= symmetry.first_row(column)
            });
            if !inside || !entries.is_sorted_by(|a, b| (a.row, a.column) < (b.row, b.column)) {
                return invalid("an entry is out of place, repeated or out of order");
            }
            entries.iter().map(|e| e.value).find(|&value| !field.holds(value))
        }
        Values::Array(values) => {
            if values.len() as u128 != symmetry.listed(rows, columns) {
                return invalid(format!("{} values contradict the sizes", values.len()));
            }
            values.iter().copied().find(|&value| !field.holds(value))
        }
    };
    match bad {
        Some(value) => invalid(format!("a value is {value}, which the field {} cannot hold", field.name())),
        None => Ok(()),
    }
}

fn invalid<T>(message: impl Into<String>) -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::InvalidInput, message.into()))
}
