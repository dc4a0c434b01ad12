using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

/// <summary>Jobs and events that were made up for tests of stores.</summary>
internal static class Samples
{
    public static DateTimeOffset Start { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static JobSpec Spec(string name) => new()
    {
        Name = name,
        Workload = new WorkloadReference { Name = "spiral" },
        Objective = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "accuracy", Direction = Direction.Maximize, Target = 0.9 },
        Candidates = [Candidate("sgd"), Candidate("kfac")],
        Baseline = "sgd",
        Seed = 1,
        TrainingExamples = 1000,
    };

    public static JobSummary Summary(JobId id, JobPhase phase = JobPhase.Probing) => new()
    {
        Id = id,
        Name = "name",
        Phase = phase,
        SubmittedAt = Start,
        UpdatedAt = Start.AddMinutes(1),
        ElapsedSeconds = 60,
        Workload = "spiral",
        Objective = Spec("name").Objective,
        Candidates = 2,
        Folder = "/jobs",
        ChargedSeconds = 12.5,
        ProbeSeconds = 0,
    };

    public static JobEvent Submitted(JobId id, JobSpec spec) => Event(1, new JobSubmitted(id, spec, $"/jobs/{id}"));

    public static JobEvent Event(long number, JobChange change) => new(number, Start.AddSeconds(number), number, change);

    /// <summary>A report as a device sends it.</summary>
    public static JobEvent Report(long number, int points = 1) => Event(number, new SegmentReported(
        TrialId.At(0), [.. Enumerable.Range(1, points).Select(i => Point(number * 100 + i))], null, null,
        new SegmentProgress(number * 100 + points, 12.34567)));

    public static CurvePoint Point(long step) => new()
    {
        Step = step,
        DeviceSeconds = step * 0.123456789,
        EvaluationSeconds = step * 0.0123456789,
        OverheadSeconds = 0.456789,
        Value = 0.8123456789,
        AveragedValue = 0.8234567891,
        TrainingLoss = 0.456789123,
        CpuSeconds = step * 0.12345,
    };

    /// <summary>A job with a curve, segments, a rung and a commit.</summary>
    public static JobRecord Record(JobId id, JobPhase phase = JobPhase.Committed) => new()
    {
        Id = id,
        Spec = Spec("name"),
        Phase = phase,
        StartedAt = Start,
        ElapsedSeconds = 60,
        Folder = $"/jobs/{id}",
        Trials =
        [
            Trial(0, "sgd") with
            {
                State = TrialState.Paused,
                Curve = [Point(10), Point(20)],
                Segments = [Segment(3_000_001) with { EndedAt = 20 }],
            },
            Trial(1, "kfac") with { State = TrialState.Committed, Curve = [Point(10)], Segments = [Segment(3_000_002)] },
        ],
        Rungs = [Rung],
        Commits = [Commit],
        Notice = "waiting",
    };

    public static Segment Segment(long token) => new()
    {
        Device = new DeviceId("node1-cpu0"),
        LeaseToken = token,
        Rung = 0,
        StartedAt = 1,
        FromStep = 0,
        ToStep = 20,
        UntilStep = 40,
        DeviceSeconds = 10,
        Peers = [new SegmentMember(new DeviceId("node1-cpu1"), token + 10)],
    };

    public static Forecast Forecast { get; } = new()
    {
        Trial = TrialId.At(1),
        AtStep = 20,
        SecondsToTarget = new Quantiles { P05 = 1, P25 = 2, P50 = 3, P75 = 4, P95 = double.PositiveInfinity },
        FinalValue = new Quantiles { P05 = 0.1, P25 = 0.2, P50 = 0.3, P75 = 0.4, P95 = 0.5 },
        FinalAtSeconds = 100,
        ProbabilityOfBest = 0.7,
        ExpectedRegret = double.NaN,
        Families = ImmutableSortedDictionary<string, double>.Empty.Add("power", 0.25),
        SecondsPerStep = 0.1,
    };

    public static RungRecord Rung { get; } = new()
    {
        Rung = 0,
        DecidedAt = 30,
        Forecasts = [Forecast],
        Decisions = [new Decision { Trial = TrialId.At(1), Kind = DecisionKind.Commit, Reason = "it is better" }],
        Unit = "s",
        ExpectedSaving = 1,
        PriceOfSaving = 2,
        SpentDeviceSeconds = 20,
        Summary = "committed",
        NextStep = ImmutableSortedDictionary<string, long>.Empty.Add("t02", 100),
        Basis = new DecisionBasis { Event = 7, Clock = 30, Devices = 2, Policy = "insured", PolicyVersion = 1 },
    };

    public static Commit Commit { get; } = new()
    {
        Winner = TrialId.At(1),
        RunnerUp = TrialId.At(0),
        Rung = 0,
        At = 30,
        Forecast = Forecast,
        Reason = "it is better",
    };

    public static DeviceDescription Device(string id) => new()
    {
        Id = new DeviceId(id),
        Kind = DeviceKind.Cpu,
        Index = 0,
        Model = "a processor",
        Host = "node1",
        Bf16 = new Bf16Speed(2, 3),
    };

    private static Trial Trial(int index, string name) =>
        new() { Id = TrialId.At(index), Candidate = Candidate(name), State = TrialState.Waiting, HorizonSteps = 100 };

    private static Candidate Candidate(string name) => new()
    {
        Name = name,
        Strategy = name,
        BatchSize = 10,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, HorizonEpochs = 1 },
        Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("lr", 0.1),
        Seed = 1,
    };
}
