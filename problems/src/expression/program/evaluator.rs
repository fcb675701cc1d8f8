//! Evaluation of group partially separable programs.

use super::PartiallySeparable;
use super::bank::{At, Pass, Scratch, evaluate};
use super::structure::{TRIVIAL, Use};
use crate::nlp::{Function, NlpEvaluator, Undefined};

/// How much is known at the current point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Nothing,
    Values,
    Gradients,
}

/// Memory of an evaluation. What was computed at a point is kept until another point comes, so that f, c, gradients and
/// products at one point share their work.
#[derive(Debug)]
pub(crate) struct Evaluator<'a> {
    program: &'a PartiallySeparable,
    point: Vec<f64>,
    known: Known,
    hessians_known: bool,
    /// Per element (bank layout): values, first and second derivatives, products.
    values: Vec<f64>,
    gradients: Vec<f64>,
    hessians: Vec<f64>,
    products: Vec<f64>,
    /// Per group: the argument of its function, and the argument's derivative along the group's row.
    alpha: Vec<f64>,
    rows: Vec<f64>,
    /// Per group with a function (bank layout): value, first and second derivative.
    outer: [Vec<f64>; 3],
    scratch: Vec<Scratch>,
    outer_scratch: Vec<Scratch>,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(program: &'a PartiallySeparable) -> Self {
        Self {
            program,
            point: vec![f64::NAN; program.lower.len()],
            known: Known::Nothing,
            hessians_known: false,
            values: Vec::new(),
            gradients: Vec::new(),
            hessians: Vec::new(),
            products: Vec::new(),
            alpha: vec![0.0; program.groups.len()],
            rows: Vec::new(),
            outer: Default::default(),
            scratch: Vec::new(),
            outer_scratch: Vec::new(),
        }
    }

    fn function(&self, group: usize) -> Function {
        match group.checked_sub(self.program.objective_groups) {
            Some(i) => Function::Constraint(i),
            None => Function::Objective,
        }
    }

    /// Computes at `x` what is not known yet.
    fn prepare(&mut self, x: &[f64], level: Known) {
        if self.point != x {
            self.point.copy_from_slice(x);
            self.known = Known::Nothing;
            self.hessians_known = false;
        }
        if self.known >= level {
            return;
        }
        let program = self.program;
        let [values, gradients, _] = sizes(&program.elements);
        self.values.resize(values, 0.0);
        let pass = if level == Known::Values { Pass::Values } else { Pass::Gradients };
        let mut derivatives: &mut [f64] = &mut [];
        if pass == Pass::Gradients {
            self.gradients.resize(gradients, 0.0);
            derivatives = &mut self.gradients;
        }
        let at = At { pass, point: x, direction: &[] };
        evaluate(&program.elements, &at, &mut self.values, derivatives, &mut self.scratch);
        self.sum_groups(x);
        if pass == Pass::Gradients {
            self.sum_rows();
        }
        self.evaluate_functions(level);
        self.known = level;
    }

    fn sum_groups(&mut self, x: &[f64]) {
        let groups = &self.program.groups;
        for i in 0..groups.len() {
            let mut sum = -groups.constant[i];
            for &(j, a) in &groups.linear[groups.linear_ptr[i]..groups.linear_ptr[i + 1]] {
                sum += a * x[j as usize];
            }
            for u in &groups.uses[groups.use_ptr[i]..groups.use_ptr[i + 1]] {
                sum += u.weight * self.values[self.program.elements[u.bank as usize].value_offset + u.element as usize];
            }
            self.alpha[i] = sum;
        }
    }

    fn sum_rows(&mut self) {
        let groups = &self.program.groups;
        self.rows.clear();
        self.rows.resize(groups.row.len(), 0.0);
        for i in 0..groups.len() {
            let row = &mut self.rows[groups.row_ptr[i]..groups.row_ptr[i + 1]];
            for k in groups.linear_ptr[i]..groups.linear_ptr[i + 1] {
                row[groups.linear_slots[k] as usize] += groups.linear[k].1;
            }
            for k in groups.use_ptr[i]..groups.use_ptr[i + 1] {
                let slots = &groups.slots[groups.slot_ptr[k]..groups.slot_ptr[k + 1]];
                let weight = groups.uses[k].weight;
                let (first, step) = place_of(self.program, &groups.uses[k]);
                for (j, &slot) in slots.iter().enumerate() {
                    row[slot as usize] += weight * self.gradients[first + j * step];
                }
            }
        }
    }

    fn evaluate_functions(&mut self, level: Known) {
        let banks = &self.program.group_functions;
        let [values, gradients, hessians] = sizes(banks);
        if values == 0 {
            return;
        }
        let [value, first, second] = &mut self.outer;
        value.resize(values, 0.0);
        first.resize(gradients, 0.0);
        second.resize(hessians, 0.0);
        let at = |pass| At { pass, point: &self.alpha, direction: &[] };
        if level == Known::Values {
            evaluate(banks, &at(Pass::Values), value, &mut [], &mut self.outer_scratch);
        } else {
            evaluate(banks, &at(Pass::Gradients), value, first, &mut self.outer_scratch);
            evaluate(banks, &at(Pass::Hessians), &mut [], second, &mut self.outer_scratch);
        }
    }

    /// The value of group `i`.
    fn group(&self, i: usize) -> f64 {
        let groups = &self.program.groups;
        let inner =
            if groups.function[i] == TRIVIAL { self.alpha[i] } else { self.outer[0][groups.function[i] as usize] };
        inner / groups.scale[i]
    }

    /// `g'(alpha_i) / s_i`
    fn slope(&self, i: usize) -> f64 {
        let groups = &self.program.groups;
        let slope = if groups.function[i] == TRIVIAL { 1.0 } else { self.outer[1][groups.function[i] as usize] };
        slope / groups.scale[i]
    }

    /// `g''(alpha_i) / s_i` of a group with a function.
    fn bend(&self, i: usize) -> f64 {
        let place = self.program.groups.function[i] as usize;
        // A function's bank has as many second derivatives as values unless it is affine.
        let banks = &self.program.group_functions;
        let bank = banks.partition_point(|b| b.value_offset <= place) - 1;
        let bank = banks[..=bank].iter().rev().find(|b| b.count > 0).unwrap_or(&banks[bank]);
        if bank.tape.hessian_places().is_empty() {
            return 0.0;
        }
        self.outer[2][bank.hessian_offset + place - bank.value_offset] / self.program.groups.scale[i]
    }

    fn objective_value(&self, x: &[f64]) -> Result<f64, Undefined> {
        let mut sum = 0.0;
        for i in 0..self.program.objective_groups {
            sum += self.group(i);
        }
        for &(j, k, h) in &self.program.quadratic {
            let half = if j == k { 0.5 } else { 1.0 };
            sum += half * h * x[j as usize] * x[k as usize];
        }
        if sum.is_finite() { Ok(sum) } else { Err(self.blame(x, 0..self.program.objective_groups, sum)) }
    }

    fn constraint_values(&self, x: &[f64], constraints: &mut [f64]) -> Result<(), Undefined> {
        let first = self.program.objective_groups;
        for (i, c) in constraints.iter_mut().enumerate() {
            *c = self.group(first + i);
            if !c.is_finite() {
                return Err(self.blame(x, first + i..first + i + 1, *c));
            }
        }
        Ok(())
    }

    /// Finds what makes the sum of some groups infinite or NaN.
    fn blame(&self, x: &[f64], candidates: std::ops::Range<usize>, value: f64) -> Undefined {
        let program = self.program;
        let function = self.function(candidates.start);
        if let Some(j) = x.iter().position(|x| !x.is_finite()) {
            return Undefined::new(function, format!("variable {} is {}", program.variable_names[j], x[j]));
        }
        if let Some(i) = candidates.into_iter().find(|&i| !self.group(i).is_finite()) {
            for u in &program.groups.uses[program.groups.use_ptr[i]..program.groups.use_ptr[i + 1]] {
                let bank = &program.elements[u.bank as usize];
                let e = u.element as usize;
                if self.values[bank.value_offset + e].is_finite() {
                    continue;
                }
                let inputs: Vec<f64> = bank.inputs_of(e).map(|j| x[j as usize]).collect();
                let node = bank.tape.first_undefined(&inputs, &bank.parameters_of(e)).unwrap_or_default();
                return Undefined::new(function, format!("element {} of type {}: {node}", bank.ids[e], bank.name));
            }
            if program.groups.function[i] == TRIVIAL || !self.alpha[i].is_finite() {
                return Undefined::new(function, format!("the sum of group {i} is {}", self.alpha[i]));
            }
            let alpha = self.alpha[i];
            return Undefined::new(function, format!("the function of group {i} at {alpha} is {}", self.group(i)));
        }
        Undefined::new(function, format!("its value is {value}"))
    }

    /// Per group, the weight that it has in the Lagrangian.
    fn weight(&self, i: usize, weight: f64, multipliers: &[f64]) -> f64 {
        match i.checked_sub(self.program.objective_groups) {
            Some(i) => multipliers[i],
            None => weight,
        }
    }

    fn has_functions(&self) -> bool {
        self.program.group_functions.iter().any(|b| b.count > 0)
    }

    fn check_gradient(&self, what: Function, values: &[f64]) -> Result<(), Undefined> {
        match values.iter().position(|v| !v.is_finite()) {
            Some(j) => {
                let name = &self.program.variable_names[j];
                Err(Undefined::new(what, format!("its derivative in variable {name} is {}", values[j])))
            }
            None => Ok(()),
        }
    }
}

/// The lengths of the arrays of all banks: values, first, second derivatives.
fn sizes(banks: &[super::bank::Bank]) -> [usize; 3] {
    banks.last().map_or([0; 3], |b| {
        let padded = b.count.div_ceil(b.lanes) * b.lanes;
        [
            b.value_offset + padded,
            b.gradient_offset + padded * b.tape.inputs(),
            b.hessian_offset + padded * b.tape.hessian_places().len(),
        ]
    })
}

/// Where a use's element has its first derivatives: the first one, and the distance to the next.
fn place_of(program: &PartiallySeparable, u: &Use) -> (usize, usize) {
    let bank = &program.elements[u.bank as usize];
    (bank.gradient_offset + bank.place(u.element as usize, bank.tape.inputs()), bank.lanes)
}

/// A derivative times a direction's component; what does not move contributes 0, even where the derivative is infinite.
fn along(derivative: f64, component: f64) -> f64 {
    if component == 0.0 { 0.0 } else { derivative * component }
}

impl NlpEvaluator for Evaluator<'_> {
    fn objective(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        self.prepare(x, Known::Values);
        self.objective_value(x)
    }

    fn values(&mut self, x: &[f64], constraints: &mut [f64]) -> Result<f64, Undefined> {
        self.prepare(x, Known::Values);
        let f = self.objective_value(x)?;
        self.constraint_values(x, constraints)?;
        Ok(f)
    }

    fn first_order(
        &mut self,
        x: &[f64],
        gradient: &mut [f64],
        constraints: &mut [f64],
        jacobian: &mut [f64],
    ) -> Result<f64, Undefined> {
        self.prepare(x, Known::Gradients);
        let f = self.objective_value(x)?;
        self.constraint_values(x, constraints)?;
        let (program, groups) = (self.program, &self.program.groups);
        gradient.fill(0.0);
        for i in 0..program.objective_groups {
            let slope = self.slope(i);
            for k in groups.row_ptr[i]..groups.row_ptr[i + 1] {
                gradient[groups.row[k] as usize] += slope * self.rows[k];
            }
        }
        for &(j, k, h) in &program.quadratic {
            gradient[j as usize] += h * x[k as usize];
            if j != k {
                gradient[k as usize] += h * x[j as usize];
            }
        }
        self.check_gradient(Function::Objective, gradient)?;
        let begin = groups.row_ptr[program.objective_groups];
        for i in program.objective_groups..groups.len() {
            let slope = self.slope(i);
            for k in groups.row_ptr[i]..groups.row_ptr[i + 1] {
                let entry = slope * self.rows[k];
                jacobian[k - begin] = entry;
                if !entry.is_finite() {
                    let name = &program.variable_names[groups.row[k] as usize];
                    return Err(Undefined::new(
                        self.function(i),
                        format!("its derivative in variable {name} is {entry}"),
                    ));
                }
            }
        }
        Ok(f)
    }

    fn hessian(&mut self, x: &[f64], weight: f64, multipliers: &[f64], values: &mut [f64]) -> Result<(), Undefined> {
        let (program, groups) = (self.program, &self.program.groups);
        self.prepare(x, if self.has_functions() { Known::Gradients } else { self.known });
        if !self.hessians_known {
            self.hessians.resize(sizes(&program.elements)[2], 0.0);
            let at = At { pass: Pass::Hessians, point: x, direction: &[] };
            evaluate(&program.elements, &at, &mut [], &mut self.hessians, &mut self.scratch);
            self.hessians_known = true;
        }
        values.fill(0.0);
        let mut to = program.scatter().adder(values);
        for i in 0..groups.len() {
            let mu = self.weight(i, weight, multipliers);
            let trivial = groups.function[i] == TRIVIAL;
            let slope = if mu == 0.0 { 0.0 } else { mu * self.slope(i) };
            for u in &groups.uses[groups.use_ptr[i]..groups.use_ptr[i + 1]] {
                let bank = &program.elements[u.bank as usize];
                let entries = bank.tape.hessian_places().len();
                let factor = slope * u.weight;
                // A weight of 0 leaves a function out, even where its derivatives are not finite.
                if factor == 0.0 {
                    to.skip(entries);
                    continue;
                }
                let first = bank.hessian_offset + bank.place(u.element as usize, entries);
                for k in 0..entries {
                    to.add(factor * self.hessians[first + k * bank.lanes]);
                }
            }
            if !trivial {
                let row = &self.rows[groups.row_ptr[i]..groups.row_ptr[i + 1]];
                let bend = if mu == 0.0 { 0.0 } else { mu * self.bend(i) };
                if bend == 0.0 {
                    to.skip(row.len() * (row.len() + 1) / 2);
                    continue;
                }
                for (r, &p) in row.iter().enumerate() {
                    row[..=r].iter().for_each(|&q| to.add(bend * p * q));
                }
            }
        }
        program.quadratic.iter().for_each(|q| to.add(if weight == 0.0 { 0.0 } else { weight * q.2 }));
        match values.iter().position(|v| !v.is_finite()) {
            None => Ok(()),
            Some(k) => {
                let place = program.scatter().pattern.positions().nth(k);
                Err(Undefined::new(
                    Function::Objective,
                    format!("entry {place:?} (from 0) of the Hessian of the Lagrangian is {}", values[k]),
                ))
            }
        }
    }

    fn hessian_vector(
        &mut self,
        x: &[f64],
        weight: f64,
        multipliers: &[f64],
        v: &[f64],
        out: &mut [f64],
    ) -> Result<(), Undefined> {
        let (program, groups) = (self.program, &self.program.groups);
        self.prepare(x, if self.has_functions() { Known::Gradients } else { self.known });
        self.products.resize(sizes(&program.elements)[1], 0.0);
        let at = At { pass: Pass::Products, point: x, direction: v };
        evaluate(&program.elements, &at, &mut [], &mut self.products, &mut self.scratch);
        out.fill(0.0);
        for i in 0..groups.len() {
            let mu = self.weight(i, weight, multipliers);
            if mu == 0.0 {
                continue;
            }
            let slope = mu * self.slope(i);
            let columns = &groups.row[groups.row_ptr[i]..groups.row_ptr[i + 1]];
            for k in groups.use_ptr[i]..groups.use_ptr[i + 1] {
                let factor = slope * groups.uses[k].weight;
                if factor == 0.0 {
                    continue;
                }
                let (first, step) = place_of(program, &groups.uses[k]);
                for (j, &slot) in groups.slots[groups.slot_ptr[k]..groups.slot_ptr[k + 1]].iter().enumerate() {
                    out[columns[slot as usize] as usize] += factor * self.products[first + j * step];
                }
            }
            if groups.function[i] != TRIVIAL {
                let row = &self.rows[groups.row_ptr[i]..groups.row_ptr[i + 1]];
                let along: f64 = row.iter().zip(columns).map(|(r, &j)| along(*r, v[j as usize])).sum();
                let factor = mu * self.bend(i) * along;
                if factor != 0.0 {
                    row.iter().zip(columns).for_each(|(r, &j)| out[j as usize] += factor * r);
                }
            }
        }
        if weight != 0.0 {
            for &(j, k, h) in &program.quadratic {
                out[j as usize] += weight * h * v[k as usize];
                if j != k {
                    out[k as usize] += weight * h * v[j as usize];
                }
            }
        }
        crate::nlp::finite(Function::Objective, "Hessian's product with a vector", out)
    }

    fn jacobian_vector(&mut self, x: &[f64], v: &[f64], out: &mut [f64]) -> Result<(), Undefined> {
        self.prepare(x, Known::Gradients);
        let (first, groups) = (self.program.objective_groups, &self.program.groups);
        for (i, o) in out.iter_mut().enumerate() {
            let range = groups.row_ptr[first + i]..groups.row_ptr[first + i + 1];
            let sum: f64 = range.map(|k| along(self.rows[k], v[groups.row[k] as usize])).sum();
            *o = self.slope(first + i) * sum;
        }
        crate::nlp::finite(Function::Constraint(0), "Jacobian's product with a vector", out)
    }

    fn jacobian_transposed_vector(&mut self, x: &[f64], y: &[f64], out: &mut [f64]) -> Result<(), Undefined> {
        self.prepare(x, Known::Gradients);
        let (first, groups) = (self.program.objective_groups, &self.program.groups);
        out.fill(0.0);
        for (i, &y) in y.iter().enumerate() {
            if y == 0.0 {
                continue;
            }
            let factor = y * self.slope(first + i);
            for k in groups.row_ptr[first + i]..groups.row_ptr[first + i + 1] {
                out[groups.row[k] as usize] += factor * self.rows[k];
            }
        }
        crate::nlp::finite(Function::Constraint(0), "transposed Jacobian's product with a vector", out)
    }
}
