#!/usr/bin/env python3
"""Trains the runs of examples/elsewhere.yaml, one piece after the other: a small network in pure Python that tells rings apart.

    python3 train.py JOB        of the autoselect run of this machine; with $AUTOSELECT_SERVER and $AUTOSELECT_KEY of a server
"""
import json
import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "clients" / "python"))
import autoselect  # noqa: E402

HIDDEN, BATCH = 24, 16


def rings(count, seed):
    """Points on three noisy rings around the origin, of radius 1, 2 and 3 and labels 0, 1 and 0."""
    draw = random.Random(seed)
    points = []
    for i in range(count):
        angle, radius = draw.uniform(0, 2 * math.pi), 1 + i % 3 + draw.gauss(0, 0.2)
        points.append((radius * math.cos(angle), radius * math.sin(angle), i % 3 % 2))
    return points


class Network:
    """y = sigmoid(w2 tanh(W1 x + b1) + b2), with weights as one list."""

    def __init__(self, seed):
        draw = random.Random(seed)
        self.weights = [draw.gauss(0, 0.7) for _ in range(4 * HIDDEN + 1)]
        self.first = [0.0] * len(self.weights)
        self.second = [0.0] * len(self.weights)

    def forward(self, x, y):
        w = self.weights
        hidden = [math.tanh(w[4 * i] * x + w[4 * i + 1] * y + w[4 * i + 2]) for i in range(HIDDEN)]
        return hidden, 1 / (1 + math.exp(-sum(w[4 * i + 3] * h for i, h in enumerate(hidden)) - w[-1]))

    def gradient(self, batch):
        w, g = self.weights, [0.0] * len(self.weights)
        for x, y, label in batch:
            hidden, p = self.forward(x, y)
            error = (p - label) / len(batch)
            for i, h in enumerate(hidden):
                back = error * w[4 * i + 3] * (1 - h * h)
                g[4 * i] += back * x
                g[4 * i + 1] += back * y
                g[4 * i + 2] += back
                g[4 * i + 3] += error * h
            g[-1] += error
        return g

    def update(self, g, step, optimizer, lr):
        for i, d in enumerate(g):
            if optimizer == "adam":
                self.first[i] += 0.1 * (d - self.first[i])
                self.second[i] += 0.001 * (d * d - self.second[i])
                d = self.first[i] / (1 - 0.9**step) / (math.sqrt(self.second[i] / (1 - 0.999**step)) + 1e-8)
            elif optimizer == "momentum":
                self.first[i] = d = 0.9 * self.first[i] + d
            self.weights[i] -= lr * d

    def accuracy(self, points):
        return sum((self.forward(x, y)[1] > 0.5) == (label == 1) for x, y, label in points) / len(points)


def main(job):
    data, held_out = rings(2000, seed=1), rings(500, seed=2)
    clients = autoselect.Elsewhere(job, device="pure Python")
    for run in clients:
        network = Network(run.seed)
        if run.resume_from:
            network.__dict__ = json.loads((run.resume_from / "network.json").read_text())
        run.saves(lambda folder: (folder / "network.json").write_text(json.dumps(network.__dict__)))
        print(f"{run.candidate}: from step {run.step}", flush=True)
        for step in run:
            draw = random.Random(run.seed * 1_000_003 + step)
            network.update(network.gradient(draw.sample(data, BATCH)), step, run.arguments["optimizer"], run.arguments["lr"])
            if step % 200 == 0:
                run.report(step, accuracy=network.accuracy(held_out))
    print(clients.ended["summary"], flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
