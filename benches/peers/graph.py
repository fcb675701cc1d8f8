"""Times label propagation beside scipy's solvers on the same graphs, in one run.

    pip install numpy scipy
    cargo build --release
    python benches/peers/graph.py [--repeat 5] [--preconditioner forests] [--program FILE]

The system is the weighted Laplacian without the labelled nodes. thalweg's seconds are those it reports for the solve
(partition and factors included), scipy's those of the call (for conjugate gradients with the diagonal as preconditioner: the
call alone). Every answer is judged by the residual computed here. Prints a Markdown table.
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
import scipy.io
import scipy.sparse as sp
import scipy.sparse.linalg as sla
from scipy.spatial import cKDTree

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = 1e-8  # relative residual


def lattice(side, labels, seed=3):
    """A square lattice of unit weights; some nodes have normal values."""
    rng = np.random.default_rng(seed)
    path = sp.diags([np.ones(side - 1)] * 2, [-1, 1])
    weights = sp.kronsum(path, path).tocsr()
    nodes = rng.choice(side * side, labels, replace=False)
    return weights, nodes, 10 * rng.standard_normal(labels)


def moons(points, labels, seed=4):
    """Five nearest neighbours among two noisy half circles, symmetrised; labels 1 and 2."""
    rng = np.random.default_rng(seed)
    t, first = np.pi * rng.random(points), points // 2
    places = np.c_[np.cos(t), np.sin(t)]
    places[first:] = np.c_[1 + np.cos(t[first:]), 0.5 - np.sin(t[first:])]
    places += 0.2 * rng.standard_normal(places.shape)
    near = cKDTree(places).query(places, 6)[1][:, 1:]
    rows = np.repeat(np.arange(points), 5)
    weights = sp.csr_matrix((np.ones(5 * points), (rows, near.ravel())), shape=(points, points))
    weights = weights.maximum(weights.T).tocsr()
    nodes = rng.choice(points, labels, replace=False)
    # Every part of the graph needs a label.
    count, part = sp.csgraph.connected_components(weights)
    extra = [int(np.flatnonzero(part == c)[0]) for c in range(count) if not (part[nodes] == c).any()]
    nodes = np.r_[nodes, np.array(extra, dtype=int)]
    return weights, nodes, np.where(nodes < first, 1.0, 2.0)


def median(repeat, run):
    """Median seconds, and the last answer."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        answer = run()
        times.append(time.perf_counter() - start)
    return statistics.median(times), answer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--preconditioner", choices=["diagonal", "forests"], default="diagonal")
    parser.add_argument("--program", default=os.path.join(HERE, "..", "..", "target", "release", "thalweg"))
    args = parser.parse_args()
    print(f"| graph | unknowns | thalweg graph-qp, {args.preconditioner} | scipy cg, Jacobi | scipy spsolve |")
    print("| --- | --- | --- | --- | --- |")
    graphs = [
        ("lattice 200 x 200", lattice(200, 1600)),
        ("lattice 500 x 500", lattice(500, 10_000)),
        ("two moons, 20 000 points", moons(20_000, 100)),
        ("two moons, 100 000 points", moons(100_000, 500)),
    ]
    for name, (weights, nodes, values) in graphs:
        unknown = np.setdiff1d(np.arange(weights.shape[0]), nodes)
        laplacian = sp.diags(np.asarray(weights.sum(1)).ravel()) - weights
        A = laplacian[unknown][:, unknown].tocsr()
        b = weights[unknown][:, nodes] @ values
        residual = lambda x: np.linalg.norm(A @ x - b) / np.linalg.norm(b)
        diagonal = A.diagonal()
        jacobi = sla.LinearOperator(A.shape, matvec=lambda r: r / diagonal)
        cg_time, x = median(args.repeat, lambda: sla.cg(A, b, rtol=TARGET, atol=0.0, M=jacobi, maxiter=100_000)[0])
        cg = f"{1e3 * cg_time:.1f} ms ({residual(x):.0e})"
        C = A.tocsc()
        direct_time, x = median(args.repeat, lambda: sla.spsolve(C, b))
        direct = f"{1e3 * direct_time:.1f} ms ({residual(x):.0e})"
        with tempfile.TemporaryDirectory() as folder:
            graph, labels, out = (os.path.join(folder, f) for f in ("g.mtx", "l.csv", "x.json"))
            scipy.io.mmwrite(graph, sp.tril(weights), symmetry="symmetric")
            with open(labels, "w") as file:
                file.writelines(f"{node + 1},{value!r}\n" for node, value in zip(nodes.tolist(), values.tolist()))
            command = [args.program, "glm", "propagate", graph, labels, "--tol", str(TARGET), "--threads", "1"]
            command += ["--preconditioner", args.preconditioner]
            command += ["--json", "--solution", out]
            runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(args.repeat)]
            with open(out) as file:
                x = np.array(json.load(file)["values"])[unknown]
        seconds = statistics.median(run["seconds"] for run in runs)
        ours = f"{1e3 * seconds:.1f} ms ({residual(x):.0e})"
        print(f"| {name} | {len(unknown)} | {ours} | {cg} ({cg_time / seconds:.1f}x) | {direct} ({direct_time / seconds:.1f}x) |")


if __name__ == "__main__":
    main()
