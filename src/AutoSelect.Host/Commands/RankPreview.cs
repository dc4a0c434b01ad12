using AutoSelect.Contracts;
using AutoSelect.Host.JobFiles;
using AutoSelect.Host.Reports;
using AutoSelect.Performance;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Host.Commands;

/// <summary>What a step of a candidate is forecast to take on several devices.</summary>
internal sealed record RankPreview
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
    public static IEnumerable<RankPreview> Of(JobPlan plan, TrialEvidence trial, StepTimeModel model, SharedSteps shared)
    {
        var candidate = trial.Candidate;
        if (candidate.Ranks > 1)
            yield return Of(candidate, candidate.Ranks, isCommitted: false, shared.Exchanging(candidate, model.Predict(PlannedTrials.Question(plan, candidate, candidate.Ranks)), candidate.Ranks));
        if (trial.Committed is { } run && shared.Carried(candidate, trial.StepTime, candidate.Ranks, run.Ranks) is { } there)
            yield return Of(candidate, run.Ranks, isCommitted: true, there);
    }

    public static void Write(TextWriter output, IReadOnlyCollection<RankPreview> previews, string transport, long gradientBytes)
    {
        output.WriteLine();
        output.WriteLine($"On several devices, over links as measured just now ({transport}):");
        TextTable.Write(output, ["candidate", "devices", "step time", "communication", "hidden", "exchange"], previews.Select(p => new[]
        {
            p.Candidate + (p.IsCommitted ? " once committed" : ""), p.Devices.ToString(), Say.StepTime(p.StepSeconds), Say.StepTime(p.CommunicationSeconds), Say.StepTime(p.HiddenSeconds), Words(p.Plan, gradientBytes),
        }));
    }

    private static string Words(ExchangePlan plan, long gradientBytes)
    {
        var when = plan.Overlap switch { ExchangeOverlap.None => "after the passes", ExchangeOverlap.Backward => "beside the backward pass", _ => "beside both passes" };
        var what = plan.BucketBytes >= gradientBytes ? "all at once" : plan.BucketBytes == 1 ? "layer by layer" : $"{Quantities.Size(plan.BucketBytes)} at a time";
        return $"{when}, {what}{(plan.Hierarchy.IsDefaultOrEmpty ? "" : $", rings of {string.Join(" x ", plan.Hierarchy)}")}";
    }

    private static RankPreview Of(Candidate candidate, int devices, bool isCommitted, RankPlan plan) => new()
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
