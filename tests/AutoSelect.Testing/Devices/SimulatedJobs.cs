using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>Job specifications for simulated devices: 100 steps an epoch, 1,000 steps a run.</summary>
public static class SimulatedJobs
{
    public static Candidate Candidate(string name, string strategy = "sgd") => new()
    {
        Name = name,
        Strategy = strategy,
        BatchSize = 10,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 10 },
        Seed = 1,
    };

    public static JobSpec BestAtHorizon(params string[] candidates) => Spec(candidates, new Objective
    {
        Kind = ObjectiveKind.Tradeoff,
        Metric = "accuracy",
        Direction = Direction.Maximize,
        SecondsPerUnit = 1000,
    });

    public static JobSpec FastestTo(double target, params string[] candidates) => Spec(candidates, new Objective
    {
        Kind = ObjectiveKind.FastestTo,
        Metric = "accuracy",
        Direction = Direction.Maximize,
        Target = target,
    });

    /// <summary>The same for clients that train elsewhere.</summary>
    public static JobSpec Elsewhere(this JobSpec spec, bool resumes = true) => spec with
    {
        Workload = new WorkloadReference
        {
            Name = "elsewhere",
            Program = new ProgramReference
            {
                Command = [],
                Metric = spec.Objective.Metric,
                Direction = spec.Objective.Direction,
                PatienceSeconds = 600,
                CanResume = resumes,
                IsElsewhere = true,
            },
        },
    };

    private static JobSpec Spec(string[] candidates, Objective objective) => new()
    {
        Name = "simulated",
        Workload = new WorkloadReference { Name = "simulated" },
        Objective = objective,
        Candidates = [.. candidates.Select(c => Candidate(c))],
        Baseline = candidates[0],
        // Decides by steps alone: what an insured race does depends on how fast the machine of the test is.
        Policy = "successive-halving",
        Seed = 1,
        TrainingExamples = 1000,
    };

    /// <summary>A segment of ten steps, for tests of how work travels rather than of what it does.</summary>
    public static SegmentAssignment Segment(long token) => new()
    {
        Job = new JobId("job"),
        Trial = TrialId.At(0),
        LeaseToken = token,
        Candidate = Candidate("wide"),
        Workload = new WorkloadReference { Name = "simulated" },
        Evaluation = new EvaluationPolicy(),
        UntilStep = 10,
        CheckpointEverySeconds = 1,
        Folder = "",
        HorizonSteps = 10,
        Direction = Direction.Maximize,
        Rung = 0,
    };
}
