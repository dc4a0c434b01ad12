using System.Collections.Immutable;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Tests;

/// <summary>A small campaign and its parts.</summary>
internal static class Sample
{
    public const string Job = """
        workload: fashion-mnist-mlp
        objective: { fastest_to: 0.8 }
        candidates: [nadamw, sgd]
        batchSizes: [128]
        epochs: 4
        """;

    public static CampaignSpec Spec { get; } = new()
    {
        Name = "widths",
        Space = new CampaignSpace([new CampaignParameter { Key = "workload.options.hidden", Minimum = 1, Maximum = 9, IsInteger = true }]),
        Template = Job,
        Search = SearchKind.Random,
        Jobs = 3,
        Goal = CampaignGoal.Time,
        Stop = null,
    };

    public static Candidate Arm(string strategy) => new()
    {
        Name = $"{strategy}-b128",
        Strategy = strategy,
        BatchSize = 128,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, HorizonEpochs = 4 },
        Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("learningRate", 0.1),
        Seed = 1,
    };

    public static CampaignRecord Begun(CampaignSpec spec) => Record(new CampaignBegun(spec, ""));

    public static CampaignRecord Record(params CampaignChange[] changes) =>
        CampaignFold.FromEvents(changes.Select((c, i) => new CampaignEvent(i + 1, DateTimeOffset.UnixEpoch, c)))!;

    public static CampaignRecord With(this CampaignRecord record, params CampaignChange[] changes) => changes.Aggregate(
        record, (r, c) => CampaignFold.Apply(r, new CampaignEvent(r.Version + 1, DateTimeOffset.UnixEpoch, c)));

    public static PointResult Result(double? seconds, string? winner = null, double deviceSeconds = 10, params string[] tookPart) => new()
    {
        Phase = JobPhase.Completed,
        Summary = "",
        Direction = Direction.Maximize,
        ObjectiveMet = seconds is not null,
        Value = 0.8,
        SecondsToTarget = seconds,
        Seconds = seconds ?? 60,
        DeviceSeconds = deviceSeconds,
        Winner = winner,
        WinnerName = winner,
        TookPart = [.. tookPart],
    };

    public static PointProposed Proposed(int point, string value, ProbeChoice? probe = null) => new(point, [value], Job, probe);
}
