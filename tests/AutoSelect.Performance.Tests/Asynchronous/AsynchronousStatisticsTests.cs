namespace AutoSelect.Performance.Tests;

public sealed class AsynchronousStatisticsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2.5, 2, 3, .5), InlineData(4, 4, 4, 1), InlineData(.25, 0, 1, .75)]
    public void Without_noise_a_worker_adds_one_of_two_counts(double ρ, int lower, int upper, double probability)
    {
        var counts = Predict(ρ, 0, 0, workers: 1).MicroStepsPerUpdate;
        Assert.Equal(probability, counts.Probability(lower), 1e-9);
        Assert.Equal(lower == upper ? 1 : 1 - probability, counts.Probability(upper), 1e-9);
        Assert.Equal(ρ, counts.Mean, 1e-9);
    }

    [Theory]
    [InlineData(.4, 2, 3, .5), InlineData(.25, 4, 4, 1), InlineData(4, 0, 1, .75)]
    public void Without_noise_a_gradient_is_overtaken_by_one_of_two_counts(double ρ, int lower, int upper, double probability)
    {
        var staleness = Predict(ρ, 0, 0, workers: 1).Staleness;
        Assert.Equal(probability, staleness.Probability(lower + 1), 1e-9);
        Assert.Equal(lower == upper ? 1 : 1 - probability, staleness.Probability(upper + 1), 1e-9);
    }

    [Fact]
    public void Predictions_agree_with_the_simulated_pipeline_over_a_grid()
    {
        double worstBatch = 0, worstStaleness = 0, worstBatchVariation = 0, worstStalenessVariation = 0, worstEpoch = 0;
        foreach (var ρ in new[] { 0.15, 0.4, 0.7, 1, 1.5, 2.2, 3.7, 8 })
        {
            foreach (var (gradientNoise, updateNoise) in new[] { (0.03, 0.03), (0.1, 0.05), (0.1, 0.3), (0.3, 0.1) })
            {
                foreach (var (workers, depth) in new[] { (1, 1), (2, 1), (8, 2) })
                {
                    var settings = Settings(ρ, gradientNoise, updateNoise, workers, depth);
                    var predicted = AsynchronousStatistics.Predict(settings, 60000);
                    var (microSteps, staleness, secondsPerGradient) = new SimulatedAsynchronousPipeline(settings, seed: 3).Run(4000);
                    worstBatch = Math.Max(worstBatch, Off(predicted.MicroStepsPerUpdate.Mean, microSteps.Mean));
                    worstStaleness = Math.Max(worstStaleness, Off(predicted.Staleness.Mean, staleness.Mean));
                    worstBatchVariation = Math.Max(worstBatchVariation, predicted.MicroStepsPerUpdate.TotalVariation(microSteps));
                    worstStalenessVariation = Math.Max(worstStalenessVariation, predicted.Staleness.TotalVariation(staleness));
                    worstEpoch = Math.Max(
                        worstEpoch, Off(predicted.Epoch.MedianSeconds, secondsPerGradient * 60000 / (workers * settings.MicroBatch)));
                }
            }
        }
        output.WriteLine(
            $"worst of 96 settings: mean mini-batch {worstBatch:P1} off, mean staleness {worstStaleness:P1}, epoch {worstEpoch:P1}; total "
            + $"variation {worstBatchVariation:0.000} and {worstStalenessVariation:0.000}");
        Assert.InRange(worstBatch, 0, 0.1);
        Assert.InRange(worstStaleness, 0, 0.2);
        Assert.InRange(worstBatchVariation, 0, 0.15);
        Assert.InRange(worstStalenessVariation, 0, 0.15);
        Assert.InRange(worstEpoch, 0, 0.05);
    }

    [Fact]
    public void Noise_spreads_the_counts_around_the_same_mean()
    {
        var (still, noisy) = (Predict(2.5, 0, 0, 4), Predict(2.5, 0.2, 0.2, 4));
        Assert.Equal(still.MicroStepsPerUpdate.Mean, noisy.MicroStepsPerUpdate.Mean, 0.05);
        Assert.True(noisy.MicroStepsPerUpdate.StandardDeviation > 1.5 * still.MicroStepsPerUpdate.StandardDeviation);
    }

    [Fact]
    public void An_epoch_is_its_gradients_shared_by_the_workers()
    {
        var forecast = AsynchronousStatistics.Predict(Settings(2, 0.1, 0.1, workers: 4, depth: 1), 60000, logStandardDeviation: 0.06);
        Assert.Equal(60000 / (4 * 8) * 0.01, forecast.Epoch.MedianSeconds, 1e-9);
        Assert.Equal(0.06, forecast.Epoch.LogStandardDeviation, 1e-3);
        Assert.Equal(forecast.Epoch.MedianSeconds / 0.02, forecast.UpdatesPerEpoch, 1e-6);
        Assert.Equal(8 * 4 * 2, forecast.MeanMiniBatch, 0.7);
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeDistribution(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeDistribution(1, -1));
        Assert.Throws<ArgumentException>(() => Predict(1, 0, 0, workers: 0));
    }

    private static AsynchronousForecast Predict(double ρ, double gradientNoise, double updateNoise, int workers) =>
        AsynchronousStatistics.Predict(Settings(ρ, gradientNoise, updateNoise, workers, 1), 60000);

    /// <summary>A gradient takes 10 ms on a micro-batch of 8; noise is relative.</summary>
    private static AsynchronousSettings Settings(double ρ, double gradientNoise, double updateNoise, int workers, int depth) => new()
    {
        Gradient = new TimeDistribution(0.01, 0.01 * gradientNoise),
        Update = new TimeDistribution(0.01 * ρ, 0.01 * ρ * updateNoise),
        Workers = workers,
        MicroBatch = 8,
        PipelineDepth = depth,
    };

    private static double Off(double predicted, double measured) => Math.Abs(predicted - measured) / measured;
}
