//! Problems from formulas as they stand in the books: `x1^2 + sin(x2 - x3)`.

use thalweg_problems::expression::{Expr, Model, PartiallySeparable, Variable};

/// `min objective` subject to `constraints = 0`.
pub(super) fn program(start: &[f64], objective: &str, constraints: &[&str]) -> PartiallySeparable {
    let mut model = Model::new("text");
    let x = model.free_vector("x", start.iter().copied());
    model.minimise(parse(objective, &x));
    for (i, constraint) in constraints.iter().enumerate() {
        model.equal(format!("c{}", i + 1), parse(constraint, &x), 0.0);
    }
    model.build().unwrap()
}

fn parse(text: &str, x: &[Variable]) -> Expr {
    let text: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut parser = Parser { text, at: 0, x };
    let expr = parser.sum();
    assert_eq!(parser.at, parser.text.len(), "rest of a formula");
    expr
}

struct Parser<'a> {
    text: Vec<char>,
    at: usize,
    x: &'a [Variable],
}

impl Parser<'_> {
    fn next_is(&mut self, c: char) -> bool {
        let is = self.text.get(self.at) == Some(&c);
        self.at += usize::from(is);
        is
    }

    fn take(&mut self, fits: impl Fn(char) -> bool) -> String {
        let from = self.at;
        while self.text.get(self.at).is_some_and(|c| fits(*c)) {
            self.at += 1;
        }
        self.text[from..self.at].iter().collect()
    }

    fn sum(&mut self) -> Expr {
        let mut sum = if self.next_is('-') { -self.product() } else { self.product() };
        loop {
            if self.next_is('+') {
                sum += self.product();
            } else if self.next_is('-') {
                sum -= self.product();
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> Expr {
        let mut product = self.power();
        loop {
            if self.next_is('*') {
                product *= self.power();
            } else if self.next_is('/') {
                product /= self.power();
            } else {
                return product;
            }
        }
    }

    fn power(&mut self) -> Expr {
        let base = self.atom();
        if self.next_is('^') { base.powi(self.take(|c| c.is_ascii_digit()).parse().unwrap()) } else { base }
    }

    fn atom(&mut self) -> Expr {
        if self.next_is('(') {
            let inner = self.sum();
            assert!(self.next_is(')'));
            return inner;
        }
        let number = self.take(|c| c.is_ascii_digit() || c == '.');
        if !number.is_empty() {
            return number.parse::<f64>().unwrap().into();
        }
        let name = self.take(|c| c.is_ascii_alphanumeric());
        if let Some(index) = name.strip_prefix('x').and_then(|i| i.parse::<usize>().ok()) {
            return self.x[index - 1].into();
        }
        assert!(self.next_is('('), "{name}");
        let argument = self.sum();
        let value = match name.as_str() {
            "ln" => argument.ln(),
            _ => panic!("the function {name}"),
        };
        assert!(self.next_is(')'));
        value
    }
}
