namespace AutoSelect.Performance;

/// <summary>What an asynchronous run will be like.</summary>
/// <param name="MicroStepsPerUpdate">Micro-steps of all workers in an update; times the micro-batch it is the mini-batch.</param>
/// <param name="Staleness">Updates applied between reading parameters and applying the gradient, over gradients.</param>
/// <param name="MeanMiniBatch">Samples per update.</param>
/// <param name="Epoch">Time of an epoch.</param>
/// <param name="UpdatesPerEpoch">Mean number of updates.</param>
public sealed record AsynchronousForecast(
    CountDistribution MicroStepsPerUpdate, CountDistribution Staleness, double MeanMiniBatch, TimeForecast Epoch, double UpdatesPerEpoch);

/// <summary>Statistics of asynchronous SGD from the times of its two stages.</summary>
/// <remarks>
/// ρ = T_update/T_gradient. A worker adds ⌊ρ⌋ or ⌈ρ⌉ micro-steps to an update, and a gradient is overtaken by ⌊1/ρ⌋ or ⌈1/ρ⌉ updates
/// while it is computed and by as many as the pipeline is deep before it is applied (Oyama et al., IEEE Big Data 2016, predict
/// the same statistics). Both are events in a window; noise in either time spreads them. All workers share the length of a round,
/// so their counts are independent only given that length. Jobs measure all this; a benchmark holds the prediction against it.
/// </remarks>
public static class AsynchronousStatistics
{
    /// <summary>Predicts the statistics.</summary>
    /// <param name="samplesPerEpoch">Samples of an epoch.</param>
    /// <param name="logStandardDeviation">How well the mean gradient time is known, as the deviation of its logarithm.</param>
    public static AsynchronousForecast Predict(AsynchronousSettings settings, double samplesPerEpoch, double logStandardDeviation = 0)
    {
        settings.Validate();
        if (!(samplesPerEpoch > 0)) throw new ArgumentOutOfRangeException(nameof(samplesPerEpoch), samplesPerEpoch, "An epoch has samples");
        var (gradient, update) = (settings.Gradient, settings.Update);
        var samplesPerSecond = settings.Workers * settings.MicroBatch / gradient.MeanSeconds;
        var microSteps = MicroSteps(settings);
        var staleness = EventsInWindow.CountDistributionIn(gradient, update).Shifted(settings.PipelineDepth);
        var single = gradient.StandardDeviation / gradient.MeanSeconds / Math.Sqrt(Math.Max(1, samplesPerEpoch / settings.MicroBatch));
        var epoch = new TimeForecast(
            samplesPerEpoch / samplesPerSecond, Math.Sqrt(single * single + logStandardDeviation * logStandardDeviation));
        return new AsynchronousForecast(
            microSteps, staleness, microSteps.Mean * settings.MicroBatch, epoch, epoch.MedianSeconds / update.MeanSeconds);
    }

    private static CountDistribution MicroSteps(AsynchronousSettings settings)
    {
        var update = settings.Update;
        if (settings.Workers == 1 || update.StandardDeviation == 0)
            return EventsInWindow.CountDistributionIn(update, settings.Gradient).SumOf(settings.Workers);
        // Nodes as close as this leave no gaps between the counts of neighbouring lengths.
        const int Nodes = 121;
        var logDeviation = Math.Sqrt(Math.Log(1 + Math.Pow(update.StandardDeviation / update.MeanSeconds, 2)));
        return CountDistribution.Mix([.. Enumerable.Range(0, Nodes).Select(i => 8.0 * i / (Nodes - 1) - 4)
            .Select(z => (Math.Exp(-z * z / 2), EventsInWindow.CountDistributionIn(
                new TimeDistribution(update.MeanSeconds * Math.Exp(z * logDeviation - logDeviation * logDeviation / 2)),
                settings.Gradient).SumOf(settings.Workers)))]);
    }
}
