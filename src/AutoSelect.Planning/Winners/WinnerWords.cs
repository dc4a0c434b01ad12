using AutoSelect.Contracts;

namespace AutoSelect.Planning.Winners;

/// <summary>What is said of a winner in the documents about it.</summary>
internal static class WinnerWords
{
    /// <summary>Its value and time, beginning with a colon; empty where there is no value yet.</summary>
    public static string Result(JobRecord job) => job.Outcome is { Value: { } value }
        ? $": {job.Spec.Objective.Metric} {Wording.Value(value)} after {Wording.Duration(job.ElapsedSeconds)}" : "";
}
