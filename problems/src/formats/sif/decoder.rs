//! The first block: sections, loops and parameters, executed card by card into tables.

use super::card::Card;
use super::data::{DataCard, Datum, Section};
use super::elements::Elements;
use super::fault::{Decoded, Fault};
use super::groups::{GroupVector, Groups};
use super::lines::{Item, Keyword, Lines, Problem};
use super::loops::{Instruction, Loop, OpenLoops};
use super::options::{ChangeableParameter, ReadOptions};
use super::parameters::{ParameterCard, Parameters, is_parameter_code};
use super::types::Types;
use super::variables::{Bounds, Chosen, Start, VariableKind, Variables};
use super::{Name, Warnings};
use crate::formats::FormatErrorKind as Kind;

/// Everything that the first block defines.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) name: Name,
    pub(super) variables: Variables,
    pub(super) groups: Groups,
    pub(super) constants: GroupVector,
    pub(super) ranges: GroupVector,
    pub(super) bounds: Bounds,
    pub(super) start: Start,
    /// Entries (variable, variable, value) of the quadratic part of the objective.
    pub(super) quadratic: Vec<(u32, u32, f64)>,
    pub(super) element_types: Types,
    pub(super) group_types: Types,
    pub(super) elements: Elements,
    /// Known bounds of the objective, lower and upper.
    pub(super) objective_bounds: (Option<f64>, Option<f64>),
    objective_chosen: Chosen,
    pub(super) changeable: Vec<ChangeableParameter>,
    /// The line of the ENDATA card.
    pub(super) end: u64,
}

impl Tables {
    /// Changes every number of the problem.
    pub(super) fn map_numbers(&mut self, map: impl Fn(f64) -> f64 + Copy) {
        self.groups.map_numbers(map);
        self.elements.map_numbers(map);
        self.constants.map_numbers(map);
        self.ranges.map_numbers(map);
        let Start { variables, multipliers, .. } = &mut self.start;
        for list in [&mut self.bounds.lower, &mut self.bounds.upper, variables, multipliers] {
            list.iter_mut().for_each(|value| *value = map(*value));
        }
        self.quadratic.iter_mut().for_each(|(.., value)| *value = map(*value));
    }
}

/// Executes the cards of the first block.
pub(super) struct Decoder<'a> {
    options: &'a ReadOptions,
    warnings: &'a mut Warnings,
    parameters: Parameters,
    loops: OpenLoops,
    section: Section,
    variables_first: Option<bool>,
    /// Cards and passes of loops executed.
    steps: u64,
    overridden: Vec<bool>,
    tables: Tables,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(options: &'a ReadOptions, warnings: &'a mut Warnings) -> Self {
        let set = |name: &Option<String>| name.clone();
        let tables = Tables {
            name: Name::default(),
            variables: Variables::default(),
            groups: Groups::default(),
            constants: GroupVector::constants(set(&options.constants).as_deref()),
            ranges: GroupVector::ranges(set(&options.ranges).as_deref()),
            bounds: Bounds::new(options.bounds.as_deref()),
            start: Start::new(options.start.as_deref()),
            quadratic: Vec::new(),
            element_types: Types::default(),
            group_types: Types::default(),
            elements: Elements::default(),
            objective_bounds: (None, None),
            objective_chosen: Chosen::new(None),
            changeable: Vec::new(),
            end: 0,
        };
        Self {
            options,
            warnings,
            parameters: Parameters::new(),
            loops: OpenLoops::default(),
            section: Section::Preamble,
            variables_first: None,
            steps: 0,
            overridden: vec![false; options.parameters.len()],
            tables,
        }
    }

    /// Reads the block up to its ENDATA card.
    pub(super) fn read(mut self, lines: &mut Lines) -> Result<Tables, Problem> {
        let mut named = false;
        loop {
            let Some(item) = lines.next(true, self.warnings)? else {
                let (expected, kind) =
                    if named { ("an ENDATA card", Kind::Truncated) } else { ("a NAME card", Kind::Empty) };
                let message = format!("the file ends where {expected} is expected");
                return Err(Fault::new(kind, lines.line_number(), message).into());
            };
            match item {
                Item::Keyword(line, Keyword::Name, name) if !named => {
                    named = true;
                    self.tables.name = name;
                    if name.is_blank() {
                        self.warnings.add(line, "the problem has no name");
                    }
                }
                Item::Keyword(line, ..) if !named => {
                    return Err(Fault::syntax(line, "expected a NAME card before any section").into());
                }
                Item::Card(card) if !named => {
                    return Err(Fault::syntax(card.line, "expected a NAME card before any other").into());
                }
                Item::Keyword(line, keyword, _) => {
                    if let Some(opened) = self.loops.line() {
                        let message =
                            format!("the loop that begins in line {opened} is not closed before this section");
                        return Err(Fault::syntax(line, message).into());
                    }
                    if keyword == Keyword::EndData {
                        self.tables.end = line;
                        break;
                    }
                    self.begin_section(line, keyword)?;
                }
                Item::Card(card) => self.card(&card)?,
            }
        }
        self.finish()?;
        Ok(self.tables)
    }

    fn begin_section(&mut self, line: u64, keyword: Keyword) -> Decoded<()> {
        self.section = match keyword {
            Keyword::Groups => Section::Groups,
            Keyword::Variables => Section::Variables,
            Keyword::Constants => Section::Constants,
            Keyword::Ranges => Section::Ranges,
            Keyword::Bounds => Section::Bounds,
            Keyword::StartPoint => Section::StartPoint,
            Keyword::Quadratic => Section::Quadratic,
            Keyword::ElementType => Section::ElementType,
            Keyword::ElementUses => Section::ElementUses,
            Keyword::GroupType => Section::GroupType,
            Keyword::GroupUses => Section::GroupUses,
            Keyword::ObjectBound => Section::ObjectBound,
            _ => return Err(Fault::syntax(line, "this section does not belong into the first block of the file")),
        };
        if matches!(self.section, Section::Groups | Section::Variables) {
            self.variables_first.get_or_insert(self.section == Section::Variables);
        }
        Ok(())
    }

    fn card(&mut self, card: &Card) -> Decoded<()> {
        let line = card.line;
        match &card.code {
            b"DO" => {
                let names = [card.field2, card.field3, card.field5];
                return self.loops.begin(line, names, &mut self.parameters);
            }
            b"DI" => {
                if !self.loops.increment(line, card.field2, card.field3, &mut self.parameters)? {
                    let message =
                        format!("the increment for `{}` is ignored: that is not the innermost loop", card.field2);
                    self.warnings.add(line, message);
                }
                return Ok(());
            }
            b"OD" | b"ND" => {
                let (whole, name) = self.loops.close(line, card.code == *b"ND")?;
                if card.code == *b"OD" && !card.field2.is_blank() && card.field2 != name {
                    self.warnings.add(line, format!("this card closes the loop over `{name}`, not `{}`", card.field2));
                }
                return whole.map_or(Ok(()), |whole| self.run(&whole));
            }
            _ => {}
        }
        if is_parameter_code(card.code) {
            let value = self.changed(card)?;
            let compiled = ParameterCard::new(card, value, &mut self.parameters)?;
            if self.loops.is_empty() {
                compiled.execute(&mut self.parameters)?;
            } else {
                self.loops.push(Instruction::Parameter(compiled));
            }
            return Ok(());
        }
        if self.section == Section::Preamble {
            self.warnings.add(line, "a card that sets no parameter is ignored before the first section");
            return Ok(());
        }
        self.remark(card);
        let rows_hold_entries = self.variables_first == Some(true);
        let compiled = DataCard::new(card, self.section, rows_hold_entries, &mut self.parameters)?;
        if self.loops.is_empty() {
            self.count(line)?;
            let datum = compiled.expand(&self.parameters)?;
            self.apply(&datum)
        } else {
            self.loops.push(Instruction::Data(compiled));
            Ok(())
        }
    }

    /// Warnings about how a card is written.
    fn remark(&mut self, card: &Card) {
        if card.cut_number {
            self.warnings.add(card.line, "a number is longer than its twelve columns and is cut");
        }
        if card.misplaced.is_some() && card.code != *b"  " {
            self.warnings.add(card.line, "column 4 belongs to no field; what stands there is ignored");
        }
    }

    /// The value that the user has given to the parameter of a card marked as changeable.
    fn changed(&mut self, card: &Card) -> Decoded<Option<f64>> {
        if !card.changeable || card.code[1] != b'E' {
            return Ok(None);
        }
        let integer = card.code[0] == b'I';
        let default = String::from_utf8_lossy(card.field4.trim_ascii()).into_owned();
        if !self.tables.changeable.iter().any(|p| p.name == card.field2) {
            let alternatives = Vec::new();
            self.tables.changeable.push(ChangeableParameter { name: card.field2, integer, default, alternatives });
        }
        let given = self.options.parameters.iter().rposition(|(name, _)| Name::from(name.as_str()) == card.field2);
        let Some(at) = given else { return Ok(None) };
        self.overridden[at] = true;
        let (name, text) = &self.options.parameters[at];
        let bytes = text.trim().as_bytes();
        let value = if integer {
            super::number::parse_integer(bytes).filter(|_| !bytes.is_empty()).map(|v| v as f64)
        } else {
            super::number::parse_real(bytes).filter(|v| !bytes.is_empty() && v.is_finite())
        };
        let expected = if integer { "an integer" } else { "a number" };
        value
            .map(Some)
            .ok_or_else(|| Fault::range(card.line, format!("the parameter {name} needs {expected}, given is `{text}`")))
    }

    /// Counts a step against the limit.
    fn count(&mut self, line: u64) -> Decoded<()> {
        self.steps += 1;
        let tables = &self.tables;
        let items = tables.variables.len() + tables.groups.len() + tables.elements.len() + self.parameters.len();
        if self.steps > self.options.most_steps || items as u64 > self.options.most_items {
            let message = format!(
                "the loops expand to more than {} steps or {} variables, groups, elements and parameters",
                self.options.most_steps, self.options.most_items
            );
            return Err(Fault::new(Kind::TooLarge, line, message));
        }
        Ok(())
    }

    /// Executes a loop.
    fn run(&mut self, whole: &Loop) -> Decoded<()> {
        let (start, end, increment) = whole.bounds(&self.parameters)?;
        let mut index = start;
        while (increment > 0 && index <= end) || (increment < 0 && index >= end) {
            self.count(whole.line)?;
            self.parameters.integers.set(whole.index, index);
            for instruction in &whole.body {
                match instruction {
                    Instruction::Parameter(card) => card.execute(&mut self.parameters)?,
                    Instruction::Data(card) => {
                        self.count(whole.line)?;
                        let datum = card.expand(&self.parameters)?;
                        self.apply(&datum)?;
                    }
                    Instruction::Loop(inner) => self.run(inner)?,
                }
            }
            let Some(next) = index.checked_add(increment) else { break };
            index = next;
        }
        Ok(())
    }

    /// Carries out a card of the present section.
    fn apply(&mut self, datum: &Datum) -> Decoded<()> {
        let tables = &mut self.tables;
        match self.section {
            Section::Preamble => Ok(()),
            Section::Groups => tables.groups.declaration(datum, &tables.variables),
            Section::Variables => self.variable(datum),
            Section::Constants => tables.constants.apply(datum, &tables.groups),
            Section::Ranges => tables.ranges.apply(datum, &tables.groups),
            Section::Bounds => {
                if tables.bounds.apply(datum, &tables.variables)? {
                    self.warnings.add(datum.line, "a default bound replaces the bounds given before it");
                }
                Ok(())
            }
            Section::StartPoint => {
                if !tables.start.apply(datum, &tables.variables, &tables.groups)? {
                    self.warnings.add(datum.line, "the code of this default start has no meaning; the card is ignored");
                }
                Ok(())
            }
            Section::Quadratic => {
                let row = tables.variables.find(datum.field2, datum.line)?;
                for (name, value) in datum.entries().filter(|&(_, value)| value != 0.0) {
                    tables.quadratic.push((row, tables.variables.find(name, datum.line)?, value));
                }
                Ok(())
            }
            Section::ElementType => tables.element_types.declaration(datum),
            Section::GroupType => tables.group_types.declaration(datum),
            Section::ElementUses => tables.elements.usage(datum, &tables.element_types, &mut tables.variables),
            Section::GroupUses => tables.groups.usage(datum, &tables.group_types, &tables.elements),
            Section::ObjectBound => {
                if tables.objective_chosen.takes(datum.field2) {
                    let bounds = &mut tables.objective_bounds;
                    *(if datum.action == b'L' { &mut bounds.0 } else { &mut bounds.1 }) = Some(datum.value4);
                }
                Ok(())
            }
        }
    }

    /// A card of section VARIABLES.
    fn variable(&mut self, datum: &Datum) -> Decoded<()> {
        let tables = &mut self.tables;
        if datum.field3.is_word("MARKER") {
            return Ok(());
        }
        let variable = tables.variables.declare(datum.field2);
        let kind = if datum.field3.is_word("INTEGER") {
            Some(VariableKind::Integer)
        } else if datum.field3.is_word("ZERO-ONE") {
            Some(VariableKind::Binary)
        } else if datum.field3 == Name::from("INTEGER") && tables.groups.get(datum.field3).is_none() {
            self.warnings
                .add(datum.line, "INTEGER stands without quotes; it is taken for the mark of integer variables");
            Some(VariableKind::Integer)
        } else {
            None
        };
        if let Some(kind) = kind {
            tables.variables.kinds[variable as usize] = kind;
            return Ok(());
        }
        for (name, value) in datum.entries() {
            if name.is_word("SCALE") {
                tables.variables.scaled += 1;
            } else if value != 0.0 && self.variables_first != Some(true) {
                tables.groups.coefficient(name, variable, value, datum.line)?;
            }
        }
        Ok(())
    }

    /// What is checked when everything is known.
    fn finish(&mut self) -> Decoded<()> {
        let tables = &mut self.tables;
        tables.bounds.extend(tables.variables.len());
        tables.start.extend(tables.variables.len(), tables.groups.len());
        tables.elements.complete(&tables.element_types)?;
        tables.groups.complete(&tables.group_types, tables.end)?;
        for (what, chosen) in [
            ("constants", &tables.constants.chosen),
            ("ranges", &tables.ranges.chosen),
            ("bounds", &tables.bounds.chosen),
            ("a start point", &tables.start.chosen),
        ] {
            if let Some(name) = chosen.missing() {
                let names: Vec<String> = chosen.seen.iter().map(|n| format!("`{n}`")).collect();
                let message = format!("there is no vector `{name}` of {what}; the file has: {}", names.join(", "));
                return Err(Fault::new(Kind::Inconsistent, 0, message));
            }
        }
        if let Some(at) = self.overridden.iter().position(|used| !used) {
            let name = &self.options.parameters[at].0;
            let used_elsewhere = self.options.parameters[at + 1..].iter().any(|(other, _)| other == name);
            if !used_elsewhere {
                let names: Vec<String> = tables.changeable.iter().map(|p| format!("`{}`", p.name)).collect();
                let offered = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                let message = format!("the file has no changeable parameter `{name}`; it has: {offered}");
                return Err(Fault::new(Kind::Inconsistent, 0, message));
            }
        }
        if tables.variables.scaled > 0 {
            let message = format!("scales of {} variables are read and not applied", tables.variables.scaled);
            self.warnings.add(tables.end, message);
        }
        Ok(())
    }
}
