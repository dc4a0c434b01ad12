"""Tests of the module against pipes of their own: python3 -m unittest discover clients/python/tests"""
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import autoselect  # noqa: E402


class Device:
    """The device's end of the protocol."""

    def __init__(self, folder, **variables):
        self.folder = Path(folder)
        for name in ("reports", "orders"):
            os.mkfifo(self.folder / name)
        self.reports = os.open(self.folder / "reports", os.O_RDWR | os.O_NONBLOCK)
        self.orders = os.open(self.folder / "orders", os.O_RDWR)
        (self.folder / "checkpoints").mkdir()
        self.environment = {
            "AUTOSELECT_PROTOCOL": "1",
            "AUTOSELECT_ARGUMENTS": '{"lr":0.1,"name":"a","fast":true}',
            "AUTOSELECT_STEPS": "10",
            "AUTOSELECT_FROM_STEP": "0",
            "AUTOSELECT_UNTIL_STEP": "10",
            "AUTOSELECT_CHECKPOINTS": str(self.folder / "checkpoints"),
            "AUTOSELECT_REPORTS": str(self.folder / "reports"),
            "AUTOSELECT_ORDERS": str(self.folder / "orders"),
            **variables,
        }

    def run(self, **defaults):
        return autoselect.Run.from_environment(self.environment, defaults)

    def say(self, order):
        os.write(self.orders, (json.dumps({"order": order}) + "\n").encode())

    def heard(self):
        return [json.loads(line) for line in os.read(self.reports, 1 << 16).decode().splitlines()]

    def close(self):
        os.close(self.reports)
        os.close(self.orders)


class RunTests(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.device = None

    def tearDown(self):
        if self.device:
            self.device.close()
        self.temporary.cleanup()

    def supervised(self, **variables):
        self.device = Device(self.temporary.name, **variables)
        return self.device

    def test_alone_it_counts_to_the_end(self):
        run = autoselect.start(steps=3, lr=0.5)
        self.assertEqual([1, 2, 3], list(run))
        self.assertEqual(({"lr": 0.5}, False), (run.arguments, run.is_supervised))

    def test_alone_it_needs_steps(self):
        with self.assertRaisesRegex(ValueError, "steps is None"):
            autoselect.start()

    def test_it_trains_to_its_step_saves_and_says_so(self):
        run = self.supervised().run(lr=9, width=4)
        run.saves(lambda folder: (folder / "state").write_text("x"))
        for step in run:
            if step == 5:
                run.report(accuracy=0.5, loss=float("nan"))
        self.assertEqual({"lr": 0.1, "name": "a", "fast": True, "width": 4}, run.arguments)
        hello, point, saved, end = self.device.heard()
        self.assertEqual(1, hello["hello"])
        self.assertEqual({"step": 5, "accuracy": 0.5, "loss": "NaN"}, point)
        self.assertEqual((10, "x"), (saved["step"], (Path(saved["saved"]) / "state").read_text()))
        self.assertEqual({"end": True, "step": 10}, end)

    def test_it_goes_on_from_a_checkpoint(self):
        run = self.supervised(AUTOSELECT_FROM_STEP="4", AUTOSELECT_UNTIL_STEP="6", AUTOSELECT_RESUME_FROM="/x").run()
        self.assertEqual((Path("/x"), [5, 6]), (run.resume_from, list(run)))

    def test_it_saves_when_asked_and_goes_on(self):
        run = self.supervised().run().saves(lambda folder: (folder / "state").write_text("x"))
        for step in run:
            if step == 3:
                self.device.say("save")
        self.assertEqual([3, 10], [m["step"] for m in self.device.heard() if "saved" in m])

    def test_it_pauses_with_a_checkpoint(self):
        run = self.supervised().run().saves(lambda folder: (folder / "state").write_text("x"))
        done = []
        for step in run:
            done.append(step)
            if step == 3:
                self.device.say("pause")
        self.assertEqual(([1, 2, 3], [3]), (done, [m["step"] for m in self.device.heard() if "saved" in m]))

    def test_it_stops_without_a_checkpoint(self):
        run = self.supervised().run().saves(lambda folder: self.fail("saved"))
        for step in run:
            if step == 3:
                self.device.say("save")
                self.device.say("stop")
                self.device.say("save")
        self.assertEqual(3, run.step)

    def test_a_program_may_save_by_itself(self):
        run = self.supervised().run()
        for step in run:
            if step == 2:
                self.device.say("save")
            if run.is_save_due:
                folder = Path(self.temporary.name) / "checkpoints" / str(step)
                folder.mkdir()
                run.save(folder)
        self.assertEqual([3, 10], [m["step"] for m in self.device.heard() if "saved" in m])

    def test_a_program_with_a_loop_of_its_own_saves_and_ends_when_due(self):
        run = self.supervised(AUTOSELECT_UNTIL_STEP="4").run().saves(lambda folder: (folder / "state").write_text("x"))
        due = []
        for step in range(1, 11):
            run.reached(step)
            if step == 2:
                self.device.say("save")
            if run.is_save_due:
                due.append(step)
                run.checkpoint()
            if run.is_over:
                break
        self.assertEqual(([3, 4], 4, False), (due, run.step, run.is_save_due))
        with self.assertRaisesRegex(ValueError, "steps do not go back"):
            run.reached(3)

    def test_another_protocol_is_refused(self):
        with self.assertRaisesRegex(autoselect.ProtocolError, "protocol '2', this module 1"):
            self.supervised(AUTOSELECT_PROTOCOL="2").run()

    def test_what_is_missing_is_named(self):
        device = self.supervised()
        del device.environment["AUTOSELECT_STEPS"]
        with self.assertRaisesRegex(autoselect.ProtocolError, "AUTOSELECT_STEPS is missing"):
            device.run()

    def test_a_message_that_would_be_divided_is_refused(self):
        run = self.supervised().run()
        with self.assertRaisesRegex(autoselect.ProtocolError, "it may have 4096"):
            run.report(1, **{"m" * 5000: 1})

    def test_reserved_names_are_no_metrics(self):
        run = self.supervised().run()
        with self.assertRaisesRegex(ValueError, "'end' is a word of the protocol"):
            run.report(1, end=1)

    def test_other_ranks_are_silent(self):
        run = self.supervised(RANK="1").run().saves(lambda folder: None)
        for _ in run:
            run.report(accuracy=1)
        with self.assertRaises(BlockingIOError):
            self.device.heard()


if __name__ == "__main__":
    unittest.main()
