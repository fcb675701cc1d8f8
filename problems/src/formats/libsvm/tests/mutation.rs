//! Damaged files: whatever happens to the bytes, reading ends with data or an error, in bounded memory.

use super::*;
use crate::formats::damage::{damaged, damages, is_presentable};

/// Pieces of the format, and what is near them.
const PIECES: &[&str] = &[
    "0:1",
    "1:",
    ":",
    "qid:",
    "#",
    "\n",
    "\r",
    "4294967294:1",
    "5000000000:1",
    "99999999999999999999:1",
    "nan",
    "-inf",
    "1e999",
    "1e-999",
    ",",
    "\u{feff}",
    "\0",
    "-",
    "1:1",
    "99999",
];

/// Reads, and checks what must hold for any bytes: valid data in memory proportional to the text, or a one-line error.
fn survives(bytes: Vec<u8>, options: &ReadOptions, decompressed: usize) -> Result<(), TestCaseError> {
    match read(Input::from_bytes("t.svm", bytes), options) {
        Ok(data) => {
            prop_assert!(data.rows >= 1 && data.labels.len() == data.rows);
            prop_assert!(data.labels.iter().all(|label| label.is_finite()));
            prop_assert!(data.values.iter().all(|value| value.is_finite() && *value != 0.0));
            prop_assert!(data.column_ids.is_sorted_by(|a, b| a < b));
            prop_assert!(data.column_ids.last().is_none_or(|&last| u64::from(last) < data.features));
            prop_assert!(data.indptr.is_sorted_by(|a, b| a < b));
            prop_assert_eq!(data.indptr.len(), data.column_ids.len() + 1);
            prop_assert_eq!(data.indptr.last(), Some(&data.nnz()));
            prop_assert_eq!(data.indices.len(), data.nnz());
            prop_assert!(data.indices.iter().all(|&row| (row as usize) < data.rows));
            // An entry takes at least four bytes of text, a row two.
            prop_assert!(4 * data.nnz() + 2 * data.rows <= decompressed + 1);
            let allocated = 8 * (data.labels.capacity() + data.indptr.capacity() + data.values.capacity())
                + 4 * (data.column_ids.capacity() + data.indices.capacity());
            prop_assert!(allocated <= 64 * decompressed + 1024, "{allocated} bytes for {decompressed}");
        }
        Err(error) => is_presentable(&error, "t.svm", decompressed)?,
    }
    Ok(())
}

fn options() -> impl Strategy<Value = ReadOptions> {
    (prop::option::of(0_u64..40), any::<bool>(), any::<bool>())
        .prop_map(|(features, keep_qid, zero_based)| ReadOptions { features, keep_qid, zero_based })
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(row(), 1..12).prop_map(|rows| {
        let mut text = Vec::new();
        for (k, (label, entries)) in (0_i64..).zip(&rows) {
            write_row(&mut text, *label, (k % 3 == 0).then_some(k), entries).unwrap();
        }
        text
    })
}

proptest! {
    #[test]
    fn damaged_text(text in file(), damages in damages(PIECES), options in options()) {
        let bytes = damaged(text, &damages);
        let length = bytes.len();
        survives(bytes, &options, length)?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), options in options()) {
        let length = bytes.len();
        survives(bytes, &options, length)?;
    }

    #[test]
    fn damaged_gzip(text in file(), damages in damages(PIECES), options in options()) {
        let bytes = damaged(gzip(&text), &damages);
        // What a damaged stream decompresses to is unknown, but deflate expands at most 1032 times.
        let most = 1032 * bytes.len() + 1032;
        survives(bytes, &options, most)?;
    }

    #[test]
    fn truncated_gzip_never_passes(text in file(), at in any::<prop::sample::Index>()) {
        let bytes = gzip(&text);
        let cut = 2 + at.index(bytes.len() - 2);
        let error = read(Input::from_bytes("t", bytes[..cut].to_vec()), &ReadOptions::default()).unwrap_err();
        prop_assert_eq!(error.kind(), "truncated");
    }
}
