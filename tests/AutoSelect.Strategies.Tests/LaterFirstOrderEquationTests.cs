using static AutoSelect.Strategies.Tests.FirstOrderEquationTests;

namespace AutoSelect.Strategies.Tests;

/// <summary>Lion, LAMB, LARS and AdEMAMix against plain C# transcriptions of their papers' equations, in double precision.</summary>
public class LaterFirstOrderEquationTests
{
    private const double Decay = .3;

    [Fact]
    public void Lion_follows_the_sign_of_its_interpolation()
    {
        const double rate = .01, b1 = .8, b2 = .95;
        var m = new double[Inputs + 1];
        using var _ = AssertFollows(new Lion(), rate,
            [("oneMinusBeta1", 1 - b1), ("oneMinusBeta2", 1 - b2), ("weightDecay", Decay)], (w, gradientAt, _) =>
        {
            var g = gradientAt(w);
            for (var i = 0; i < w.Length; i++)
            {
                var c = (b1 * m[i]) + ((1 - b1) * g[i]);
                w[i] -= rate * (Math.Sign(c) + (i < Inputs ? Decay * w[i] : 0));
                m[i] = (b2 * m[i]) + ((1 - b2) * g[i]);
            }
        });
    }

    [Fact]
    public void Lamb_moves_the_matrix_by_a_share_of_its_norm()
    {
        const double rate = .03, b1 = .8, b2 = .95, eps = 1e-6;
        double[] m = new double[Inputs + 1], v = new double[Inputs + 1];
        using var _ = AssertFollows(new Lamb(), rate,
            [("oneMinusBeta1", 1 - b1), ("oneMinusBeta2", 1 - b2), ("epsilon", eps), ("weightDecay", Decay)], (w, gradientAt, t) =>
        {
            var g = gradientAt(w);
            var r = new double[w.Length];
            for (var i = 0; i < w.Length; i++)
            {
                m[i] = (b1 * m[i]) + ((1 - b1) * g[i]);
                v[i] = (b2 * v[i]) + ((1 - b2) * g[i] * g[i]);
                r[i] = (m[i] / (1 - Math.Pow(b1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + eps)) + (i < Inputs ? Decay * w[i] : 0);
            }
            var ratio = Math.Min(Norm(w), 10) / Norm(r);
            for (var i = 0; i < w.Length; i++) w[i] -= rate * (i < Inputs ? ratio : 1) * r[i];
        });
    }

    [Fact]
    public void Lars_takes_its_ratio_from_the_raw_gradient()
    {
        const double rate = 3, vectorRate = .02, trust = .02, momentum = .8;
        var m = new double[Inputs + 1];
        using var _ = AssertFollows(new Lars(), rate,
            [("vectorLearningRate", vectorRate), ("trustCoefficient", trust), ("momentum", momentum), ("weightDecay", Decay)],
            (w, gradientAt, _) =>
        {
            var g = gradientAt(w);
            var local = trust * Norm(w) / (Norm(g) + (Decay * Norm(w)));
            for (var i = 0; i < w.Length; i++)
            {
                m[i] = (momentum * m[i]) + g[i] + (i < Inputs ? Decay * w[i] : 0);
                w[i] -= (i < Inputs ? rate * local : vectorRate) * m[i];
            }
        });
    }

    [Fact]
    public void AdEMAMix_warms_alpha_and_beta3_as_the_paper_schedules_them()
    {
        const double rate = .005, b1 = .8, b2 = .95, b3 = .99, alpha = 4, eps = 1e-6, warmup = .15 * 200;
        double[] m1 = new double[Inputs + 1], m2 = new double[Inputs + 1], v = new double[Inputs + 1];
        using var _ = AssertFollows(new AdEMAMix(), rate,
            [("oneMinusBeta1", 1 - b1), ("oneMinusBeta2", 1 - b2), ("oneMinusBeta3", 1 - b3), ("alpha", alpha), ("slowWarmup", .15),
                ("epsilon", eps), ("weightDecay", Decay)], (w, gradientAt, t) =>
        {
            var g = gradientAt(w);
            var a = Math.Min(t * alpha / warmup, alpha);
            var b = Math.Min(
                Math.Exp(Math.Log(b1) * Math.Log(b3) / (((1 - (t / warmup)) * Math.Log(b3)) + (t / warmup * Math.Log(b1)))), b3);
            if (t >= warmup) b = b3;
            for (var i = 0; i < w.Length; i++)
            {
                m1[i] = (b1 * m1[i]) + ((1 - b1) * g[i]);
                m2[i] = (b * m2[i]) + ((1 - b) * g[i]);
                v[i] = (b2 * v[i]) + ((1 - b2) * g[i] * g[i]);
                w[i] -= rate * (((m1[i] / (1 - Math.Pow(b1, t))) + (a * m2[i])) / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + eps)
                    + (i < Inputs ? Decay * w[i] : 0));
            }
        });
    }

    private static double Norm(double[] w) => Math.Sqrt(w.Take(Inputs).Sum(x => x * x));
}
