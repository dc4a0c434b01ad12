#!/usr/bin/env python3
"""Makes a small PyTorch model and its data for examples/torchscript.yaml; with --check, measures the trained final.pt again.

    python3 examples/torchscript/make_model.py FOLDER              writes model.pt and data.npz
    python3 examples/torchscript/make_model.py FOLDER --check FINAL.pt   prints the accuracy of FINAL.pt on the test data

The task: which of two intertwined spirals a noisy point belongs to.
"""
import argparse
import math
import pathlib

import numpy
import torch


def spirals(count, generator):
    """Points [count, 2] in float32 and their spirals [count] in int64."""
    label = generator.integers(0, 2, count)
    radius = numpy.sqrt(generator.uniform(0.01, 1, count))
    angle = 3 * math.pi * radius + math.pi * label
    points = numpy.stack([radius * numpy.cos(angle), radius * numpy.sin(angle)], axis=1)
    return (points + generator.normal(0, 0.03, points.shape)).astype(numpy.float32), label


def network():
    return torch.nn.Sequential(
        torch.nn.Linear(2, 64), torch.nn.BatchNorm1d(64), torch.nn.ReLU(),
        torch.nn.Linear(64, 64), torch.nn.BatchNorm1d(64), torch.nn.ReLU(), torch.nn.Dropout(0.05),
        torch.nn.Linear(64, 2))


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    torch.jit.script(network()).save(str(folder / "model.pt"))
    generator = numpy.random.default_rng(1)
    arrays = {}
    for part, count in (("train", 8000), ("validation", 2000), ("test", 2000)):
        arrays[part + "_inputs"], arrays[part + "_targets"] = spirals(count, generator)
    numpy.savez_compressed(folder / "data.npz", **arrays)
    print(f"wrote {folder / 'model.pt'} and {folder / 'data.npz'}")


def check(folder, path):
    data = numpy.load(folder / "data.npz")
    model = torch.jit.load(str(path), map_location="cpu").eval()
    with torch.no_grad():
        answer = model(torch.from_numpy(data["test_inputs"])).argmax(1).numpy()
    print(f"test accuracy {numpy.mean(answer == data['test_targets']):.6g}")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--check", type=pathlib.Path, metavar="FINAL.pt")
arguments = parser.parse_args()
if arguments.check:
    check(arguments.folder, arguments.check)
else:
    make(arguments.folder)
