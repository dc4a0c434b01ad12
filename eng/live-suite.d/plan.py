"""Which runs the suite consists of, and in which order."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One command. `kind` is baseline (alone, one device), cold, warm, or horizon (the baseline to its end, for the target)."""
    workload: str
    kind: str
    devices: int
    seed: int
    before: int | None = None  # the seed whose job was the last one of the store that a warm run begins with

    @property
    def name(self):
        return f"{self.workload}-{self.kind}-d{self.devices}-s{self.seed}"


def plan(workloads, seeds, devices, kinds):
    """
    All runs, seed by seed, so that a time limit leaves the same seeds of every workload. The baseline and what is compared with it
    follow each other at once: the load of a shared machine drifts.
    """
    runs = []
    for at, seed in enumerate(seeds):
        before = seeds[at - 1] if at > 0 else None
        for workload in workloads:
            if "baseline" in kinds: runs.append(Run(workload, "baseline", 1, seed))
            for kind in ("cold", "warm"):
                if kind not in kinds or (kind == "warm" and before is None): continue
                runs.extend(Run(workload, kind, count, seed, before if kind == "warm" else None) for count in devices)
    return runs
