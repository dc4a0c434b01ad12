"""Counts as counting.py does, on several ranks: every step adds parts of a number up over all of them, so that whoever is ahead waits.

DELAYS: seconds that a step takes each rank before it adds up, such as 0.01,0.03. NOTES: folder in which each rank notes the step it ended after.
FAULT: such as "exit 1 20", which rank 1 does after step 20. FIRST: what rank 0 does before it listens.
"""
import os
import socket
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["MODULE"])
import autoselect  # noqa: E402


class Group:
    """Sums over ranks through rank 0, which listens where it was told to."""

    def __init__(self, rank, size):
        self.links = []
        address = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
        if rank == 0:
            exec(os.environ.get("FIRST", ""))
            with socket.create_server(address, reuse_port=False) as server:
                self.links = [server.accept()[0] for _ in range(size - 1)]
        else:
            self.links = [self.connected(address)]
        self.leads = rank == 0

    @staticmethod
    def connected(address):
        for _ in range(6000):
            try:
                return socket.create_connection(address)
            except ConnectionRefusedError:
                time.sleep(0.01)
        raise TimeoutError("rank 0 does not listen")

    @staticmethod
    def receive(link):
        told = link.recv(8, socket.MSG_WAITALL)
        if len(told) < 8:
            raise ConnectionError("another rank is gone")
        return struct.unpack("q", told)[0]

    def sum(self, number):
        if self.leads:
            number += sum(self.receive(link) for link in self.links)
            for link in self.links:
                link.sendall(struct.pack("q", number))
            return number
        self.links[0].sendall(struct.pack("q", number))
        return self.receive(self.links[0])


run = autoselect.start()
group = Group(run.rank, run.ranks)
state = int((run.resume_from / "state").read_text()) if run.resume_from else 0
run.saves(lambda folder: (folder / "state").write_text(f"{state}\n"))
delay = [float(d) for d in os.environ.get("DELAYS", "0.001,0.003").split(",")][run.rank]
fault, faulty, when = (os.environ.get("FAULT", "none") + " -1 -1").split()[:3]
for step in run:
    time.sleep(delay)
    state = (state * 31 + group.sum(6 * step // run.ranks)) % 1000003
    if step % 10 == 0:
        run.report(step, accuracy=step // 10, training_loss=state)
    if (run.rank, step) == (int(faulty), int(when)):
        if fault == "exit":
            sys.exit("does not fit: out of memory")
        if fault == "kill":
            os.kill(os.getpid(), 9)
        time.sleep(1e6)
if "NOTES" in os.environ:
    (Path(os.environ["NOTES"]) / f"{run.rank}").write_text(f"{run.step}")
if fault == "linger" and run.rank == 1:
    time.sleep(1e6)
if fault == "stumble" and run.rank == 1:
    sys.exit("rank 0 is gone")
