using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Programs;

/// <summary>A job on race.sh, and what its runs come to whatever happens to their devices.</summary>
internal static class RaceOfPrograms
{
    public const long Steps = 600;

    public static JobSpec Spec(params int[] halves) => new()
    {
        Name = "programs",
        Workload = new WorkloadReference
        {
            Name = "race.sh",
            Program = new ProgramReference
            {
                Command = ["bash", Path.Combine(SourceTree.Root, "tests", "AutoSelect.Host.Tests", "Programs", "race.sh"), "{half}"],
                Metric = "value",
                Direction = Direction.Maximize,
                PatienceSeconds = 60,
            },
        },
        Objective = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "value", Direction = Direction.Maximize, Target = 900 },
        Candidates =
        [
            .. halves.Select(half => new Candidate
            {
                Name = $"half{half}",
                Strategy = "program",
                BatchSize = 1,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
                Seed = 3,
                Arguments = ImmutableSortedDictionary<string, string>.Empty.Add("half", $"{half}"),
            }),
        ],
        Baseline = $"half{halves[0]}",
        Probe = new ProbeBudget { Devices = 2, Price = 0 },
        Checkpoints = new CheckpointPolicy { EverySeconds = .3 },
        Seed = 3,
        TrainingExamples = (int)Steps,
    };

    /// <summary>That every point is the one of its step, however often a run was interrupted, and that no step was left out.</summary>
    public static void CheckCurves(JobRecord record)
    {
        foreach (var trial in record.Trials)
        {
            var half = long.Parse(trial.Candidate.Arguments["half"], CultureInfo.InvariantCulture);
            Assert.Equal(Enumerable.Range(1, trial.Curve.Length).Select(i => 10L * i), trial.Curve.Select(p => p.Step));
            Assert.All(trial.Curve, p => Assert.Equal(
                (p.Step * 1000 / (p.Step + half), CountedState.After(p.Step)), (p.Value, p.TrainingLoss)));
        }
    }

    /// <summary>
    /// That the winner's file holds its state after its last point or a few steps later, as an uninterrupted run would have it.
    /// </summary>
    public static void CheckAnswer(JobRecord record, string file)
    {
        var steps = long.Parse(file.Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(steps, record[record.Outcome!.Winner!.Value].Curve[^1].Step, Steps);
        Assert.Equal($"{steps} {CountedState.After(steps)}\n", file);
    }
}
