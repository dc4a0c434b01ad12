using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Grains.Tests;

/// <summary>An insured job that both interpreters play, and what its record must say then. The baseline is "base".</summary>
internal sealed record RaceScenario
{
    /// <summary>Steps of every run; an evaluation every tenth.</summary>
    private const long Horizon = 1000;

    public required ImmutableArray<RecordedCurve> Curves { get; init; }

    public required SimulatedConditions Conditions { get; init; }

    public required Action<JobRecord> Check { get; init; }

    /// <summary>An accuracy that rises from .1 to a level, half-way there at a share of the run; batches of 8.</summary>
    public static RecordedCurve Rising(string name, double level, double half = .05, double secondsPerStep = .1)
    {
        var steps = Enumerable.Range(1, (int)Horizon / 10).Select(n => n * 10L).ToImmutableArray();
        return new RecordedCurve
        {
            Candidate = name,
            Algorithm = name,
            Problem = "simulated",
            Metric = "accuracy",
            DirectionName = "maximize",
            StepHint = Horizon,
            BatchSize = 8,
            Steps = steps,
            Seconds = [.. steps.Select(s => s * secondsPerStep)],
            Values = [.. steps.Select(s => (double?)(level - (level - .1) * half / (half + (double)s / Horizon)))],
        };
    }

    /// <summary>The run with a value that is not finite from a point on.</summary>
    public static RecordedCurve Diverging(RecordedCurve curve, int point) =>
        curve with { Values = [.. curve.Values.Select((v, i) => i < point ? v : null)] };

    /// <summary>Value of a recorded run after some seconds.</summary>
    public static double ValueAt(RecordedCurve curve, double seconds) =>
        curve.Values[Math.Max(0, curve.Seconds!.Value.TakeWhile(s => s <= seconds + 1e-9).Count() - 1)]!.Value;

    /// <summary>Seconds after which a recorded run is at a target.</summary>
    public static double SecondsTo(RecordedCurve curve, double target) =>
        curve.Seconds!.Value[curve.Values.TakeWhile(v => v < target).Count()];
}
