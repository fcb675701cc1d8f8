//! A collection of nonlinear programs with known answers.
//!
//! The problems are those that methods for nonlinear programs are commonly compared on, written as expressions:
//! [Hock and Schittkowski](hock_schittkowski), [Boggs and Tolle](boggs_tolle), square systems, and families of any size
//! (optimal control, orthogonal regression, chained problems, ...). A [`Record`] has the source, the known optimum, and
//! minimiser and multipliers where they are known.
//!
//! ```
//! use thalweg_problems::collection;
//! use thalweg_problems::nlp::NonlinearProgram;
//!
//! let problem = collection::nlp("HS6")?;
//! assert_eq!((problem.variables(), problem.constraints(), problem.known_optimum()), (2, 1, Some(0.0)));
//! # Ok::<(), collection::CollectionError>(())
//! ```

mod boggs_tolle;
mod error;
mod hock_schittkowski;
mod orthogonal_regression;
mod record;
mod small;
mod square_systems;
#[cfg(test)]
mod tests;
mod writing;

pub use error::CollectionError;
pub use record::{Kind, Optimum, Parameter, Record};

use crate::expression::PartiallySeparable;

const FILES: &[&[Record]] = &[
    hock_schittkowski::EQUALITIES,
    boggs_tolle::PROBLEMS,
    small::PROBLEMS,
    orthogonal_regression::PROBLEMS,
    square_systems::PROBLEMS,
];

/// All problems, by source.
pub fn nlp_records() -> impl Iterator<Item = &'static Record> {
    FILES.iter().copied().flatten()
}

/// The names of all problems.
pub fn nlp_names() -> impl Iterator<Item = &'static str> {
    nlp_records().map(|r| r.name)
}

/// The record of a problem; the case of letters does not matter.
///
/// # Errors
/// [`CollectionError::Unknown`] with the nearest names.
pub fn nlp_record(name: &str) -> Result<&'static Record, CollectionError> {
    let wanted = name.trim().to_ascii_uppercase();
    nlp_records().find(|r| r.name == wanted).ok_or_else(|| {
        const ALIKE: f64 = 0.75;
        let mut nearest: Vec<(f64, &'static str)> = nlp_names()
            .map(|known| (strsim::jaro_winkler(&wanted, known), known))
            .filter(|(similarity, _)| *similarity >= ALIKE)
            .collect();
        nearest.sort_by(|a, b| b.0.total_cmp(&a.0));
        nearest.truncate(3);
        CollectionError::Unknown { name: name.to_owned(), nearest: nearest.into_iter().map(|n| n.1).collect() }
    })
}

/// The problem of this name: `HS71`; of a family `HAGER1` (default size) or `HAGER1(1000)`.
///
/// # Errors
/// [`CollectionError`] if there is no such problem or size.
pub fn nlp(name: &str) -> Result<PartiallySeparable, CollectionError> {
    let Some((stem, rest)) = name.split_once('(') else {
        let record = nlp_record(name)?;
        return record.build(&record.default_sizes());
    };
    let record = nlp_record(stem)?;
    let sizes = rest.trim_end().strip_suffix(')').and_then(|sizes| {
        let sizes: Result<Vec<usize>, _> = sizes.split(',').map(|s| s.trim().parse()).collect();
        sizes.ok().filter(|s| s.len() == record.parameters.len())
    });
    match sizes {
        Some(sizes) => record.build(&sizes),
        None => {
            Err(CollectionError::Sizes { name: name.to_owned(), problem: record.name, expected: record.parameters })
        }
    }
}

/// The member of a family with these parameters; those not given have their default values.
///
/// ```
/// use thalweg_problems::collection;
/// assert!(collection::nlp_with("HS6", &[("N", 10)]).is_err());
/// ```
///
/// # Errors
/// [`CollectionError`] if there is no such problem, parameter or size.
pub fn nlp_with(name: &str, parameters: &[(&str, usize)]) -> Result<PartiallySeparable, CollectionError> {
    let record = nlp_record(name)?;
    let mut sizes = record.default_sizes();
    for &(parameter, value) in parameters {
        match record.parameters.iter().position(|p| p.name.eq_ignore_ascii_case(parameter)) {
            Some(position) => sizes[position] = value,
            None => {
                return Err(CollectionError::Parameter {
                    problem: record.name,
                    parameter: parameter.to_owned(),
                    known: record.parameters,
                });
            }
        }
    }
    record.build(&sizes)
}
