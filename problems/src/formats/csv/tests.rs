//! What is read, what is refused, mutations.

use super::*;
use proptest::prelude::*;

fn read(text: &[u8]) -> Result<Table, FormatError> {
    read_matrix(Input::from_bytes("t.csv", text.to_vec()))
}

#[test]
fn separators_headers_comments() {
    let expected = Table { rows: 2, columns: 3, values: vec![1.0, -2.5, 3e4, 0.0, 5.0, -6.0] };
    for text in [
        "1,-2.5,3e4\n0,5,-6\n",
        "a,b,c\r\n1, -2.5, 3e4\r\n\r\n0,5,-6",
        "# payoffs\n1;-2.5;3e4\n0;5;-6 # last\n",
        "% x\n1\t-2.5\t3e4\n 0 5  -6 \n",
    ] {
        assert_eq!(read(text.as_bytes()).unwrap(), expected, "{text:?}");
    }
}

#[test]
fn what_is_refused() {
    for (text, place, what) in [
        ("1,2\n3\n", "t.csv:2:1", "2 numbers"),
        ("1,2\n3,x\n", "t.csv:2:3", "a finite number"),
        ("1,inf\n", "t.csv:1:3", "a finite number"),
        ("1,nan\n", "t.csv:1:3", "a finite number"),
        ("a,1\n", "t.csv:1:1", "a finite number"),
        ("1,2\na,b\n", "t.csv:2:1", "a finite number"),
        ("a,b\n\n", "t.csv", "no numbers"),
        ("", "t.csv", ""),
    ] {
        let error = read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(place) && error.contains(what), "{text:?}: {error}");
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(rows in 1..5_usize, columns in 1..5_usize, seed in prop::collection::vec(any::<f64>(), 16)) {
        let finite = |v: f64| if v.is_finite() { v } else { 0.25 };
        let values: Vec<f64> = seed.into_iter().map(finite).take(rows * columns).collect();
        let table = Table { rows: values.len() / columns, columns, values };
        prop_assume!(table.rows * table.columns == table.values.len() && table.rows > 0);
        let mut text = Vec::new();
        write_matrix(&mut text, &table).unwrap();
        let again = read(&text).unwrap();
        prop_assert_eq!(again.values.iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
            table.values.iter().map(|v| v.to_bits()).collect::<Vec<_>>());
        prop_assert_eq!((again.rows, again.columns), (table.rows, table.columns));
    }

    #[test]
    fn mutated_files_do_not_panic(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut text = b"h1,h2\n1,-2.5e3\n0.125;7\t# c\n".to_vec();
        for (at, byte) in edits {
            let at = at.index(text.len());
            text[at] = byte;
        }
        match read(&text) {
            Ok(table) => prop_assert_eq!(table.values.len(), table.rows * table.columns),
            Err(error) => prop_assert!(error.to_string().chars().all(|c| !c.is_control())),
        }
    }
}
