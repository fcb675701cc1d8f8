//! Reads a function block: temporaries, globals, and the statements of every type.

use super::super::card::Card;
use super::super::fault::{Decoded, Fault};
use super::super::lines::{Item, Keyword, Lines, Problem};
use super::super::number::parse_real;
use super::super::precision::Precision;
use super::super::{Name, Warnings};
use super::expression::Expression;
use super::intrinsics::intrinsic;
use crate::formats::{FormatErrorKind as Kind, excerpt};
use std::collections::HashMap;

/// The longest statement in bytes.
const LONGEST: usize = 100_000;

/// The type of a temporary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Real,
    Integer,
    Logical,
}

/// What a statement does with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Sets a temporary, perhaps only if a logical temporary has the given value.
    Assign { target: String, condition: Option<(String, bool)> },
    /// The function.
    Value,
    /// The derivative by a variable.
    First(Name),
    /// The second derivative by two variables.
    Second(Name, Name),
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) line: u64,
    pub(crate) step: Step,
    pub(super) expression: Expression,
}

/// The statements of one type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Definition {
    pub(crate) line: u64,
    pub(crate) name: Name,
    /// Entries (internal variable, elemental variable, coefficient) of the range transformation.
    pub(crate) ranges: Vec<(u64, Name, Name, f64)>,
    pub(crate) statements: Vec<Statement>,
}

/// A function block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Block {
    pub(super) temporaries: HashMap<String, Sort>,
    pub(super) globals: Vec<Statement>,
    pub(crate) definitions: Vec<Definition>,
    /// Functions that are declared external.
    external: Vec<String>,
}

/// A statement whose continuations are still to come.
struct Open {
    line: u64,
    letter: u8,
    step: Step,
    text: Vec<u8>,
}

/// The part of the block.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Before,
    Temporaries,
    Globals,
    Individuals,
}

struct Reader<'a> {
    block: Block,
    part: Part,
    open: Option<Open>,
    elements: bool,
    single: bool,
    warnings: &'a mut Warnings,
}

impl Block {
    /// Reads up to ENDATA; `elements` tells the block of elements from that of groups.
    pub(crate) fn read(
        lines: &mut Lines,
        elements: bool,
        precision: Precision,
        warnings: &mut Warnings,
    ) -> Result<Self, Problem> {
        let single = precision == Precision::Eleven;
        let mut reader = Reader { block: Self::default(), part: Part::Before, open: None, elements, single, warnings };
        loop {
            let Some(item) = lines.next(false, reader.warnings)? else {
                let message = "the file ends where the ENDATA card of a function block is expected";
                return Err(Fault::new(Kind::Truncated, lines.line_number(), message).into());
            };
            match item {
                Item::Keyword(line, keyword, _) => {
                    reader.close()?;
                    reader.part = match keyword {
                        Keyword::Temporaries => Part::Temporaries,
                        Keyword::Globals => Part::Globals,
                        Keyword::Individuals => Part::Individuals,
                        Keyword::EndData => return Ok(reader.block),
                        _ => {
                            return Err(
                                Fault::syntax(line, "this section does not belong into a function block").into()
                            );
                        }
                    };
                }
                Item::Card(card) => reader.card(&card)?,
            }
        }
    }
}

impl Reader<'_> {
    fn card(&mut self, card: &Card) -> Decoded<()> {
        match self.part {
            Part::Before => {
                self.warnings.add(card.line, "a card before the first section of a function block is ignored");
                Ok(())
            }
            Part::Temporaries => self.temporary(card),
            Part::Globals | Part::Individuals => self.statement(card),
        }
    }

    /// Field 2, which a card that is misaligned by one column begins in column 4.
    fn field2(&mut self, card: &Card) -> Name {
        match card.misplaced {
            Some(name) if card.code[1] == b' ' => {
                self.warnings.add(card.line, format!("`{name}` begins in column 4 instead of 5"));
                name
            }
            _ => card.field2,
        }
    }

    fn temporary(&mut self, card: &Card) -> Decoded<()> {
        let name = self.field2(card).to_upper().to_string();
        let sort = match card.code {
            [b'R', b' '] => Sort::Real,
            [b'I', b' '] => Sort::Integer,
            [b'L', b' '] => Sort::Logical,
            [b'M', b' '] => return Ok(()),
            [b'F', b' '] => {
                if intrinsic(&name).is_none() {
                    self.block.external.push(name);
                }
                return Ok(());
            }
            _ => return Err(unknown_code(card, "TEMPORARIES")),
        };
        self.block.temporaries.insert(name, sort);
        Ok(())
    }

    fn statement(&mut self, card: &Card) -> Decoded<()> {
        let letter = card.code[0];
        if card.code[1] == b'+' {
            let Some(open) = self.open.as_mut().filter(|open| open.letter == letter) else {
                let message = format!("`{}` continues no statement of this sort", card.code_text());
                return Err(Fault::syntax(card.line, message));
            };
            open.text.extend(card.field7.iter().filter(|b| !b.is_ascii_whitespace()));
            if open.text.len() > LONGEST {
                return Err(Fault::new(
                    Kind::TooLarge,
                    card.line,
                    format!("a statement has more than {LONGEST} characters"),
                ));
            }
            return Ok(());
        }
        self.close()?;
        if card.code[1] != b' ' {
            return Err(unknown_code(card, if self.part == Part::Globals { "GLOBALS" } else { "INDIVIDUALS" }));
        }
        let field2 = self.field2(card);
        let upper = |name: Name| name.to_upper().to_string();
        let individuals = self.part == Part::Individuals;
        let step = match letter {
            b'A' => Step::Assign { target: upper(field2), condition: None },
            b'I' | b'E' => {
                Step::Assign { target: upper(card.field3), condition: Some((upper(field2), letter == b'I')) }
            }
            b'T' if individuals => return self.definition(card, field2),
            b'R' if individuals && self.elements => return self.range(card, field2),
            b'F' if individuals => Step::Value,
            b'G' if individuals => Step::First(field2.to_upper()),
            b'H' if individuals => Step::Second(field2.to_upper(), card.field3.to_upper()),
            _ => return Err(unknown_code(card, if individuals { "INDIVIDUALS" } else { "GLOBALS" })),
        };
        let text = card.field7.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
        self.open = Some(Open { line: card.line, letter, step, text });
        Ok(())
    }

    fn definition(&mut self, card: &Card, name: Name) -> Decoded<()> {
        if self.block.definitions.iter().any(|d| d.name == name) {
            return Err(Fault::inconsistent(card.line, format!("the type `{name}` is defined twice")));
        }
        let (ranges, statements) = (Vec::new(), Vec::new());
        self.block.definitions.push(Definition { line: card.line, name, ranges, statements });
        Ok(())
    }

    fn range(&mut self, card: &Card, internal: Name) -> Decoded<()> {
        let Some(definition) = self.block.definitions.last_mut() else {
            return Err(Fault::syntax(card.line, "a card stands before the first T card"));
        };
        for (name, field) in [(card.field3, &card.field4), (card.field5, &card.field6)] {
            if name.is_blank() {
                continue;
            }
            let coefficient = parse_real(field).ok_or_else(|| {
                Fault::syntax(card.line, format!("expected a number, found {}", excerpt(field.trim_ascii())))
            })?;
            definition.ranges.push((card.line, internal, name, coefficient));
        }
        Ok(())
    }

    /// Ends the statement that is being collected.
    fn close(&mut self) -> Decoded<()> {
        let Some(Open { line, step, text, .. }) = self.open.take() else { return Ok(()) };
        if let Some(name) = self.block.external.iter().find(|name| calls(&text, name)) {
            return Err(external(name, line));
        }
        let expression = Expression::parse(&text, self.single, line)?;
        let statement = Statement { line, step, expression };
        if self.part == Part::Globals {
            self.block.globals.push(statement);
        } else if let Some(definition) = self.block.definitions.last_mut() {
            definition.statements.push(statement);
        } else {
            return Err(Fault::syntax(line, "a statement stands before the first T card"));
        }
        Ok(())
    }
}

fn unknown_code(card: &Card, section: &str) -> Fault {
    Fault::syntax(card.line, format!("the code `{}` has no meaning in section {section}", card.code_text()))
}

/// The error about a function that the file expects from elsewhere.
pub(super) fn external(name: &str, line: u64) -> Fault {
    Fault::new(Kind::Unsupported, line, format!("external Fortran function {name} needed (line {line})"))
}

/// Whether a statement calls a function or names it.
fn calls(text: &[u8], name: &str) -> bool {
    text.windows(name.len()).enumerate().any(|(at, window)| {
        let part_of_name = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        window.eq_ignore_ascii_case(name.as_bytes())
            && !part_of_name(at.checked_sub(1).and_then(|before| text.get(before)))
            && !part_of_name(text.get(at + name.len()))
    })
}
