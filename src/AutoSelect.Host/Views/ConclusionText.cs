using AutoSelect.Contracts;
using AutoSelect.Host.Reports;

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
            yield return Answer.SentenceOn(record);
            // Why, and where they are.
            if (outcome.Checkpoint is not null && outcome.Value is not null) yield return outcome.Summary;
            if (outcome.Value is { } value)
                yield return $"  {objective.Metric,-12}  {Wording.Value(value)} on the validation data"
                    + (outcome.TestValue is { } test ? $", {Wording.Value(test)} on the test data" : "");
        }
        else
        {
            yield return record.Phase == JobPhase.Paused
                ? $"Paused after {Wording.Duration(record.ElapsedSeconds)}."
                : $"The job has not ended (phase {record.Phase}); it was followed for {Wording.Duration(record.ElapsedSeconds)}.";
        }
        yield return $"  device time   {(record.Spec.Workload.IsElsewhere ? "trained elsewhere: " : "")}{ProbeCost.Describe(record)}";
        if (record.Outcome?.FinalWeights is { } weights) yield return $"  weights       {weights}";
        if (conclusion.Report is { } report) yield return $"  report        {report}";
        if (conclusion.ResumeWith is { } resume) yield return $"  go on with    {resume}";
    }
}

/// <summary>What the job has cost so far, and what of it finding out.</summary>
internal static class ProbeCost
{
    public static string Describe(JobRecord record)
    {
        var all = record.ChargedSeconds;
        if (record.Commit is null) return $"{Wording.Duration(all)}, nobody chosen yet";
        if (record.ProbeSeconds == 0) return Wording.Duration(all);
        return $"{Wording.Duration(all)}, {Wording.Duration(record.ProbeSeconds)}"
            + (all > 0 ? $" ({Wording.Percent(record.ProbeSeconds / all)})" : "") + " of it for candidates that were not chosen";
    }
}
