//! Types of stored values.

/// A type in which the values of a sparse matrix can be stored: `f64` or `f32`. Sums are `f64` in both cases.
///
/// Sealed. Its hidden functions are the kernels of each type, compiled in this crate: a function that is generic over
/// the type would be compiled with the settings of the crate that calls it.
pub trait Value: sealed::Kernels {}

impl Value for f64 {}
impl Value for f32 {}

/// The values of one column, or [`Ones`].
pub(crate) trait Entries: Copy + Sync {
    /// The values in blocks of 8, without the rest.
    fn blocks(self) -> impl Iterator<Item = [f64; 8]>;
    /// The values one by one.
    fn each(self) -> impl Iterator<Item = f64>;
    /// Values of the entries in `range`.
    fn range(self, range: std::ops::Range<usize>) -> Self;
    /// How many there are; `usize::MAX` for [`Ones`].
    fn count(self) -> usize;
}

/// Every value is 1. (A product with 1 is exact, so patterns have the bits of a column of ones.)
#[derive(Clone, Copy)]
pub(crate) struct Ones;

impl Entries for Ones {
    #[inline(always)]
    fn blocks(self) -> impl Iterator<Item = [f64; 8]> {
        std::iter::repeat([1.0; 8])
    }
    #[inline(always)]
    fn each(self) -> impl Iterator<Item = f64> {
        std::iter::repeat(1.0)
    }
    #[inline(always)]
    fn range(self, _: std::ops::Range<usize>) -> Self {
        self
    }
    #[inline(always)]
    fn count(self) -> usize {
        usize::MAX
    }
}

pub(super) mod sealed {
    use super::Entries;
    use crate::sparse::{column, product};

    macro_rules! kernels {
        ($(fn $name:ident = $body:path, ($($arg:ident: $ty:ty),*), values, ($($after:ident: $after_ty:ty),*) $(-> $ret:ty)?;)*) => {
            #[doc(hidden)]
            pub trait Kernels: Copy + Send + Sync + 'static {
                $(fn $name($($arg: $ty,)* values: &[Self], $($after: $after_ty),*) $(-> $ret)?;)*
            }
            kernels!(@for f64, $(fn $name = $body, ($($arg: $ty),*), ($($after: $after_ty),*) $(-> $ret)?;)*);
            kernels!(@for f32, $(fn $name = $body, ($($arg: $ty),*), ($($after: $after_ty),*) $(-> $ret)?;)*);
        };
        (@for $value:ty, $(fn $name:ident = $body:path, ($($arg:ident: $ty:ty),*), ($($after:ident: $after_ty:ty),*) $(-> $ret:ty)?;)*) => {
            impl Entries for &[$value] {
                #[inline(always)]
                fn blocks(self) -> impl Iterator<Item = [f64; 8]> {
                    self.as_chunks().0.iter().map(|v: &[$value; 8]| v.map(f64::from))
                }
                #[inline(always)]
                fn each(self) -> impl Iterator<Item = f64> {
                    self.iter().map(|&v| f64::from(v))
                }
                #[inline(always)]
                fn range(self, range: std::ops::Range<usize>) -> Self {
                    &self[range]
                }
                #[inline(always)]
                fn count(self) -> usize {
                    self.len()
                }
            }
            impl Kernels for $value {
                $(fn $name($($arg: $ty,)* values: &[Self], $($after: $after_ty),*) $(-> $ret)? {
                    $body($($arg,)* values, $($after),*)
                })*
            }
        };
    }

    kernels! {
        fn gather_dot = column::dot_with, (indices: &[u32]), values, (x: &[f64]) -> f64;
        fn gather_weighted_dot = column::weighted_dot_with, (indices: &[u32]), values, (w: &[f64], x: &[f64]) -> f64;
        fn scatter_axpy = column::axpy_with, (alpha: f64, indices: &[u32]), values, (x: &mut [f64]);
        fn scatter_weighted_axpy = column::weighted_axpy_with,
            (alpha: f64, indices: &[u32]), values, (w: &[f64], x: &mut [f64]);
        fn gather_product = product::gather_with, (offsets: &[usize], indices: &[u32]), values, (x: &[f64], y: &mut [f64]);
        fn scatter_product = product::scatter_with,
            (offsets: &[usize], indices: &[u32]), values, (x: &[f64], y: &mut [f64], scratch: &mut Vec<f64>);
    }
}
