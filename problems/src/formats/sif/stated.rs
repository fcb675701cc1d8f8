//! The G and H cards of a file against the exact derivatives of its F cards.

use super::Name;
use super::functions::{Formula, Series, series};
use super::problem::Model;

/// How many elements, and how many groups, of one type are looked at: more would repeat the same formula.
const MOST_PER_TYPE: usize = 40;

/// The first entry of the stated derivatives that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedError {
    /// The line of the card; of the F card's type if the entry is missing.
    pub line: u64,
    /// The element or group type.
    pub kind: Name,
    /// The element or group.
    pub item: Name,
    /// The derivative, as `d/dX` or `d2/dX dY`.
    pub derivative: String,
    /// What the card says.
    pub stated: f64,
    /// What the derivative of the F card is.
    pub exact: f64,
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatedReport {
    /// How many derivatives were compared.
    pub compared: u64,
    /// How many were left out because they are not finite at the point.
    pub undefined: u64,
    /// How many are wrong.
    pub wrong: u64,
    /// The first wrong one, in the order of types and elements.
    pub first: Option<StatedError>,
}

/// Where a formula is compared.
struct Place<'a> {
    formula: &'a Formula,
    kind: Name,
    line: u64,
    item: Name,
    names: &'a [Name],
    inputs: &'a [f64],
    parameters: &'a [f64],
}

/// Memory of the comparison, and its result.
struct Comparison {
    tolerance: f64,
    values: Vec<f64>,
    line: Vec<Series>,
    nodes: Vec<Series>,
    report: StatedReport,
}

/// Compares every stated derivative at `x`; two numbers agree if they differ by at most `tolerance` times
/// `max(1, |stated|, |exact|)`.
pub(super) fn compare(model: &Model, x: &[f64], tolerance: f64) -> StatedReport {
    let mut comparison = Comparison {
        tolerance,
        values: Vec::new(),
        line: Vec::new(),
        nodes: Vec::new(),
        report: StatedReport::default(),
    };
    let tables = &model.tables;
    let mut seen = vec![0; model.element_functions.len()];
    let mut values = Vec::with_capacity(tables.elements.len());
    for element in 0..tables.elements.len() {
        let (kind, variables, parameters) = tables.elements.get(element, &tables.element_types);
        let kind = kind as usize;
        let Some(Some(function)) = model.element_functions.get(kind) else {
            values.push(0.0);
            continue;
        };
        let elemental: Vec<f64> = variables.iter().map(|&v| x[v as usize]).collect();
        let inputs = function.inputs(&elemental);
        function.formula.graph.evaluate(&inputs, parameters, &mut comparison.values);
        values.push(comparison.values[function.formula.value as usize]);
        seen[kind] += 1;
        if seen[kind] <= MOST_PER_TYPE {
            let names = &tables.element_types.list[kind];
            comparison.look(&Place {
                formula: &function.formula,
                kind: names.name,
                line: names.line,
                item: tables.elements.name(element),
                names: names.inputs(),
                inputs: &inputs,
                parameters,
            });
        }
    }
    let mut seen = vec![0; model.group_functions.len()];
    for group in 0..tables.groups.len() {
        let (kind, parameters) = tables.groups.function(group as u32, &tables.group_types);
        let Some(Some(function)) = model.group_functions.get(kind as usize) else { continue };
        seen[kind as usize] += 1;
        if seen[kind as usize] > MOST_PER_TYPE {
            continue;
        }
        let (variables, coefficients) = model.linear.get(group);
        let linear: f64 = variables.iter().zip(coefficients).map(|(&v, &c)| c * x[v as usize]).sum();
        let nonlinear: f64 = model.uses(group).map(|(element, w)| w * values[element as usize]).sum();
        let names = &tables.group_types.list[kind as usize];
        comparison.look(&Place {
            formula: &function.formula,
            kind: names.name,
            line: names.line,
            item: tables.groups.names[group],
            names: names.inputs(),
            inputs: &[linear + nonlinear - tables.constants.get(group)],
            parameters,
        });
    }
    comparison.report
}

impl Comparison {
    /// The exact first and second derivative along a direction given by its nonzero entries.
    fn along(&mut self, place: &Place<'_>, direction: &[usize]) -> Series {
        self.line.clear();
        self.line.extend(place.inputs.iter().enumerate().map(|(i, &v)| {
            let slope = if direction.contains(&i) { 1.0 } else { 0.0 };
            [v, slope, 0.0]
        }));
        series(&place.formula.graph, &self.line, place.parameters, &mut self.nodes);
        self.nodes[place.formula.value as usize]
    }

    fn look(&mut self, place: &Place<'_>) {
        let formula = place.formula;
        if formula.first.is_empty() && formula.second.is_empty() {
            return;
        }
        formula.graph.evaluate(place.inputs, place.parameters, &mut self.values);
        let values = std::mem::take(&mut self.values);
        let count = place.inputs.len();
        let own: Vec<Series> = (0..count).map(|i| self.along(place, &[i])).collect();
        if !formula.first.is_empty() {
            for i in 0..count {
                let card = formula.first.iter().rev().find(|&&(_, at, _)| at as usize == i);
                let stated = card.map_or(0.0, |&(.., node)| values[node as usize]);
                self.judge(place, card.map(|c| c.0), stated, own[i][1], &[i]);
            }
        }
        if !formula.second.is_empty() {
            for i in 0..count {
                for j in 0..=i {
                    let (high, low) = (i as u32, j as u32);
                    let card = formula.second.iter().rev().find(|c| (c.1.max(c.2), c.1.min(c.2)) == (high, low));
                    let stated = card.map_or(0.0, |&(.., node)| values[node as usize]);
                    let exact =
                        if i == j { own[i][2] } else { 0.5 * (self.along(place, &[i, j])[2] - own[i][2] - own[j][2]) };
                    self.judge(place, card.map(|c| c.0), stated, exact, &[j, i]);
                }
            }
        }
        self.values = values;
    }

    fn judge(&mut self, place: &Place<'_>, line: Option<u64>, stated: f64, exact: f64, by: &[usize]) {
        if !(stated.is_finite() && exact.is_finite()) {
            self.report.undefined += 1;
            return;
        }
        self.report.compared += 1;
        if (stated - exact).abs() <= self.tolerance * stated.abs().max(exact.abs()).max(1.0) {
            return;
        }
        self.report.wrong += 1;
        if self.report.first.is_none() {
            let names: Vec<String> = by.iter().map(|&i| format!("d{}", place.names[i])).collect();
            let derivative = if by.len() == 1 { format!("d/{}", names[0]) } else { format!("d2/{}", names.join(" ")) };
            let (kind, item, line) = (place.kind, place.item, line.unwrap_or(place.line));
            self.report.first = Some(StatedError { line, kind, item, derivative, stated, exact });
        }
    }
}
