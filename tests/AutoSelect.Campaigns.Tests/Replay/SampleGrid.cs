using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Replay;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Tests.Replay;

/// <summary>
/// Nine widths, the best of which is 6; "sgd" comes nearer to what a width can give than "nadamw", the baseline, and as fast.
/// </summary>
internal static class SampleGrid
{
    public const int Steps = 40;

    public static RecordedGrid Whole { get; } = new(Recorded(), Jobs());

    /// <summary>The grid with another job at a point.</summary>
    public static RecordedGrid With(JobRecord job) => new(Recorded(), Jobs().ToImmutableDictionary().SetItem(job.Id, job));

    public static CampaignRecord Recorded()
    {
        var campaign = Sample.Begun(Sample.Spec with { Jobs = 9, Goal = CampaignGoal.Value, Search = SearchKind.Grid });
        for (var i = 0; i < 9; i++)
            campaign = campaign.With(Sample.Proposed(i, $"{i + 1}"), new PointSubmitted(i, Id(i)), new PointEnded(i, Sample.Result(null)));
        return campaign;
    }

    public static Dictionary<JobId, JobRecord> Jobs() => Enumerable.Range(0, 9).ToDictionary(Id, i => Job(i + 1));

    public static JobId Id(int point) => new($"widths-{point + 1:0000}-1");

    public static JobRecord Job(int width)
    {
        ImmutableArray<Candidate> candidates = [Sample.Arm("nadamw"), Sample.Arm("sgd")];
        return new JobRecord
        {
            Id = Id(width - 1),
            Spec = new JobSpec
            {
                Name = "widths",
                Workload = new WorkloadReference { Name = "fashion-mnist-mlp" },
                Objective = new Objective
                {
                    Kind = ObjectiveKind.BestBy,
                    Metric = "accuracy",
                    Direction = Direction.Maximize,
                    DeadlineSeconds = 1000,
                },
                Candidates = candidates,
                Baseline = candidates[0].Name,
                TrainingExamples = 1000,
                Seed = 1,
            },
            Phase = JobPhase.Completed,
            StartedAt = DateTimeOffset.UnixEpoch,
            ElapsedSeconds = 2 * Steps,
            Folder = "recorded",
            Trials =
            [
                .. candidates.Select((c, i) => new Trial
                {
                    Id = TrialId.At(i), Candidate = c, State = TrialState.Completed, HorizonSteps = Steps, Curve = Curve(width, c.Strategy),
                }),
            ],
            Version = 1,
        };
    }

    public static ImmutableArray<CurvePoint> Curve(int width, string strategy)
    {
        var best = 0.9 - 0.04 * Math.Abs(width - 6) - (strategy == "sgd" ? 0 : 0.01);
        return [.. Enumerable.Range(1, Steps).Select(i => Point(i, best * (1 - Math.Exp(-0.15 * i))))];
    }

    public static CurvePoint Point(double at, double value) => new()
    {
        Step = (long)at,
        DeviceSeconds = at,
        EvaluationSeconds = 0,
        OverheadSeconds = 0,
        Value = value,
        TrainingLoss = double.NaN,
    };
}
