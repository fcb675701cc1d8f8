//! Reading: one row at a time, and the whole as columns.

use super::columns::ByRows;
use super::parse::parse_line;
use super::{LibsvmData, MAX_FEATURES, MAX_ROWS, ReadOptions};
use crate::formats::{FormatError, FormatErrorKind as Kind, Input};
use std::path::Path;

/// One row, lent until the next is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// The label.
    pub label: f64,
    /// The query number, if [`ReadOptions::keep_qid`] is set and the row has one.
    pub qid: Option<i64>,
    /// Feature numbers from 0, ascending, with their values: finite, not zero.
    pub entries: &'a [(u32, f64)],
    /// The number of the line in the file, counted from 1.
    pub line: u64,
}

/// Reads a file row by row, in memory proportional to the longest row.
///
/// ```
/// use thalweg_problems::formats::{Input, libsvm::{ReadOptions, Rows}};
///
/// let mut rows = Rows::new(Input::from_bytes("two.svm", b"1 2:4\n-1 1:3 7:1\n".to_vec()), &ReadOptions::default())?;
/// let mut sum = 0.0;
/// while let Some(row) = rows.next_row()? {
///     sum += row.label * row.entries.iter().map(|(_, value)| value).sum::<f64>();
/// }
/// assert_eq!((sum, rows.features()), (0.0, 7));
/// # Ok::<(), thalweg_problems::formats::FormatError>(())
/// ```
#[derive(Debug)]
pub struct Rows {
    input: Input,
    options: ReadOptions,
    entries: Vec<(u32, f64)>,
    /// Whether the rows have query numbers, known after the first.
    queries: Option<bool>,
    features: u64,
}

impl Rows {
    /// Begins to read.
    ///
    /// # Errors
    /// `range` if the option `features` exceeds [`MAX_FEATURES`].
    pub fn new(input: Input, options: &ReadOptions) -> Result<Self, FormatError> {
        let features = options.features.unwrap_or(0);
        if features > MAX_FEATURES {
            let message = format!("the option features is {features}, it can be at most {MAX_FEATURES}");
            return Err(FormatError::new(Kind::Range, input.name(), message));
        }
        Ok(Self { input, options: options.clone(), entries: Vec::new(), queries: None, features })
    }

    /// The next row, or none at the end. After an error about a line, the next call goes on behind that line.
    ///
    /// # Errors
    /// A [`FormatError`] with line and column for what the [grammar](super) forbides, and those of
    /// [`Input::next_line`].
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, FormatError> {
        loop {
            let Some(line) = self.input.next_line()? else { return Ok(None) };
            let Some(head) = parse_line(&line, &self.options, &mut self.entries)? else { continue };
            self.features = self.features.max(head.features);
            let mut qid = None;
            if self.options.keep_qid {
                qid = head.qid;
                if *self.queries.get_or_insert(qid.is_some()) != qid.is_some() {
                    let message = if qid.is_some() {
                        "has a query number (qid), unlike the rows before"
                    } else {
                        "has no query number (qid), unlike the rows before"
                    };
                    return Err(line.error(Kind::Inconsistent, message));
                }
            }
            let number = line.number();
            return Ok(Some(Row { label: head.label, qid, entries: &self.entries, line: number }));
        }
    }

    /// The number of features: the option, or the largest index so far (explicit zeros count).
    pub fn features(&self) -> u64 {
        self.features
    }

    /// The source, for its name and line number.
    pub fn input(&self) -> &Input {
        &self.input
    }
}

/// Reads the whole data set.
///
/// # Errors
/// Those of [`Rows`]; `empty` if there is no row; `too_large` beyond [`MAX_ROWS`] rows.
pub fn read(input: Input, options: &ReadOptions) -> Result<LibsvmData, FormatError> {
    let mut rows = Rows::new(input, options)?;
    let mut data = ByRows::new();
    let mut labels = Vec::new();
    let mut queries = Vec::new();
    while let Some(row) = rows.next_row()? {
        labels.push(row.label);
        queries.extend(row.qid);
        data.push(row.entries);
        if labels.len() > MAX_ROWS {
            let message = format!("has more than {MAX_ROWS} rows");
            return Err(FormatError::new(Kind::TooLarge, rows.input.name(), message));
        }
    }
    if labels.is_empty() {
        let message = if rows.input.line_number() == 0 {
            "the file is empty"
        } else {
            "the file has no rows, only blank lines and comments"
        };
        return Err(FormatError::new(Kind::Empty, rows.input.name(), message));
    }
    let all_ones = data.all_ones();
    let columns = data.into_columns();
    Ok(LibsvmData {
        rows: labels.len(),
        labels,
        features: rows.features,
        all_ones,
        column_ids: columns.ids,
        indptr: columns.indptr,
        indices: columns.indices,
        values: columns.values,
        qid: (!queries.is_empty()).then_some(queries),
    })
}

/// Reads the file at `path`; `-` is standard input, gzip is undone.
///
/// # Errors
/// Those of [`Input::open`] and [`read`].
pub fn read_file(path: impl AsRef<Path>, options: &ReadOptions) -> Result<LibsvmData, FormatError> {
    read(Input::open(path)?, options)
}
