"""Runs one job, keeps its recording and its line of results."""
import datetime
import json
import os
import shutil
import signal
import subprocess
import time

import figures
import jobfile
import results

ENDED = (0, 1)  # exit codes of a job that came to its end, with its objective met or not


class RunFailed(Exception):
    pass


def commit(top):
    """Of the checkout when the suite began, with "-changed" where files were changed since."""
    git = ["git", "-C", str(top)]
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True).stdout.strip()
    return head + ("-changed" if changed else "")


def job_of(log):
    """The id of the job that a log of `run --json` tells of."""
    for text in log.read_text(encoding="utf-8").splitlines():
        try:
            if job := json.loads(text).get("job"): return job
        except (ValueError, AttributeError):
            continue  # a message on standard error
    raise RunFailed(f"{log} tells of no job")


class Runner:
    """Keeps in its folder results.jsonl, recordings, logs, jobs, and stores, which warm runs go on from."""

    def __init__(self, top, folder, files, program, limit):
        self.top, self.folder, self.files, self.limit = top, folder, files, limit
        if program is None:
            # Built once: a build in the midst of the suite would change what is measured.
            subprocess.run([top / "autoselect", "--version"], check=True, stdout=subprocess.DEVNULL)
            program = top / "artifacts/bin/AutoSelect.Host/release/autoselect.dll"
        self.program, self.commit = ["dotnet", str(program)], commit(top)
        for name in ("recordings", "logs", "jobs", "stores"): (folder / name).mkdir(parents=True, exist_ok=True)
        self.done = {line["run"]: line for line in results.load([folder])} if (folder / results.FILE).exists() else {}

    def has(self, run):
        """Whether there is a line of this very job: figures of two job files are never mixed."""
        if run.name not in self.done: return False
        path = self.files[run.workload]
        if self.done[run.name].get("job") not in (None, jobfile.digest(path.read_text(encoding="utf-8"), run, path)):
            file = self.folder / results.FILE
            raise RunFailed(f"{run.name} was run with another {path.name}: take its line out of {file} to run it again")
        return True

    def store(self, run):
        return self.folder / "stores" / run.name

    def run(self, run):
        """Runs it in a store of its own and returns a line that says what came of it. Nothing is left of a run that is broken off."""
        path = self.files[run.workload]
        text = path.read_text(encoding="utf-8")
        job = self.folder / "jobs" / f"{run.name}.yaml"
        job.write_text(jobfile.variant(text, run, self.top, path), encoding="utf-8")
        store = self.store(run)
        shutil.rmtree(store, ignore_errors=True)
        if run.kind == "warm": shutil.copytree(self.store_before(run), store)
        line = {
            "run": run.name, "workload": run.workload, "kind": run.kind, "devices": run.devices, "seed": run.seed,
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "commit": self.commit,
            "job": jobfile.digest(text, run, path), "cores": os.cpu_count(), "loadAverage": [round(load, 2) for load in os.getloadavg()],
        }
        begun = time.monotonic()
        code = self.command(job, run, store)
        line["commandSeconds"] = time.monotonic() - begun
        if code not in ENDED: raise RunFailed(f"{run.name} ended with exit code {code}: see {self.folder}/logs/{run.name}.log")
        name = job_of(self.folder / "logs" / f"{run.name}.log")
        record = json.loads(self.ask("show", name, "--json", store=store))
        recording = self.folder / "recordings" / f"{run.name}.jsonl.gz"
        self.ask("export", name, "--out", str(recording), store=store)
        line |= figures.of_job(record)
        line["contention"] = self.contention(run, line)
        if run.kind == "horizon": line["curve"] = figures.curve(record)
        self.trim(run, store)
        results.append(self.folder, line)
        self.done[run.name] = line
        at = f"{line['secondsToTarget']:.1f} s to the target" if line["met"] else f"no target in {line['jobSeconds']:.1f} s"
        return f"{line['chosen']}: {at}, device {line['deviceSeconds']:.1f} s, load {line['loadAverage'][0]:.1f}"

    def store_before(self, run):
        """The store of the warm job of the seed before, or of its cold job where that seed was the first."""
        kinds = [kind for kind in ("warm", "cold") if f"{run.workload}-{kind}-d{run.devices}-s{run.before}" in self.done]
        if not kinds:
            raise RunFailed(f"{run.name} begins with the store of seed {run.before}: run --kinds cold with that seed first")
        name = f"{run.workload}-{kinds[0]}-d{run.devices}-s{run.before}"
        store = self.folder / "stores" / name
        if not store.exists():
            raise RunFailed(f"{run.name}: the store {store} is gone; take the line of {name} out of the results to run it again")
        return store

    def command(self, job, run, store):
        with open(self.folder / "logs" / f"{run.name}.log", "w", encoding="utf-8") as log:
            arguments = ["run", str(job), "--json", "--store", str(store)]
            process = subprocess.Popen([*self.program, *arguments], stdout=log, stderr=subprocess.STDOUT)
            try:
                return process.wait(timeout=self.limit)
            except subprocess.TimeoutExpired as e:
                self.end(process)
                raise RunFailed(f"{run.name} did not end within {self.limit / 60:g} minutes") from e
            except BaseException:
                self.end(process)
                raise

    @staticmethod
    def end(process):
        """As Ctrl-C does it: devices end too."""
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def ask(self, *arguments, store):
        answer = subprocess.run([*self.program, *arguments, "--store", str(store)], capture_output=True, text=True)
        if answer.returncode != 0: raise RunFailed(f"autoselect {' '.join(arguments)}: {answer.stderr.strip()[-500:]}")
        return answer.stdout

    def contention(self, run, line):
        """Wall time of a step of lane 0 over the same baseline's alone, with the same seed; None where either was not measured."""
        alone = self.done.get(f"{run.workload}-baseline-d1-s{run.seed}", {}).get("baselineStepSeconds")
        return line["baselineStepSeconds"] / alone if run.kind in ("cold", "warm") and alone and line["baselineStepSeconds"] else None

    def trim(self, run, store):
        """A baseline's store teaches nobody; of the others only what later jobs learn from is kept, without weights."""
        if run.kind in ("baseline", "horizon"): return shutil.rmtree(store)
        for pattern in ("jobs/*/checkpoints", "jobs/*/final.*", "logs"):
            for path in store.glob(pattern): shutil.rmtree(path) if path.is_dir() else path.unlink()
