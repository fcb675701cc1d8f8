//! A fingerprint of a problem's data, so that a checkpoint is not resumed on another problem.

/// A 64-bit running hash (multiply and rotate over 64-bit words); value-stable, not cryptographic.
#[derive(Clone, Copy, Debug)]
pub struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl Fingerprint {
    /// Adds one word.
    pub fn word(&mut self, w: u64) {
        let mixed = (self.0 ^ w).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        self.0 = (mixed ^ (mixed >> 29)).rotate_left(23).wrapping_add(0x94d0_49bb_1331_11eb);
    }

    /// Adds words.
    pub fn words(&mut self, words: &[u64]) {
        words.iter().for_each(|&w| self.word(w));
    }

    /// Adds the bits of numbers, and how many there are.
    pub fn numbers(&mut self, numbers: &[f64]) {
        self.word(numbers.len() as u64);
        numbers.iter().for_each(|x| self.word(x.to_bits()));
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        text.bytes().for_each(|b| self.word(u64::from(b)));
    }

    /// The fingerprint of all that was added.
    pub fn finish(self) -> u64 {
        let mut last = self;
        last.word(0);
        last.0
    }
}
