"""Epochs and seconds of every method for monotone inclusions, and component calls per second beside NumPy.

    pip install numpy
    cargo build --release
    python benches/peers/inclusion.py [--limit SECONDS] [--repeat 5]

First table: component calls over the number of components (full-pass equivalents) until the relative residual is 1e-3 and
1e-6, as `thalweg inclusion` counts them; seed 0, default options of every method. Second table: component calls per second of
the single loop on a dense game, and of the same iteration (batch differences, projections onto both simplices) in NumPy.
Prints Markdown.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
THALWEG = os.path.join(ROOT, "target", "release", "thalweg")

SOLVERS = [
    "halpern-pdhg", "vr-halpern", "vr-halpern-restarted", "inexact-halpern", "inexact-halpern-restarted",
    "guarded-halpern", "vr-forb", "halpern", "extragradient", "ogda", "eag", "feg", "anchored-popov", "vr-extragradient",
    "vr-fbf", "svre", "svrg",
]


def policemen(n):
    i = np.arange(1, n + 1)
    return (np.abs(np.cos(i)) + 0.1)[:, None] * (1 - np.exp(-0.8 * np.abs(i[:, None] - i[None, :])))


def problems(folder):
    games = {
        "policemen 20": policemen(20),
        "policemen 100": policemen(100),
        "distance 100": (np.abs(np.subtract.outer(np.arange(100), np.arange(100))) + 1.0) / 199,
    }
    for name, matrix in games.items():
        path = os.path.join(folder, name.replace(" ", "-") + ".csv")
        np.savetxt(path, matrix, delimiter=",", fmt="%.17g")
        yield name, [path]
    data = lambda name: os.path.join(ROOT, "data", name + ".svm")
    for name, file, problem in [
        ("auc, wdbc", "wdbc", "auc"),
        ("fair, wdbc", "wdbc", "fair"),
        ("robust, diabetes", "diabetes", "robust"),
        ("adversarial, diabetes", "diabetes", "adversarial"),
        ("least squares, diabetes", "diabetes", "least-squares"),
    ]:
        yield name, [data(file), "--problem", problem]


def run(arguments, solver, tol, limit):
    command = [THALWEG, "inclusion", *arguments, "--solver", solver, "--tol", str(tol), "--json", "--threads", "1"]
    command += ["--max-iter", "100000000", "--time-limit", str(limit)]
    if solver.startswith("vr-halpern"):
        command.append("--assume-cocoercive")
    done = subprocess.run(command, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    if "error" in answer:
        return "", 0.0
    if answer["status"] != "converged":
        return {"stalled": "stalled", "time_limit": "> time"}.get(answer["status"], answer["status"]), answer["seconds"]
    epochs = answer["counts"]["component_calls"] / answer["problem"]["components"]
    return f"{epochs:.3g}" if epochs < 1000 else f"{epochs:.0f}", answer["seconds"]


def first_table(folder, limit):
    listed = list(problems(folder))
    print("| method | " + " | ".join(name for name, _ in listed) + " |")
    print("| --- |" + " --- |" * len(listed))
    for solver in SOLVERS:
        cells = []
        for _, arguments in listed:
            loose, tight = (run(arguments, solver, tol, limit)[0] for tol in (1e-3, 1e-6))
            cells.append(f"{loose} / {tight}" if loose or tight else "")
        print(f"| {solver} | " + " | ".join(cells) + " |", flush=True)


def project(v):
    u = np.sort(v)[::-1]
    c = np.cumsum(u) - 1
    k = np.nonzero(u * np.arange(1, len(v) + 1) > c)[0][-1]
    return np.maximum(v - c[k] / (k + 1), 0)


def numpy_calls_per_second(A, seconds=2.0):
    """The single loop with uniform batches, as one would write it with NumPy."""
    n = A.shape[0]
    At = np.ascontiguousarray(A.T)
    rng = np.random.default_rng(0)
    b, eta = int(np.ceil(np.sqrt(n))), 5 / np.linalg.norm(A)
    x = y = x0 = np.full(n, 1 / n)
    fx, fy = At @ y, -(A @ x)
    xp, yp, calls, k, begin = x, y, 0, 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        lam = 2 / (k + 4)
        xn, yn = (project(lam * x0 + (1 - lam) * u - eta * f) for u, f in ((x, fx), (y, fy)))
        xp, yp, x, y = x, y, xn, yn
        k += 1
        if k <= 1 or rng.random() < 4 / (np.sqrt(n) + 5):
            fx, fy = At @ y, -(A @ x)
            calls += 2 * n
        else:
            i, j = rng.choice(n, b, replace=False), rng.choice(n, b, replace=False)
            fx = fx + (n / b) * ((y[i] - yp[i]) @ A[i])
            fy = fy - (n / b) * ((x[j] - xp[j]) @ At[j])
            calls += 4 * b
    return calls / (time.perf_counter() - begin)


def second_table(folder, repeat):
    print("\n| dense game | NumPy | thalweg | ratio | bytes of A read, GB/s |")
    print("| --- | --- | --- | --- | --- |")
    for n in (100, 500, 2000):
        A = np.random.default_rng(1).standard_normal((n, n))
        path = os.path.join(folder, f"random-{n}.csv")
        np.savetxt(path, A, delimiter=",", fmt="%.17g")
        theirs = statistics.median(numpy_calls_per_second(A) for _ in range(repeat))
        ours = []
        for _ in range(repeat):
            command = [THALWEG, "inclusion", path, "--solver", "vr-halpern", "--assume-cocoercive", "--json", "--threads", "1"]
            command += ["--tol", "0", "--max-iter", "20", "--sampling", "uniform"]
            answer = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
            ours.append(answer["counts"]["component_calls"] / answer["seconds"])
        ours = statistics.median(ours)
        # Two calls of a difference read one row of n doubles; a full pass reads one row for each call.
        print(f"| {n} x {n} | {theirs:.3g} | {ours:.3g} | {ours / theirs:.1f} | {ours * n * 8 / 2e9:.1f} to {ours * n * 8 / 1e9:.1f} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=float, default=10.0)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first_table(folder, options.limit)
        second_table(folder, options.repeat)
