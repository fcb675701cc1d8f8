//! Cards: the fields of a line, in fixed columns or as strings in free format.

use super::Name;

/// The number of columns that are read.
const COLUMNS: usize = 72;

/// A data card. Columns are counted from 1:
///
/// | field | columns | content |
/// |---|---|---|
/// | 1 | 2-3 | code |
/// | 2, 3, 5 | 5-14, 15-24, 40-49 | names |
/// | 4, 6 | 25-36, 50-61 | numbers |
/// | 7 | 25-65 | Fortran expression, in the function blocks instead of 4 to 6 |
#[derive(Clone, Debug)]
pub(super) struct Card {
    pub(super) line: u64,
    /// The code in capitals: two bytes, the second may be a blank.
    pub(super) code: [u8; 2],
    pub(super) field2: Name,
    pub(super) field3: Name,
    pub(super) field4: [u8; 12],
    pub(super) field5: Name,
    pub(super) field6: [u8; 12],
    pub(super) field7: [u8; 41],
    /// Whether the card is marked as a parameter that its user may change.
    pub(super) changeable: bool,
    /// Whether a number runs beyond the end of its field and was cut, as a Fortran reader does.
    pub(super) cut_number: bool,
    /// The word that begins in column 4, which belongs to no field.
    pub(super) misplaced: Option<Name>,
}

/// A line with tabs expanded to multiples of eight columns and blanks at its end.
pub(super) fn columns(line: &[u8]) -> ([u8; COLUMNS], bool) {
    let mut columns = [b' '; COLUMNS];
    let (mut at, mut tabs) = (0, false);
    for &byte in line {
        if at >= COLUMNS {
            break;
        }
        if byte == b'\t' {
            at = at / 8 * 8 + 8;
            tabs = true;
        } else {
            columns[at] = byte;
            at += 1;
        }
    }
    (columns, tabs)
}

fn part<const N: usize>(columns: &[u8; COLUMNS], first: usize) -> [u8; N] {
    let mut field = [b' '; N];
    field.copy_from_slice(&columns[first - 1..first - 1 + N]);
    field
}

impl Card {
    /// The card in fixed columns. In the first block (`data`) a `$` ends the fields 3 and 5; in the function blocks
    /// fields 4 to 6 are meaningful in R cards only.
    pub(super) fn fixed(line: u64, text: &[u8], data: bool) -> Self {
        let (columns, _) = columns(text);
        let mut card = Self {
            line,
            code: part::<2>(&columns, 2).map(|b| b.to_ascii_uppercase()),
            field2: Name::new(&part::<10>(&columns, 5)),
            field3: Name::new(&part::<10>(&columns, 15)),
            field4: part(&columns, 25),
            field5: Name::new(&part::<10>(&columns, 40)),
            field6: part(&columns, 50),
            field7: part(&columns, 25),
            changeable: contains(text, b"$-PARAMETER"),
            cut_number: false,
            misplaced: None,
        };
        if columns[3] != b' ' {
            let end = columns[3..14].iter().position(|&b| b == b' ').map_or(14, |n| 3 + n);
            card.misplaced = Some(Name::new(&columns[3..end]));
        }
        if data {
            let numeric = |column: usize| matches!(columns[column - 1], b'0'..=b'9' | b'.');
            card.cut_number = (numeric(36) && numeric(37)) || (numeric(61) && numeric(62)) && !card.field5.is_blank();
            card.end_at_dollar(columns[36..40].contains(&b'$'));
        }
        card
    }

    /// The card whose strings are given, in the order of the fields; `_` stands for an empty one.
    pub(super) fn free(line: u64, strings: &[&[u8]], data: bool) -> Self {
        let string = |k: usize| strings.get(k).copied().unwrap_or_default();
        fn padded<const N: usize>(text: &[u8]) -> [u8; N] {
            let mut field = [b' '; N];
            let length = text.len().min(N);
            field[..length].copy_from_slice(&text[..length]);
            field
        }
        let name = |k: usize| Name::new(&padded::<10>(string(k)));
        let mut card = Self {
            line,
            code: padded::<2>(string(0)).map(|b| b.to_ascii_uppercase()),
            field2: name(1),
            field3: name(2),
            field4: padded(string(3)),
            field5: name(4),
            field6: padded(string(5)),
            field7: padded(string(3)),
            changeable: false,
            cut_number: data && string(3).len() > 12,
            misplaced: None,
        };
        card.end_at_dollar(false);
        card
    }

    fn end_at_dollar(&mut self, before_field5: bool) {
        let dollar = |name: &Name| name.as_bytes().first() == Some(&b'$');
        if dollar(&self.field3) {
            (self.field3, self.field4) = (Name::default(), [b' '; 12]);
        }
        if let Some(at) = self.field4.iter().position(|&b| b == b'$') {
            self.field4[at..].fill(b' ');
        }
        if before_field5 || dollar(&self.field5) || self.field3.is_blank() && dollar(&self.field5) {
            (self.field5, self.field6) = (Name::default(), [b' '; 12]);
        }
    }

    /// The code as text.
    pub(super) fn code_text(&self) -> String {
        Name::new(&self.code).to_string()
    }
}

/// Whether `text` contains `word`, written in capitals, in any case.
pub(super) fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// The strings of a line in free format, card by card: `;` ends a card, `_` is an empty string, a string that begins with
/// `$` begins a comment. In the function blocks (not `data`) the fourth string is all the rest of the card, blanks included,
/// except in cards whose code begins with R.
pub(super) fn free_cards(line: &[u8], data: bool) -> Vec<Vec<&[u8]>> {
    let mut cards = vec![Vec::new()];
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        let strings: &mut Vec<&[u8]> = match cards.last_mut() {
            Some(strings) => strings,
            None => break,
        };
        let rest = &line[at..];
        let until = |stop: fn(u8) -> bool| rest.iter().position(|&b| stop(b)).unwrap_or(rest.len());
        match byte {
            b'$' => break,
            b';' => cards.push(Vec::new()),
            b'_' => strings.push(b""),
            _ if byte.is_ascii_whitespace() => {}
            _ => {
                let range_card = strings.first().is_some_and(|code| code.starts_with(b"R"));
                let length = if strings.len() == 3 && !data && !range_card {
                    until(|b| b == b';')
                } else {
                    until(|b| b == b';' || b == b'_' || b.is_ascii_whitespace())
                };
                strings.push(rest[..length].trim_ascii_end());
                at += length;
                continue;
            }
        }
        at += 1;
    }
    cards.retain(|strings| !strings.is_empty());
    cards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_columns() {
        //                 1         2         3         4         5         6
        //        123456789012345678901234567890123456789012345678901234567890123
        let text = b" Xn A B       C         1.5            DEF       2.5         x";
        let card = Card::fixed(7, text, true);
        assert_eq!(card.code, *b"XN");
        assert_eq!((card.field2, card.field3, card.field5), ("A B".into(), "C".into(), "DEF".into()));
        assert_eq!((&card.field4, &card.field6), (b"1.5         ", b"2.5         "));
        let card = Card::fixed(1, b" IE N                   10             $-PARAMETER  a comment", true);
        assert!(card.changeable && card.field5.is_blank() && &card.field4 == b"10          ");
        let card = Card::fixed(1, b" N  OBJ       $ comment 4.0", true);
        assert!(card.field3.is_blank());
        let card = Card::fixed(1, b"    X1        R1        1.12345678901234", true);
        assert!(card.cut_number && &card.field4 == b"1.1234567890");
        assert_eq!(Card::fixed(1, b" A EPSLON      1.0", false).misplaced, Some("EPSLON".into()));
        assert_eq!(Card::fixed(1, b" A\tEPS", false).field2, "    EPS".into());
    }

    #[test]
    fn free_strings() {
        let cards = free_cards(b" X1 R1 1.0;__ Z $ comment; Q", true);
        assert_eq!(cards, [vec![&b"X1"[..], b"R1", b"1.0"], vec![&b""[..], b"", b"Z"]]);
        let card = Card::free(1, &[b"", b"X1", b"CON1", b"1.0"], true);
        assert_eq!((card.code, card.field2, card.field3), (*b"  ", "X1".into(), "CON1".into()));
        assert!(free_cards(b"   ;; $", true).is_empty());
        let cards = free_cards(b"F __ X + 1.0 ;R U V1 1.0 V2 -1.0", false);
        assert_eq!(cards[0], [&b"F"[..], b"", b"", b"X + 1.0"]);
        assert_eq!(cards[1], [&b"R"[..], b"U", b"V1", b"1.0", b"V2", b"-1.0"]);
    }
}
