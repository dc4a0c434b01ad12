using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Devices;

/// <summary>
/// A made-up learning curve: an exponential approach to a final value, both from the candidate's name alone, so that whoever trains a step
/// measures the same. Each point carries the token under which it was measured.
/// </summary>
/// <param name="candidate">Whose.</param>
/// <param name="secondsPerStep">What a step takes, in seconds.</param>
internal sealed class SimulatedCurve(Candidate candidate, double secondsPerStep)
{
    /// <summary>Figure of a point: the fencing token of the lease under which it was measured.</summary>
    public const string TokenFigure = "chaos.token";

    private readonly double final = .6 + (.35 * Fraction(candidate.Name));
    private readonly double scale = 100 + (300 * Fraction(candidate.Name + "/scale"));

    public double Value(long step) => final * (1 - Math.Exp(-step / scale));

    public CurvePoint Point(long step, long token) => new()
    {
        Step = step,
        DeviceSeconds = step * secondsPerStep,
        EvaluationSeconds = 0,
        OverheadSeconds = 0,
        Value = Value(step),
        TrainingLoss = Math.Exp(-step / scale),
        Diagnostics = ImmutableSortedDictionary<string, double>.Empty.Add(TokenFigure, token),
    };

    /// <summary>A number in [0, 1) that depends on a text alone (FNV-1a).</summary>
    private static double Fraction(string text)
    {
        var hash = text.Aggregate(2166136261u, (h, c) => (h ^ c) * 16777619u);
        return (hash >> 8) / (double)(1 << 24);
    }
}
