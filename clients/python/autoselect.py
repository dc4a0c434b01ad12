"""What a training program says to AutoSelect, and hears from it.

Three lines make a training loop a workload::

    run = autoselect.start(steps=10_000)
    run.saves(lambda folder: torch.save(state(), folder / "state.pt"))
    for step in run:                      # in place of range(1, 10_001)
        ...
        if step % 500 == 0:
            run.report(step, accuracy=evaluate())

Without AutoSelect the same program runs alone: the loop counts to ``steps``, reports are printed, nothing is saved.

Whoever trains elsewhere, on whatever they have, asks a job for its runs and tells how they go (ask/tell)::

    for run in autoselect.Elsewhere("digits-1", "https://host:8443", key):
        run.saves(lambda folder: torch.save(state(), folder / "state.pt"))
        for step in run:
            ...

Protocol and API are those of ``docs/training-programs.md``. One file, standard library only, Python 3.9 or later, POSIX.
"""

from __future__ import annotations

import errno
import http.client
import json
import math
import os
import select
import shutil
import ssl
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

__all__ = ["PROTOCOL", "Elsewhere", "ProtocolError", "RefusedError", "Run", "start"]
__version__ = "1.2.0"

#: Version of the protocol that this module speaks.
PROTOCOL = 1

#: Longest message in bytes: what one write to a pipe passes on undivided (POSIX guarantees 512; Linux 4096).
LONGEST_MESSAGE = 4096

#: Seconds between two words about progress.
_TELL_EVERY = 0.25

#: Seconds of training that a rank goes on for when it is asked where it can halt: by then all have heard where to.
_AHEAD = 0.5

_WORDS = ("step", "saved", "end", "hello")

Argument = Union[str, int, float, bool]


class ProtocolError(RuntimeError):
    """What AutoSelect gave the program breaks the protocol, or what the program would say does."""


class RefusedError(RuntimeError):
    """The server refuses a call; the message gives the value and the rule."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{detail} (HTTP {status})")
        #: Status of HTTP.
        self.status = status


def start(steps: Optional[int] = None, **defaults: Argument) -> "Run":
    """Begins a run; call it once, first of all.

    steps:    steps of the whole run where the program runs alone; AutoSelect's own number goes before it. At least 1.
    defaults: arguments where the program runs alone, or where the job file names none of that name.
    Raises ProtocolError where the environment names another version of the protocol or is incomplete.
    """
    if "AUTOSELECT_PROTOCOL" not in os.environ:
        if steps is None or steps < 1:
            raise ValueError(f"steps is {steps!r}: a program that runs alone needs at least 1.")
        rank, ranks = (int(os.environ.get(name, default)) for name, default in (("RANK", "0"), ("WORLD_SIZE", "1")))
        return Run(steps=steps, arguments=dict(defaults), rank=rank, ranks=ranks)
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
        pipes: Optional[Union["_Pipes", "_Piece"]] = None,
        rank: int = 0,
        ranks: int = 1,
        candidate: str = "",
        seed: int = 0,
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
        #: Number of processes that train the run together, each on a device of its own; a batch is theirs to divide.
        self.ranks = ranks
        #: Name of the candidate where it is known, that is of runs that ``Elsewhere`` gives.
        self.candidate = candidate
        #: Seed of the job; 0 where the program runs alone.
        self.seed = seed
        self._until = steps if until is None else min(until, steps)
        self._folder = folder
        self._pipes = pipes
        self._write: Optional[Callable[[Path], object]] = None
        self._on_all_ranks = False
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
        steps, first = number("AUTOSELECT_STEPS"), number("AUTOSELECT_FROM_STEP")
        until = min(number("AUTOSELECT_UNTIL_STEP"), steps)
        reports, orders = need("AUTOSELECT_REPORTS"), need("AUTOSELECT_ORDERS")
        is_one_of_several = int(environment.get("AUTOSELECT_RANKS", "1")) > 1
        return cls(
            steps=steps,
            arguments={**defaults, **given},
            first=first,
            until=until,
            resume_from=Path(resume) if resume else None,
            folder=Path(need("AUTOSELECT_CHECKPOINTS")),
            pipes=_RankPipes(reports, orders, rank == 0, first, until) if is_one_of_several else _Pipes(reports, orders, rank == 0),
            rank=rank,
            ranks=int(environment.get("WORLD_SIZE", "1")),
            seed=int(environment.get("AUTOSELECT_SEED", "0")),
        )

    def saves(self, write: Callable[[Path], object], on_all_ranks: bool = False) -> "Run":
        """Tells how a checkpoint is written: ``write(folder)`` fills an empty folder. The loop calls it when one is due.

        on_all_ranks: of several ranks all call it, after the same step, as where writing collects what is divided among them; what rank 0
                      writes is the checkpoint. Default: rank 0 alone calls it.
        """
        self._write, self._on_all_ranks = write, on_all_ranks
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
        if self._folder is None:
            return
        if self.rank != 0 and not self._on_all_ranks:
            self._is_saved()
            return
        # Processes of several machines may have one number, and one folder for checkpoints.
        folder = self._folder / f"{self.step:09d}-{uuid.uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        began = time.monotonic()
        self._write(folder)
        self._spent_saving = time.monotonic() - began
        self.save(folder)

    def save(self, folder: Union[str, "os.PathLike[str]"]) -> None:
        """Hands over a folder that holds the state after the steps done; it is AutoSelect's from then on. Of several ranks that of rank 0 is
        the checkpoint; others' are removed.

        folder: made by the program below ``run.folder``; any folder where the program runs alone.
        Raises ValueError where it is no folder, or not below ``run.folder``.
        """
        path = Path(folder).resolve()
        is_below = self._folder is not None and self._folder.resolve() in path.parents
        if self.rank != 0:
            if is_below:
                shutil.rmtree(path, ignore_errors=True)
        elif not path.is_dir():
            raise ValueError(f"{path} is not a folder: a checkpoint is a folder that the program has filled.")
        elif self._folder is not None and not is_below:
            raise ValueError(f"{path} is not below {self._folder}: what is handed over is AutoSelect's to remove, and must lie below run.folder.")
        self._is_saved()
        if self._pipes is not None and self.rank == 0:
            self._pipes.say({"saved": str(path), "step": self.step, "seconds": self._spent_saving})
            self._spent_saving = 0.0

    def close(self) -> None:
        """Says that the program is at its end; the loop does it by itself."""
        if self._pipes is not None and self.rank == 0:
            self._pipes.say({"end": True, "step": self.step})
            self._pipes.close()
        self._pipes = None

    def _is_saved(self) -> None:
        self._saved_at = self.step
        if self._order == "save":
            self._order = ""

    def _tell_step(self) -> None:
        now = time.monotonic()
        if self._pipes is None or self.rank != 0 or now - self._told < _TELL_EVERY:
            return
        self._told = now
        self._pipes.say({"step": self.step})

    def _listen(self) -> str:
        if self._pipes is not None:
            for order in self._pipes.orders(self.step):
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
        self._send(message)

    def _send(self, message: Dict[str, object]) -> None:
        line = (json.dumps(message, separators=(",", ":")) + "\n").encode()
        if len(line) > LONGEST_MESSAGE:
            raise ProtocolError(f"A message has {len(line)} bytes: it may have {LONGEST_MESSAGE}.")
        while True:
            # A pipe that nobody reads is full one day: the program ends with its device and does not hang.
            if select.select([], [self._reports], [], 1.0)[1]:
                os.write(self._reports, line)
                return
            self._end_if_alone(0.0)

    def orders(self, step: int) -> Iterator[str]:
        """What is to be done now that so many steps are done."""
        self._end_if_alone(1.0)
        for message in self._read():
            if message.get("order", "") in ("save", "pause", "stop"):
                yield message["order"]

    def _read(self) -> Iterator[Dict[str, Any]]:
        try:
            self._rest += os.read(self._orders, 65536)
        except OSError as fault:
            if fault.errno not in (errno.EAGAIN, errno.EINTR):
                raise
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            yield json.loads(line)

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


class _RankPipes(_Pipes):
    """The same for one of several ranks, on all of which an order takes effect after the same step.

    Each promises a step that it does not go beyond before it has heard more, and the latest of them is that step. A thread promises: the
    program itself may be within a step that waits for the others, who may wait for its promise.
    """

    def __init__(self, reports: str, orders: str, is_leader: bool, first: int, until: int) -> None:
        super().__init__(reports, orders, is_leader)
        self._until = until
        self._changed = threading.Condition()
        # The step that may be under way.
        self._doing = first + 1
        self._promised: Optional[int] = None
        self._due: List[Tuple[int, str]] = []
        self._done, self._at, self._pace = first, time.monotonic(), math.inf
        threading.Thread(target=self._hear, name="autoselect", daemon=True).start()

    def orders(self, step: int) -> Iterator[str]:
        with self._changed:
            self._time(step)
            while self._promised is not None and self._promised <= step < self._until:
                self._changed.wait(1.0)
                self._end_if_alone(1.0)
            due = [order for at, order in self._due if at <= step]
            self._due = [(at, order) for at, order in self._due if at > step]
            self._doing = step + 1
        yield from due

    def close(self) -> None:
        """Others may still wait for a promise: it is made until the process ends."""

    def _time(self, step: int) -> None:
        now = time.monotonic()
        if step > self._done:
            pace = (now - self._at) / (step - self._done)
            self._pace = pace if self._pace == math.inf else 0.8 * self._pace + 0.2 * pace
        self._done, self._at = step, now

    def _hear(self) -> None:
        while True:
            if not select.select([self._orders], [], [], 1.0)[0]:
                continue
            for message in self._read():
                order = message.get("order", "")
                with self._changed:
                    if order == "halt":
                        self._promised = min(self._until, self._doing + min(10_000, int(_AHEAD / max(self._pace, 1e-6))))
                        self._send({"halt": self._promised})
                    elif order in ("save", "pause", "stop"):
                        self._promised = None
                        self._due.append((int(message.get("at", 0)), order))
                    self._changed.notify_all()


class Elsewhere:
    """The runs of a job that this process trains, one piece after the other, until the job has ended. Not thread-safe.

    The job's file says ``workload: { trained: elsewhere, ... }``. Each piece is a ``Run``: ``arguments`` and ``steps`` are the candidate's,
    ``resume_from`` is the folder to go on from, and its loop ends where the piece ends.
    """

    def __init__(
        self,
        job: str,
        server: Optional[str] = None,
        key: Optional[str] = None,
        *,
        store: Optional[Union[str, "os.PathLike[str]"]] = None,
        client: Optional[str] = None,
        device: str = "",
        checkpoints: Optional[Union[str, "os.PathLike[str]"]] = None,
        authority: Optional[str] = None,
        patience: float = 60.0,
    ) -> None:
        """
        job:         id of the job, such as ``digits-1``.
        server:      address of ``autoselect serve``; default ``$AUTOSELECT_SERVER``. With neither, the process of this machine is asked
                     that has ``store`` open, such as ``autoselect run``.
        key:         API key with role Submitter; default ``$AUTOSELECT_KEY``, else the first line of the file ``$AUTOSELECT_KEY_FILE``.
        store:       folder of the store; default ``$AUTOSELECT_STORE``, else as the command line has it.
        client:      name of this process among those that ask, unique; default made of host and process.
        device:      what it trains on, such as ``RTX 4090``: times on one device say nothing of another.
        checkpoints: folder of checkpoints, which all clients of the job should see: one that cannot find the checkpoint that another
                     has written begins the run again. Default ``autoselect-checkpoints`` in the working folder.
        authority:   file of certificates that the server's is checked with; default those of the system.
        patience:    seconds that a server which does not answer is tried again.
        Raises ValueError where there is no address or no key.
        """
        self._api = _Api(*_address(server, key, store), authority=authority, patience=patience)
        self._path = f"/v1/jobs/{urllib.parse.quote(job, safe='')}"
        self._client = client or f"{os.uname().nodename[:40]}.{os.getpid()}.{uuid.uuid4().hex[:6]}"
        self._device = device
        self._folder = Path(checkpoints or "autoselect-checkpoints").resolve() / job
        self._piece: Optional[_Piece] = None
        self._handed_over: Dict[str, _HandedOver] = {}
        #: How the job ended: phase, summary, and with a winner its winner (a candidate's name), value and checkpoint. None before.
        self.ended: Optional[Dict[str, Any]] = None

    def __iter__(self) -> Iterator[Run]:
        """Pieces of runs as they are there to train; each must be gone through, or is given back."""
        while True:
            answer = self._api.call(f"{self._path}/ask?patience=30", {"client": self._client, "device": self._device}, timeout=60.0)
            if answer is None:
                continue
            if answer.get("ended") is not None:
                self.ended = answer["ended"]
                return
            run = self._begin(answer["piece"])
            if run is None:
                continue
            try:
                yield run
            finally:
                self._give_back()

    def fail(self, reason: str, out_of_memory: bool = False) -> None:
        """Tells that the candidate of the piece that is trained cannot be trained; its run is over then."""
        if self._piece is None:
            raise ValueError("No piece is trained: there is nothing to fail.")
        self._piece.end("OutOfMemory" if out_of_memory else "Failed", reason)

    def _begin(self, told: Dict[str, Any]) -> Optional[Run]:
        handed_over = self._handed_over.setdefault(told["trial"], _HandedOver())
        piece = _Piece(self._api, self._path, self._client, told, handed_over)
        name = told.get("checkpoint")
        if name is not None and not Path(name).is_dir():
            piece.end("CheckpointUnusable", f"{self._client} finds no folder {name}")
            return None
        if name is not None:
            handed_over.go_on_from(Path(name))
        self._piece = piece
        return Run(
            steps=told["steps"],
            arguments=told["arguments"],
            first=told["fromStep"],
            until=told["untilStep"],
            resume_from=Path(name) if name is not None else None,
            folder=self._folder / told["trial"] if told["resumes"] else None,
            pipes=piece,
            candidate=told["candidate"],
            seed=told["seed"],
        )

    def _give_back(self) -> None:
        piece, self._piece = self._piece, None
        if piece is not None and not piece.is_over:
            piece.end("GivenBack", "its client went on to other work")


class _Piece:
    """A piece of a run as it is told to the API, in place of the pipes of a program that a device has started."""

    def __init__(self, api: "_Api", path: str, client: str, told: Dict[str, Any], handed_over: "_HandedOver") -> None:
        self._api = api
        self._handed_over = handed_over
        self._path = path + "/tell"
        self._call = {"client": client, "trial": told["trial"], "token": told["token"]}
        self._metric: str = told["metric"]
        self._resumes: bool = told["resumes"]
        self._save_every: float = told["saveEverySeconds"]
        self._tell_every: float = max(0.05, min(5.0, told["patienceSeconds"] / 4))
        self._step: int = told["fromStep"]
        self._points: List[Dict[str, Any]] = []
        self._orders: List[str] = []
        self._began = self._told = self._saved = time.monotonic()
        self._has_begun = False
        self._evaluating = self._other = 0.0
        #: True once nothing more is to be told of it.
        self.is_over = False

    def begin(self) -> None:
        """Training begins: what came before was set-up."""
        if not self._has_begun:
            self._has_begun = True
            self._other = time.monotonic() - self._began

    def say(self, message: Dict[str, Any]) -> None:
        """Takes what a program would have written to its device."""
        self.begin()
        self._step = max(self._step, int(message.get("step", self._step)))
        self._evaluating += float(message.get("evaluation_seconds", 0.0))
        if self._metric in message:
            point = {"step": message["step"], "value": message[self._metric]}
            if "training_loss" in message:
                point["trainingLoss"] = message["training_loss"]
            self._points.append(point)
        if "saved" in message:
            self._other += float(message.get("seconds", 0.0))
            self._saved = time.monotonic()
            order = self._tell(checkpoint=message["saved"])
            self._handed_over.add(Path(message["saved"]))
            # A piece that is somebody else's by now has not got on: what it began from is still gone on from.
            if order != "Stop":
                self._handed_over.prune()
        elif "end" in message and not self.is_over:
            self._tell()
            if not self.is_over and self._resumes:
                self.end("GivenBack", "it ended without a checkpoint")
                raise ProtocolError(
                    "The piece is over and was not saved: call run.saves(function), or write resumes: false into the job's file.")

    def orders(self, step: int) -> Iterator[str]:
        """Tells what is to be told, and yields what came back of it."""
        now = time.monotonic()
        if not self.is_over and (self._points or now - self._told >= self._tell_every):
            self._tell()
        orders, self._orders = self._orders, []
        yield from orders
        if not orders and not self.is_over and self._resumes and now - self._saved >= self._save_every:
            self._saved = now
            yield "save"

    def end(self, end: str, reason: str) -> None:
        """Ends the piece for a reason of the client's."""
        if not self.is_over:
            self._tell(end=end, reason=reason)
        self.is_over = True
        self._orders = ["stop"]

    def close(self) -> None:
        """Nothing is held open."""

    def _tell(self, **more: str) -> str:
        points = self._points[:100]
        call = {
            **self._call,
            "step": self._step,
            "points": points,
            "evaluationSeconds": self._evaluating,
            "overheadSeconds": self._other,
            **more,
        }
        reply = self._api.call(self._path, call) or {}
        self._points = self._points[len(points):]
        self._told = time.monotonic()
        order = reply.get("order", "Continue")
        self.is_over = order in ("Done", "Stop")
        if order != "Continue":
            self._orders.append("pause" if order == "Pause" else "stop")
        return str(order)


class _HandedOver:
    """Folders of one run that this client has handed over, the latest last. No other folder is ever removed."""

    def __init__(self) -> None:
        self._folders: List[Path] = []

    def add(self, folder: Path) -> None:
        """Takes one that was handed over, perhaps not for the first time."""
        self._folders = [old for old in self._folders if old != folder] + [folder]

    def go_on_from(self, folder: Path) -> None:
        """The run goes on from there: what was handed over since is no part of it."""
        if folder in self._folders:
            self.add(folder)

    def prune(self) -> None:
        """Removes all but the latest two: those are gone on from."""
        while len(self._folders) > 2:
            old = self._folders.pop(0)
            if not any(old in kept.parents for kept in self._folders):
                shutil.rmtree(old, ignore_errors=True)


class _Api:
    """Calls of the API, tried again while the server is away. What is told twice counts once."""

    def __init__(self, server: str, key: str, authority: Optional[str], patience: float) -> None:
        self._server = server.rstrip("/")
        self._key = key
        self._patience = patience
        self._context = ssl.create_default_context(cafile=authority) if server.startswith("https:") else None

    def call(self, path: str, body: Dict[str, Any], timeout: float = 30.0) -> Optional[Dict[str, Any]]:
        """The answer; None where there is nothing to answer with."""
        deadline, wait = time.monotonic() + self._patience, 0.2
        while True:
            request = urllib.request.Request(
                self._server + path,
                data=json.dumps(body).encode(),
                method="POST",
                headers={"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=timeout, context=self._context) as answer:
                    text = answer.read()
                    if answer.status == 204:
                        return None
                    if not text:
                        raise http.client.IncompleteRead(text)
                    read = json.loads(text)
                    if not isinstance(read, dict):
                        raise ProtocolError(f"{self._server}{path} answered {read!r}: it must be a JSON object.")
                    return read
            except urllib.error.HTTPError as fault:
                with fault:
                    if fault.code not in (429, 500, 502, 503, 504) or time.monotonic() > deadline:
                        raise RefusedError(fault.code, _detail(fault)) from None
            except (OSError, http.client.HTTPException) as fault:
                # Also an answer that breaks off; and before Python 3.10 a time-out is an OSError of another name.
                if time.monotonic() > deadline or isinstance(fault, http.client.InvalidURL):
                    raise ConnectionError(f"{self._server} does not answer: {fault}") from fault
            time.sleep(wait)
            wait = min(5.0, wait * 2)


def _address(server: Optional[str], key: Optional[str], store: Optional[Union[str, os.PathLike[str]]]) -> Tuple[str, str]:
    """Address and key of a server, or of the process that has a store open."""
    server = server or (None if store is not None else os.environ.get("AUTOSELECT_SERVER"))
    if server:
        named = os.environ.get("AUTOSELECT_KEY_FILE")
        key = key or os.environ.get("AUTOSELECT_KEY") or (Path(named).read_text().splitlines()[0] if named else None)
        if not key:
            raise ValueError(f"There is no key for {server}: give key, $AUTOSELECT_KEY or $AUTOSELECT_KEY_FILE.")
        return server, key.strip()
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    file = Path(store or os.environ.get("AUTOSELECT_STORE") or Path(data) / "autoselect") / "api.json"
    try:
        api = json.loads(file.read_text())
    except FileNotFoundError:
        raise ValueError(
            f"{file} is not there: no process has the store open, and no server is named. Give server or $AUTOSELECT_SERVER.") from None
    return f"http://127.0.0.1:{api['port']}", str(api["token"])


def _detail(refusal: urllib.error.HTTPError) -> str:
    """What problem details say; the body where it is none."""
    try:
        body = refusal.read()
    except (OSError, http.client.HTTPException):
        return str(refusal.reason)
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:500]


def _number(value: float) -> Union[float, str]:
    """A number of Python, NumPy or PyTorch as JSON can have it."""
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return number
