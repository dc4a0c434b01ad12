using System.Collections.Immutable;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Tests;

/// <summary>Small recordings of a loss, with one second a step and a point every 10 steps.</summary>
internal static class Recordings
{
    public const double Target = 1;

    /// <summary>A run that has these losses at 10, 20, … seconds.</summary>
    public static RecordedCurve Curve(string candidate, params double[] losses) => new()
    {
        Suite = "small",
        Workload = "w",
        Family = "f",
        Problem = "p",
        Candidate = candidate,
        Algorithm = candidate.Split('/')[0],
        Metric = "loss",
        Target = Target,
        BudgetSeconds = 100,
        Steps = [.. losses.Select((_, i) => 10L * (i + 1))],
        Seconds = [.. losses.Select((_, i) => 10.0 * (i + 1))],
        Values = [.. losses.Select(l => (double?)l)],
    };

    /// <summary>A run that reaches the target after these seconds, a multiple of 10; never when 0.</summary>
    public static RecordedCurve Reaching(string candidate, int seconds) =>
        Curve(
            candidate, [.. Enumerable.Range(1, seconds == 0 ? 10 : seconds / 10).Select(i => seconds == i * 10 ? Target : 5.0 - i * 0.1)]);

    /// <summary>A run of an accuracy over 1,000 steps of .1 s, evaluated every 10, with noise where a seed is given.</summary>
    public static RecordedCurve Smooth(string name, Func<double, double> values, int noiseSeed = 0)
    {
        var numbers = new SeededNumbers((ulong)noiseSeed);
        var steps = Enumerable.Range(1, 100).Select(i => i * 10L).ToImmutableArray();
        return new RecordedCurve
        {
            Candidate = name,
            Algorithm = "sgd",
            Problem = "simulated",
            Metric = "accuracy",
            DirectionName = "maximize",
            StepHint = 1000,
            Steps = steps,
            Seconds = [.. steps.Select(s => s * 0.1)],
            Values = [.. steps.Select(s => (double?)(values(s / 1000.0) + (noiseSeed == 0 ? 0 : 0.005 * numbers.Normal())))],
        };
    }
}
