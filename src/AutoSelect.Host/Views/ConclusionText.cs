using AutoSelect.Contracts;

namespace AutoSelect.Host.Views;

/// <summary>The last lines about a job, for people.</summary>
internal static class ConclusionText
{
    public static IEnumerable<string> Lines(JobRecord record, Conclusion conclusion)
    {
        var objective = record.Spec.Objective;
        yield return "";
        if (record.Outcome is { } outcome)
        {
            yield return outcome.Summary;
            if (outcome.Winner is { } winner) yield return $"  chosen        {record[winner].Candidate.Name}";
            if (outcome.Value is { } value)
                yield return $"  {objective.Metric,-12}  {Wording.Value(value)}"
                    + (outcome.TestValue is { } test ? $" (test data {Wording.Value(test)})" : "");
            if (outcome.SecondsToTarget is { } seconds) yield return $"  target after  {Wording.Duration(seconds)}";
        }
        else
        {
            yield return record.Phase == JobPhase.Paused
                ? $"Paused after {Wording.Duration(record.ElapsedSeconds)}."
                : $"The job has not ended (phase {record.Phase}); it was followed for {Wording.Duration(record.ElapsedSeconds)}.";
        }
        yield return $"  probe cost    {ProbeCost.Describe(record)}";
        if (record.Outcome?.FinalWeights is { } weights) yield return $"  weights       {weights}";
        if (conclusion.Report is { } report) yield return $"  report        {report}";
        if (conclusion.ResumeWith is { } resume) yield return $"  go on with    {resume}";
    }
}

/// <summary>What finding out has cost so far.</summary>
internal static class ProbeCost
{
    public static string Describe(JobRecord record)
    {
        var all = record.ChargedSeconds;
        if (record.Commit is null) return $"{Wording.Duration(all)} device time, nothing chosen yet";
        return $"{Wording.Duration(record.ProbeSeconds)} of {Wording.Duration(all)} device time"
            + (all > 0 ? $" ({Wording.Percent(record.ProbeSeconds / all)})" : "");
    }
}
