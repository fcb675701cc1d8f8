//! Writing, one row per line.

use super::LibsvmData;
use crate::formats::number::{write_f64, write_u64};
use std::io::{self, Write};

/// Writes one row: label, query number if any, entries as (feature number from 0, value) with ascending numbers.
///
/// Numbers are the shortest decimals that read back to the same bits. Zero entries are written as they are; the reader
/// drops them.
///
/// # Errors
/// `InvalidInput` for a number that is not finite or a feature number that does not ascend or exceeds 2^32 - 3;
/// otherwise those of the writer.
pub fn write_row(out: &mut impl Write, label: f64, qid: Option<i64>, entries: &[(u32, f64)]) -> io::Result<()> {
    finite(label, "a label")?;
    write_f64(out, label)?;
    if let Some(qid) = qid {
        write!(out, " qid:{qid}")?;
    }
    let mut next = 0_u64;
    for &(feature, value) in entries {
        let index = u64::from(feature) + 1;
        if index <= next {
            return invalid("the feature numbers of a row do not ascend");
        }
        if index > super::MAX_FEATURES {
            return invalid("a feature number exceeds 2^32 - 3");
        }
        finite(value, "an entry")?;
        next = index;
        out.write_all(b" ")?;
        write_u64(out, index)?;
        out.write_all(b":")?;
        write_f64(out, value)?;
    }
    out.write_all(b"\n")
}

/// Writes the data set row by row, indices counted from 1.
///
/// What is read back is the same data, but for `features`: the file shows only the largest index, so a reader that must
/// agree passes [`ReadOptions::features`](super::ReadOptions::features). `out` should be buffered.
///
/// # Errors
/// `InvalidInput` for data whose lengths, offsets or row numbers contradict each other or that [`write_row`] refuses;
/// otherwise those of the writer.
pub fn write(out: &mut impl Write, data: &LibsvmData) -> io::Result<()> {
    let (starts, by_row) = transpose(data)?;
    let mut entries = Vec::new();
    for (row, &label) in data.labels.iter().enumerate() {
        entries.clear();
        // `transpose` has validated every offset and column slot that is used here.
        for &(slot, k) in &by_row[starts[row]..starts[row + 1]] {
            entries.push((data.column_ids[slot as usize], data.values[k]));
        }
        let qid = data.qid.as_ref().map(|qid| qid[row]);
        write_row(out, label, qid, &entries)?;
    }
    Ok(())
}

/// An entry as the slot of its column and the position of its value.
type Place = (u32, usize);

/// Where each row begins in the list of all entries row by row, and that list.
fn transpose(data: &LibsvmData) -> io::Result<(Vec<usize>, Vec<Place>)> {
    let nnz = data.values.len();
    let columns = data.column_ids.len();
    let lengths = data.rows == data.labels.len()
        && data.indices.len() == nnz
        && data.indptr.len() == columns + 1
        && data.indptr.first() == Some(&0)
        && data.indptr.last() == Some(&nnz)
        && data.qid.as_ref().is_none_or(|qid| qid.len() == data.rows);
    if !lengths || !data.indptr.is_sorted() {
        return invalid("the lengths or offsets of the data contradict each other");
    }
    let mut starts = vec![0_usize; data.rows + 1];
    for &row in &data.indices {
        match starts.get_mut(row as usize + 1) {
            Some(count) => *count += 1,
            None => return invalid("a row number exceeds the number of rows"),
        }
    }
    for row in 0..data.rows {
        starts[row + 1] += starts[row];
    }
    let mut next = starts.clone();
    let mut by_row = vec![(0, 0); nnz];
    for slot in 0..columns {
        for k in data.indptr[slot]..data.indptr[slot + 1] {
            let position = &mut next[data.indices[k] as usize];
            by_row[*position] = (slot as u32, k);
            *position += 1;
        }
    }
    Ok((starts, by_row))
}

fn finite(value: f64, what: &str) -> io::Result<()> {
    if value.is_finite() { Ok(()) } else { invalid(format!("{what} is {value}, which the format cannot hold")) }
}

fn invalid<T>(message: impl Into<String>) -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::InvalidInput, message.into()))
}
