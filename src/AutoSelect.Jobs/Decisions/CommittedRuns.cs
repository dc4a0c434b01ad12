using System.Runtime.CompilerServices;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Decisions;

/// <summary>How trials would go on after a commit, by the cost model of communication. Pure.</summary>
internal static class CommittedRuns
{
    // The links of a job stay as they were submitted; fitting them takes longer than asking.
    private static readonly ConditionalWeakTable<RankForecast, SharedSteps> fitted = [];

    /// <summary>
    /// The committed run of a trial, where it would have other devices than the trial has; null too where its steps cannot be foreseen.
    /// </summary>
    /// <param name="trial">Whose.</param>
    /// <param name="step">Of the trial as it runs.</param>
    /// <param name="spec">The job.</param>
    public static CommittedRun? Foreseen(Trial trial, StepTimeForecast step, JobSpec spec)
    {
        var (from, to) = (TriedOn(trial), RankRules.CommitRanks(trial.Candidate, spec.Commit.Devices));
        if (from == to || trial.SafeStep() >= trial.HorizonSteps || PolicyCatalogue.Get(spec.Policy).RunsTrialsToTheirHorizons) return null;
        return Carried(trial.Candidate, step, from, to, spec) is { } there ? new CommittedRun(to, from, there) : null;
    }

    /// <summary>A step time of a candidate on other devices; null where it cannot be foreseen.</summary>
    public static StepTimeForecast? Carried(Candidate candidate, StepTimeForecast step, int from, int to, JobSpec spec) =>
        spec.Ranks is { } known ? fitted.GetValue(known, k => new SharedSteps(k)).Carried(candidate, step, from, to)?.Forecast.Step : null;

    /// <summary>Devices that a trial's step time is of.</summary>
    public static int TriedOn(Trial trial) => (trial.Segments.LastOrDefault(s => s.StepTime is not null)
        ?? trial.Segments.LastOrDefault(s => s.DeviceSeconds > 0))?.Devices ?? trial.Candidate.Ranks;
}
