"""Job files of the suite, and the variants of them that are run. They keep to a plain layout, so that no YAML parser is needed."""
import hashlib
import math
import re
import statistics

SHARE = .75  # of the baseline's own run: where the target lies


class BadJobFile(Exception):
    pass


def value(text, key, path):
    found = re.findall(rf"^ *(?:\w+: *\{{ *)?{key}: *([^#\n}}]+)", text, re.MULTILINE)
    if len(found) != 1: raise BadJobFile(f"{path} has {key}: {len(found)} times: a job file of the suite has it once")
    return found[0].strip()


def replaced(text, pattern, line, path):
    text, count = re.subn(pattern, lambda _: line, text, flags=re.MULTILINE)
    if count != 1: raise BadJobFile(f"{path}: {count} lines match {pattern}: a job file of the suite has exactly one")
    return text


def baseline_only(text, path):
    """Keeps the first candidate, which is the baseline in all job files of the suite (`preview` would refuse another one)."""
    lines, kept, items, inside = text.splitlines(), [], 0, False
    for line in lines:
        if inside and re.match(r"\S", line) and not line.startswith("#"): inside = False
        if inside and re.match(r"  - ", line): items += 1
        if not inside or items <= 1: kept.append(line)
        if line.rstrip() == "candidates:": inside = True
    if items < 2: raise BadJobFile(f"{path} has {items} candidates: the suite needs a list of at least 2, each beginning with '  - '")
    return "\n".join(kept) + "\n"


def has_target(text):
    """Whether the comment of `targets` stands above the target: one that nobody's run gave is a placeholder."""
    return re.search(r"^  # .* has it first after .*\n  fastest_to:", text, re.MULTILINE) is not None


def variant(text, run, top, path):
    """The job file of a run: its seed, its devices, and for the baseline alone one candidate. Paths no longer count from the file."""
    text = replaced(text, r"^seed:.*$", f"seed: {run.seed}", path)
    text = replaced(text, r"^name:.*$", f"name: {run.name}", path)
    text = replaced(text, r"^  devices:.*$", f"  devices: {run.devices}", path)
    if run.kind in ("baseline", "horizon"): text = baseline_only(text, path)
    if run.kind == "horizon":
        # The best value there is: the run goes on to its horizon unless it is perfect before.
        text = replaced(text, r"^  fastest_to:.*$", f"  fastest_to: {1 if float(value(text, 'fastest_to', path)) < 1 else 0}", path)
    return text.replace("../../", f"{top}/")


def digest(text, run, path):
    """Of a run's job file without comments: a line of results belongs to this one only. The same in every checkout."""
    lines = [re.sub(r"\s*#.*", "", line) for line in variant(text, run, "../..", path).splitlines()]
    return hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()[:16]


def target(line):
    """
    What a run had come to by three quarters of its horizon: the median of its last three values until then, since single ones are noisy;
    rounded to four digits after the point, to the easier side. With the first step at which the run had it.
    """
    maximize = line["direction"] == "Maximize"
    seen = [(step, value) for step, value in line["curve"] if value is not None and step <= SHARE * line["horizonSteps"]]
    if len(seen) < 3:
        raise BadJobFile(f"{line['run']} has {len(seen)} values by {SHARE:.0%} of its {line['horizonSteps']} steps: a target needs 3")
    scaled = statistics.median(value for _, value in seen[-3:]) * 1e4
    wanted = (math.floor if maximize else math.ceil)(round(scaled, 6)) / 1e4
    return next(step for step, value in seen if (value >= wanted if maximize else value <= wanted)), wanted


def target_line(name, path, lines):
    if not lines: return f"{name}: not run yet"
    line, now = lines[-1], value(path.read_text(encoding="utf-8"), "fastest_to", path)
    step, wanted = target(line)
    comment = f"{line['baseline']}, seed {line['seed']}, has it first after {step} of {line['horizonSteps']} steps; " \
              f"{line['date'][:10]}, {line['commit'][:10]}"
    state = "as in the job file" if float(now) == wanted else f"the job file has {now}"
    return f"{name} ({state}; to the horizon {line['jobSeconds']:.0f} s, {line['cpuSeconds'] or float('nan'):.0f} s of processor time):\n" \
           f"  # {comment}\n  fastest_to: {wanted:g}"
