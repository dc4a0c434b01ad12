using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

/// <summary>One change of every kind, filled as far as it can be.</summary>
internal static class ChangeSamples
{
    private static readonly Checkpoint Checkpoint = new()
    {
        Uri = "/jobs/a/100.safetensors",
        Step = 100,
        Bytes = 1234,
        Sha256 = new string('a', 64),
        Before = new() { Uri = "/jobs/a/50.safetensors", Step = 50, Bytes = 1234 },
    };

    public static IReadOnlyList<JobChange> All { get; } =
    [
        new JobSubmitted(new JobId("a-1"), Samples.Spec("a"), "/jobs/a-1", "s3://bucket/jobs/a-1?region=eu-west-1"),
        new JobImported(Samples.Record(new JobId("a-1"))),
        new JobRequested(JobRequest.CommitTo(TrialId.At(1), "because \"I\" said so: ü €")),
        new ObjectiveChanged(Samples.Spec("a").Objective with { DeadlineSeconds = 7200.5 }),
        new CandidatesAdded(new CandidateAddition { Candidates = Samples.Spec("a").Candidates, StepTimes = Samples.Spec("a").StepTimes }),
        new SegmentStarted(TrialId.At(0), Samples.Segment(12), [Samples.Device("node1-cpu0")]),
        new SegmentReported(
            TrialId.At(0),
            [Samples.Point(1), Samples.Point(2) with { Value = double.NaN, TrainingLoss = double.PositiveInfinity }],
            Checkpoint,
            new StepTime { Steps = 3, LowerQuartileSeconds = 0.1, MeanSeconds = 0.2, StandardErrorSeconds = 0.01 },
            new SegmentProgress(2, 1, 2, 3),
            "the bucket is full"),
        new SegmentEnded(
            TrialId.At(0), SegmentEnd.DeviceLost, "it fell silent", new SegmentProgress(7, 1.5),
            TrialState.Paused, "its device was lost", 1, [12, 13]),
        new MemberEnded(TrialId.At(0), 13),
        new TrialBranched(TrialId.At(1), TrialId.At(0), Checkpoint, "it continues"),
        new CheckpointGivenUp(TrialId.At(1), Checkpoint.Before, "its SHA-256 is another"),
        new TrialEnded(TrialId.At(1), TrialState.Stopped, "given up"),
        new JobDecided(Samples.Rung, Samples.Commit),
        new DecisionFailed(2, "it threw", 33.5),
        new ExportBegun(TrialId.At(1), "the target is reached"),
        new JobPaused(),
        new JobHeld("waits: project vision has 4 of 4 jobs running"),
        new JobAdmitted(),
        new JobEnded(
            JobPhase.Completed,
            new Outcome { ObjectiveMet = true, Summary = "done", Winner = TrialId.At(1), Value = 0.9, FinalWeights = "/x" }),
        new HookTold(HookState.GivenUp, 8, "hooks.example answered 500"),
    ];
}
