//! The classification of the CUTE collection: `OOR2-AY-4-2`, in newer files `C-COOR2-AY-4-2`.

/// A classification in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification {
    /// The code as it stands in the file.
    pub code: String,
    /// What the code says, a phrase per part; parts that are not understood are left out.
    pub phrases: Vec<&'static str>,
}

impl Classification {
    /// Reads a code; what is not understood is kept as text only.
    pub fn parse(code: &str) -> Self {
        let mut phrases = Vec::new();
        let mut parts = code.split('-');
        let mut first = parts.next().unwrap_or_default();
        if first.len() == 1 {
            // The newer form: a prefix, then a letter for the variables before the older letters.
            first = parts.next().unwrap_or_default();
            let mut letters = first.chars();
            phrases.extend(match letters.next() {
                Some('C') => Some("continuous variables"),
                Some('I') => Some("integer variables"),
                Some('M') => Some("continuous and integer variables"),
                Some('B') => Some("binary variables"),
                _ => None,
            });
            first = letters.as_str();
        }
        let mut letters = first.chars();
        phrases.extend(match letters.next() {
            Some('N') => Some("no objective"),
            Some('C') => Some("constant objective"),
            Some('L') => Some("linear objective"),
            Some('Q') => Some("quadratic objective"),
            Some('S') => Some("sum of squares"),
            Some('O') => Some("general objective"),
            _ => None,
        });
        phrases.extend(match letters.next() {
            Some('U') => Some("unconstrained"),
            Some('X') => Some("fixed variables only"),
            Some('B') => Some("bounds only"),
            Some('N') => Some("network constraints"),
            Some('L') => Some("linear constraints"),
            Some('Q') => Some("quadratic constraints"),
            Some('O') => Some("general constraints"),
            _ => None,
        });
        phrases.extend(match letters.next() {
            Some('R') => Some("smooth"),
            Some('I') => Some("not everywhere twice differentiable"),
            _ => None,
        });
        let mut letters = parts.next().unwrap_or_default().chars();
        phrases.extend(match letters.next() {
            Some('A') => Some("academic"),
            Some('M') => Some("a modelling exercise"),
            Some('R') => Some("a real application"),
            _ => None,
        });
        phrases.extend(match letters.next() {
            Some('Y') => Some("with internal variables"),
            Some('N') => Some("without internal variables"),
            _ => None,
        });
        Self { code: code.to_owned(), phrases }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_new_codes() {
        let old = Classification::parse("OOR2-AY-4-2");
        let words = ["general objective", "general constraints", "smooth", "academic", "with internal variables"];
        assert_eq!(old.phrases, words);
        let new = Classification::parse("C-CSUR2-MN-2-0");
        let words = [
            "continuous variables",
            "sum of squares",
            "unconstrained",
            "smooth",
            "a modelling exercise",
            "without internal variables",
        ];
        assert_eq!(new.phrases, words);
        assert!(Classification::parse("?").phrases.is_empty());
        assert!(Classification::parse("").phrases.is_empty());
    }
}
