using AutoSelect.Selection.Replay.Forecasts;

namespace AutoSelect.Selection.Tests;

public sealed class ForecastReplayTests(ITestOutputHelper output)
{
    [Fact]
    public void What_other_families_teach_beats_the_last_value_and_its_intervals_cover_on_real_curves()
    {
        var suite = RealCurves.Read("deepobs");
        var (learned, last) =
            (ForecastReplay.Run(suite, [], [0.1, 0.4], "history"), ForecastReplay.Run(suite, [], [0.1, 0.4], "last-value"));

        foreach (var (cut, figures) in learned.Cuts)
        {
            output.WriteLine(
                $"{cut}: MAE {figures.Mae:0.000} ({last.Cuts[cut].Mae:0.000}), CRPS {figures.Crps:0.000} ({last.Cuts[cut].Crps:0.000}), 90 "
                + $"% covers {figures.Coverage90:0.00}");
            Assert.True(figures.Mae < 0.95 * last.Cuts[cut].Mae);
            Assert.True(figures.Crps < last.Cuts[cut].Crps);
            Assert.InRange(figures.Coverage90, 0.8, 0.99);
        }
    }

    [Fact]
    public void A_forecast_is_scored_by_hand_computed_figures()
    {
        // Percentiles .01 to .99 of a uniform on [0, 1], spread 1.
        var score = ForecastScore.FromQuantiles(ForecastScore.Percentiles, actual: 0.75, spread: 1);

        Assert.Equal(0.25, score.Error, 9);
        Assert.Equal(0.1458, score.Crps, 0.003); // ∫₀^y t² dt + ∫_y^1 (1-t)² dt = (.75³ + .25³)/3
        Assert.True(score.In90 && score.In95);
        Assert.Equal(0.9, score.Width90, 0.02);
        Assert.Equal(0, score.LogDensity, 0.1);
    }

    [Fact]
    public void Errors_count_in_the_spread_of_the_curve() =>
        Assert.Equal(0.5, ForecastScore.FromQuantiles([.. Enumerable.Repeat(3.0, 99)], actual: 2, spread: 2).Error, 9);

    [Fact]
    public void An_unknown_model_is_refused_with_those_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => ForecastReplay.Run([], [], [0.1], "guess"));
        Assert.Contains(
            "'guess' is no forecasting model: it must be one of bank, curve-ensemble, history, last-value, power-law.", error.Message);
    }
}
