#!/usr/bin/env python3
"""Makes spirals.pt and spirals.npz beside this file with PyTorch 1.13 and NumPy; the tests read them and need no Python."""
import math
import pathlib

import numpy
import torch

folder = pathlib.Path(__file__).parent
torch.manual_seed(3)
model = torch.nn.Sequential(torch.nn.Linear(2, 12), torch.nn.BatchNorm1d(12), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Linear(12, 2))
torch.jit.script(model).save(str(folder / "spirals.pt"))

random = numpy.random.default_rng(3)
arrays = {}
# Types differ on purpose: all of them must arrive as float32 and int64.
for part, count, number in (("train", 320, numpy.float64), ("validation", 100, numpy.float32), ("test", 50, numpy.float32)):
    label = random.integers(0, 2, count)
    radius = random.uniform(0, 1, count)
    angle = 4 * radius + math.pi * label + random.normal(0, 0.1, count)
    arrays[part + "_inputs"] = numpy.stack([radius * numpy.cos(angle), radius * numpy.sin(angle)], axis=1).round(3).astype(number)
    arrays[part + "_targets"] = label.astype({"train": numpy.int64, "validation": numpy.int32, "test": numpy.uint8}[part])
numpy.savez_compressed(folder / "spirals.npz", **arrays)

# What PyTorch makes of the first inputs, to four digits: the test compares.
with torch.no_grad():
    print(model.eval()(torch.from_numpy(arrays["validation_inputs"][:3])).numpy().round(6).tolist())
    print(arrays["validation_inputs"][:3].tolist(), arrays["train_targets"][:8].tolist(), int(arrays["train_targets"].sum()))
