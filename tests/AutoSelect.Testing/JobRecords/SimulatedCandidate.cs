using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>A candidate with a made-up accuracy curve: a − g·(1 + e/h)^(−p) + noise, e in epochs.</summary>
/// <param name="Candidate">What it pretends to be.</param>
/// <param name="Asymptote">a, the accuracy it would end at.</param>
/// <param name="HalfLife">h, in epochs.</param>
/// <param name="StepSeconds">Seconds of one step.</param>
internal sealed record SimulatedCandidate(Candidate Candidate, double Asymptote, double HalfLife, double StepSeconds)
{
    private const double Gain = 0.55;
    private const double Power = 1.1;

    public double EvaluationSeconds { get; init; } = 0.12;

    /// <summary>Epoch from which the curve falls; null never.</summary>
    public double? BreaksAt { get; init; }

    /// <summary>Epoch at which the loss blows up; null never.</summary>
    public double? DivergesAt { get; init; }

    public double Smooth(double epochs) => Asymptote - Gain * Math.Pow(1 + epochs / HalfLife, -Power);

    /// <summary>What an evaluation finds, raw and averaged.</summary>
    public (double Raw, double Averaged) Measure(double epochs, int seed)
    {
        var fall = BreaksAt is { } at && epochs > at ? 0.06 * (epochs - at) : 0;
        var noise = 0.004 + 0.012 / (1 + 4 * epochs);
        return (Smooth(epochs) - 0.004 - fall + noise * Noise.Normal(seed, 1, epochs),
            Smooth(epochs) - fall - 0.1 * Math.Exp(-3 * epochs) + 0.15 * noise * Noise.Normal(seed, 2, epochs));
    }
}

/// <summary>Numbers that depend on nothing but their arguments.</summary>
internal static class Noise
{
    public static double Normal(int seed, int stream, double at)
    {
        var random = new Random(HashCode(seed, stream, (int)Math.Round(at * 1000)));
        return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>Unlike <see cref="System.HashCode"/>, the same in every process.</summary>
    private static int HashCode(int a, int b, int c) => unchecked(((a * 486187739 + b) * 486187739 + c) * 16777619 & int.MaxValue);
}
