using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// Posterior over learning curves. Symbols: observations (xᵢ, zᵢ), i = 1…n, x_c the cut (last x), scale R.
/// For shape k of the bank, gₖ(x) = (φₖ(x) − φₖ(x_c)) / (φₖ(x_c/8) − φₖ(x_c)): 1 three octaves ago, 0 now, negative ahead, so
/// that level a and gain b mean the same under every shape:
/// <code>zᵢ = a + b gₖ(xᵢ) + ε,  ε ~ N(0, σ²/(λwᵢ)),  (a, b) | σ² ~ N(m₀, σ² P₀⁻¹),  σ² ~ InvGamma(α₀, β₀)</code>
/// a, b and σ² are integrated out exactly (normal-inverse-gamma), and the weight of a shape is its prior weight times its
/// evidence. λ &lt; 1 tempers the likelihood. All in units of R around the last value.
/// </summary>
internal sealed class CurvePosterior
{
    private const double Temper = 0.5;
    private const double PriorShape = 1.5;
    private const double PriorGain = 0.3;

    /// <summary>Largest gain still to come, in gains of the last three octaves; larger ones are bent towards it.</summary>
    private const double MostGain = 4;

    /// <summary>Largest loss by overfitting still to come, in the same unit.</summary>
    private const double MostLoss = 0.7;

    /// <summary>Fraction of the horizon from which the cool-down family stands on evidence alone.</summary>
    private const double CoolDownSeenFrom = 0.6;

    private readonly CurveObservations seen;
    private readonly ImmutableArray<CurveShape> bank;
    private readonly ScheduleKind schedule;
    private readonly double warmup;
    private readonly Member[] members;
    private readonly double origin;

    public CurvePosterior(CurveObservations seen, LearningRateSchedule schedule)
    {
        this.seen = seen;
        this.schedule = schedule.Kind;
        warmup = schedule.WarmupFraction;
        bank = ShapeBank.For(schedule.Kind);
        origin = seen.Z[^1];
        members = Fit();
    }

    public ImmutableSortedDictionary<string, double> FamilyWeights() =>
        members.Select((m, k) => (bank[k].Family, m.Weight)).GroupBy(p => p.Family)
            .ToImmutableSortedDictionary(g => g.Key.ToString(), g => Math.Round(g.Sum(p => p.Weight), 6));

    /// <summary>
    /// Draws paths of the latent deliverable value (smaller is better, on the scale of the observations) at the given fractions, in rows of
    /// <paramref name="xs"/>.Length, and for each the noise's standard deviation on that scale.
    /// </summary>
    /// <param name="shared">One standard normal per path that all trials of the job share: what the workload does to all of them.</param>
    public (double[] Latent, double[] Noise) Draw(double[] xs, double[] shared, SeededNumbers numbers)
    {
        var count = shared.Length;
        var latent = new double[count * xs.Length];
        var noise = new double[count];
        var ahead = new double[xs.Length];
        var at = Array.ConvertAll(xs, x => Math.Max(x, seen.Cut));
        var widening = Widening.At(seen.Cut, seen.Values.Kind);
        var growth = Array.ConvertAll(at, x => Math.Log(x / seen.Cut) / Math.Log(8));
        var offset = numbers.Uniform();
        // Shapes are taken in the order of the bank, samples in one of the trial's own: else the same sample of every trial had like
        // shapes.
        var samples = numbers.Permutation(count);
        double cumulated = 0;
        for (int i = 0, k = -1; i < count; i++)
        {
            var s = samples[i];
            var moved = false;
            while (k < members.Length - 1 && cumulated * count <= i + offset)
            {
                cumulated += members[++k].Weight;
                moved = true;
            }
            if (moved) for (var j = 0; j < at.Length; j++) ahead[j] = Ahead(k, at[j]);
            var m = members[k];
            var sigma = Math.Sqrt(m.Beta / numbers.Gamma(m.Alpha));
            double u = numbers.Normal(), v = numbers.Normal();
            var level = m.Level + sigma * m.L00 * u;
            var gain = m.Gain + sigma * (m.L10 * u + m.L11 * v);
            var surprise = Widening.Mix(shared[s], numbers.Normal());
            for (var j = 0; j < at.Length; j++)
                latent[s * xs.Length + j] = origin + seen.Scale * (level + widening.Apply(gain, ahead[j], growth[j], surprise));
            noise[s] = sigma * seen.Scale;
        }
        return (latent, noise);
    }

    /// <summary>g of shape k at an x beyond the cut.</summary>
    private double Ahead(int k, double x)
    {
        if (bank[k].Family == CurveFamily.LastValue) return 0;
        var g = (bank[k].At(x, schedule, warmup) - members[k].Now) / members[k].Drop;
        return g < 0 ? -MostGain * (1 - Math.Exp(g / MostGain)) : MostLoss * Math.Tanh(g / MostLoss);
    }

    private Member[] Fit()
    {
        var n = seen.X.Length;
        var z = Array.ConvertAll(seen.Z, value => (value - origin) / seen.Scale);
        var variance = Math.Pow(seen.Noise / seen.Scale, 2);
        var fitted = new Member[bank.Length];
        var best = double.NegativeInfinity;
        for (var k = 0; k < bank.Length; k++)
        {
            // The last value has no shape of its own: what was seen is read as a slow power law, and nothing comes after it.
            var shape = bank[k].Family == CurveFamily.LastValue ? new CurveShape(CurveFamily.Power, 0.5, 0.01, 0) : bank[k];
            var now = shape.At(seen.Cut, schedule, warmup);
            var drop = shape.At(seen.Cut / 8, schedule, warmup) - now;
            if (!(drop > 1e-12))
            {
                fitted[k] = new Member { LogWeight = double.NegativeInfinity, Drop = 1 };
                continue;
            }
            double p00 = variance, p11 = variance, p01 = 0, q0 = 0, q1 = variance * PriorGain, zz = 0, total = 0;
            for (var i = 0; i < n; i++)
            {
                var g = (shape.At(seen.X[i], schedule, warmup) - now) / drop;
                var w = Temper * seen.Weights[i];
                p00 += w;
                p01 += w * g;
                p11 += w * g * g;
                q0 += w * z[i];
                q1 += w * g * z[i];
                zz += w * z[i] * z[i];
                total += w;
            }
            var determinant = p00 * p11 - p01 * p01;
            var level = (p11 * q0 - p01 * q1) / determinant;
            var gain = (p00 * q1 - p01 * q0) / determinant;
            var alpha = PriorShape + total / 2;
            var beta = PriorShape * variance + Math.Max(0, zz + variance * PriorGain * PriorGain - level * q0 - gain * q1) / 2;
            var logWeight = Math.Log(bank[k].PriorWeight) - 0.5 * Math.Log(determinant) - alpha * Math.Log(beta);
            var l00 = Math.Sqrt(p11 / determinant); // Cholesky factor of the inverse precision
            var l10 = -p01 / determinant / l00;
            fitted[k] = new Member
            {
                LogWeight = logWeight,
                Level = level,
                Gain = gain,
                Alpha = alpha,
                Beta = beta,
                Now = now,
                Drop = drop,
                L00 = l00,
                L10 = l10,
                L11 = Math.Sqrt(Math.Max(0, p00 / determinant - l10 * l10)),
            };
            best = Math.Max(best, logWeight);
        }
        for (var k = 0; k < fitted.Length; k++) fitted[k].Weight = Math.Exp(fitted[k].LogWeight - best);
        Normalise(fitted);
        return fitted;
    }

    /// <summary>
    /// Weights that sum to 1. What a decaying schedule gives away late cannot be seen early, so early evidence must not rule it out:
    /// the cool-down family keeps at least a part of its prior weight, which falls to nothing at 60 % of the horizon.
    /// </summary>
    private void Normalise(Member[] fitted)
    {
        double cool = 0, other = 0, prior = 0;
        for (var k = 0; k < fitted.Length; k++)
        {
            var isCool = bank[k].Family == CurveFamily.CoolDown;
            if (isCool) (cool, prior) = (cool + fitted[k].Weight, prior + bank[k].PriorWeight);
            else other += fitted[k].Weight;
        }
        var share = Math.Max(cool / (cool + other), cool > 0 ? prior * Math.Max(0, 1 - seen.Cut / CoolDownSeenFrom) : 0);
        for (var k = 0; k < fitted.Length; k++)
            fitted[k].Weight *= bank[k].Family == CurveFamily.CoolDown ? share / Math.Max(double.Epsilon, cool)
                : (1 - share) / Math.Max(double.Epsilon, other);
    }

    private struct Member
    {
        public double LogWeight, Weight, Level, Gain, Alpha, Beta, Now, Drop, L00, L10, L11;
    }
}
