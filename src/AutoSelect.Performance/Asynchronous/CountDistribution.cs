using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>Probabilities of the whole numbers from 0 on.</summary>
public sealed class CountDistribution
{
    internal CountDistribution(IEnumerable<double> probabilities)
    {
        var kept = probabilities.Select(p => Math.Max(0, p)).ToArray();
        var sum = kept.Sum();
        Probabilities = [.. kept.Select(p => p / sum)];
    }

    /// <summary>P(0), P(1), …; their sum is 1.</summary>
    public ImmutableArray<double> Probabilities { get; }

    public double Mean => Probabilities.Select((p, k) => p * k).Sum();

    public double StandardDeviation => Math.Sqrt(Probabilities.Select((p, k) => p * Math.Pow(k - Mean, 2)).Sum());

    /// <summary>½ Σ |P(k) - Q(k)|, between 0 and 1.</summary>
    public double TotalVariation(CountDistribution other) => Enumerable.Range(0, Math.Max(Probabilities.Length, other.Probabilities.Length))
        .Sum(k => Math.Abs(Probability(k) - other.Probability(k))) / 2;

    public double Probability(int count) => count >= 0 && count < Probabilities.Length ? Probabilities[count] : 0;

    /// <summary>The distribution of count + shift.</summary>
    internal CountDistribution Shifted(int shift) => new([.. Enumerable.Repeat(0.0, shift), .. Probabilities]);

    /// <summary>The distribution of the sum of so many independent counts, by repeated squaring.</summary>
    internal CountDistribution SumOf(int copies)
    {
        double[] sum = [1], power = [.. Probabilities];
        for (; copies > 0; copies >>= 1)
        {
            if ((copies & 1) == 1) sum = Convolve(sum, power);
            if (copies > 1) power = Convolve(power, power);
        }
        return new CountDistribution(sum);
    }

    /// <summary>A mixture, with weights of any sum.</summary>
    internal static CountDistribution Mix(IReadOnlyList<(double Weight, CountDistribution Part)> parts) => new(
        Enumerable.Range(0, parts.Max(p => p.Part.Probabilities.Length)).Select(k => parts.Sum(p => p.Weight * p.Part.Probability(k))));

    private static double[] Convolve(double[] a, double[] b)
    {
        const double Negligible = 1e-15;
        var sum = new double[a.Length + b.Length - 1];
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] < Negligible) continue;
            for (var j = 0; j < b.Length; j++) sum[i + j] += a[i] * b[j];
        }
        return sum;
    }
}
