"""Tests of the module against pipes of their own: python3 -m unittest discover clients/python/tests"""
import json
import os
import sys
import tempfile
import threading
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

    def say(self, order, **more):
        os.write(self.orders, (json.dumps({"order": order, **more}) + "\n").encode())

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

    def test_a_folder_that_autoselect_may_not_have_is_refused(self):
        run = self.supervised().run()
        run.reached(1)
        for folder, rule in ((self.temporary.name, "must lie below run.folder"), (run.folder / "none", "is not a folder")):
            with self.assertRaisesRegex(ValueError, rule):
                run.save(folder)
        run.report(accuracy=0.5)
        self.assertFalse(any("saved" in m for m in self.device.heard()))

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


class RankTests(unittest.TestCase):
    """One of several ranks: what it promises, and when orders take effect."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.device = None

    def tearDown(self):
        self.device.close()
        self.temporary.cleanup()

    def rank(self, rank=0, **variables):
        self.device = Device(
            self.temporary.name, AUTOSELECT_STEPS="100000", AUTOSELECT_UNTIL_STEP="100000", AUTOSELECT_RANKS="2", WORLD_SIZE="2",
            RANK=str(rank), **variables)
        return self.device.run()

    def promise(self):
        """The step that was promised, once it is."""
        for _ in range(1000):
            try:
                for message in self.device.heard():
                    if "halt" in message:
                        return message["halt"]
            except BlockingIOError:
                pass
            threading.Event().wait(0.01)
        self.fail("nothing was promised")

    def train(self, run, until_told):
        """Trains on a thread of its own; returns it with the steps that it does."""
        done = []

        def loop():
            for step in run:
                done.append(step)
                until_told(step)

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        return thread, done

    def test_it_knows_how_many_they_are(self):
        run = self.rank(rank=1)
        self.assertEqual((1, 2), (run.rank, run.ranks))

    def test_it_promises_while_a_step_waits_for_others_and_ends_after_the_step_that_is_agreed(self):
        run = self.rank().saves(lambda folder: (folder / "state").write_text("x"))
        within, others = threading.Event(), threading.Event()

        def step_with_others(step):
            if step == 3:
                within.set()
                others.wait(60)

        thread, done = self.train(run, step_with_others)
        within.wait(60)
        self.device.say("halt")
        promised = self.promise()
        self.assertGreaterEqual(promised, 3)
        others.set()
        self.device.say("pause", at=promised + 5)
        thread.join(60)
        self.assertEqual(list(range(1, promised + 6)), done)
        self.assertEqual([promised + 5], [m["step"] for m in self.device.heard() if "saved" in m])

    def test_it_does_not_go_beyond_its_promise_until_it_hears_more(self):
        run = self.rank()
        first = threading.Event()
        thread, done = self.train(run, lambda step: first.wait(60))
        self.device.say("halt")
        promised = self.promise()
        first.set()
        for _ in range(6000):
            if done[-1:] == [promised]:
                break
            threading.Event().wait(0.01)
        thread.join(0.2)
        self.assertTrue(thread.is_alive())
        self.assertEqual(promised, done[-1])
        self.device.say("pause", at=promised + 2)
        thread.join(60)
        self.assertEqual(promised + 2, done[-1])

    def test_it_saves_after_the_step_that_is_agreed_and_goes_on(self):
        run = self.rank().saves(lambda folder: (folder / "state").write_text("x"))
        first = threading.Event()
        thread, done = self.train(run, lambda step: first.wait(60))
        self.device.say("halt")
        promised = self.promise()
        self.device.say("save", at=promised + 7)
        first.set()
        thread.join(60)
        self.assertEqual(100000, done[-1])
        self.assertEqual([promised + 7, 100000], [m["step"] for m in self.device.heard() if "saved" in m])

    def test_at_its_end_it_waits_for_nobody(self):
        run = self.rank(AUTOSELECT_FROM_STEP="99998")
        first = threading.Event()
        thread, done = self.train(run, lambda step: first.wait(60))
        self.device.say("halt")
        self.assertLessEqual(self.promise(), 100000)
        self.device.say("save", at=100000)
        first.set()
        thread.join(60)
        self.assertEqual([99999, 100000], done)
        self.device.say("halt")
        self.assertEqual(100000, self.promise())

    def test_others_write_where_all_are_to_and_keep_nothing(self):
        written = []
        run = self.rank(rank=1, AUTOSELECT_FROM_STEP="99999").saves(lambda folder: written.append(folder), on_all_ranks=True)
        self.assertEqual([100000], list(run))
        self.assertEqual(1, len(written))
        self.assertFalse(written[0].exists())
        with self.assertRaises(BlockingIOError):
            self.device.heard()

    def test_others_write_nothing_where_one_is_to(self):
        run = self.rank(rank=1, AUTOSELECT_FROM_STEP="99999").saves(lambda folder: self.fail("written"))
        self.assertEqual([100000], list(run))


if __name__ == "__main__":
    unittest.main()
