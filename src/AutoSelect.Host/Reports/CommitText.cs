using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports;

/// <summary>How a commit came about, in words: only a policy falls back, and whoever is first at the target just ends the job.</summary>
internal static class CommitText
{
    public static string How(JobRecord record, Commit commit)
    {
        if (IsEnding(record, commit)) return "Ended with";
        if (IsByRule(record, commit)) return "Committed, as asked for, to";
        return commit.IsFallback ? "Fell back to" : commit.Rung == record.Commits[0].Rung ? "Committed to" : "Passed on to";
    }

    /// <summary>True where the job ended by it, because somebody arrived or the time was over.</summary>
    public static bool IsEnding(JobRecord record, Commit commit) => IsByRule(record, commit) && record.Rungs[commit.Rung].NextStep.IsEmpty;

    private static bool IsByRule(JobRecord record, Commit commit) =>
        record.Rungs.ElementAtOrDefault(commit.Rung) is { Basis: null } && IsReal(record);

    /// <summary>False for the records of older stores and of simulations, which do not tell who decided.</summary>
    private static bool IsReal(JobRecord record) => record.Rungs.Any(r => r.Basis is not null);
}
