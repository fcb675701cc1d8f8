//! Values and derivatives of the decoded model along a line, as numbers that identify it.

use super::GroupKind;
use super::functions::{Formula, Series, add, multiply, scale, series};
use super::problem::{Model, TypeFunction};

/// Where the derivatives come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivatives {
    /// From the G and H cards of the file where a type has them, as in the CUTEst library, right or wrong.
    Stated,
    /// From the functions.
    Exact,
}

/// Sums over a problem at a point x, with a direction d over the variables and weights w over the constraints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probes {
    /// f.
    pub f: f64,
    /// grad f . d
    pub gradient: f64,
    /// w . c
    pub constraints: f64,
    /// w . J d
    pub jacobian: f64,
    /// d . H d with the Hessian of f + w . c.
    pub hessian: f64,
}

/// Memory of an evaluation.
#[derive(Default)]
struct Scratch {
    inputs: Vec<Series>,
    series: Vec<Series>,
    points: Vec<f64>,
    values: Vec<f64>,
}

impl Scratch {
    /// A function of the inputs along the line.
    fn formula(&mut self, formula: &Formula, parameters: &[f64], derivatives: Derivatives) -> Series {
        let stated = derivatives == Derivatives::Stated;
        let (first, second) = (stated && !formula.first.is_empty(), stated && !formula.second.is_empty());
        let mut result = [0.0; 3];
        if !(first && second) {
            series(&formula.graph, &self.inputs, parameters, &mut self.series);
            result = self.series[formula.value as usize];
        }
        if !(first || second) {
            return result;
        }
        self.points.clear();
        self.points.extend(self.inputs.iter().map(|input| input[0]));
        formula.graph.evaluate(&self.points, parameters, &mut self.values);
        let value = |node: u32| self.values[node as usize];
        let slope = |input: u32| self.inputs[input as usize][1];
        result[0] = value(formula.value);
        // The second derivative is that along the line plus the gradient times the curvature of the inputs.
        let curvature = |grad: &dyn Fn(u32) -> f64| {
            formula.first.iter().map(|&(_, input, _)| input).map(|i| grad(i) * self.inputs[i as usize][2]).sum::<f64>()
        };
        if first {
            result[1] = formula.first.iter().map(|&(_, input, node)| times(value(node), slope(input))).sum();
        }
        if second {
            let mut sum = 0.0;
            for &(_, i, j, node) in &formula.second {
                let both = if i == j { 1.0 } else { 2.0 };
                sum += times(value(node), both * slope(i) * slope(j));
            }
            let gradient =
                |i: u32| formula.first.iter().filter(|&&(_, input, _)| input == i).map(|&(.., node)| value(node)).sum();
            result[2] = sum + curvature(&gradient);
        }
        result
    }

    fn element(
        &mut self,
        function: &TypeFunction,
        variables: &[Series],
        parameters: &[f64],
        from: Derivatives,
    ) -> Series {
        self.inputs.clear();
        match &function.range {
            None => self.inputs.extend_from_slice(variables),
            Some(rows) => {
                for row in rows {
                    let input = row.iter().zip(variables).fold([0.0; 3], |sum, (&w, &v)| add(sum, scale(v, w)));
                    self.inputs.push(input);
                }
            }
        }
        self.formula(&function.formula, parameters, from)
    }
}

/// The product, and 0 along a direction of no change whatever the derivative.
fn times(derivative: f64, change: f64) -> f64 {
    if change == 0.0 { 0.0 } else { derivative * change }
}

/// The probes at `x` along `direction`; `weight(j)` is the weight of constraint j, counted from 1.
pub(super) fn probes(
    model: &Model,
    x: &[f64],
    direction: &[f64],
    weight: impl Fn(usize) -> f64,
    derivatives: Derivatives,
) -> Probes {
    let tables = &model.tables;
    let line: Vec<Series> = x.iter().zip(direction).map(|(&x, &d)| [x, d, 0.0]).collect();
    let mut scratch = Scratch::default();
    let mut variables = Vec::new();
    let mut elements = Vec::with_capacity(tables.elements.len());
    for element in 0..tables.elements.len() {
        let (kind, indices, parameters) = tables.elements.get(element, &tables.element_types);
        variables.clear();
        variables.extend(indices.iter().map(|&v| line[v as usize]));
        elements.push(match model.element_functions.get(kind as usize) {
            Some(Some(function)) => scratch.element(function, &variables, parameters, derivatives),
            _ => [0.0; 3],
        });
    }
    let mut probes = Probes { f: 0.0, gradient: 0.0, constraints: 0.0, jacobian: 0.0, hessian: 0.0 };
    let mut constraints = 0;
    for group in 0..tables.groups.len() {
        let mut alpha = [-tables.constants.get(group), 0.0, 0.0];
        let (indices, coefficients) = model.linear.get(group);
        for (&v, &c) in indices.iter().zip(coefficients) {
            alpha = add(alpha, scale(line[v as usize], c));
        }
        for (element, w) in model.uses(group) {
            alpha = add(alpha, scale(elements[element as usize], w));
        }
        let (kind, parameters) = tables.groups.function(group as u32, &tables.group_types);
        let value = match model.group_functions.get(kind as usize) {
            Some(Some(function)) => {
                scratch.inputs.clear();
                scratch.inputs.push(alpha);
                scratch.formula(&function.formula, parameters, derivatives)
            }
            _ => alpha,
        };
        let value = scale(value, tables.groups.scales[group]);
        if tables.groups.kinds[group] == GroupKind::Objective {
            probes.f += value[0];
            probes.gradient += value[1];
            probes.hessian += value[2];
        } else {
            constraints += 1;
            let w = weight(constraints);
            probes.constraints += w * value[0];
            probes.jacobian += w * value[1];
            probes.hessian += w * value[2];
        }
    }
    for &(i, j, h) in &tables.quadratic {
        let product = multiply(line[i as usize], line[j as usize]);
        let product = scale(product, if i == j { 0.5 * h } else { h });
        probes.f += product[0];
        probes.gradient += product[1];
        probes.hessian += product[2];
    }
    probes
}
