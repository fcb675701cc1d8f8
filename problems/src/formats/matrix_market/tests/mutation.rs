//! Damaged files: whatever happens to the bytes, reading ends with data or an error, in bounded memory.

use super::*;

#[derive(Clone, Debug)]
enum Damage {
    Flip(prop::sample::Index, u8),
    Delete(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Repeat(prop::sample::Index, usize),
    Truncate(prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let any_index = any::<prop::sample::Index>;
    let pieces = vec![
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
    prop_oneof![
        (any_index(), any::<u8>()).prop_map(|(at, mask)| Damage::Flip(at, mask)),
        (any_index(), 1_usize..20).prop_map(|(at, count)| Damage::Delete(at, count)),
        (any_index(), prop::sample::select(pieces)).prop_map(|(at, text)| Damage::Insert(at, text.as_bytes().to_vec())),
        (any_index(), prop::collection::vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (any_index(), 1_usize..30).prop_map(|(at, count)| Damage::Repeat(at, count)),
        any_index().prop_map(Damage::Truncate),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match damage {
        Damage::Flip(at, mask) => bytes[at.index(length)] ^= mask,
        Damage::Delete(at, count) => {
            let at = at.index(length);
            bytes.drain(at..(at + count).min(length));
        }
        Damage::Insert(at, text) => {
            let at = at.index(length);
            bytes.splice(at..at, text.iter().copied());
        }
        Damage::Repeat(at, count) => {
            let at = at.index(length);
            let piece = bytes[at..(at + count).min(length)].to_vec();
            bytes.splice(at..at, piece);
        }
        Damage::Truncate(at) => bytes.truncate(at.index(length)),
    }
}

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
        Err(error) => {
            let text = error.to_string();
            prop_assert!(text.starts_with("t.mtx:") && text.len() < 400, "{}", text);
            prop_assert!(text.chars().all(|c| !c.is_control()), "{}", text);
            prop_assert!(error.line().is_none_or(|line| (1..=length as u64 + 1).contains(&line)));
            prop_assert!(error.column().is_none_or(|column| column >= 1));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn damaged_text(matrix in matrix(), damages in prop::collection::vec(damage(), 1..6)) {
        let mut bytes = text(&matrix);
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        survives(bytes)?;
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
