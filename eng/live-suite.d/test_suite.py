"""python3 -m unittest discover eng/live-suite.d"""
import json
import pathlib
import sys
import tempfile
import unittest

import figures
import jobfile
import results
import runner
import table
from plan import Run, plan

TOP = pathlib.Path(__file__).resolve().parents[2]


def point(step, value, device=1.0, evaluation=0.0, cpu=None, averaged=None):
    return {"step": step, "value": value, "averagedValue": averaged, "cpuSeconds": cpu,
            "deviceSeconds": device, "evaluationSeconds": evaluation}


def seconds(low, median, high):
    return {"p05": low, "p25": low, "p50": median, "p75": high, "p95": high}


def record(commits=(), rungs=(), winner="t02"):
    """Two trials: the baseline stopped at .7, the winner at the target .8 after 30 steps and 33 s."""
    curves = {"t01": [point(10, .5, 10, 1, 5), point(20, .6, 20, 2, 10), point(30, .7, 40, 3, 20)],
              "t02": [point(10, .5, 10, 1, 5), point(20, .7, 20, 2, 10), point(30, .8, 30, 3, 15)]}
    return {
        "phase": "Completed", "elapsedSeconds": 50, "chargedSeconds": 80, "probeSeconds": 40,
        "commits": list(commits), "rungs": list(rungs),
        "spec": {"baseline": "nadamw", "candidates": [1, 2], "policy": "regret",
                 "objective": {"kind": "FastestTo", "direction": "Maximize", "target": .8}},
        "trials": [{"id": id, "candidate": {"name": name}, "horizonSteps": 40, "curve": curves[id],
                    "segments": [{"startedAt": 2, "endedAt": 40, "peers": []}, {"startedAt": 40, "peers": []}]}
                   for id, name in (("t01", "nadamw"), ("t02", "sgd"))],
        "outcome": {"objectiveMet": True, "winner": winner, "value": .8, "secondsToTarget": 45},
    }


def line(workload, kind, seed=1, devices=1, seconds=100.0, met=True, **more):
    return {"run": Run(workload, kind, devices, seed).name, "workload": workload, "kind": kind, "devices": devices, "seed": seed,
            "met": met, "secondsToTarget": seconds if met else None, "jobSeconds": seconds, "deviceSeconds": seconds,
            "probeShare": .1, "chosen": "sgd", "commit": "0" * 40, "loadAverage": [1, 1, 1], "forecast": None, "contention": None} | more


class Plan(unittest.TestCase):
    def test_the_baseline_comes_before_what_is_compared_with_it_and_the_first_seed_has_no_warm_run(self):
        runs = plan(["a"], [1, 3], [1, 2], ["baseline", "cold", "warm"])
        self.assertEqual([run.name for run in runs], [
            "a-baseline-d1-s1", "a-cold-d1-s1", "a-cold-d2-s1",
            "a-baseline-d1-s3", "a-cold-d1-s3", "a-cold-d2-s3", "a-warm-d1-s3", "a-warm-d2-s3"])
        self.assertEqual([run.before for run in runs if run.kind == "warm"], [1, 1])


class JobFiles(unittest.TestCase):
    files = sorted((TOP / "examples/live").glob("*.yaml"))

    def test_every_job_file_has_its_variants(self):
        self.assertGreaterEqual(len(self.files), 8)
        for path in self.files:
            with self.subTest(path.name):
                text = path.read_text(encoding="utf-8")
                cold = jobfile.variant(text, Run(path.stem, "cold", 2, 7), TOP, path)
                self.assertIn("seed: 7\n", cold)
                self.assertIn("  devices: 2\n", cold)
                self.assertEqual(cold.count("- strategy:"), text.count("- strategy:"))
                self.assertNotIn("../../", cold)
                alone = jobfile.variant(text, Run(path.stem, "baseline", 1, 7), TOP, path)
                self.assertEqual(alone.count("- strategy:"), 1)
                self.assertIn(f"baseline: {jobfile.value(text, 'baseline', path)}\n", alone)
                self.assertLessEqual(len(Run(path.stem, "baseline", 1, 99).name), 48, "the rule of `name`")

    def test_targets_are_those_that_the_baselines_gave_and_stay_where_they_are(self):
        measured = {line["workload"]: line for line in results.load([TOP / "docs/measurements/live-targets.jsonl"])}
        for path in self.files:
            text, line = path.read_text(encoding="utf-8"), measured.get(path.stem)
            with self.subTest(path.name):
                self.assertEqual(jobfile.has_target(text), line is not None)
                if line is None: continue
                self.assertEqual(float(jobfile.value(text, "fastest_to", path)), jobfile.target(line)[1])
                self.assertEqual(line["job"], jobfile.digest(text, Run(path.stem, "horizon", 1, 1), path))

    def test_comments_and_the_target_do_not_make_another_horizon_run(self):
        path = TOP / "examples/live/omniglot.yaml"
        text, run = path.read_text(encoding="utf-8"), Run("omniglot", "horizon", 1, 1)
        target = f"  fastest_to: {jobfile.value(text, 'fastest_to', path)}"
        moved = text.replace(target, "  # found so\n  fastest_to: 0.1")
        self.assertEqual(jobfile.digest(text, run, path), jobfile.digest(moved, run, path))
        cold = Run("omniglot", "cold", 1, 1)
        self.assertNotEqual(jobfile.digest(text, cold, path), jobfile.digest(moved, cold, path))
        self.assertNotEqual(jobfile.digest(text, run, path), jobfile.digest(text.replace("epochs: ", "epochs: 1"), run, path))

    def test_the_horizon_run_aims_at_the_best_value_there_is(self):
        text = ("name: a\nobjective:\n  fastest_to: 0.8\ncandidates:\n  - strategy: sgd\n    batchSizes: [1]\n  - strategy: kfac\n"
                "probe:\n  devices: 2\nseed: 1\n")
        self.assertIn("  fastest_to: 1\n", jobfile.variant(text, Run("a", "horizon", 1, 1), TOP, "a.yaml"))
        self.assertIn("  fastest_to: 0\n", jobfile.variant(text.replace("0.8", "2.5"), Run("a", "horizon", 1, 1), TOP, "a.yaml"))

    def test_a_job_file_of_another_layout_is_refused(self):
        with self.assertRaisesRegex(jobfile.BadJobFile, "0 lines match .*seed"):
            jobfile.variant("name: a\n", Run("a", "cold", 1, 1), TOP, "a.yaml")
        with self.assertRaisesRegex(jobfile.BadJobFile, "a list of at least 2"):
            jobfile.baseline_only("candidates: default\n", "a.yaml")

    def test_the_target_is_the_median_of_the_last_three_values_by_three_quarters_to_the_easier_side(self):
        curve = [[5, .4], [10, .83], [20, .8], [25, .81239], [30, .85], [31, .9]]
        self.assertEqual(jobfile.target({"direction": "Maximize", "curve": curve, "horizonSteps": 40}), (10, .8123))
        curve = [[10, 2.1], [20, None], [21, 2.00001], [22, 1.9]]
        self.assertEqual(jobfile.target({"direction": "Minimize", "curve": curve, "horizonSteps": 40}), (21, 2.0001))
        with self.assertRaisesRegex(jobfile.BadJobFile, "a-run has 1 values by 75% of its 40 steps"):
            jobfile.target({"run": "a-run", "direction": "Minimize", "curve": curve[:2], "horizonSteps": 40})


class Figures(unittest.TestCase):
    def test_figures_of_a_job(self):
        got = figures.of_job(record())
        self.assertEqual((got["chosen"], got["secondsToTarget"], got["deviceSeconds"], got["chargedSeconds"], got["probeShare"]),
                         ("sgd", 45, 76, 80, .5))
        self.assertEqual((got["baselineSteps"], got["baselineStepSeconds"], got["baselineWallOverCpu"]), (30, 1.5, 2))

    def test_the_forecast_of_the_commit_is_held_against_training_and_evaluation_from_its_last_step(self):
        made = {"trial": "t02", "atStep": 10, "secondsToTarget": seconds(20, 22, 25), "probabilityOfTarget": .9}
        got = figures.forecast(record(commits=[{"winner": "t02", "at": 12, "forecast": made}]), record()["trials"][1])
        self.assertEqual((got["from"], got["actual"], got["held"]), ("commit", 22, True))

    def test_a_commit_at_the_target_says_nothing_and_the_first_forecast_is_taken(self):
        at_target = {"winner": "t02", "at": 45, "forecast": {"trial": "t02", "atStep": 30, "secondsToTarget": seconds(0, 0, 0)}}
        rung = {"decidedAt": 9, "forecasts": [{"trial": "t02", "atStep": 20, "secondsToTarget": seconds(12, "Infinity", "Infinity")}]}
        got = figures.forecast(record([at_target], [rung]), record()["trials"][1])
        self.assertEqual((got["from"], got["low"], got["high"], got["actual"], got["held"]), ("rung", 12, None, 11, False))
        self.assertIsNone(figures.forecast(record([at_target]), record()["trials"][1]))

    def test_the_better_of_raw_and_averaged_weights_is_what_is_delivered(self):
        self.assertEqual(figures.deliverable(point(1, "NaN", averaged=.4), "Maximize"), .4)
        self.assertEqual(figures.deliverable(point(1, .3, averaged=.4), "Minimize"), .3)
        self.assertIsNone(figures.deliverable(point(1, "Infinity"), "Minimize"))


class Results(unittest.TestCase):
    def test_a_bad_line_is_told_with_its_number(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            results.append(folder, line("a", "cold"))
            results.append(folder, line("a", "cold", seconds=50.0))
            self.assertEqual([x["secondsToTarget"] for x in results.load([folder])], [50.0], "the last line of a run counts")
            with open(folder / results.FILE, "a", encoding="utf-8") as out: out.write('{"run": "b"}\n')
            with self.assertRaisesRegex(results.BadResults, "results.jsonl:3: lacks workload"): results.load([folder])

    def test_a_run_counts_once_its_line_is_written_and_a_warm_one_needs_a_store(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            results.append(folder, line("a", "cold", seed=1))
            path = TOP / "examples/live/omniglot.yaml"
            suite = runner.Runner(TOP, folder, {"a": path}, "autoselect.dll", 60)
            self.assertTrue(suite.has(Run("a", "cold", 1, 1)))
            self.assertFalse(suite.has(Run("a", "cold", 1, 2)))
            with self.assertRaisesRegex(runner.RunFailed, "is gone"): suite.store_before(Run("a", "warm", 1, 2, before=1))
            with self.assertRaisesRegex(runner.RunFailed, "run --kinds cold"): suite.store_before(Run("a", "warm", 2, 2, before=1))
            suite.done["a-cold-d1-s1"]["job"] = jobfile.digest(path.read_text(encoding="utf-8"), Run("a", "cold", 1, 1), path)
            self.assertTrue(suite.has(Run("a", "cold", 1, 1)))
            suite.done["a-cold-d1-s1"]["job"] = "of another file"
            with self.assertRaisesRegex(runner.RunFailed, "was run with another omniglot.yaml"): suite.has(Run("a", "cold", 1, 1))
            (folder / "stores/a-cold-d1-s1").mkdir()
            self.assertEqual(suite.store_before(Run("a", "warm", 1, 2, before=1)).name, "a-cold-d1-s1")

    def test_the_job_is_named_by_the_first_event_and_not_by_what_is_said_before(self):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder) / "log"
            log.write_text("a warning\n" + json.dumps({"event": "job", "job": "a-2"}) + "\n", encoding="utf-8")
            self.assertEqual(runner.job_of(log), "a-2")


class Table(unittest.TestCase):
    def test_medians_of_seeds_and_geometric_means_of_workloads(self):
        lines = [line("a", "baseline", s) for s in (1, 2, 3)] + [line("b", "baseline", 1)]
        lines += [line("a", "cold", s, seconds=t) for s, t in ((1, 50.0), (2, 80.0), (3, 200.0))] + [line("b", "cold", 1, seconds=20.0)]
        found = table.groups(lines)[0, 1]
        self.assertEqual((found["a"]["time"], found["a"]["won"], found["a"]["seeds"]), (.8, 2, 3))
        self.assertIn("| cold | 1 | **all 2** |  | **0.40** | 3 of 4 |", table.markdown(lines))

    def test_a_miss_counts_four_and_a_run_without_a_baseline_is_left_out_and_counted(self):
        lines = [line("a", "baseline"), line("a", "cold", met=False), line("a", "cold", seed=2)]
        text = table.markdown(lines)
        self.assertIn("| 4.00, 1 missed | 0 of 1 |", text)
        self.assertIn("1 runs have no baseline alone yet", text)

    def test_where_the_baseline_missed_its_whole_run_counts(self):
        self.assertEqual(table.time_ratio(line("a", "cold", seconds=50.0), line("a", "baseline", met=False)), .5)

    def test_an_empty_table_is_a_table(self):
        self.assertIn("Commits none", table.markdown([]))


if __name__ == "__main__":
    sys.exit(unittest.main())
