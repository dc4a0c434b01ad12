"""Trains a small network on Fashion-MNIST with one of four optimizers; by itself, or as a workload of AutoSelect.

On several devices, each with its part of every batch: torchrun --nproc_per_node 2 train.py, or candidates with ranks.

The data is where AutoSelect keeps it (any run of examples/fashion-mnist.yaml gets it), or in the folder that DATA names.
"""
import gzip
import os
import struct
import sys
from pathlib import Path

import torch
from torch import distributed, nn
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

sys.path.append(str(Path(__file__).resolve().parents[2] / "clients" / "python"))
import autoselect  # noqa: E402


def read(name):
    """Images or labels in the IDX format of MNIST."""
    folder = Path(os.environ.get("DATA", "~/.local/share/autoselect/datasets/fashion-mnist")).expanduser()
    with gzip.open(folder / f"{name}.gz") as file:
        dimensions = file.read(4)[3]
        shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).reshape(shape)


class SignMomentum(torch.optim.Optimizer):
    """A user's own: steps of equal size along the sign of an averaged gradient (signSGD with momentum, Bernstein et al., 2018)."""

    def __init__(self, parameters, lr, momentum=0.9):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                average = self.state[p].setdefault("average", torch.zeros_like(p))
                average.lerp_(p.grad, 1 - group["momentum"])
                p.add_(average.sign(), alpha=-group["lr"])


OPTIMIZERS = {
    "sgd": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9, nesterov=True),
    "adamw": lambda p, lr: torch.optim.AdamW(p, lr=lr),
    "nadam": lambda p, lr: torch.optim.NAdam(p, lr=lr),
    "sign": lambda p, lr: SignMomentum(p, lr=lr),
}

run = autoselect.start(steps=3000, optimizer="adamw", lr=1e-3, batch=64, width=128)
arguments = run.arguments
if run.ranks > 1:
    distributed.init_process_group("gloo")
torch.manual_seed(int(os.environ.get("AUTOSELECT_SEED", "1")))
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))

images, labels = read("train-images-idx3-ubyte"), read("train-labels-idx1-ubyte").long()
images = (images.float().flatten(1) / 255 - 0.5) / 0.5
train, validation = (images[:50_000], labels[:50_000]), (images[50_000:55_000], labels[50_000:55_000])

width = int(arguments["width"])
model = nn.Sequential(nn.Linear(784, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 10))
optimizer = OPTIMIZERS[arguments["optimizer"]](model.parameters(), float(arguments["lr"]))
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, run.steps)

if run.resume_from:
    state = torch.load(run.resume_from / "state.pt")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
trained = DistributedDataParallel(model) if run.ranks > 1 else model


def save(folder):
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
    torch.save(state, folder / "state.pt")


def accuracy():
    with torch.no_grad():
        return (model(validation[0]).argmax(1) == validation[1]).float().mean().item()


run.saves(save)
for step in run:
    # From the step alone, so that a run that was interrupted sees what an uninterrupted one sees, and all ranks the same.
    batch = torch.randint(len(train[0]), (int(arguments["batch"]),), generator=torch.Generator().manual_seed(step))
    batch = batch.chunk(run.ranks)[run.rank]
    loss = functional.cross_entropy(trained(train[0][batch]), train[1][batch])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    if step % 100 == 0:
        if run.ranks > 1:
            distributed.all_reduce(loss.detach_())
        run.report(step, accuracy=accuracy(), training_loss=loss.item() / run.ranks)
