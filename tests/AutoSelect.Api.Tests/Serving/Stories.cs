using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests;

/// <summary>What happens to a small job of two candidates, after it was submitted.</summary>
internal static class Stories
{
    public static readonly TrialId First = new("t01");
    public static readonly TrialId Second = new("t02");

    public static JobSpec Spec { get; } = new()
    {
        Name = "toy",
        Workload = new WorkloadReference { Name = "toy-mlp" },
        Objective = new Objective
        {
            Kind = ObjectiveKind.FastestTo,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            Target = 0.9,
        },
        Candidates = [Candidate("nadamw"), Candidate("sgd")],
        Baseline = "nadamw-b64",
        Seed = 1,
        TrainingExamples = 6400,
    };

    /// <summary>The same for clients that train elsewhere.</summary>
    public static JobSpec Elsewhere(JobSpec spec) => spec with
    {
        Workload = new WorkloadReference
        {
            Name = "rings",
            Program = new ProgramReference
            {
                Command = [],
                Metric = "accuracy",
                Direction = Direction.Maximize,
                PatienceSeconds = 30,
                IsElsewhere = true,
            },
        },
        Candidates = [.. spec.Candidates.Select(c => c with
        {
            Arguments = ImmutableSortedDictionary<string, string>.Empty.Add("lr", "0.1").Add("name", "\"a\""),
        })],
    };

    /// <summary>Both train; the first one has points and a checkpoint, and both were forecast.</summary>
    /// <param name="folder">Of the job.</param>
    /// <param name="points">Of the first trial.</param>
    public static IEnumerable<JobChange> Trained(string folder, int points = 5)
    {
        var numbers = ImmutableSortedDictionary<string, double>.Empty.Add("seconds", double.PositiveInfinity);
        ImmutableArray<Decision> decisions =
        [
            new() { Trial = First, Kind = DecisionKind.Continue, Reason = "nothing is known", Numbers = numbers },
            new() { Trial = Second, Kind = DecisionKind.Continue, Reason = "nothing is known" },
        ];
        yield return new JobDecided(Rung(decisions), null);
        yield return Start(First, "here-cpu0");
        yield return Start(Second, "here-cpu1");
        var checkpoint = new Checkpoint { Uri = CheckpointPath(folder), Step = 10 * points, Bytes = 7 };
        yield return new SegmentReported(
            First, [.. Enumerable.Range(1, points).Select(Point)], checkpoint, null, new SegmentProgress(10 * points, points));
    }

    /// <summary>Some are judged again.</summary>
    public static JobDecided Judged(int rung, params TrialId[] trials) =>
        new(Rung([]) with { Rung = rung, Forecasts = [.. trials.Select(Forecast)] }, null);

    public static JobChange Ended(string folder) => new JobEnded(JobPhase.Completed, new Outcome
    {
        ObjectiveMet = true,
        Summary = "Reached.",
        Winner = First,
        Value = 0.9,
        FinalWeights = Path.Combine(folder, "final.safetensors"),
    });

    public static string CheckpointPath(string folder) => Path.Combine(folder, "checkpoints", "t01", "50.safetensors");

    private static RungRecord Rung(ImmutableArray<Decision> decisions) => new()
    {
        Rung = 0,
        DecidedAt = 0.5,
        Forecasts = [Forecast(First), Forecast(Second)],
        Decisions = decisions,
        Unit = "s",
        SpentDeviceSeconds = 0,
        Summary = "both are tried",
        NextStep = ImmutableSortedDictionary<string, long>.Empty.Add("t01", 100).Add("t02", 100),
    };

    private static CurvePoint Point(int i) => new()
    {
        Step = 10 * i,
        DeviceSeconds = i,
        EvaluationSeconds = 0,
        OverheadSeconds = 0,
        Value = i == 3 ? double.NaN : 0.5 + (0.001 * i),
        TrainingLoss = 1,
    };

    private static SegmentStarted Start(TrialId trial, string device) =>
        new(trial, new Segment { Device = new(device), LeaseToken = 1, Rung = 0, StartedAt = 1, FromStep = 0, UntilStep = 100 }, []);

    private static Candidate Candidate(string strategy) => new()
    {
        Name = $"{strategy}-b64",
        Strategy = strategy,
        BatchSize = 64,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, HorizonEpochs = 5 },
        Seed = 1,
    };

    private static Forecast Forecast(TrialId trial) => new()
    {
        Trial = trial,
        AtStep = 0,
        SecondsToTarget = Quantiles(20, double.PositiveInfinity),
        ProbabilityOfTarget = 0.9,
        FinalValue = Quantiles(0.8, 0.95),
        FinalAtSeconds = 100,
        ProbabilityOfBest = 0.5,
        ExpectedRegret = 1,
        SecondsPerStep = 0.1,
    };

    private static Quantiles Quantiles(double low, double high) => new() { P05 = low, P25 = low, P50 = low, P75 = high, P95 = high };
}
