//! Known values of nodes: one `node,value` per line.
//!
//! Nodes count from 1, as in MatrixMarket files; columns are separated by a comma, semicolon, tab or blanks; a first line that
//! is not of numbers is a header; `#` starts a comment; blank lines are skipped.

use super::{FormatError, FormatErrorKind as Kind, Input};

/// Reads the labels of a graph with `nodes` nodes: pairs of a node (from 0) and its value, in the order of the file.
///
/// # Errors
/// For a line that is not a node and a finite number, a node that the graph does not have, or a file without labels.
pub fn read(mut input: Input, nodes: usize) -> Result<Vec<(usize, f64)>, FormatError> {
    let file = input.name().to_owned();
    let (mut labels, mut first) = (Vec::new(), true);
    while let Some(line) = input.next_line()? {
        let bytes = line.bytes();
        let body = &bytes[..bytes.iter().position(|&b| b == b'#').unwrap_or(bytes.len())];
        let expected = "a line \"node,value\"";
        let mismatch = || line.mismatch(Kind::Syntax, 0, expected, body);
        let text = std::str::from_utf8(body).map_err(|_| mismatch())?;
        let mut tokens = text.split([',', ';', '\t', ' ']).filter(|t| !t.is_empty());
        let (Some(node), Some(value), None) = (tokens.next(), tokens.next(), tokens.next()) else {
            if text.trim().is_empty() {
                continue;
            }
            return Err(mismatch());
        };
        let header = std::mem::replace(&mut first, false);
        match (node.parse::<u64>(), value.parse::<f64>()) {
            (Ok(node), Ok(value)) if value.is_finite() => {
                let inside = usize::try_from(node).ok().filter(|n| (1..=nodes).contains(n));
                let node = inside.ok_or_else(|| {
                    line.mismatch(Kind::Range, 0, format!("a node from 1 to {nodes}"), node.to_string())
                })?;
                labels.push((node - 1, value));
            }
            (Err(_), Err(_)) if header => {}
            _ => return Err(mismatch()),
        }
    }
    if labels.is_empty() {
        return Err(FormatError::new(Kind::Empty, &file, "it has no labels"));
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::damage::{damaged, damages, is_presentable};
    use proptest::prelude::*;

    fn labels(text: &str) -> Result<Vec<(usize, f64)>, String> {
        read(Input::from_bytes("labels.csv", text.as_bytes().to_vec()), 4).map_err(|e| e.to_string())
    }

    #[test]
    fn headers_comments_and_separators() {
        let expected = Ok(vec![(0, 1.0), (3, -2.5)]);
        for text in ["1,1\n4,-2.5\n", "node,label\r\n1,1\r\n\r\n4,-2.5", "# two\n1 1\n4\t-2.5 # far\n", "1; 1\n4;-2.5"]
        {
            assert_eq!(labels(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_refused() {
        for (text, place, what) in [
            ("1,1\n5,2\n", "labels.csv:2:1", "from 1 to 4"),
            ("0,1\n", "labels.csv:1:1", "from 1 to 4"),
            ("1,1\nnode,label\n", "labels.csv:2:1", "node,value"),
            ("1,nan\n", "labels.csv:1:1", "node,value"),
            ("1,2,3\n", "labels.csv:1:1", "node,value"),
            ("1\n", "labels.csv:1:1", "node,value"),
            ("node,label\n", "labels.csv", "no labels"),
        ] {
            let error = labels(text).unwrap_err();
            assert!(error.contains(place) && error.contains(what), "{text:?}: {error}");
        }
    }

    /// Pieces of the format, and what is near them.
    const PIECES: &[&str] = &[
        ",",
        ";",
        "\t",
        " ",
        "\n",
        "\r",
        "#",
        "node,label\n",
        "0,1\n",
        "4,",
        "5,1",
        "1,nan",
        "-inf",
        "1e999",
        "1e-999",
        "-",
        "18446744073709551615,",
        "18446744073709551616,",
        "\u{feff}",
        "\0",
        ".",
    ];

    /// Labels of nodes of the graph in memory proportional to the text, or a one-line error.
    fn survives(bytes: Vec<u8>) -> Result<(), TestCaseError> {
        let length = bytes.len();
        match read(Input::from_bytes("t.csv", bytes), 4) {
            Ok(labels) => {
                prop_assert!(!labels.is_empty() && labels.iter().all(|&(node, value)| node < 4 && value.is_finite()));
                prop_assert!(16 * labels.capacity() <= 64 * length + 1024);
            }
            Err(error) => is_presentable(&error, "t.csv", length)?,
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn damaged_text(
            list in prop::collection::vec((1_usize..5, -1e9..1e9_f64), 1..8),
            header in any::<bool>(),
            damages in damages(PIECES),
        ) {
            let lines = list.iter().map(|(node, value)| format!("{node},{value}\n"));
            let text: String = header.then(|| "node,value\n".to_owned()).into_iter().chain(lines).collect();
            let expected: Vec<(usize, f64)> = list.iter().map(|&(node, value)| (node - 1, value)).collect();
            prop_assert_eq!(labels(&text), Ok(expected));
            survives(damaged(text.into_bytes(), &damages))?;
        }

        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            survives(bytes)?;
        }
    }
}
