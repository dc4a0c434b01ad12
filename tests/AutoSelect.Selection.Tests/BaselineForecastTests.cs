using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Forecasting.Baselines;

namespace AutoSelect.Selection.Tests;

public sealed class BaselineForecastTests
{
    private static readonly double[] X = [.. Enumerable.Range(1, 30).Select(i => (double)i)];

    [Fact]
    public void The_power_law_extends_its_own_curves_exactly()
    {
        double[] z = [.. X.Select(x => 0.2 + 3 * Math.Pow(x, -0.5))];
        Assert.Equal(0.2 + 3 * Math.Pow(300, -0.5), PowerLaw.Predict(X, z, 300).Median, 0.01);
        // 0.2 + 3 x^−½ = 0.5 at x = 100.
        Assert.InRange(PowerLaw.PositionOf(0.5, X, z), 90, 112);
        Assert.Equal(double.PositiveInfinity, PowerLaw.PositionOf(0.1, X, z));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void The_ensemble_extends_exponentials_and_power_laws(double rate)
    {
        double[] exponential = [.. X.Select(x => 1 + 2 * Math.Exp(-rate * x))];
        Assert.Equal(1 + 2 * Math.Exp(-rate * 90), CurveEnsemble.Predict(X, exponential, 90).Median, 0.15);
        double[] power = [.. X.Select(x => 1 + 2 * Math.Pow(x, -rate))];
        Assert.Equal(1 + 2 * Math.Pow(90, -rate), CurveEnsemble.Predict(X, power, 90).Median, 0.15);
    }

    [Fact]
    public void Noise_widens_the_intervals()
    {
        var numbers = new SeededNumbers(3);
        double[] still = [.. X.Select(x => 1 + 2 / x + 0.001 * numbers.Normal())];
        double[] noisy = [.. X.Select(x => 1 + 2 / x + 0.1 * numbers.Normal())];
        Assert.True(Width(CurveEnsemble.Predict(X, noisy, 60)) > 5 * Width(CurveEnsemble.Predict(X, still, 60)));
        Assert.True(Width(PowerLaw.Predict(X, noisy, 60)) > 5 * Width(PowerLaw.Predict(X, still, 60)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(30)]
    public void Quantiles_are_finite_and_ascend_however_short_the_curve(int points)
    {
        double[] z = [.. X.Select(x => 1 / x)];
        var (x, some) = (X[..points], z[..points]);
        foreach (var prediction in new[]
        {
            LastValue.Predict(x, some, 60),
            PowerLaw.Predict(x, some, 60),
            CurveEnsemble.Predict(x, some, 60),
        })
        {
            Assert.Equal(99, prediction.Quantiles.Length);
            Assert.All(prediction.Quantiles, q => Assert.True(double.IsFinite(q)));
            Assert.Equal(prediction.Quantiles.Order(), prediction.Quantiles);
        }
    }

    [Fact]
    public void The_last_value_stays_and_is_less_sure_the_further_away()
    {
        double[] z = [.. X.Select(x => 1 / x)];
        var (near, far) = (LastValue.Predict(X, z, 33), LastValue.Predict(X, z, 300));
        Assert.Equal(z[^1], near.Median, 0.01);
        Assert.True(Width(far) > Width(near));
    }

    [Fact]
    public void Normal_quantiles_are_those_of_the_table()
    {
        var mixture = new NormalMixture();
        mixture.Add(2, 10, 3);
        var quantiles = mixture.Quantiles();
        Assert.Equal(10 + 3 * 1.6449, quantiles.Quantiles[94], 0.01);
        Assert.Equal(0.25, quantiles.ProbabilityBelow(10 - 3 * 0.6745), 0.011);
    }

    private static double Width(QuantilePrediction prediction) => prediction.Quantiles[94] - prediction.Quantiles[4];
}
