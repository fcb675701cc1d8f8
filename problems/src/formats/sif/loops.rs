//! DO loops: cards are collected into a tree, which is executed when its outermost loop is closed.

use super::Name;
use super::data::DataCard;
use super::fault::{Decoded, Fault};
use super::parameters::{ParameterCard, Parameters};

/// The deepest nesting.
const MOST_LEVELS: usize = 3;

/// One card of a loop's body, or a loop in it.
#[derive(Clone, Debug)]
pub(super) enum Instruction {
    Parameter(ParameterCard),
    Data(DataCard),
    Loop(Loop),
}

/// A loop: `DO`, perhaps `DI`, its body.
#[derive(Clone, Debug)]
pub(super) struct Loop {
    pub(super) line: u64,
    pub(super) index: u32,
    pub(super) body: Vec<Instruction>,
    name: Name,
    start: u32,
    end: u32,
    increment: Option<u32>,
}

impl Loop {
    /// The values of the index: start, end, increment.
    pub(super) fn bounds(&self, parameters: &Parameters) -> Decoded<(i64, i64, i64)> {
        let get = |place| parameters.integers.get(place, self.line);
        Ok((get(self.start)?, get(self.end)?, self.increment.map_or(Ok(1), get)?))
    }
}

/// The loops that are open.
#[derive(Debug, Default)]
pub(super) struct OpenLoops {
    open: Vec<Loop>,
}

impl OpenLoops {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The line of the outermost open loop.
    pub(super) fn line(&self) -> Option<u64> {
        self.open.first().map(|l| l.line)
    }

    /// `DO index start end`.
    pub(super) fn begin(
        &mut self,
        line: u64,
        [name, start, end]: [Name; 3],
        parameters: &mut Parameters,
    ) -> Decoded<()> {
        if self.open.len() == MOST_LEVELS {
            return Err(Fault::syntax(line, format!("loops can be nested {MOST_LEVELS} deep at most")));
        }
        let mut place = |name| parameters.integers.place(name);
        let (index, start, end) = (place(name), place(start), place(end));
        self.open.push(Loop { line, index, body: Vec::new(), name, start, end, increment: None });
        Ok(())
    }

    /// `DI index increment`; without effect if another loop's index is named.
    pub(super) fn increment(&mut self, line: u64, index: Name, by: Name, parameters: &mut Parameters) -> Decoded<bool> {
        let Some(innermost) = self.open.last_mut() else {
            return Err(Fault::syntax(line, "an increment (DI) stands outside of any loop"));
        };
        let same = innermost.name == index;
        if same {
            innermost.increment = Some(parameters.integers.place(by));
        }
        Ok(same)
    }

    /// Adds a card to the innermost loop.
    pub(super) fn push(&mut self, instruction: Instruction) {
        if let Some(innermost) = self.open.last_mut() {
            innermost.body.push(instruction);
        }
    }

    /// `OD` closes the innermost loop, `ND` (`all`) every open one. Returns the outermost loop when it is closed, and
    /// the name of the loop that `OD` closed.
    pub(super) fn close(&mut self, line: u64, all: bool) -> Decoded<(Option<Loop>, Name)> {
        loop {
            let Some(closed) = self.open.pop() else {
                let code = if all { "ND" } else { "OD" };
                return Err(Fault::syntax(line, format!("the code {code} closes a loop, but none is open")));
            };
            let name = closed.name;
            let Some(outer) = self.open.last_mut() else { return Ok((Some(closed), name)) };
            outer.body.push(Instruction::Loop(closed));
            if !all {
                return Ok((None, name));
            }
        }
    }
}
