"""Tests of ask/tell against a server of their own."""
import errno
import http.client
import io
import json
import os
import socket
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import autoselect  # noqa: E402


def piece(trial="t01", token=1, from_step=0, until=10, steps=10, checkpoint=None, resumes=True, save_every=1000.0, patience=0.0):
    told = {
        "trial": trial, "token": token, "candidate": "sgd", "arguments": {"lr": 0.1, "fast": True}, "seed": 3, "metric": "accuracy",
        "steps": steps, "fromStep": from_step, "untilStep": until, "resumes": resumes, "saveEverySeconds": save_every,
        "patienceSeconds": patience, "isCommitted": False,
    }
    if checkpoint is not None:
        told["checkpoint"] = checkpoint
    return told


ENDED = {"ended": {"phase": "Completed", "summary": "sgd won", "winner": "sgd", "value": 0.9}}


class Server:
    """Answers asks one after the other, and tells with what a function says."""

    def __init__(self, asks, tell=lambda call: "Continue"):
        self.asks = list(asks)
        self.calls = []
        self.keys = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.keys.add(self.headers["Authorization"])
                if self.path == "/v1/jobs/digits-1/ask?patience=30":
                    status, answer = outer.ask()
                elif self.path == "/v1/jobs/digits-1/tell":
                    outer.calls.append(call)
                    told = tell(call)
                    status, answer = told if isinstance(told, tuple) else (200, {"order": told, "isCommitted": False, "acknowledgedStep": 0})
                else:
                    status, answer = 404, {"detail": f"there is no {self.path}"}
                if isinstance(answer, bytes):
                    self.wfile.write(answer)
                    self.close_connection = True
                    return
                body = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def ask(self):
        if not self.asks:
            return 200, ENDED
        answer = self.asks.pop(0)
        return answer if isinstance(answer, tuple) else (200, {"piece": answer})

    def steps(self):
        return [call["step"] for call in self.calls]

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class ElsewhereTests(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.server = None

    def tearDown(self):
        if self.server:
            self.server.close()
        self.temporary.cleanup()

    def clients(self, *asks, tell=lambda call: "Continue", **more):
        self.server = Server(asks, tell)
        return autoselect.Elsewhere("digits-1", self.server.address, "key", client="c", checkpoints=self.temporary.name, **more)

    @staticmethod
    def until(step):
        """Done once so many steps are saved."""
        return lambda call: "Continue" if call["step"] < step else "Done" if "checkpoint" in call else "Pause"

    def test_trains_what_it_is_given_until_the_job_has_ended(self):
        clients = self.clients((204, None), piece(until=6), tell=self.until(6))
        for run in clients:
            self.assertEqual(({"lr": 0.1, "fast": True}, 10, "sgd", 3, None), (run.arguments, run.steps, run.candidate, run.seed, run.resume_from))
            run.saves(lambda folder: (folder / "state").write_text("6"))
            for step in run:
                if step % 3 == 0:
                    run.report(step, accuracy=step / 10, training_loss=1.5, other=7.0)
        self.assertEqual("sgd won", clients.ended["summary"])
        points = [p for call in self.server.calls for p in call["points"]]
        self.assertEqual([(3, 0.3, 1.5), (6, 0.6, 1.5)], [(p["step"], p["value"], p["trainingLoss"]) for p in points])
        last = self.server.calls[-1]
        self.assertEqual(("c", "t01", 1, 6), (last["client"], last["trial"], last["token"], last["step"]))
        self.assertEqual("6", (Path(last["checkpoint"]) / "state").read_text())
        self.assertEqual({"Bearer key"}, self.server.keys)

    def test_goes_on_from_a_checkpoint_and_keeps_the_newest_two(self):
        old = Path(self.temporary.name) / "old"
        old.mkdir()
        clients = self.clients(piece(from_step=4, until=7, checkpoint=str(old), save_every=0.0), tell=self.until(7))
        for run in clients:
            self.assertEqual((old, 4), (run.resume_from, run.step))
            run.saves(lambda folder: (folder / "state").write_text(""))
            self.assertEqual([5, 6, 7], list(run))
        self.assertEqual([5, 6, 7], [call["step"] for call in self.server.calls if "checkpoint" in call])
        kept = sorted(p.name[:9] for p in (Path(self.temporary.name) / "digits-1" / "t01").iterdir())
        self.assertEqual(["000000006", "000000007"], kept)

    def loop_of_its_own(self, run, *names):
        """Hands over a folder of each name in turn, a step each."""
        run.folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (run.folder / name).mkdir(exist_ok=True)
            run.reached(run.step + 1)
            run.save(run.folder / name)

    def kept(self, trial="t01"):
        return sorted(p.name for p in (Path(self.temporary.name) / "digits-1" / trial).iterdir())

    def test_only_folders_that_were_handed_over_are_removed_and_in_that_order(self):
        for run in self.clients(piece(until=4), tell=self.until(4)):
            for mine in ("a-data", "code"):
                (run.folder / mine).mkdir(parents=True)
            self.loop_of_its_own(run, "step-9", "step-10", "step-11", "step-12")
        self.assertEqual(["a-data", "code", "step-11", "step-12"], self.kept())

    def test_a_checkpoint_of_another_process_of_the_same_number_and_step_stays(self):
        for run in self.clients(piece(until=1), tell=self.until(1)):
            other = run.folder / f"000000001-{os.getpid()}"
            other.mkdir(parents=True)
            (other / "state").write_text("another's")
            run.saves(lambda folder: (folder / "state").write_text("mine"))
            list(run)
        self.assertEqual("another's", (other / "state").read_text())
        self.assertEqual("mine", (Path(self.server.calls[-1]["checkpoint"]) / "state").read_text())

    def test_a_folder_that_is_filled_anew_each_time_is_kept(self):
        for run in self.clients(piece(until=5), tell=self.until(5)):
            self.loop_of_its_own(run, "newest", "other", "newest")
            self.assertEqual(["newest", "other"], self.kept())
            self.loop_of_its_own(run, "newest/within", "last")
        self.assertEqual((["within"], ["last", "newest"]), ([p.name for p in (run.folder / "newest").iterdir()], self.kept()))

    def test_a_folder_elsewhere_is_refused_and_stays(self):
        mine = Path(self.temporary.name) / "model"
        mine.mkdir()
        for run in self.clients(piece(), tell=lambda call: "Done" if "end" in call else "Continue"):
            run.folder.mkdir(parents=True)
            run.reached(1)
            for folder in (mine, run.folder, run.folder / ".." / ".." / "model"):
                with self.assertRaisesRegex(ValueError, "is not below .*t01: .* must lie below run.folder"):
                    run.save(folder)
        self.assertTrue(mine.is_dir())
        self.assertFalse(any("checkpoint" in call for call in self.server.calls))

    def test_a_client_that_has_lost_its_piece_removes_nothing(self):
        saved = []

        def tell(call):
            if "checkpoint" in call:
                saved.append(call["checkpoint"])
            return "Stop" if len(saved) == 3 else "Continue"

        for run in self.clients(piece(), tell=tell):
            self.loop_of_its_own(run, "1", "2", "3")
        self.assertEqual(["1", "2", "3"], self.kept())

    def test_what_a_run_goes_on_from_is_kept_in_the_next_piece_too(self):
        one = Path(self.temporary.name) / "digits-1" / "t01" / "1"
        pieces = iter([("1", "2"), ("3", "4", "5")])
        asked = [piece(until=4), piece(token=2, from_step=1, checkpoint=str(one))]
        seen = []

        def tell(call):
            if "checkpoint" not in call:
                return "Continue"
            if call["token"] == 2:
                seen.append(self.kept())
            return "Done" if call["step"] == (2 if call["token"] == 1 else 4) else "Continue"

        for run in self.clients(*asked, tell=tell):
            self.loop_of_its_own(run, *next(pieces))
        self.assertEqual([["1", "2", "3"], ["1", "3", "4"], ["3", "4", "5"]], seen)
        self.assertEqual(["4", "5"], self.kept())

    def test_a_pause_saves_and_a_stop_does_not(self):
        def tell(call):
            if call["trial"] == "t02":
                return "Stop"
            return "Done" if "checkpoint" in call else "Pause" if call["step"] >= 2 else "Continue"

        clients, done = self.clients(piece(), piece("t02", token=2), tell=tell), []
        for run in clients:
            run.saves(lambda folder: None)
            done.append([])
            for step in run:
                run.report(step, accuracy=0.5)
                done[-1].append(step)
        self.assertEqual([[1, 2], [1]], done)
        self.assertEqual([("t01", 2)], [(c["trial"], c["step"]) for c in self.server.calls if "checkpoint" in c])

    def test_a_run_that_keeps_nothing_is_over_at_its_end(self):
        clients = self.clients(piece(resumes=False), tell=lambda call: "Done" if call["step"] == 10 else "Continue")
        for run in clients:
            for step in run:
                run.report(step, accuracy=0.5)
        self.assertEqual(list(range(1, 11)), [p["step"] for call in self.server.calls for p in call["points"]])
        self.assertFalse(any("checkpoint" in call or "end" in call for call in self.server.calls))

    def test_a_checkpoint_that_is_not_here_is_said_to_be_unusable(self):
        clients = self.clients(piece(from_step=4, checkpoint="/nowhere/4"), tell=lambda call: "Stop")
        self.assertEqual([], list(clients))
        self.assertEqual(("CheckpointUnusable", "c finds no folder /nowhere/4"), (self.server.calls[0]["end"], self.server.calls[0]["reason"]))

    def test_what_is_left_is_given_back(self):
        clients = self.clients(piece(), piece(token=2), tell=lambda call: "Done" if "end" in call else "Continue")
        for run in clients:
            next(iter(run))
        self.assertEqual([(1, "GivenBack"), (2, "GivenBack")], [(c["token"], c["end"]) for c in self.server.calls if "end" in c])

    def test_a_candidate_that_cannot_be_trained_is_told(self):
        clients = self.clients(piece(), tell=lambda call: "Stop")
        for run in clients:
            clients.fail("too large", out_of_memory=True)
            self.assertEqual([], list(run))
        self.assertEqual([("OutOfMemory", "too large")], [(c.get("end"), c.get("reason")) for c in self.server.calls])
        self.assertRaises(ValueError, clients.fail, "late")

    def test_a_piece_that_is_not_saved_is_an_error_that_says_what_to_do(self):
        clients = self.clients(piece(until=2), tell=self.until(2))
        with self.assertRaisesRegex(autoselect.ProtocolError, r"call run.saves\(function\), or write resumes: false"):
            for run in clients:
                list(run)
        self.assertEqual("GivenBack", self.server.calls[-1]["end"])

    def test_a_server_that_is_away_is_tried_again_and_a_refusal_is_not(self):
        answers = iter([(503, {"detail": "later"})])
        clients = self.clients(piece(until=1), tell=lambda call: next(answers, None) or self.until(1)(call))
        for run in clients:
            run.saves(lambda folder: None)
            for step in run:
                run.report(step, accuracy=float("nan"))
        self.assertEqual(["NaN", "NaN"], [c["points"][0]["value"] for c in self.server.calls if c["points"]])
        self.server.close()
        clients = self.clients((409, {"detail": "Job 'digits-1' trains elsewhere not."}))
        with self.assertRaisesRegex(autoselect.RefusedError, r"trains elsewhere not\. \(HTTP 409\)") as refused:
            list(clients)
        self.assertEqual(409, refused.exception.status)

    def test_an_answer_that_breaks_off_is_asked_for_again(self):
        broken = iter([
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
            b"HTTP/1.1 200 OK\r\nContent-Length:",
            b"what?\r\n\r\n",
        ])

        def tell(call):
            answer = next(broken, None)
            return self.until(1)(call) if answer is None else (200, answer)

        with mock.patch("time.sleep"):
            for run in self.clients(piece(until=1), tell=tell):
                run.saves(lambda folder: None)
                for step in run:
                    run.report(step, accuracy=0.5)
        self.assertIsNone(next(broken, None))
        self.assertEqual("Done", self.until(1)(self.server.calls[-1]))

    def test_a_refusal_that_breaks_off_is_one(self):
        clients = self.clients((200, b"HTTP/1.1 403 Not Yours\r\nContent-Length: 100\r\n\r\n{"))
        with self.assertRaisesRegex(autoselect.RefusedError, r"^Not Yours \(HTTP 403\)$"):
            list(clients)

    def test_a_time_out_is_tried_again(self):
        class Answer(io.BytesIO):
            status = 200

        api = autoselect._Api("http://127.0.0.1:9", "key", None, patience=1000.0)
        for fault in (socket.timeout("slow"), OSError(errno.EHOSTUNREACH, "no route"), http.client.BadStatusLine("x")):
            with mock.patch("urllib.request.urlopen", side_effect=[fault, Answer(b"{}")]), mock.patch("time.sleep"):
                self.assertEqual({}, api.call("/", {}))

    def test_an_address_that_is_none_is_told_at_once(self):
        api = autoselect._Api("http://127.0.0.1:port", "key", None, patience=1000.0)
        with self.assertRaisesRegex(ConnectionError, "nonnumeric port: 'port'"):
            api.call("/", {})

    def test_a_server_that_stays_away_is_given_up(self):
        clients = autoselect.Elsewhere("digits-1", "http://127.0.0.1:9", "key", patience=0.0)
        with self.assertRaisesRegex(ConnectionError, "http://127.0.0.1:9 does not answer"):
            list(clients)

    def test_where_the_server_is_comes_from_arguments_the_environment_or_a_store(self):
        store = Path(self.temporary.name)
        (store / "api.json").write_text('{"port":81,"token":"t","process":1}')
        (store / "key").write_text("from file\n")
        with mock.patch.dict(os.environ, {"AUTOSELECT_SERVER": "https://s", "AUTOSELECT_KEY_FILE": str(store / "key")}, clear=True):
            self.assertEqual(("https://s", "from file"), autoselect._address(None, None, None))
            self.assertEqual(("http://x", "k"), autoselect._address("http://x", "k", None))
            self.assertEqual(("http://127.0.0.1:81", "t"), autoselect._address(None, None, store))
        with mock.patch.dict(os.environ, {"AUTOSELECT_STORE": str(store)}, clear=True):
            self.assertEqual(("http://127.0.0.1:81", "t"), autoselect._address(None, None, None))
            with self.assertRaisesRegex(ValueError, "There is no key for https://s"):
                autoselect._address("https://s", None, None)
        with mock.patch.dict(os.environ, {"AUTOSELECT_STORE": str(store / "none")}, clear=True):
            with self.assertRaisesRegex(ValueError, "no process has the store open"):
                autoselect._address(None, None, None)


if __name__ == "__main__":
    unittest.main()
