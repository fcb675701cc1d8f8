//! Damaged files: whatever happens to the bytes, reading ends with data or an error, in bounded memory.

use super::*;
use crate::formats::damage::{damaged, damages, is_presentable};

/// Pieces of the format, and what is near them.
const PIECES: &[&str] = &[
    "%",
    "%%",
    "\n",
    "\r",
    " ",
    "\t",
    "0",
    "-",
    "+",
    "1 1 1",
    "1 1",
    "4294967295",
    "4294967296",
    "18446744073709551615",
    "99999999999999999999",
    "nan",
    "-inf",
    "1e999",
    "1e-999",
    ".",
    "\u{feff}",
    "\0",
    "array",
    "pattern",
    "complex",
    "symmetric",
    "skew-",
    "hermitian",
    "2 1 9007199254740992\n",
];

/// Reads, and checks what must hold for any bytes: a matrix in memory proportional to the text that reads back the same
/// after writing, or a one-line error.
fn survives(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let length = bytes.len();
    match read(Input::from_bytes("t.mtx", bytes)) {
        Ok(matrix) => {
            let allocated = match &matrix.values {
                Values::Coordinate(entries) => 16 * entries.capacity(),
                Values::Array(values) => 8 * values.capacity(),
            };
            prop_assert!(allocated <= 64 * length + 1024, "{allocated} bytes for {length}");
            let again = read(Input::from_bytes("again", text(&matrix))).unwrap();
            prop_assert_eq!(again, MatrixMarket { duplicates: 0, ..matrix });
        }
        Err(error) => is_presentable(&error, "t.mtx", length)?,
    }
    Ok(())
}

proptest! {
    #[test]
    fn damaged_text(matrix in matrix(), damages in damages(PIECES)) {
        survives(damaged(text(&matrix), &damages))?;
    }

    #[test]
    fn any_bytes_behind_a_banner(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        field in prop::sample::select(vec!["real", "integer", "pattern"]),
        layout in prop::sample::select(vec!["coordinate", "array"]),
    ) {
        let mut whole = format!("%%MatrixMarket matrix {layout} {field} general\n").into_bytes();
        whole.extend(&bytes);
        survives(whole)?;
        survives(bytes)?;
    }
}
