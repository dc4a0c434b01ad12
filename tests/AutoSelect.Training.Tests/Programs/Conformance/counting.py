"""Counts steps as a workload of AutoSelect, with the module: its state is a number that depends on all steps done."""
import os
import sys
import time

sys.path.insert(0, os.environ["MODULE"])
import autoselect  # noqa: E402

run = autoselect.start()
state = int((run.resume_from / "state").read_text()) if run.resume_from else 0
run.saves(lambda folder: (folder / "state").write_text(f"{state}\n"))
for step in run:
    time.sleep(0.01)
    state = (state * 31 + step) % 1000003
    if step % 10 == 0:
        run.report(step, accuracy=step // 10, training_loss=state)
