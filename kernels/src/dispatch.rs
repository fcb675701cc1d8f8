//! The macro that compiles one body for every instruction set.

/// Defines a function whose body is compiled once per [`Level`](crate::level::Level) and chosen at run time.
///
/// The body is plain code over slices and arrays. What it calls must be `#[inline(always)]` (a function that is not
/// inlined is compiled for the baseline), except [`tree`](crate::lanes::tree), which must not be inlined. The copies are
/// named `portable`, `avx2` and `avx512` inside the function, by which `check-vectorised.sh` finds them.
macro_rules! kernel {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? $body:block) => {
        $(#[$meta])*
        #[allow(unsafe_code, reason = "calls the copies for instruction sets; each call has its proof")]
        $vis fn $name($($arg: $ty),*) $(-> $ret)? {
            #[inline(always)]
            fn body($($arg: $ty),*) $(-> $ret)? $body

            #[inline(never)]
            fn portable($($arg: $ty),*) $(-> $ret)? {
                body($($arg),*)
            }

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
                fn avx512($($arg: $ty),*) $(-> $ret)? {
                    body($($arg),*)
                }

                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $ty),*) $(-> $ret)? {
                    body($($arg),*)
                }

                match $crate::level::current() {
                    // SAFETY: `current` is at most `detected`, which returns Avx512 only where the processor has the
                    // four features that `avx512` enables and what they imply.
                    $crate::level::Level::Avx512 => return unsafe { avx512($($arg),*) },
                    // SAFETY: as above; a level of at least Avx2 means that the processor has AVX2.
                    $crate::level::Level::Avx2 => return unsafe { avx2($($arg),*) },
                    $crate::level::Level::Portable => {}
                }
            }
            portable($($arg),*)
        }
    };
}
