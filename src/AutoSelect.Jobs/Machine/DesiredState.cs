using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Machine;

/// <summary>What the last decision asks for, read off the record, so that a restart finds the same. Pure.</summary>
public static class DesiredState
{
    /// <summary>
    /// Trials that have steps to do, in the order of the decisions; then those that an earlier decision sent and that still train.
    /// </summary>
    public static IEnumerable<(Trial Trial, long UntilStep)> Unfinished(JobRecord record)
    {
        if (record.Rungs.IsEmpty) yield break;
        var rung = record.Rungs[^1];
        var order = rung.Decisions.Select(d => d.Trial).Concat(rung.NextStep.Keys.Select(k => new TrialId(k))).Distinct();
        foreach (var id in order)
        {
            if (!rung.NextStep.TryGetValue(id.Value, out var next)) continue;
            var (trial, until) = (record[id], Math.Min(next, record[id].HorizonSteps));
            if (trial.IsAlive && trial.SafeStep() < until) yield return (trial, until);
        }
    }

    /// <summary>Trials that have steps to do and no devices to do them on.</summary>
    public static List<(Trial Trial, long UntilStep)> Waiting(JobRecord record) =>
        [.. Unfinished(record).Where(o => o.Trial.OpenSegment() is null)];

    /// <summary>Trials on devices.</summary>
    public static IEnumerable<Trial> Running(JobRecord record) => record.Trials.Where(t => t.OpenSegment() is not null);
}
