//! The grammar and its errors, round trips, damaged files.

use super::*;
use crate::formats::{FormatError, Input};
use proptest::prelude::*;

mod mutation;

fn parse(text: &str) -> Result<MatrixMarket, FormatError> {
    read(Input::from_bytes("t.mtx", text.as_bytes().to_vec()))
}

fn ok(text: &str) -> MatrixMarket {
    parse(text).unwrap()
}

/// Checks kind, place and whole text of an error.
fn fails(text: &str, kind: &str, message: &str) {
    let error = parse(text).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, format!("t.mtx{message}").as_str()), "{text:?}");
}

fn dense(matrix: &MatrixMarket) -> Vec<Vec<f64>> {
    let sparse = matrix.to_sparse();
    let entry = |i, j| sparse.get(i, j).copied().unwrap_or(0.0);
    (0..matrix.rows).map(|i| (0..matrix.columns).map(|j| entry(i, j)).collect()).collect()
}

#[test]
fn a_symmetric_matrix() {
    let text = "%%MatrixMarket matrix coordinate real symmetric\n3 3 4\n1 1 4.0\n2 1 1.0\n2 2 5.0\n3 3 6.0\n";
    let matrix = ok(text);
    assert_eq!(dense(&matrix), [[4.0, 1.0, 0.0], [1.0, 5.0, 0.0], [0.0, 0.0, 6.0]]);
    let problem = crate::graph::GraphQuadratic::from_sparse(&matrix.to_sparse(), vec![5.0, 6.0, 6.0]).unwrap();
    let mut product = [0.0; 3];
    problem.multiply(&[1.0; 3], &mut product);
    assert_eq!(product, [5.0, 6.0, 6.0]);
}

#[test]
fn layout_does_not_matter() {
    let plain = ok("%%MatrixMarket matrix coordinate real general\n2 3 2\n1 3 0.5\n2 1 -2\n");
    assert_eq!(dense(&plain), [[0.0, 0.0, 0.5], [-2.0, 0.0, 0.0]]);
    for text in [
        "%%matrixmarket MATRIX\tCoordinate  REAL general \r\n% c\r\n\r\n 2\t3 2\r\n%c\n2 1 -2.0e0\r\n\t1 3 +.5",
        "\u{feff}%%MatrixMarket matrix coordinate real general\n2 3 2\n   \n  % 1 1 1\n01 +3 5e-1\n2 1 -2\n%end",
    ] {
        assert_eq!(ok(text), plain, "{text:?}");
    }
}

#[test]
fn fields_and_symmetries() {
    let pattern = ok("%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n3 1\n2 2\n");
    assert_eq!(dense(&pattern), [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]);
    let skew = ok("%%MatrixMarket matrix coordinate integer skew-symmetric\n2 2 1\n2 1 -7\n");
    assert_eq!(dense(&skew), [[0.0, 7.0], [-7.0, 0.0]]);
    let array = ok("%%MatrixMarket matrix array real general\n2 3\n1\n2\n3\n4\n5\n6\n");
    assert_eq!(dense(&array), [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);
    assert_eq!(array.to_column_major().unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let array = ok("%%MatrixMarket matrix array integer symmetric\n3 3\n1\n2\n3\n4\n5\n6\n");
    assert_eq!(dense(&array), [[1.0, 2.0, 3.0], [2.0, 4.0, 5.0], [3.0, 5.0, 6.0]]);
    assert_eq!(array.to_column_major().unwrap(), [1.0, 2.0, 3.0, 2.0, 4.0, 5.0, 3.0, 5.0, 6.0]);
    let array = ok("%%MatrixMarket matrix array real skew-symmetric\n3 3\n1\n2\n3\n");
    assert_eq!(dense(&array), [[0.0, -1.0, -2.0], [1.0, 0.0, -3.0], [2.0, 3.0, 0.0]]);
    assert_eq!(array.to_column_major().unwrap(), [0.0, 1.0, 2.0, -1.0, 0.0, 3.0, -2.0, -3.0, 0.0]);
    for (rows, columns) in [(0, 0), (0, 4), (4, 0)] {
        let empty = ok(&format!("%%MatrixMarket matrix array real general\n{rows} {columns}\n"));
        assert_eq!(empty.to_sparse().shape(), (rows, columns));
        ok(&format!("%%MatrixMarket matrix coordinate real general\n{rows} {columns} 0\n"));
    }
    assert_eq!(ok("%%MatrixMarket matrix array real skew-symmetric\n1 1\n").to_column_major().unwrap(), [0.0]);
    assert!(pattern.to_column_major().is_none());
}

#[test]
fn duplicates_are_added_and_counted() {
    let matrix = ok("%%MatrixMarket matrix coordinate real general\n2 2 4\n2 1 1\n1 1 0.25\n2 1 2\n2 1 4\n");
    assert_eq!((dense(&matrix), matrix.duplicates), (vec![vec![0.25, 0.0], vec![7.0, 0.0]], 2));
    let matrix = ok("%%MatrixMarket matrix coordinate pattern general\n2 2 3\n2 1\n1 1\n2 1\n");
    assert_eq!((matrix.field, matrix.duplicates), (Field::Integer, 1));
    assert_eq!(dense(&matrix), [[1.0, 0.0], [2.0, 0.0]]);
    let range = "out of range";
    let text = "%%MatrixMarket matrix coordinate real general\n2 2 2\n2 1 1e308\n2 1 1e308\n";
    fails(text, "range", &format!(": the entries in row 2, column 1 add up to inf, which is {range}"));
    let text = "%%MatrixMarket matrix coordinate integer general\n2 2 2\n2 1 9007199254740992\n2 1 9007199254740992\n";
    fails(text, "range", &format!(": the entries in row 2, column 1 add up to 18014398509481984, which is {range}"));
}

#[test]
fn what_a_size_line_promises_takes_no_memory() {
    let matrix = ok("%%MatrixMarket matrix coordinate pattern general\n4294967295 4294967295 1\n4294967295 1\n");
    let Values::Coordinate(entries) = matrix.values else { panic!("coordinate") };
    assert_eq!((entries[0].row, entries.len()), (u32::MAX - 1, 1));
    let text = "%%MatrixMarket matrix coordinate real general\n9 9 18446744073709551614\n1 1 1\n";
    fails(text, "truncated", ": the file ends early: expected 18446744073709551614 entries, found 1");
    let text = "%%MatrixMarket matrix array real general\n4294967295 4294967295\n1\n";
    fails(text, "truncated", ": the file ends early: expected 18446744065119617025 values, found 1");
}

#[test]
fn bad_banners() {
    fails("", "empty", ": the file is empty");
    fails("1 1 1\n", "syntax", ":1:1: expected the banner %%MatrixMarket, found \"1\"");
    fails("\n%%MatrixMarket", "syntax", ":1:1: expected the banner %%MatrixMarket, found the end of the line");
    fails("%%MatrixMarket vector", "unsupported", ":1:16: expected matrix, found \"vector\"");
    fails("%%MatrixMarket matrix dense", "syntax", ":1:23: expected coordinate or array, found \"dense\"");
    let field = "expected real, integer or pattern (complex matrices are not read), found";
    fails("%%MatrixMarket matrix array Complex general", "unsupported", &format!(":1:29: {field} \"Complex\""));
    fails("%%MatrixMarket matrix array", "syntax", &format!(":1:28: {field} the end of the line"));
    let symmetry = "expected general, symmetric or skew-symmetric (Hermitian matrices are not read), found";
    fails("%%MatrixMarket matrix array real hermitian", "unsupported", &format!(":1:34: {symmetry} \"hermitian\""));
    fails("%%MatrixMarket matrix array real skew", "syntax", &format!(":1:34: {symmetry} \"skew\""));
    let text = "%%MatrixMarket matrix array pattern general";
    fails(text, "inconsistent", ":1:29: expected real or integer: an array has values, found \"pattern\"");
    let text = "%%MatrixMarket matrix coordinate pattern skew-symmetric";
    fails(
        text,
        "inconsistent",
        ":1:42: expected general or symmetric: a pattern has no signs, found \"skew-symmetric\"",
    );
    let text = "%%MatrixMarket matrix array real general x";
    fails(text, "syntax", ":1:42: expected the end of the banner, found \"x\"");
}

#[test]
fn bad_sizes() {
    let with = |size: &str, symmetry: &str| format!("%%MatrixMarket matrix coordinate real {symmetry}\n%c\n{size}\n");
    let all = "the numbers of rows, columns and entries";
    fails(
        "%%MatrixMarket matrix array real general\n%\n",
        "truncated",
        ": the file ends before the line with the sizes",
    );
    fails(&with("3 3", "general"), "syntax", &format!(":3:4: expected {all}, found the end of the line"));
    fails(
        &with("3 3 1 1", "general"),
        "syntax",
        &format!(":3:7: expected the end of the line after {all}, found \"1\""),
    );
    let rows = "expected a whole number as the number of rows, found";
    fails(&with("3.0 3 1", "general"), "syntax", &format!(":3:1: {rows} \"3.0\""));
    fails(&with(" -3 3 1", "general"), "range", &format!(":3:2: {rows} \"-3\""));
    let most = "expected a number of columns of at most 4294967295, found";
    fails(&with("3 4294967296 1", "general"), "range", &format!(":3:3: {most} \"4294967296\""));
    let huge = "99999999999999999999999";
    fails(&with(&format!("3 {huge} 1"), "general"), "range", &format!(":3:3: {most} \"{huge}\""));
    let message = ":3: a symmetric matrix is square, but there are 3 rows and 4 columns";
    fails(&with("3 4 1", "symmetric"), "inconsistent", message);
}

#[test]
fn bad_entries() {
    let with = |kind: &str, entry: &str| format!("%%MatrixMarket matrix coordinate {kind}\n2 3 2\n1 1 1\n{entry}\n");
    let general = |entry: &str| with("real general", entry);
    fails(&general(""), "truncated", ": the file ends early: expected 2 entries, found 1");
    let beyond = ":5: is beyond the 2 entries that the size line says";
    fails(&general("1 1 1\n1 2 3"), "inconsistent", beyond);
    let all = "a row, a column and a value";
    fails(&general("1 2"), "syntax", &format!(":4:4: expected {all}, found the end of the line"));
    fails(&general("1 2 3 4"), "syntax", &format!(":4:7: expected the end of the line after {all}, found \"4\""));
    fails(&general("0 2 3"), "range", ":4:1: expected a row of at least 1, found \"0\"");
    fails(&general("3 2 3"), "range", ":4:1: expected a row of at most 2, found \"3\"");
    fails(&general("1  4 3"), "range", ":4:4: expected a column of at most 3, found \"4\"");
    fails(&general("x 1 3"), "syntax", ":4:1: expected a whole number as the row, found \"x\"");
    let number = "expected a finite number as the value, found";
    fails(&general("1 1 1.5.2"), "syntax", &format!(":4:5: {number} \"1.5.2\""));
    fails(&general("1 1 NaN"), "range", &format!(":4:5: {number} \"NaN\""));
    fails(&general("1 1 -inf"), "range", &format!(":4:5: {number} \"-inf\""));
    fails(&general("1 1 1e999"), "range", &format!(":4:5: {number} \"1e999\""));
    let integer = |entry: &str| with("integer general", entry);
    fails(&integer("1 1 1.5"), "range", ":4:5: expected a whole number as the value, found \"1.5\"");
    fails(&integer("1 1 -"), "syntax", ":4:5: expected a whole number as the value, found \"-\"");
    let most = ":4:5: expected a whole number of at most 2^53 in size, found \"9007199254740994\"";
    fails(&integer("1 1 9007199254740994"), "range", most);
    let empty = "%%MatrixMarket matrix coordinate real general\n0 3 1\n1 1 1\n";
    fails(empty, "range", ":3:1: expected no entry: a matrix without such a row, found \"1\"");
    let square = |kind: &str| format!("%%MatrixMarket matrix coordinate real {kind}\n2 2 1\n1 2 1\n");
    let lower = "lists the lower triangle), found \"1\"";
    let message = format!(":3:1: expected a row not above the diagonal (a symmetric matrix {lower}");
    fails(&square("symmetric"), "order", &message);
    let message = format!(":3:1: expected a row below the diagonal (a skew-symmetric matrix {lower}");
    fails(&square("skew-symmetric"), "order", &message);
    let array = "%%MatrixMarket matrix array real general\n1 2\n1\n2 3\n";
    fails(array, "syntax", ":4:3: expected the end of the line after a value, found \"3\"");
    let array = "%%MatrixMarket matrix array real general\n1 1\n1\n2\n";
    fails(array, "inconsistent", ":4: is beyond the 1 values that the size line says");
}

#[test]
fn gzip_files() {
    use std::io::Write as _;
    let text = b"%%MatrixMarket matrix array real general\n1 1\n2.5\n";
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.mtx");
    std::fs::write(&path, encoder.finish().unwrap()).unwrap();
    assert_eq!(read_file(&path).unwrap().values, Values::Array(vec![2.5]));
}

#[test]
fn writing_refuses_what_the_format_cannot_hold() {
    let good = ok("%%MatrixMarket matrix coordinate integer symmetric\n3 3 2\n1 1 4\n3 1 -1\n");
    let bad: [fn(&mut MatrixMarket); 8] = [
        |m| m.rows = 2,
        |m| m.field = Field::Pattern,
        |m| m.symmetry = Symmetry::SkewSymmetric,
        |m| m.values = Values::Array(vec![1.0; 5]),
        |m| m.values = Values::Array(vec![0.5; 6]),
        |m| m.values = Values::Coordinate(vec![Entry { row: 0, column: 1, value: 1.0 }]),
        |m| m.values = Values::Coordinate(vec![Entry { row: 1, column: 1, value: 1.0 }; 2]),
        |m| m.values = Values::Coordinate(vec![Entry { row: 0, column: 0, value: f64::NAN }]),
    ];
    for (number, spoil) in bad.iter().enumerate() {
        let mut matrix = good.clone();
        spoil(&mut matrix);
        let error = write(&mut Vec::new(), &matrix).expect_err(&format!("case {number}"));
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "case {number}");
    }
}

fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("finite", |value| value.is_finite())
}

/// Any matrix that the format holds, small.
fn matrix() -> impl Strategy<Value = MatrixMarket> {
    let field = prop::sample::select(vec![Field::Real, Field::Integer, Field::Pattern]);
    let symmetry = prop::sample::select(vec![Symmetry::General, Symmetry::Symmetric, Symmetry::SkewSymmetric]);
    let numbers = prop::collection::vec((finite(), -9_007_199_254_740_992_i64..=9_007_199_254_740_992), 64);
    let cells = prop::collection::btree_set((0_u32..8, 0_u32..8), 0..20);
    (field, symmetry, 0_usize..8, 0_usize..8, cells, numbers, any::<bool>()).prop_map(
        |(field, symmetry, rows, columns, cells, numbers, array)| {
            let columns = if symmetry == Symmetry::General { columns } else { rows };
            let pattern = field == Field::Pattern;
            let symmetry = if pattern && symmetry == Symmetry::SkewSymmetric { Symmetry::Symmetric } else { symmetry };
            let value = |k: usize| match field {
                Field::Real => numbers[k].0,
                Field::Integer => numbers[k].1 as f64,
                Field::Pattern => 1.0,
            };
            let values = if array && !pattern {
                Values::Array((0..symmetry.listed(rows as u64, columns as u64) as usize).map(value).collect())
            } else {
                let inside = cells.into_iter().filter(|&(row, column)| {
                    (row as usize) < rows
                        && (column as usize) < columns
                        && u64::from(row) >= symmetry.first_row(u64::from(column))
                });
                let entry = |(k, (row, column))| Entry { row, column, value: value(k) };
                Values::Coordinate(inside.enumerate().map(entry).collect())
            };
            MatrixMarket { rows, columns, field, symmetry, values, duplicates: 0 }
        },
    )
}

fn text(matrix: &MatrixMarket) -> Vec<u8> {
    let mut text = Vec::new();
    write(&mut text, matrix).unwrap();
    text
}

proptest! {
    #[test]
    fn written_matrices_read_back(matrix in matrix()) {
        let again = read(Input::from_bytes("t", text(&matrix))).unwrap();
        prop_assert_eq!(&again, &matrix);
        // Equality does not tell zeros apart, bits do.
        prop_assert_eq!(text(&again), text(&matrix));
        let sparse = matrix.to_sparse();
        if let Some(whole) = matrix.to_column_major() {
            for (k, &value) in whole.iter().enumerate() {
                let entry = sparse.get(k % matrix.rows, k / matrix.rows).copied().unwrap_or(0.0);
                prop_assert_eq!(entry, value);
            }
        }
        for (&value, (row, column)) in &sparse {
            let mirror = sparse.get(column as usize, row as usize).copied();
            match matrix.symmetry {
                Symmetry::General => {}
                Symmetry::Symmetric => prop_assert_eq!(mirror, Some(value)),
                Symmetry::SkewSymmetric => prop_assert_eq!(mirror, Some(-value)),
            }
        }
    }
}
