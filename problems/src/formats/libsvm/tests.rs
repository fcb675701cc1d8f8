//! The grammar and its errors, round trips, damaged files, real data.

use super::*;
use crate::formats::{FormatError, Input};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write as _;

mod mutation;
mod real_data;

fn read_with(text: &str, options: &ReadOptions) -> Result<LibsvmData, FormatError> {
    read(Input::from_bytes("t.svm", text.as_bytes().to_vec()), options)
}

fn ok(text: &str) -> LibsvmData {
    read_with(text, &ReadOptions::default()).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Checks kind, column and whole text of the error on the only line of `text`.
fn fails(text: &str, options: &ReadOptions, kind: &str, column: u64, message: &str) {
    // The place must be right on any line, so good lines of each sort stand before.
    let padded = format!("# c\n1 1:1\r\n\n{text}\n2 2:2\n");
    let error = read_with(&padded, options).unwrap_err();
    assert_eq!(error.to_string(), format!("t.svm:4:{column}: {message}"), "{text}");
    assert_eq!((error.kind(), error.line(), error.column()), (kind, Some(4), Some(column)), "{text}");
}

#[test]
fn small_matrix() {
    let data = ok("+1 1:0.5 3:-2\n-1\n+1 2:1e-3 # c\n");
    assert_eq!((data.rows, data.features, data.nnz()), (3, 3, 3));
    assert_eq!(data.labels, [1.0, -1.0, 1.0]);
    assert_eq!(data.column_ids, [0, 1, 2]);
    assert_eq!(data.indptr, [0, 1, 2, 3]);
    assert_eq!(data.indices, [0, 2, 0]);
    assert_eq!(data.values, [0.5, 1e-3, -2.0]);
    assert_eq!((data.qid, data.all_ones), (None, false));
}

#[test]
fn layout_does_not_matter() {
    let plain = ok("1 1:2 5:3\n-1\n1e3 2:1\n");
    for text in [
        "1 1:2 5:3\r\n-1\r\n1e3 2:1\r\n",
        "1 1:2 5:3\n-1\n1e3 2:1",
        "1 1:2 5:3\r\n-1\r\n1e3 2:1\r",
        "\u{feff}1 1:2 5:3\n-1\n1e3 2:1\n",
        "\n  \n# head\n\t# more\n1\t1:2\t \t5:3 \t\n -1#c\n\r\n+1.0E+03 2:1# c 3:x\n\n#",
        "01 0000000000000000000000001:2.000 5:30e-1 6:0\n-1 4:-0 \n1000. 2:1.\n",
    ] {
        let data = ok(text);
        assert_eq!(LibsvmData { features: 5, ..data }, plain, "{text:?}");
    }
}

#[test]
fn labels_of_all_sorts() {
    assert_eq!(ok("+1\n-1\n0\n3\n2.5\n-1e-3\n.5\n7.\n").labels, [1.0, -1.0, 0.0, 3.0, 2.5, -1e-3, 0.5, 7.0]);
}

#[test]
fn explicit_zeros_are_dropped_but_count_as_features() {
    let data = ok("1 1:0 2:1 9:0.0\n");
    assert_eq!((data.features, data.nnz(), data.all_ones), (9, 1, true));
    assert_eq!(data.column_ids, [1]);
}

#[test]
fn rows_without_entries() {
    let data = ok("1\n2\n");
    assert_eq!((data.rows, data.features, data.nnz(), data.indptr), (2, 0, 0, vec![0]));
}

#[test]
fn the_largest_index_takes_no_memory() {
    let data = ok("1 4294967294:1\n");
    assert_eq!((data.features, data.column_ids.as_slice()), (MAX_FEATURES, &[u32::MAX - 2][..]));
    assert!(data.column_ids.capacity() + data.indptr.capacity() + data.indices.capacity() <= 64);
    let data = ok("1 1:1 4294967293:3\n-1 2:2 4294967293:4 4294967294:1\n");
    assert_eq!(data.column_ids, [0, 1, u32::MAX - 3, u32::MAX - 2]);
    assert_eq!(data.indptr, [0, 1, 2, 4, 5]);
    assert_eq!((data.indices, data.values), (vec![0, 1, 0, 1, 1], vec![1.0, 2.0, 3.0, 4.0, 1.0]));
    let zero = ReadOptions { zero_based: true, ..Default::default() };
    assert_eq!(read_with("1 4294967293:1\n", &zero).unwrap().features, MAX_FEATURES);
}

#[test]
fn features_and_base_by_option() {
    let options = ReadOptions { features: Some(7), ..Default::default() };
    assert_eq!(read_with("1 7:1\n", &options).unwrap().features, 7);
    assert_eq!(read_with("1\n", &options).unwrap().features, 7);
    let zero = ReadOptions { zero_based: true, ..Default::default() };
    let data = read_with("1 0:1 3:1\n", &zero).unwrap();
    assert_eq!((data.features, data.column_ids, data.all_ones), (4, vec![0, 3], true));
    let error = read_with("1\n", &ReadOptions { features: Some(MAX_FEATURES + 1), ..Default::default() }).unwrap_err();
    assert_eq!(error.to_string(), "t.svm: the option features is 4294967295, it can be at most 4294967294");
}

#[test]
fn queries() {
    let text = "1 qid:3 1:1\n2\tqid:-4\n";
    assert_eq!(ok(text).qid, None);
    let keep = ReadOptions { keep_qid: true, ..Default::default() };
    assert_eq!(read_with(text, &keep).unwrap().qid, Some(vec![3, -4]));
    assert_eq!(read_with("1 1:1\n", &keep).unwrap().qid, None);
    assert_eq!(ok("1 qid:3 1:1\n2 1:1\n").rows, 2);
    let error = read_with("1 qid:3 1:1\n2 1:1\n", &keep).unwrap_err();
    assert_eq!(error.to_string(), "t.svm:2: has no query number (qid), unlike the rows before");
    let error = read_with("1 1:1\n2 qid:1 1:1\n", &keep).unwrap_err();
    assert_eq!(error.to_string(), "t.svm:2: has a query number (qid), unlike the rows before");
    assert_eq!((error.kind(), error.column()), ("inconsistent", None));
}

#[test]
fn bad_labels() {
    let options = ReadOptions::default();
    let number = "expected a finite number as the label";
    fails("x 1:1", &options, "syntax", 1, &format!("{number}, found \"x\""));
    fails(" 1x 1:1", &options, "syntax", 2, &format!("{number}, found \"1x\""));
    fails("nan 1:1", &options, "range", 1, &format!("{number}, found \"nan\""));
    fails("-Inf 1:1", &options, "range", 1, &format!("{number}, found \"-Inf\""));
    fails("1e999 1:1", &options, "range", 1, &format!("{number}, found \"1e999\""));
    fails("1\r2 1:1", &options, "syntax", 1, &format!("{number}, found \"1\\r2\""));
    fails("\u{1b}[2J\0 1:1", &options, "syntax", 1, &format!("{number}, found \"\\u{{1b}}[2J\\u{{0}}\""));
    fails(",", &options, "syntax", 1, &format!("{number}, found \",\""));
    let several = "expected one label per row, not several (multilabel data)";
    fails("1,3 1:1", &options, "unsupported", 1, &format!("{several}, found \"1,3\""));
    fails("2,", &options, "unsupported", 1, &format!("{several}, found \"2,\""));
    fails("1:0.5 2:1", &options, "syntax", 1, "expected a label before the entries, found \"1:0.5\"");
}

#[test]
fn bad_queries() {
    let options = ReadOptions::default();
    fails("1 qid:x 1:1", &options, "syntax", 7, "expected a whole number as the query, found \"x\"");
    fails("1 qid:", &options, "syntax", 7, "expected a whole number as the query, found the end of the line");
    fails("1 qid: 1:1", &options, "syntax", 7, "expected a whole number as the query, found \" \"");
    fails("1 qid:1.5", &options, "syntax", 7, "expected a whole number as the query, found \"1.5\"");
    let message = "expected a feature index (qid stands before the entries, once), found \"qid:1\"";
    fails("1 1:1 qid:1", &options, "syntax", 7, message);
    fails("1 qid:1 qid:1", &options, "syntax", 9, message);
}

#[test]
fn bad_indices() {
    let options = ReadOptions::default();
    let least = "expected a feature index of at least 1 (zero_based counts from 0)";
    fails("1 0:1", &options, "range", 3, &format!("{least}, found \"0\""));
    fails("1  00:1", &options, "range", 4, &format!("{least}, found \"00\""));
    let order = "expected an index larger than the one before it in this row";
    fails("1 2:1 1:1", &options, "order", 7, &format!("{order}, found \"1\""));
    fails("1 2:1\t2:1", &options, "order", 7, &format!("{order}, found \"2\""));
    fails("1 2:0 2:1", &options, "order", 7, &format!("{order}, found \"2\""));
    let most = "expected a feature index of at most 4294967294";
    fails("1 5000000000:1", &options, "range", 3, &format!("{most}, found \"5000000000\""));
    fails("1 4294967295:1", &options, "range", 3, &format!("{most}, found \"4294967295\""));
    fails("1 99999999999999999999999:1", &options, "range", 3, &format!("{most}, found \"99999999999999999999999\""));
    let whole = "expected a whole number as the feature index";
    fails("1 x:1", &options, "syntax", 3, &format!("{whole}, found \"x\""));
    fails("1 1.5:1", &options, "syntax", 3, &format!("{whole}, found \"1.5\""));
    fails("1 -2:1", &options, "range", 3, &format!("{whole}, found \"-2\""));
    fails("1 :1", &options, "syntax", 3, &format!("{whole}, found \":1\""));
    let entry = "expected an entry index:value";
    fails("1 2", &options, "syntax", 3, &format!("{entry}, found \"2\""));
    fails("1 1 :2", &options, "syntax", 3, &format!("{entry}, found \"1\""));
    fails("1 1:1 é", &options, "syntax", 7, &format!("{entry}, found \"é\""));
    let zero = ReadOptions { zero_based: true, ..Default::default() };
    let error = read_with("1 4294967294:1\n", &zero).unwrap_err();
    assert_eq!(error.to_string(), "t.svm:1:3: expected a feature index of at most 4294967293, found \"4294967294\"");
    let two = ReadOptions { features: Some(2), ..Default::default() };
    let message = "expected a feature index of at most 2 (features = 2), found \"3\"";
    fails("1 2:1 3:1", &two, "range", 7, message);
    fails("1 2:1 1:1", &two, "order", 7, &format!("{order}, found \"1\""));
    let two = ReadOptions { features: Some(2), zero_based: true, ..Default::default() };
    fails("1 2:1", &two, "range", 3, "expected a feature index of at most 1 (features = 2), found \"2\"");
    let none = ReadOptions { features: Some(0), ..Default::default() };
    let error = read_with("1 1:1\n", &none).unwrap_err();
    assert_eq!(error.to_string(), "t.svm:1:3: expected no entry (features = 0), found \"1\"");
}

#[test]
fn bad_values() {
    let options = ReadOptions::default();
    let number = "expected a finite number as the value";
    fails("1 3:x", &options, "syntax", 5, &format!("{number}, found \"x\""));
    fails("1 3:1.5.2", &options, "syntax", 5, &format!("{number}, found \"1.5.2\""));
    fails("1 3:", &options, "syntax", 5, &format!("{number}, found the end of the line"));
    fails("1 3: 4:1", &options, "syntax", 5, &format!("{number}, found \" \""));
    fails("1 3:# c", &options, "syntax", 5, &format!("{number}, found \"#\""));
    fails("1 3:1:2", &options, "syntax", 5, &format!("{number}, found \"1:2\""));
    fails("1 3:1e", &options, "syntax", 5, &format!("{number}, found \"1e\""));
    fails("1 1:1 3:NaN", &options, "range", 9, &format!("{number}, found \"NaN\""));
    fails("1 3:+infinity", &options, "range", 5, &format!("{number}, found \"+infinity\""));
    fails("1 3:-1e400", &options, "range", 5, &format!("{number}, found \"-1e400\""));
}

#[test]
fn no_rows() {
    for (text, message) in
        [("", "t.svm: the file is empty"), ("# c\n\n", "t.svm: the file has no rows, only blank lines and comments")]
    {
        let error = read_with(text, &ReadOptions::default()).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), ("empty", message));
    }
}

#[test]
fn rows_go_on_behind_a_bad_line() {
    let input = Input::from_bytes("t.svm", b"1 1:1 2:0 5:2\n1 x\n-1 qid:2 3:1\n".to_vec());
    let mut rows = Rows::new(input, &ReadOptions::default()).unwrap();
    let row = rows.next_row().unwrap().unwrap();
    assert_eq!((row.label, row.qid, row.entries, row.line), (1.0, None, &[(0, 1.0), (4, 2.0)][..], 1));
    assert_eq!(rows.next_row().unwrap_err().line(), Some(2));
    let row = rows.next_row().unwrap().unwrap();
    assert_eq!((row.label, row.qid, row.entries, row.line), (-1.0, None, &[(2, 1.0)][..], 3));
    assert_eq!(rows.next_row().unwrap(), None);
    assert_eq!(rows.features(), 5);
}

#[test]
fn gzip_files() {
    let folder = tempfile::tempdir().unwrap();
    // The name says nothing about the compression.
    let path = folder.path().join("plain.svm");
    let mut bytes = gzip(b"1 1:2\n-1 2:");
    bytes.extend(gzip(b"7\n"));
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(read_file(&path, &ReadOptions::default()).unwrap(), ok("1 1:2\n-1 2:7\n"));
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let error = read_file(&path, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.kind(), "truncated");
    assert_eq!(error.to_string(), format!("{}: the gzip stream ends early: the file is truncated", path.display()));
}

#[test]
fn writing_refuses_what_the_format_cannot_hold() {
    let good = ok("1 1:2 3:1\n-1 2:5\n");
    let mut out = Vec::new();
    write(&mut out, &good).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "1 1:2 3:1\n-1 2:5\n");
    let bad: [fn(&mut LibsvmData); 8] = [
        |data| data.labels[0] = f64::NAN,
        |data| data.values[1] = f64::INFINITY,
        |data| data.labels.push(1.0),
        |data| data.indices[0] = 2,
        |data| data.indptr[1] = 9,
        |data| data.indptr.clear(),
        |data| data.column_ids.swap(0, 2),
        |data| data.qid = Some(vec![1]),
    ];
    for (number, spoil) in bad.iter().enumerate() {
        let mut data = good.clone();
        spoil(&mut data);
        let error = write(&mut Vec::new(), &data).expect_err(&format!("case {number}"));
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "case {number}");
    }
    assert!(write_row(&mut Vec::new(), 1.0, None, &[(u32::MAX - 1, 1.0)]).is_err());
    assert!(write_row(&mut Vec::new(), 1.0, None, &[(u32::MAX - 2, 1.0)]).is_ok());
}

type Rowed = (f64, Vec<(u32, f64)>);

/// Any finite number, with the plain ones of real files among them.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(1.0),
        (-1000_i32..1000).prop_map(|k| f64::from(k) / 8.0),
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
    ]
}

fn row() -> impl Strategy<Value = Rowed> {
    let index = prop_oneof![0_u32..20, 0..u32::MAX - 1];
    (number(), prop::collection::btree_map(index, number().prop_filter("not zero", |&v| v != 0.0), 0..8))
        .prop_map(|(label, entries)| (label, entries.into_iter().collect()))
}

proptest! {
    #[test]
    fn written_rows_read_back(rows in prop::collection::vec(row(), 1..20), with_qid: bool) {
        let mut text = Vec::new();
        for (k, (label, entries)) in (-3..).zip(&rows) {
            write_row(&mut text, *label, with_qid.then_some(k), entries).unwrap();
        }
        let options = ReadOptions { keep_qid: true, ..Default::default() };
        let data = read(Input::from_bytes("t", text.clone()), &options).unwrap();
        // Against the rows that were written, entry by entry.
        let bits: Vec<u64> = data.labels.iter().map(|label| label.to_bits()).collect();
        prop_assert_eq!(bits, rows.iter().map(|row| row.0.to_bits()).collect::<Vec<_>>());
        let mut entries: Vec<(u32, u32, u64)> = Vec::new();
        for (row, (_, pairs)) in rows.iter().enumerate() {
            entries.extend(pairs.iter().map(|&(feature, value)| (feature, row as u32, value.to_bits())));
        }
        entries.sort_unstable();
        let mut found = Vec::new();
        for (slot, &feature) in data.column_ids.iter().enumerate() {
            prop_assert!(data.indptr[slot] < data.indptr[slot + 1]);
            for k in data.indptr[slot]..data.indptr[slot + 1] {
                found.push((feature, data.indices[k], data.values[k].to_bits()));
            }
        }
        prop_assert_eq!(found, entries);
        prop_assert_eq!(data.qid.is_some(), with_qid);
        // And the whole data set through its own writer, plain and compressed.
        let mut again = Vec::new();
        write(&mut again, &data).unwrap();
        prop_assert_eq!(&again, &text);
        let packed = read(Input::from_bytes("t", gzip(&again)), &options).unwrap();
        prop_assert_eq!(packed, data);
    }
}
