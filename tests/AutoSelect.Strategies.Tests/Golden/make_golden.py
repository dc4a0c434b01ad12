#!/usr/bin/python3
"""Writes golden.json: trajectories of PyTorch's own optimizers on a small least-squares problem, in double precision.

Run with Debian's python3-torch:  /usr/bin/python3 make_golden.py

NAdam starts past its bias correction (a state of age 1e5, momentum decay switched off), because there its equation is the one
AutoSelect documents for NAdamW; in the first steps the two correct the momentum's bias differently on purpose.
"""
import json
import os
import torch

torch.set_default_dtype(torch.float64)
INPUTS, OUTPUTS, ROWS, STEPS = 4, 3, 10, 30
generator = torch.Generator().manual_seed(11)
inputs, targets = torch.randn(ROWS, INPUTS, generator=generator), torch.randn(ROWS, OUTPUTS, generator=generator)
weight, bias = torch.randn(OUTPUTS, INPUTS, generator=generator), torch.randn(OUTPUTS, generator=generator)
SECOND = .01  # second moment in the state NAdam starts from


def trajectory(make, prepare=None):
    w, b = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    optimizer = make(w, b)
    if prepare:
        prepare(optimizer, w, b)
    held = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(inputs @ w.T + b, targets).backward()
        optimizer.step()
        held.append(torch.cat([w.detach().flatten(), b.detach()]).tolist())
    return held


def groups(w, b, decay):
    return [{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": 0}]


def aged(optimizer, w, b):
    for p in (w, b):
        optimizer.state[p] = {
            "step": torch.tensor(1e5), "mu_product": torch.tensor(0.),
            "exp_avg": torch.zeros_like(p), "exp_avg_sq": torch.full_like(p, SECOND)}


golden = {
    "torch": torch.__version__, "inputs": inputs.tolist(), "targets": targets.tolist(), "start": torch.cat([weight.flatten(), bias]).tolist(), "second": SECOND,
    "sgd": trajectory(lambda w, b: torch.optim.SGD(groups(w, b, .03), lr=.05, momentum=.85, nesterov=True)),
    "adam": trajectory(lambda w, b: torch.optim.Adam([w, b], lr=.02, betas=(.8, .95), eps=1e-6)),
    "adamw": trajectory(lambda w, b: torch.optim.AdamW(groups(w, b, .3), lr=.02, betas=(.8, .95), eps=1e-6)),
    "radam": trajectory(lambda w, b: torch.optim.RAdam([w, b], lr=.02, betas=(.8, .95), eps=1e-6)),
    "nadam": trajectory(lambda w, b: torch.optim.NAdam([w, b], lr=.02, betas=(.8, .95), eps=1e-6, momentum_decay=1e9), aged),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
