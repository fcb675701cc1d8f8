#!/bin/sh
# Checks that the hot kernels are vectorised: builds this crate in release with assembly output and counts, in the AVX2
# and AVX-512 copy of each kernel, packed arithmetic on full registers (ymm, zmm) and scalar double arithmetic.
#
# Results have the same bits either way, so no test notices when a kernel falls back to scalar or 128-bit code; timings
# would, but not reliably. Exits 0 if all is well (or the host is not x86-64), 1 with the reason otherwise.
#
# usage: kernels/check-vectorised.sh [--table]
set -eu
case "$(uname -m)" in
x86_64 | amd64) ;;
*)
    echo "check-vectorised: nothing to check on $(uname -m)"
    exit 0
    ;;
esac
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}/vectorised"
cargo rustc --quiet -p thalweg-kernels --release --lib -j1 --target-dir "$target" -- --emit asm -C codegen-units=1 -C debuginfo=0
assembly=$(ls -t "$target"/release/deps/thalweg_kernels-*.s 2>/dev/null | head -n 1)
if [ -z "$assembly" ]; then
    echo "check-vectorised: no assembly was written under $target" >&2
    exit 1
fi

# Both manglings of Rust spell the path of a copy as <length><kernel><length><level>, for example 3dot4avx2.
awk -v table="${1:-}" '
function check(kernel, level,    packed, scalar) {
    packed = wide[kernel, level] + 0
    scalar = narrow[kernel, level] + 0
    if (table == "--table") printf "%-24s %-7s %4d packed %4d scalar\n", kernel, level, packed, scalar
    if (!((kernel, level) in known)) problem(kernel " has no " level " copy")
    # Tails are scalar, so some scalar code is right; the packed loop has at least four operations in every kernel.
    else if (packed < 4 || scalar > 2 * packed + 8)
        problem(kernel ", " level ": " packed " packed against " scalar " scalar operations")
}
function problem(text) { print "check-vectorised: not vectorised: " text > "/dev/stderr"; failed = 1 }
BEGIN {
    count = split("dot weighted_dot weighted_sum_squares sum sum_squares nrm1 nrm_inf scaled_sum_squares " \
        "axpy weighted_axpy axpby scaled_add scale two_dots axpy_dot axpy_sum_squares axpy4 " \
        "exp log1p sigmoid softplus soft_threshold", kernels, " ")
}
/^[A-Za-z_$][^ \t]*:/ {
    kernel = ""
    level = /4avx2/ ? "avx2" : "avx512"
    for (i = 1; i <= count; i++)
        if (index($0, length(kernels[i]) kernels[i] length(level) level)) kernel = kernels[i]
    if (kernel != "") known[kernel, level] = 1
}
kernel != "" && $1 ~ /^v?(add|sub|mul|div|max|min|cmp[a-z_]*|and|andn|or|xor)pd$/ {
    if ((level == "avx2" && /%ymm/) || (level == "avx512" && /%zmm/)) wide[kernel, level]++
}
kernel != "" && $1 ~ /^v?(add|sub|mul|div)sd$/ { narrow[kernel, level]++ }
END {
    for (i = 1; i <= count; i++) { check(kernels[i], "avx2"); check(kernels[i], "avx512") }
    if (failed) exit 1
    print "check-vectorised: " count " kernels have packed loops in their AVX2 and AVX-512 copies"
}
' "$assembly"
