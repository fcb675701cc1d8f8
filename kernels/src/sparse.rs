//! Sparse columns on raw slices: `u32` row indices, with values or (pattern: every value is 1) without.
//!
//! `indices[k]` must be below the length of the dense vector; the functions panic otherwise, as slice indexing does.

/// `sum of values_k x[indices_k]`.
pub fn gather_dot(indices: &[u32], values: &[f64], x: &[f64]) -> f64 {
    indices.iter().zip(values).map(|(&i, &v)| v * x[i as usize]).sum()
}

/// `sum of values_k w[indices_k] x[indices_k]`.
pub fn gather_weighted_dot(indices: &[u32], values: &[f64], w: &[f64], x: &[f64]) -> f64 {
    indices.iter().zip(values).map(|(&i, &v)| v * (w[i as usize] * x[i as usize])).sum()
}

/// `x[indices_k] += alpha values_k`.
pub fn scatter_axpy(alpha: f64, indices: &[u32], values: &[f64], x: &mut [f64]) {
    for (&i, &v) in indices.iter().zip(values) {
        x[i as usize] += alpha * v;
    }
}

/// `x[indices_k] += alpha w[indices_k] values_k`.
pub fn scatter_weighted_axpy(alpha: f64, indices: &[u32], values: &[f64], w: &[f64], x: &mut [f64]) {
    for (&i, &v) in indices.iter().zip(values) {
        x[i as usize] += alpha * (w[i as usize] * v);
    }
}

/// `sum of x[indices_k]`.
pub fn gather_sum(indices: &[u32], x: &[f64]) -> f64 {
    indices.iter().map(|&i| x[i as usize]).sum()
}

/// `sum of w[indices_k] x[indices_k]`.
pub fn gather_weighted_sum(indices: &[u32], w: &[f64], x: &[f64]) -> f64 {
    indices.iter().map(|&i| w[i as usize] * x[i as usize]).sum()
}

/// `x[indices_k] += alpha`.
pub fn scatter_add(alpha: f64, indices: &[u32], x: &mut [f64]) {
    for &i in indices {
        x[i as usize] += alpha;
    }
}

/// `x[indices_k] += alpha w[indices_k]`.
pub fn scatter_weighted_add(alpha: f64, indices: &[u32], w: &[f64], x: &mut [f64]) {
    for &i in indices {
        x[i as usize] += alpha * w[i as usize];
    }
}
