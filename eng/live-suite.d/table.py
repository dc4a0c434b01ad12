"""The table of the suite: medians over seeds, geometric means over workloads."""
import math
import statistics

MISS = 4.0  # what a run counts that does not reach its target, as in a replay
ORDER = ("cold", "warm")


def pairs(lines):
    """Each run of AutoSelect with the baseline alone of the same workload and seed; runs without one are left out."""
    alone = {(line["workload"], line["seed"]): line for line in lines if line["kind"] == "baseline"}
    for line in lines:
        if line["kind"] in ORDER and (line["workload"], line["seed"]) in alone:
            yield line, alone[line["workload"], line["seed"]]


def time_ratio(line, alone):
    """
    Seconds to the target over the baseline's. A run that misses counts MISS; where the baseline missed, its whole run counts, which
    flatters it.
    """
    if not line["met"]: return MISS
    return line["secondsToTarget"] / (alone["secondsToTarget"] if alone["met"] else alone["jobSeconds"])


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def geometric_mean(values):
    values = [value for value in values if value]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def group(runs):
    """Figures of the seeds of one workload, kind and number of devices. `runs` are pairs."""
    ratios = [time_ratio(line, alone) for line, alone in runs]
    chosen = [line["chosen"] or "none" for line, _ in runs]
    forecasts = [line["forecast"]["held"] for line, _ in runs if line.get("forecast")]
    return {
        "seeds": len(runs), "time": median(ratios), "least": min(ratios), "most": max(ratios),
        "won": sum(ratio < 1 for ratio in ratios), "misses": sum(not line["met"] for line, _ in runs),
        "chosen": ", ".join(f"{name} {chosen.count(name)}×" if chosen.count(name) > 1 else name for name in dict.fromkeys(chosen)),
        "probe": median(line["probeShare"] for line, _ in runs),
        "device": median(line["deviceSeconds"] / alone["deviceSeconds"] for line, alone in runs),
        "held": sum(forecasts), "forecasts": len(forecasts),
        "contention": median(line.get("contention") for line, _ in runs),
        "alone": median(alone["secondsToTarget"] for _, alone in runs),
    }


def groups(lines):
    """(kind, devices) → workload → figures."""
    found = {}
    for line, alone in pairs(lines):
        found.setdefault((ORDER.index(line["kind"]), line["devices"]), {}).setdefault(line["workload"], []).append((line, alone))
    return {key: {name: group(runs) for name, runs in sorted(found[key].items())} for key in sorted(found)}


def shown(value, form=".2f"):
    return "–" if value is None else format(value, form)


def row(cells):
    return "| " + " | ".join(cells) + " |"


def rows(kind, devices, found):
    for name, g in found.items():
        spread = f" ({g['least']:.2f}–{g['most']:.2f})" if g["seeds"] > 1 else ""
        missed = f", {g['misses']} missed" if g["misses"] else ""
        yield row([kind, str(devices), name, shown(g["alone"], ".0f"), f"{g['time']:.2f}{spread}{missed}", f"{g['won']} of {g['seeds']}",
                   g["chosen"], shown(g["probe"], ".0%"), shown(g["device"]), f"{g['held']} of {g['forecasts']}", shown(g["contention"])])
    g = list(found.values())
    yield row([kind, str(devices), f"**all {len(g)}**", "", f"**{shown(geometric_mean(x['time'] for x in g))}**",
               f"{sum(x['won'] for x in g)} of {sum(x['seeds'] for x in g)}", "", shown(median(x["probe"] for x in g), ".0%"),
               shown(geometric_mean(x["device"] for x in g)), f"{sum(x['held'] for x in g)} of {sum(x['forecasts'] for x in g)}",
               shown(geometric_mean(x["contention"] for x in g))])


def markdown(lines):
    heads = ["store", "devices", "workload", "baseline alone: s", "time over the baseline's", "earlier", "chosen", "probe share",
             "device time over the baseline's", "forecast held", "contention"]
    out = [row(heads), "|" + "---|" * len(heads)]
    for (kind, devices), found in groups(lines).items(): out.extend(rows(ORDER[kind], devices, found))
    lonely = sum(line["kind"] in ORDER for line in lines) - len(list(pairs(lines)))
    commits = sorted({line["commit"][:10] + line["commit"][40:] for line in lines if line.get("commit")})
    loads = [line["loadAverage"][0] for line in lines if line.get("loadAverage")]
    out.append("")
    out.append(f"Medians over seeds (least–most); all: geometric means over workloads. A miss counts {MISS:.0f}. "
               + f"Commits {', '.join(commits) or 'none'}."
               + (f" Load average at the start {min(loads):.1f} to {max(loads):.1f}." if loads else "")
               + (f" {lonely} runs have no baseline alone yet and are left out." if lonely else ""))
    return "\n".join(out)
