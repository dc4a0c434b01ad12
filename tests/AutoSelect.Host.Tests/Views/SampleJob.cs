using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Tests;

/// <summary>The events of a small job by hand: two candidates, one rung, a commit, the target.</summary>
internal static class SampleJob
{
    private static readonly TrialId First = new("t01");
    private static readonly TrialId Second = new("t02");

    public static readonly JobSpec Spec = new()
    {
        Name = "toy",
        Workload = new WorkloadReference { Name = "toy-mlp" },
        Objective = new Objective
        {
            Kind = ObjectiveKind.FastestTo,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            Target = 0.9,
            DeadlineSeconds = 600,
        },
        Candidates = [Candidate("nadamw"), Candidate("sgd")],
        Baseline = "nadamw-b64",
        Seed = 1,
        TrainingExamples = 6400,
    };

    public static readonly DateTimeOffset StartedAt = new(2026, 11, 20, 9, 30, 0, TimeSpan.Zero);

    public static SampleStory Submitted { get; } = new SampleStory([]).Then(0, new JobSubmitted(new JobId("toy"), Spec, "/store/jobs/toy"));

    public static SampleStory Started { get; } = Submitted
        .Then(0.5, new JobDecided(
            Rung(
                0, 0.5, "both are tried",
                Decide(First, DecisionKind.Continue, "nothing is known"), Decide(Second, DecisionKind.Continue, "nothing is known")),
            null))
        .Then(0.6, Start(First, "here-cpu0", 0.6, 0, 0))
        .Then(0.7, Start(Second, "here-cpu1", 0.7, 0, 0));

    public static SampleStory Probed { get; } = Started
        .Then(9, End(Second, 100, 8.3, 9, 0.71, SegmentEnd.BudgetReached, TrialState.Paused, checkpoint: 3 << 19))
        .Then(10, End(First, 100, 9.4, 10, 0.82, SegmentEnd.BudgetReached, TrialState.Paused, checkpoint: 3 << 19));

    public static SampleStory Committed { get; } = Probed
        .Then(11.2, new JobDecided(
            Rung(
                1, 11.2, "nadamw is ahead",
                Decide(First, DecisionKind.Commit, "is the best with 96 %"), Decide(Second, DecisionKind.Stop, "is the best with 4 %")) with
            {
                Forecasts = [Forecast(First, 20, 0.96), Forecast(Second, 60, 0.04)],
            },
            new Commit
            {
                Winner = First,
                Rung = 1,
                At = 11.2,
                Forecast = Forecast(First, 20, 0.96),
                Reason = "the regret is below the cost",
            }))
        .Then(11.3, Start(First, "here-cpu0", 11.3, 100, 1));

    public static SampleStory Arrived { get; } =
        Committed.Then(30.5, End(First, 200, 19.2, 30.5, 0.9034, SegmentEnd.TargetReached, TrialState.Committed, checkpoint: 3 << 19));

    public static SampleStory Completed { get; } = Arrived.Then(31, new JobEnded(JobPhase.Completed, Reached));

    public static SampleStory Missed { get; } = Arrived.Then(31, new JobEnded(JobPhase.Completed, Reached with
    {
        ObjectiveMet = false,
        Summary = "The target was not reached.",
        SecondsToTarget = null,
    }));

    public static SampleStory Paused { get; } = Probed.Then(10.5, new JobRequested(JobRequest.Pause())).Then(11, new JobPaused());

    public static SampleStory Failed { get; } = Started
        .Then(3, End(First, 100, 2.4, 3, double.NaN, SegmentEnd.Diverged, TrialState.Failed, null, "the loss was NaN at step 100"))
        .Then(3, End(Second, 100, 2.3, 3, double.NaN, SegmentEnd.Diverged, TrialState.Failed, null, "the loss was NaN at step 100"))
        .Then(11, new JobEnded(JobPhase.Failed, new Outcome { ObjectiveMet = false, Summary = "All 2 candidates failed." }));

    public static IReadOnlyList<SampleStory> Whole => [Submitted, Started, Started, Probed, Committed, Completed];

    private static Outcome Reached => new()
    {
        ObjectiveMet = true,
        Summary = "nadamw-b64 reached accuracy 0.9 after 30.5 s.",
        Winner = First,
        Value = 0.9034,
        TestValue = 0.8991,
        SecondsToTarget = 30.5,
        FinalWeights = "/store/jobs/toy/final.safetensors",
    };

    private static Candidate Candidate(string strategy) => new()
    {
        Name = $"{strategy}-b64",
        Strategy = strategy,
        BatchSize = 64,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, HorizonEpochs = 5 },
        Seed = 1,
    };

    private static SegmentStarted Start(TrialId trial, string device, double at, long from, int rung) =>
        new(trial, new Segment { Device = new(device), LeaseToken = 1, Rung = rung, StartedAt = at, FromStep = from, ToStep = from }, []);

    private static IEnumerable<JobChange> End(
        TrialId trial, long step, double seconds, double trained, double value, SegmentEnd end, TrialState state, long? checkpoint,
        string reason = "")
    {
        var progress = new SegmentProgress(step, seconds, 0, 0);
        var point = new CurvePoint
        {
            Step = step,
            DeviceSeconds = trained,
            EvaluationSeconds = 0,
            OverheadSeconds = 0,
            Value = value,
            TrainingLoss = 1,
        };
        var path = $"/store/jobs/toy/checkpoints/{trial}/{step}";
        var saved = checkpoint is { } bytes ? new Checkpoint { Uri = path, Step = step, Bytes = bytes } : null;
        yield return new SegmentReported(trial, [point], saved, null, progress);
        yield return new SegmentEnded(trial, end, reason, progress, state, reason, 0, []);
    }

    private static RungRecord Rung(int rung, double at, string summary, params ImmutableArray<Decision> decisions) => new()
    {
        Rung = rung,
        DecidedAt = at,
        Forecasts = [],
        Decisions = decisions,
        Unit = "s",
        ExpectedSaving = 1.25,
        PriceOfSaving = 9,
        SpentDeviceSeconds = 0,
        Summary = summary,
        Basis = new DecisionBasis { Event = 1, Clock = at, Devices = 2, Policy = "insured", PolicyVersion = 1 },
        NextStep = decisions.Where(d => d.Kind is DecisionKind.Continue or DecisionKind.Commit)
            .ToImmutableSortedDictionary(d => d.Trial.Value, _ => 500L),
        Horizon = rung == 0 ? ImmutableSortedDictionary<string, long>.Empty
            : ImmutableSortedDictionary<string, long>.Empty.Add("t01", 100).Add("t02", 100),
    };

    private static Decision Decide(TrialId trial, DecisionKind kind, string reason) =>
        new() { Trial = trial, Kind = kind, Reason = reason, Numbers = Never };

    private static ImmutableSortedDictionary<string, double> Never =>
        ImmutableSortedDictionary<string, double>.Empty.Add("seconds", double.PositiveInfinity);

    private static Forecast Forecast(TrialId trial, double seconds, double best) => new()
    {
        Trial = trial,
        AtStep = 100,
        SecondsToTarget = new Quantiles
        {
            P05 = seconds * 0.7,
            P25 = seconds * 0.9,
            P50 = seconds,
            P75 = seconds * 1.2,
            P95 = double.PositiveInfinity,
        },
        ProbabilityOfTarget = 0.9,
        FinalValue = new Quantiles { P05 = 0.88, P25 = 0.89, P50 = 0.9, P75 = 0.91, P95 = 0.92 },
        FinalAtSeconds = 100,
        ProbabilityOfBest = best,
        ExpectedRegret = 1,
        SecondsPerStep = 0.1,
    };
}
