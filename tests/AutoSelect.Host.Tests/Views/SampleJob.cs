using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Tests;

/// <summary>The records of a small job by hand: two candidates, one rung, a commit, the target.</summary>
internal static class SampleJob
{
    private static readonly TrialId First = new("t01");
    private static readonly TrialId Second = new("t02");

    public static readonly JobSpec Spec = new()
    {
        Name = "toy",
        Workload = new WorkloadReference { Name = "toy-mlp" },
        Objective = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "accuracy", Direction = Direction.Maximize, Target = 0.9, DeadlineSeconds = 600 },
        Candidates = [Candidate("nadamw"), Candidate("sgd")],
        Baseline = "nadamw-b64",
        Seed = 1,
        TrainingExamples = 6400,
    };

    public static JobRecord Submitted { get; } = new()
    {
        Id = new JobId("toy"),
        Spec = Spec,
        Phase = JobPhase.Submitted,
        StartedAt = new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.Zero),
        ElapsedSeconds = 0,
        Trials = [Waiting(First, 0), Waiting(Second, 1)],
        Folder = "/store/jobs/toy",
    };

    public static JobRecord Started { get; } = Submitted with
    {
        Phase = JobPhase.Probing,
        ElapsedSeconds = 1.5,
        Rungs = [Rung(0, 0.5, "both are tried", Decide(First, DecisionKind.Continue, "nothing is known"), Decide(Second, DecisionKind.Continue, "nothing is known"))],
        Trials = [Run(Waiting(First, 0), "here-cpu0", 0.6), Run(Waiting(Second, 1), "here-cpu1", 0.7)],
    };

    public static JobRecord Probed { get; } = Started with
    {
        ElapsedSeconds = 11,
        CheckpointBytes = 3 << 20,
        Trials = [End(Started.Trials[0], 10, 0.82, SegmentEnd.BudgetReached, TrialState.Running), End(Started.Trials[1], 9, 0.71, SegmentEnd.BudgetReached, TrialState.Running)],
    };

    public static JobRecord Committed { get; } = Probed with
    {
        Phase = JobPhase.Committed,
        ElapsedSeconds = 12,
        Rungs =
        [
            .. Probed.Rungs,
            Rung(1, 11.2, "nadamw is ahead", Decide(First, DecisionKind.Commit, "is the best with 96 %"), Decide(Second, DecisionKind.Stop, "is the best with 4 %"))
                with { Forecasts = [Forecast(First, 20, 0.96), Forecast(Second, 60, 0.04)] },
        ],
        Commits = [new Commit { Winner = First, RunnerUp = null, Rung = 1, At = 11.2, Forecast = Forecast(First, 20, 0.96), Reason = "the regret is below the cost" }],
        Trials =
        [
            Probed.Trials[0] with { State = TrialState.Committed, Segments = [.. Probed.Trials[0].Segments, Segment("here-cpu0", 11.3, 100, 1)] },
            Probed.Trials[1] with { State = TrialState.Stopped, Reason = "is the best with 4 %" },
        ],
    };

    public static JobRecord Completed { get; } = Committed with
    {
        Phase = JobPhase.Completed,
        ElapsedSeconds = 31,
        Trials = [End(Committed.Trials[0], 30.5, 0.9034, SegmentEnd.TargetReached, TrialState.Completed), Committed.Trials[1]],
        Outcome = new Outcome
        {
            ObjectiveMet = true,
            Summary = "nadamw-b64 reached accuracy 0.9 after 30.5 s.",
            Winner = First,
            Value = 0.9034,
            TestValue = 0.8991,
            SecondsToTarget = 30.5,
            FinalWeights = "/store/jobs/toy/final.safetensors",
        },
    };

    public static JobRecord Missed { get; } = Completed with { Outcome = Completed.Outcome! with { ObjectiveMet = false, Summary = "The target was not reached.", SecondsToTarget = null } };

    public static JobRecord Paused { get; } = Probed with { Phase = JobPhase.Paused, Trials = [.. Probed.Trials.Select(t => t with { State = TrialState.Paused })] };

    public static JobRecord Failed { get; } = Probed with
    {
        Phase = JobPhase.Failed,
        Trials = [.. Started.Trials.Select(t => End(t, 3, double.NaN, SegmentEnd.Diverged, TrialState.Failed) with { Reason = "the loss was NaN at step 100" })],
        Outcome = new Outcome { ObjectiveMet = false, Summary = "All 2 candidates failed." },
    };

    public static IReadOnlyList<JobRecord> Whole => [Submitted, Started, Started, Probed, Committed, Completed];

    private static Candidate Candidate(string strategy) => new()
    {
        Name = $"{strategy}-b64",
        Strategy = strategy,
        BatchSize = 64,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, HorizonEpochs = 5 },
        Seed = 1,
    };

    private static Trial Waiting(TrialId id, int candidate) =>
        new() { Id = id, Candidate = Spec.Candidates[candidate], State = TrialState.Waiting, HorizonSteps = 500 };

    private static Trial Run(Trial trial, string device, double at) => trial with { State = TrialState.Running, Segments = [Segment(device, at, 0, 0)] };

    private static Segment Segment(string device, double at, long from, int rung) =>
        new() { Device = new DeviceId(device), LeaseToken = 1, Rung = rung, StartedAt = at, FromStep = from, ToStep = from };

    private static Trial End(Trial trial, double at, double value, SegmentEnd end, TrialState state)
    {
        var segment = trial.Segments[^1];
        var step = segment.FromStep + 100;
        return trial with
        {
            State = state,
            Segments = [.. trial.Segments[..^1], segment with { EndedAt = at, ToStep = step, End = end, DeviceSeconds = at - segment.StartedAt }],
            Curve = [.. trial.Curve, new CurvePoint { Step = step, DeviceSeconds = at, EvaluationSeconds = 0, OverheadSeconds = 0, Value = value, TrainingLoss = 1 }],
        };
    }

    private static RungRecord Rung(int rung, double at, string summary, params ImmutableArray<Decision> decisions) => new()
    {
        Rung = rung,
        DecidedAt = at,
        Forecasts = [],
        Decisions = decisions,
        Unit = "s",
        RegretOfCommitting = 1.25,
        CostOfContinuing = 9,
        SpentDeviceSeconds = 0,
        Summary = summary,
        Horizon = rung == 0 ? ImmutableSortedDictionary<string, long>.Empty : ImmutableSortedDictionary<string, long>.Empty.Add("t01", 100).Add("t02", 100),
    };

    private static Decision Decide(TrialId trial, DecisionKind kind, string reason) =>
        new() { Trial = trial, Kind = kind, Reason = reason, Numbers = ImmutableSortedDictionary<string, double>.Empty.Add("seconds", double.PositiveInfinity) };

    private static Forecast Forecast(TrialId trial, double seconds, double best) => new()
    {
        Trial = trial,
        AtStep = 100,
        SecondsToTarget = new Quantiles { P05 = seconds * 0.7, P25 = seconds * 0.9, P50 = seconds, P75 = seconds * 1.2, P95 = double.PositiveInfinity },
        ProbabilityOfTarget = 0.9,
        FinalValue = new Quantiles { P05 = 0.88, P25 = 0.89, P50 = 0.9, P75 = 0.91, P95 = 0.92 },
        FinalAtSeconds = 100,
        ProbabilityOfBest = best,
        ExpectedRegret = 1,
        SecondsPerStep = 0.1,
    };
}
