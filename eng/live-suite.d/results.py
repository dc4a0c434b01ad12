"""The results file: one JSON line a run. Lines of other versions of this script are read as far as they go."""
import json

FILE = "results.jsonl"
NEEDED = ("workload", "kind", "devices", "seed", "run")


class BadResults(Exception):
    pass


def load(paths):
    """Lines of files, or of folders with a results.jsonl. The last line of a run counts, as after a repetition."""
    lines = {}
    for path in paths:
        file = path / FILE if path.is_dir() else path
        if not file.exists(): raise BadResults(f"there are no results at {file}")
        for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                line = json.loads(text)
            except ValueError as e:
                raise BadResults(f"{file}:{number}: no JSON: {e}") from e
            lacking = [key for key in NEEDED if key not in line]
            if lacking: raise BadResults(f"{file}:{number}: lacks {', '.join(lacking)}")
            lines[line["run"]] = line
    return list(lines.values())


def append(folder, line):
    """Whole lines only: a run counts once its line has been written."""
    with open(folder / FILE, "a", encoding="utf-8") as out:
        out.write(json.dumps(line, separators=(",", ":")) + "\n")
