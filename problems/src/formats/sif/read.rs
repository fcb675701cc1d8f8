//! Reading a file from its first card to the model.

use super::decoder::Decoder;
use super::functions::Block;
use super::lines::{Keyword, Lines, Problem, Remarks};
use super::precision::Precision;
use super::problem::Model;
use super::{ReadOptions, Warnings};
use crate::formats::{FormatError, Input};

/// A model with what the file tells about itself.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) model: Model,
    pub(super) remarks: Remarks,
    pub(super) warnings: Warnings,
}

/// Decodes a file.
pub(super) fn contents(input: Input, options: &ReadOptions) -> Result<Contents, FormatError> {
    let file = input.name().to_owned();
    decode(input, options).map_err(|problem| match problem {
        Problem::Input(error) => error,
        Problem::Fault(fault) => fault.named(&file),
    })
}

fn decode(input: Input, options: &ReadOptions) -> Result<Contents, Problem> {
    let precision = if options.full_precision { Precision::Full } else { Precision::Eleven };
    let mut warnings = Warnings::default();
    let mut lines = Lines::new(input);
    let tables = Decoder::new(options, &mut warnings).read(&mut lines)?;
    let (mut elements, mut groups) = (None, None);
    while let Some((line, keyword, _)) = lines.next_block()? {
        let is_elements = keyword == Keyword::Elements;
        let block = Block::read(&mut lines, is_elements, precision, &mut warnings)?;
        let place = if is_elements { &mut elements } else { &mut groups };
        if place.replace(block).is_some() {
            warnings.add(line, "a function block is given again; the last one counts");
        }
    }
    let mut model = Model::new(tables, elements.as_ref(), groups.as_ref(), precision, &mut warnings)?;
    for (name, value) in &lines.remarks.alternatives {
        if let Some(parameter) = model.tables.changeable.iter_mut().find(|p| p.name == *name)
            && !parameter.alternatives.contains(value)
        {
            parameter.alternatives.push(value.clone());
        }
    }
    Ok(Contents { model, remarks: lines.remarks, warnings })
}
