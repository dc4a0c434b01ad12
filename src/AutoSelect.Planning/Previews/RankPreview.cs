using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Planning.Trials;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Planning.Previews;

/// <summary>What a step of a candidate is forecast to take on several devices.</summary>
public sealed record RankPreview
{
    public required string Candidate { get; init; }
    public required int Devices { get; init; }

    /// <summary>True for the run after a commit, false for the trial.</summary>
    public required bool IsCommitted { get; init; }

    /// <summary>Predicted seconds of a step, communication included.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>Predicted seconds of communication a step, hidden or not.</summary>
    public required double CommunicationSeconds { get; init; }

    /// <summary>The part of it that runs beside computing.</summary>
    public required double HiddenSeconds { get; init; }

    public required ExchangePlan Plan { get; init; }

    /// <summary>The trial where it has several ranks, and its committed run where that has others.</summary>
    internal static IEnumerable<RankPreview> ForTrial(JobPlan plan, TrialEvidence trial, StepTimeModel model, SharedSteps shared)
    {
        var candidate = trial.Candidate;
        if (candidate.Ranks > 1)
            yield return ForRun(candidate, candidate.Ranks, isCommitted: false,
                shared.Exchanging(candidate, model.Predict(PlannedTrials.Question(plan, candidate, candidate.Ranks)), candidate.Ranks));
        if (trial.Committed is { } run && shared.Carried(candidate, trial.StepTime, candidate.Ranks, run.Ranks) is { } there)
            yield return ForRun(candidate, run.Ranks, isCommitted: true, there);
    }

    private static RankPreview ForRun(Candidate candidate, int devices, bool isCommitted, RankPlan plan) => new()
    {
        Candidate = candidate.Name,
        Devices = devices,
        IsCommitted = isCommitted,
        StepSeconds = plan.Forecast.Step.MedianSeconds,
        CommunicationSeconds = plan.Forecast.CommunicationSeconds,
        // Rounding leaves a hair below nothing.
        HiddenSeconds = Math.Max(0, plan.Forecast.HiddenSeconds),
        Plan = plan.Plan,
    };
}
