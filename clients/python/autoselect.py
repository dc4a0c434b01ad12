"""What a training program says to AutoSelect, and hears from it.

Three lines make a training loop a workload::

    run = autoselect.start(steps=10_000)
    run.saves(lambda folder: torch.save(state(), folder / "state.pt"))
    for step in run:                      # in place of range(1, 10_001)
        ...
        if step % 500 == 0:
            run.report(step, accuracy=evaluate())

Without AutoSelect the same program runs alone: the loop counts to ``steps``, reports are printed, nothing is saved.
The protocol is that of ``docs/training-programs.md``. One file, standard library only, Python 3.9 or later, POSIX.
"""

from __future__ import annotations

import errno
import json
import math
import os
import select
import shutil
import sys
import time
from pathlib import Path
from typing import Callable, Dict, Iterator, Optional, Union

__all__ = ["PROTOCOL", "ProtocolError", "Run", "start"]
__version__ = "1.0.0"

#: Version of the protocol that this module speaks.
PROTOCOL = 1

#: Longest message in bytes: what one write to a pipe passes on undivided (POSIX guarantees 512; Linux 4096).
LONGEST_MESSAGE = 4096

#: Seconds between two words about progress.
_TELL_EVERY = 0.25

_WORDS = ("step", "saved", "end", "hello")

Argument = Union[str, int, float, bool]


class ProtocolError(RuntimeError):
    """What AutoSelect gave the program breaks the protocol, or what the program would say does."""


def start(steps: Optional[int] = None, **defaults: Argument) -> "Run":
    """Begins a run; call it once, first of all.

    steps:    steps of the whole run where the program runs alone; AutoSelect's own number goes before it. At least 1.
    defaults: arguments where the program runs alone, or where the job file names none of that name.
    Raises ProtocolError where the environment names another version of the protocol or is incomplete.
    """
    if "AUTOSELECT_PROTOCOL" not in os.environ:
        if steps is None or steps < 1:
            raise ValueError(f"steps is {steps!r}: a program that runs alone needs at least 1.")
        return Run(steps=steps, arguments=dict(defaults))
    return Run.from_environment(os.environ, defaults)


class Run:
    """One run of the program, or the piece of it between two checkpoints. Not thread-safe: for the thread that trains."""

    def __init__(
        self,
        steps: int,
        arguments: Dict[str, Argument],
        first: int = 0,
        until: Optional[int] = None,
        resume_from: Optional[Path] = None,
        folder: Optional[Path] = None,
        pipes: Optional["_Pipes"] = None,
        rank: int = 0,
    ) -> None:
        #: Steps of the whole run, as its schedule should have it.
        self.steps = steps
        #: Arguments of the candidate by name, numbers as numbers.
        self.arguments = arguments
        #: Folder of the checkpoint to go on from; None at the beginning.
        self.resume_from = resume_from
        #: Steps that are done.
        self.step = first
        #: True where AutoSelect runs the program.
        self.is_supervised = pipes is not None
        #: Rank of this process among those of the run; only rank 0 reports and saves.
        self.rank = rank
        self._until = steps if until is None else min(until, steps)
        self._folder = folder
        self._pipes = pipes
        self._write: Optional[Callable[[Path], object]] = None
        self._order = ""
        self._saved_at = first if resume_from is not None else -1
        self._told = time.monotonic()
        self._spent_saving = 0.0

    @classmethod
    def from_environment(cls, environment: "os._Environ[str] | Dict[str, str]", defaults: Dict[str, Argument]) -> "Run":
        """A run as the variables describe it."""
        spoken = environment.get("AUTOSELECT_PROTOCOL", "")
        if spoken != str(PROTOCOL):
            raise ProtocolError(f"AutoSelect speaks protocol {spoken!r}, this module {PROTOCOL}: install the module that came with it.")

        def need(name: str) -> str:
            value = environment.get(name)
            if not value:
                raise ProtocolError(f"The variable {name} is missing: it is part of protocol {PROTOCOL}.")
            return value

        def number(name: str) -> int:
            text = need(name)
            if not text.isdigit():
                raise ProtocolError(f"{name} is {text!r}: it must be an integer of at least 0.")
            return int(text)

        given = json.loads(need("AUTOSELECT_ARGUMENTS"))
        if not isinstance(given, dict):
            raise ProtocolError(f"AUTOSELECT_ARGUMENTS is {given!r}: it must be a JSON object.")
        resume = environment.get("AUTOSELECT_RESUME_FROM")
        rank = int(environment.get("RANK", "0"))
        return cls(
            steps=number("AUTOSELECT_STEPS"),
            arguments={**defaults, **given},
            first=number("AUTOSELECT_FROM_STEP"),
            until=number("AUTOSELECT_UNTIL_STEP"),
            resume_from=Path(resume) if resume else None,
            folder=Path(need("AUTOSELECT_CHECKPOINTS")),
            pipes=_Pipes(need("AUTOSELECT_REPORTS"), need("AUTOSELECT_ORDERS"), is_leader=rank == 0),
            rank=rank,
        )

    def saves(self, write: Callable[[Path], object]) -> "Run":
        """Tells how a checkpoint is written: ``write(folder)`` fills an empty folder. The loop calls it when one is due."""
        self._write = write
        return self

    @property
    def folder(self) -> Optional[Path]:
        """Where checkpoints have to be made as folders; None where the program runs alone."""
        return self._folder

    @property
    def is_save_due(self) -> bool:
        """True when AutoSelect waits for a checkpoint; for programs that call ``checkpoint`` or ``save`` themselves."""
        if not self.is_supervised or self._order == "stop" or self._saved_at >= self.step:
            return False
        return self._order in ("save", "pause") or self.step >= self._until

    @property
    def is_over(self) -> bool:
        """True when the program is to end, after a checkpoint if one is due; for programs with a loop of their own."""
        return self._order in ("pause", "stop") or self.step >= self._until

    def reached(self, step: int) -> None:
        """Tells that so many steps are done, and hears what is to be done; for programs with a loop of their own, after each step."""
        if step < self.step:
            raise ValueError(f"step {step} after step {self.step}: steps do not go back.")
        self.step = int(step)
        self._tell_step()
        self._listen()

    def __iter__(self) -> Iterator[int]:
        """Numbers of the steps to do, from the one after the checkpoint on; ends where the segment ends."""
        if self._pipes is not None:
            self._pipes.begin()
        self._listen()
        while not self.is_over:
            self.step += 1
            yield self.step
            self.reached(self.step)
            if self._write is not None and self._order == "save":
                self.checkpoint()
        if self._write is not None and self.is_save_due:
            self.checkpoint()
        self.close()

    def report(self, step: Optional[int] = None, **metrics: float) -> None:
        """Tells what was measured after ``step`` steps (default: those done), such as ``accuracy=0.9, loss=0.3``.

        ``evaluation_seconds`` among them is what measuring took, and is charged to evaluation. Numbers that are not finite are told as such: they fail the run if they are its metric.
        """
        at = self.step if step is None else int(step)
        if not metrics:
            raise ValueError("0 metrics: a report needs at least 1, such as accuracy=0.9.")
        for name in metrics:
            if name in _WORDS:
                raise ValueError(f"{name!r} is a word of the protocol: a metric needs another name.")
        numbers = {name: _number(value) for name, value in metrics.items()}
        if self.rank != 0:
            return
        if self._pipes is None:
            told = "  ".join(f"{name} {value:.6g}" for name, value in numbers.items())
            print(f"step {at}/{self.steps}  {told}", flush=True)
        else:
            self._pipes.say({"step": at, **numbers})

    def checkpoint(self) -> None:
        """Writes a checkpoint with the function given to ``saves`` and hands it over."""
        if self._write is None:
            raise ValueError("No way to write a checkpoint is known: call saves(function) first, or save(folder) with a folder of yours.")
        if self._folder is None or self.rank != 0:
            return
        folder = self._folder / f"{self.step:09d}-{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        began = time.monotonic()
        self._write(folder)
        self._spent_saving = time.monotonic() - began
        self.save(folder)

    def save(self, folder: Union[str, "os.PathLike[str]"]) -> None:
        """Hands over a folder that holds the state after the steps done; it is AutoSelect's from then on."""
        path = Path(folder).resolve()
        if not path.is_dir():
            raise ValueError(f"{path} is not a folder: a checkpoint is a folder that the program has filled.")
        self._saved_at = self.step
        if self._order == "save":
            self._order = ""
        if self._pipes is not None and self.rank == 0:
            self._pipes.say({"saved": str(path), "step": self.step, "seconds": self._spent_saving})
            self._spent_saving = 0.0

    def close(self) -> None:
        """Says that the program is at its end; the loop does it by itself."""
        if self._pipes is not None and self.rank == 0:
            self._pipes.say({"end": True, "step": self.step})
            self._pipes.close()
        self._pipes = None

    def _tell_step(self) -> None:
        now = time.monotonic()
        if self._pipes is None or self.rank != 0 or now - self._told < _TELL_EVERY:
            return
        self._told = now
        self._pipes.say({"step": self.step})

    def _listen(self) -> str:
        if self._pipes is not None:
            for order in self._pipes.orders():
                # What ends the run goes before what does not.
                if self._order != "stop" and not (self._order == "pause" and order == "save"):
                    self._order = order
        return self._order


class _Pipes:
    """The two named pipes between program and device: messages as JSON lines."""

    def __init__(self, reports: str, orders: str, is_leader: bool) -> None:
        # For both directions: neither opening nor an end that comes late may block or break the program.
        self._reports = os.open(reports, os.O_RDWR | os.O_CLOEXEC)
        self._orders = os.open(orders, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._rest = b""
        self._parent = os.getppid()
        self._looked = 0.0
        self._has_begun = not is_leader

    def begin(self) -> None:
        """Says that training begins: what came before counts as start-up."""
        if not self._has_begun:
            self._has_begun = True
            self.say({"hello": PROTOCOL})

    def say(self, message: Dict[str, object]) -> None:
        self.begin()
        line = (json.dumps(message, separators=(",", ":")) + "\n").encode()
        if len(line) > LONGEST_MESSAGE:
            raise ProtocolError(f"A message has {len(line)} bytes: it may have {LONGEST_MESSAGE}.")
        while True:
            # A pipe that nobody reads is full one day: the program ends with its device and does not hang.
            if select.select([], [self._reports], [], 1.0)[1]:
                os.write(self._reports, line)
                return
            self._end_if_alone(0.0)

    def orders(self) -> Iterator[str]:
        self._end_if_alone(1.0)
        try:
            self._rest += os.read(self._orders, 65536)
        except OSError as fault:
            if fault.errno not in (errno.EAGAIN, errno.EINTR):
                raise
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            order = json.loads(line).get("order", "")
            if order in ("save", "pause", "stop"):
                yield order

    def close(self) -> None:
        os.close(self._reports)
        os.close(self._orders)

    def _end_if_alone(self, every: float) -> None:
        now = time.monotonic()
        if now - self._looked < every:
            return
        self._looked = now
        if os.getppid() != self._parent:
            sys.stderr.write("The device process of AutoSelect is gone; this program ends.\n")
            os._exit(75)


def _number(value: float) -> Union[float, str]:
    """A number of Python, NumPy or PyTorch as JSON can have it."""
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return number
