//! Lines of the file as cards and section keywords; comments yield the classification and what is known of solutions.

use super::card::{Card, columns, contains, free_cards};
use super::fault::{Decoded, Fault};
use super::{Name, Warnings};
use crate::formats::{Input, excerpt};
use std::collections::VecDeque;

/// The keywords that open and close sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Name,
    Groups,
    Variables,
    Constants,
    Ranges,
    Bounds,
    StartPoint,
    Quadratic,
    ElementType,
    ElementUses,
    GroupType,
    GroupUses,
    ObjectBound,
    EndData,
    Elements,
    Temporaries,
    Globals,
    Individuals,
}

/// Synonyms included; what may follow a keyword of one word is a name.
const KEYWORDS: [(&str, &str, Keyword); 32] = [
    ("NAME", "", Keyword::Name),
    ("GROUPS", "", Keyword::Groups),
    ("ROWS", "", Keyword::Groups),
    ("CONSTRAINTS", "", Keyword::Groups),
    ("CONSTRAINT", "", Keyword::Groups),
    ("VARIABLES", "", Keyword::Variables),
    ("COLUMNS", "", Keyword::Variables),
    ("CONSTANTS", "", Keyword::Constants),
    ("RHS", "", Keyword::Constants),
    ("RHS'", "", Keyword::Constants),
    ("RANGES", "", Keyword::Ranges),
    ("BOUNDS", "", Keyword::Bounds),
    ("START", "POINT", Keyword::StartPoint),
    ("QUADRATIC", "", Keyword::Quadratic),
    ("HESSIAN", "", Keyword::Quadratic),
    ("QUADS", "", Keyword::Quadratic),
    ("QUADOBJ", "", Keyword::Quadratic),
    ("QSECTION", "", Keyword::Quadratic),
    ("QMATRIX", "", Keyword::Quadratic),
    ("QHESS", "", Keyword::Quadratic),
    ("ELEMENT", "TYPE", Keyword::ElementType),
    ("ELEMENT", "USES", Keyword::ElementUses),
    ("GROUP", "TYPE", Keyword::GroupType),
    ("GROUP", "USES", Keyword::GroupUses),
    ("OBJECT", "BOUND", Keyword::ObjectBound),
    ("ENDATA", "", Keyword::EndData),
    ("ENDDATA", "", Keyword::EndData),
    ("ELEMENTS", "", Keyword::Elements),
    ("TEMPORARIES", "", Keyword::Temporaries),
    ("GLOBALS", "", Keyword::Globals),
    ("INDIVIDUALS", "", Keyword::Individuals),
    ("TEMPORARY", "", Keyword::Temporaries),
];

impl Keyword {
    /// The keyword at the start of a line, with the name behind it.
    fn find(text: &[u8]) -> Option<(Self, Name)> {
        let mut words = text.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty());
        let first = words.next()?;
        let second = words.next().unwrap_or_default();
        let starts = |word: &str, expected: &str| {
            word.is_empty() || expected.len() >= word.len() && expected[..word.len()].eq_ignore_ascii_case(word)
        };
        let second_text = std::str::from_utf8(second).unwrap_or_default();
        let (.., keyword) = KEYWORDS
            .iter()
            .find(|(one, two, _)| first.eq_ignore_ascii_case(one.as_bytes()) && starts(two, second_text))?;
        Some((*keyword, Name::new(second)))
    }
}

/// What a line or a part of it is.
#[derive(Debug)]
pub(super) enum Item {
    /// A section begins or ends; the name is that of the problem on NAME, ELEMENTS and GROUPS cards.
    Keyword(u64, Keyword, Name),
    /// A data card.
    Card(Box<Card>),
}

/// What the comments of a file tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Remarks {
    pub(super) classification: Option<String>,
    /// Lines that name best known values, as `LO SOLTN 0.5`.
    pub(super) solutions: Vec<String>,
    /// Commented cards that offer other values of parameters: name, integer or not, the value's text.
    pub(super) alternatives: Vec<(Name, String)>,
}

/// The most remarks of one sort that are kept.
const MOST_REMARKS: usize = 64;

/// Reads a file card by card.
pub(super) struct Lines {
    input: Input,
    free: bool,
    pending: VecDeque<Item>,
    pub(super) remarks: Remarks,
}

impl Lines {
    pub(super) fn new(input: Input) -> Self {
        Self { input, free: false, pending: VecDeque::new(), remarks: Remarks::default() }
    }

    pub(super) fn line_number(&self) -> u64 {
        self.input.line_number()
    }

    /// Goes back to fixed format, in which every block begins.
    pub(super) fn begin_block(&mut self) {
        self.free = false;
        self.pending.clear();
    }

    /// The next card or keyword; `data` is true in the first block. None at the end of the file.
    pub(super) fn next(&mut self, data: bool, warnings: &mut Warnings) -> Result<Option<Item>, Problem> {
        loop {
            if let Some(item) = self.pending.pop_front() {
                return Ok(Some(item));
            }
            let Some(line) = self.input.next_line()? else { return Ok(None) };
            let (text, number) = (line.bytes(), line.number());
            let Some(&first) = text.first() else { continue };
            if first == b'*' {
                self.remarks.note(text);
            } else if text.iter().all(u8::is_ascii_whitespace) {
            } else if let Some(free) = format_switch(text) {
                self.free = free;
            } else if self.free {
                for strings in free_cards(text, data) {
                    self.pending.push_back(free_item(number, &strings, data)?);
                }
            } else if first != b' ' && first != b'\t' {
                return Ok(Some(keyword_item(number, text)?));
            } else {
                if columns(text).1 {
                    warnings.add(number, "tabs stand for blanks up to the next multiple of eight columns");
                }
                return Ok(Some(Item::Card(Box::new(Card::fixed(number, text, data)))));
            }
        }
    }

    /// The next block's keyword and name; other text between and behind the blocks is skipped.
    pub(super) fn next_block(&mut self) -> Result<Option<(u64, Keyword, Name)>, Problem> {
        self.begin_block();
        while let Some(line) = self.input.next_line()? {
            let text = line.bytes();
            if text.first().is_none_or(|&b| b == b'*' || b.is_ascii_whitespace()) {
                continue;
            }
            if let Some((keyword @ (Keyword::Elements | Keyword::Groups), name)) = Keyword::find(text) {
                return Ok(Some((line.number(), keyword, name)));
            }
        }
        Ok(None)
    }
}

/// A line that could not be read, or a card that could not be understood.
#[derive(Debug)]
pub(super) enum Problem {
    Input(crate::formats::FormatError),
    Fault(Fault),
}

impl From<crate::formats::FormatError> for Problem {
    fn from(error: crate::formats::FormatError) -> Self {
        Self::Input(error)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Whether a line switches to free (true) or fixed (false) format.
fn format_switch(text: &[u8]) -> Option<bool> {
    let mut words = text.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty());
    let (first, second) = (words.next()?, words.next()?);
    if text[0].is_ascii_whitespace() || !second.eq_ignore_ascii_case(b"FORMAT") {
        return None;
    }
    match first {
        w if w.eq_ignore_ascii_case(b"FREE") => Some(true),
        w if w.eq_ignore_ascii_case(b"FIXED") => Some(false),
        _ => None,
    }
}

fn keyword_item(line: u64, text: &[u8]) -> Decoded<Item> {
    let Some((keyword, name)) = Keyword::find(text) else {
        let head = &text[..text.len().min(24)];
        return Err(Fault::syntax(line, format!("expected a section keyword, found {}", excerpt(head.trim_ascii()))));
    };
    // The problem's name stands in field 3; some files begin it elsewhere.
    let field3 = Name::new(text.get(14..24.min(text.len())).unwrap_or_default());
    let inside = text.get(13).is_none_or(|&b| b == b' ') && !field3.is_blank();
    Ok(Item::Keyword(line, keyword, if inside { field3 } else { name }))
}

fn free_item(line: u64, strings: &[&[u8]], data: bool) -> Decoded<Item> {
    let first = strings.first().copied().unwrap_or_default();
    if first.len() <= 2 {
        return Ok(Item::Card(Box::new(Card::free(line, strings, data))));
    }
    let text = strings.join(&b' ');
    match Keyword::find(&text) {
        Some((keyword, name)) => Ok(Item::Keyword(line, keyword, name)),
        None => {
            let expected = "a keyword or a code of at most two characters";
            Err(Fault::syntax(line, format!("expected {expected}, found {}", excerpt(first))))
        }
    }
}

impl Remarks {
    /// Looks for a classification, a best known value, or an alternative value of a parameter in a comment.
    fn note(&mut self, text: &[u8]) {
        const WORD: &[u8] = b"classification";
        if self.classification.is_none() {
            let at = text.windows(WORD.len()).position(|w| w.eq_ignore_ascii_case(WORD));
            if let Some(at) = at {
                let rest = text[at + WORD.len()..].trim_ascii();
                let word = rest.split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
                if word.contains(&b'-') && word.len() <= 30 && word.is_ascii() {
                    self.classification = Some(String::from_utf8_lossy(word).into_owned());
                }
            }
        }
        if self.solutions.len() < MOST_REMARKS && contains(text, b"SOLTN") {
            let words: Vec<_> = text[1..].split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).collect();
            let line: Vec<u8> = words.join(&b' ').into_iter().take(72).collect();
            self.solutions.push(String::from_utf8_lossy(&line).into_owned());
        }
        if self.alternatives.len() < MOST_REMARKS && contains(text, b"$-PARAMETER") {
            let card = Card::fixed(0, text, true);
            if matches!(&card.code, b"IE" | b"RE" | b"AE") {
                let value = String::from_utf8_lossy(card.field4.trim_ascii()).into_owned();
                self.alternatives.push((card.field2, value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<Item> {
        let mut lines = Lines::new(Input::from_bytes("t", text.as_bytes().to_vec()));
        let mut warnings = Warnings::default();
        std::iter::from_fn(|| lines.next(true, &mut warnings).unwrap()).collect()
    }

    #[test]
    fn keywords_and_synonyms() {
        for (text, expected, name) in [
            ("NAME          ROSENBR", Keyword::Name, "ROSENBR"),
            ("NAME  SHORT", Keyword::Name, "SHORT"),
            ("ROWS", Keyword::Groups, ""),
            ("START POINT", Keyword::StartPoint, "POINT"),
            ("OBJECT BOUNDS", Keyword::ObjectBound, "BOUNDS"),
            ("ELEMENT USES", Keyword::ElementUses, "USES"),
            ("QUADOBJ", Keyword::Quadratic, ""),
        ] {
            match &items(text)[..] {
                [Item::Keyword(1, keyword, found)] => {
                    assert_eq!((*keyword, found.to_string().as_str()), (expected, name), "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        let mut lines = Lines::new(Input::from_bytes("t", b"%  (version)".to_vec()));
        let error = lines.next(true, &mut Warnings::default()).unwrap_err();
        assert!(
            matches!(error, Problem::Fault(fault) if fault == Fault::syntax(1, "expected a section keyword, found \"%  (version)\""))
        );
    }

    #[test]
    fn comments_tell() {
        let text = "*   Classification SUR2-AN-2-0\n*LO SOLTN   0.5   approx\n*IE N                   100          $-PARAMETER\n\n";
        let mut lines = Lines::new(Input::from_bytes("t", text.as_bytes().to_vec()));
        assert!(lines.next(true, &mut Warnings::default()).unwrap().is_none());
        assert_eq!(lines.remarks.classification.as_deref(), Some("SUR2-AN-2-0"));
        assert_eq!(lines.remarks.solutions, ["LO SOLTN 0.5 approx"]);
        assert_eq!(lines.remarks.alternatives, [("N".into(), "100".to_owned())]);
    }

    #[test]
    fn free_format_lines() {
        let cards = items("FREE FORMAT\nGROUPS;N OBJ;E CON1\n_ X1 OBJ 1.0\nFIXED FORMAT\n E  CON2\n");
        assert_eq!(cards.len(), 5);
        assert!(matches!(&cards[0], Item::Keyword(2, Keyword::Groups, _)));
        assert!(matches!(&cards[3], Item::Card(card) if card.field3 == "OBJ".into() && card.line == 3));
        assert!(matches!(&cards[4], Item::Card(card) if card.field2 == "CON2".into()));
    }
}
