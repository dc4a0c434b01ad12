"""What is read off the record of a job (`autoselect show JOB --json`)."""
import math


def number(value):
    """Numbers that JSON cannot write are texts in a record: Infinity, NaN."""
    return None if value is None else float(value)


def finite(value):
    value = number(value)
    return value if value is not None and math.isfinite(value) else None


def deliverable(point, direction):
    """The better of raw and averaged weights; None where neither is finite."""
    values = [v for v in (finite(point.get("value")), finite(point.get("averagedValue"))) if v is not None]
    return (max if direction == "Maximize" else min)(values) if values else None


def reached(curve, objective):
    """The first point at the target."""
    for point in curve:
        value = deliverable(point, objective["direction"])
        if value is not None and (value >= objective["target"] if objective["direction"] == "Maximize" else value <= objective["target"]):
            return point
    return None


def run_seconds(point):
    return point["deviceSeconds"] + point["evaluationSeconds"]


def seconds_at(curve, step, seconds=run_seconds):
    """On the line between the points beside the step, from zero, and beyond the last point at its pace."""
    last_step, last = 0, 0.0
    for point in curve:
        if point["step"] >= step:
            return last + (seconds(point) - last) * (step - last_step) / max(1, point["step"] - last_step)
        last_step, last = point["step"], seconds(point)
    return last * step / last_step if last_step else 0.0


def step_seconds(curve, key="deviceSeconds"):
    """Mean seconds of a step after the first point, which holds the warming up; None where fewer than three points are there."""
    if len(curve) < 3 or curve[0].get(key) is None or curve[-1].get(key) is None: return None
    return (curve[-1][key] - curve[0][key]) / (curve[-1]["step"] - curve[0]["step"])


def forecast(record, winner):
    """
    The forecast that the job stood on: the first commit to the winner before its target, else the winner's first forecast. With what
    came of it: the remaining seconds of training and evaluation from the last step that the forecast had seen. None where there is none.
    """
    if winner is None: return None
    hit = reached(winner["curve"], record["spec"]["objective"])
    made = [("commit", c["at"], c["forecast"]) for c in record.get("commits", []) if c["winner"] == winner["id"] and c.get("forecast")]
    made += [("rung", r["decidedAt"], f) for r in record.get("rungs", []) for f in r.get("forecasts", []) if f["trial"] == winner["id"]]
    for source, at, f in made:
        if f.get("secondsToTarget") is None or (hit is not None and f["atStep"] >= hit["step"]): continue
        low, median, high = (number(f["secondsToTarget"][key]) for key in ("p05", "p50", "p95"))
        actual = run_seconds(hit) - seconds_at(winner["curve"], f["atStep"]) if hit else None
        return {
            "from": source, "at": at, "atStep": f["atStep"], "probabilityOfTarget": f.get("probabilityOfTarget"),
            # A miss is infinite to a forecast, and null to JSON.
            "low": finite(low), "median": finite(median), "high": finite(high), "actual": actual,
            "held": low <= (math.inf if actual is None else actual) <= high,
        }
    return None


def of_job(record):
    """All figures of one job, in seconds; `baselineStepSeconds` is wall time of lane 0, `baselineWallOverCpu` its share of a core."""
    objective, outcome = record["spec"]["objective"], record.get("outcome") or {}
    trials = {trial["id"]: trial for trial in record["trials"]}
    winner = trials.get(outcome.get("winner"))
    baseline = next((t for t in record["trials"] if t["candidate"]["name"] == record["spec"]["baseline"]), None)
    lane = baseline["curve"] if baseline else []
    wall, cpu = step_seconds(lane), step_seconds(lane, "cpuSeconds")
    points = [t["curve"][-1] for t in record["trials"] if t["curve"]]
    charged = record.get("chargedSeconds") or 0
    segments = [s for t in record["trials"] for s in t.get("segments", []) if s.get("endedAt") is not None]
    return {
        "phase": record["phase"], "target": objective["target"], "direction": objective["direction"],
        "baseline": record["spec"]["baseline"], "candidates": len(record["spec"]["candidates"]), "policy": record["spec"].get("policy"),
        "policyVersion": next((r["basis"].get("policyVersion") for r in record.get("rungs", []) if r.get("basis")), None),
        "chosen": winner["candidate"]["name"] if winner else None,
        "met": bool(outcome.get("objectiveMet")), "value": finite(outcome.get("value")), "testValue": finite(outcome.get("testValue")),
        "secondsToTarget": finite(outcome.get("secondsToTarget")), "jobSeconds": record["elapsedSeconds"],
        # Held, not only charged: a device that waits for its next step or its next order serves nobody else.
        "deviceSeconds": sum((s["endedAt"] - s["startedAt"]) * (1 + len(s.get("peers", []))) for s in segments),
        "chargedSeconds": charged, "probeSeconds": record.get("probeSeconds") or 0,
        "probeShare": (record.get("probeSeconds") or 0) / charged if charged else None,
        "cpuSeconds": sum(p.get("cpuSeconds") or 0 for p in points) or None,
        "baselineSteps": lane[-1]["step"] if lane else 0, "baselineStepSeconds": wall,
        "baselineWallOverCpu": wall / cpu if wall and cpu else None,
        "horizonSteps": baseline["horizonSteps"] if baseline else None,
        "commits": len(record.get("commits", [])), "forecast": forecast(record, winner),
    }


def curve(record):
    """[step, deliverable value] of the baseline."""
    direction = record["spec"]["objective"]["direction"]
    trial = next(t for t in record["trials"] if t["candidate"]["name"] == record["spec"]["baseline"])
    return [[point["step"], deliverable(point, direction)] for point in trial["curve"]]
