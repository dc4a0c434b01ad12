using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.Tests;

/// <summary>Builds trials with simulated curves.</summary>
internal static class Evidence
{
    public const long Horizon = 1000;

    public static Candidate Candidate(string name, ScheduleKind schedule = ScheduleKind.Constant) => new()
    {
        Name = name,
        Strategy = name.Split('-')[0],
        BatchSize = 128,
        Schedule = new LearningRateSchedule { Kind = schedule, HorizonEpochs = 10, WarmupFraction = 0 },
        Seed = 1,
    };

    /// <summary>A trial evaluated every 10 steps up to a step.</summary>
    /// <param name="curve">Value at a fraction of the horizon.</param>
    public static TrialEvidence Trial(
        int index, long step, Func<double, double> curve, double secondsPerStep = 0.08, TrialState state = TrialState.Running,
        ScheduleKind schedule = ScheduleKind.Constant, double noise = 0)
    {
        var numbers = new SeededNumbers((ulong)index + 17);
        var points = Enumerable.Range(1, (int)(step / 10)).Select(i => i * 10L)
            .Select(s => Point(s, curve((double)s / Horizon) + noise * numbers.Normal(), s * secondsPerStep));
        return new TrialEvidence
        {
            Trial = TrialId.At(index),
            Candidate = Candidate($"s{index + 1}", schedule),
            State = state,
            Curve = [.. points],
            HorizonSteps = Horizon,
            StepsPerEpoch = 100,
            StepTime = new StepTimeForecast(secondsPerStep, 0.05, 0),
            ChargedSeconds = step * secondsPerStep,
            Step = step,
        };
    }

    public static CurvePoint Point(long step, double value, double seconds = 0) => new()
    {
        Step = step,
        DeviceSeconds = seconds,
        EvaluationSeconds = 0,
        OverheadSeconds = 0,
        Value = value,
        TrainingLoss = 0,
    };

    public static SelectionInput Input(Objective objective, int rung, params IEnumerable<TrialEvidence> trials)
    {
        var all = trials.ToImmutableArray();
        return new SelectionInput
        {
            Objective = objective,
            Confidence = 0.9,
            Probe = new ProbeBudget(),
            Rung = rung,
            ElapsedSeconds = all.Sum(t => t.ChargedSeconds) / 2,
            Devices = 2,
            Trials = all,
            Seed = 7,
            Evaluation = new EvaluationPolicy { PerEpoch = 10 },
        };
    }

    /// <summary>An accuracy that rises from .1 to a level, half-way there at a fraction of the horizon.</summary>
    public static Func<double, double> Rising(double level, double half = 0.05) => x => level - (level - 0.1) * half / (half + x);
}
