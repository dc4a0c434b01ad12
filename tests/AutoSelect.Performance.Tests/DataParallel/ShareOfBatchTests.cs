using AutoSelect.Contracts;

namespace AutoSelect.Performance.Tests;

public sealed class ShareOfBatchTests
{
    private static readonly StepTimeModel Model = new([]);
    private static readonly StepTimeQuestion Half = StepTimeModelTests.Question("sgd", 128, 1e6);

    [Fact]
    public void One_probe_is_carried_over_by_the_model_and_trusted_less()
    {
        // The device is twice as slow as the model says: so it will be on half the batch.
        var whole = Model.Predict(Half with { BatchSize = 256 });
        var predicted = ShareOfBatch.Predict(Model, Half, [Probe(256, 2 * whole.MedianSeconds)]);
        Assert.Equal(2 * Model.Predict(Half).MedianSeconds, predicted.MedianSeconds, 1e-9);
        Assert.InRange(predicted.LogStandardDeviation, 0.03, 0.1);
    }

    [Fact]
    public void Two_probes_tell_what_a_step_costs_beside_its_samples()
    {
        var predicted = ShareOfBatch.Predict(Model, Half, [Probe(64, 0.010), Probe(256, 0.022)]); // .006 and .0625 ms a sample
        Assert.Equal(0.014, predicted.MedianSeconds, 1e-6);
    }

    [Fact]
    public void A_probe_at_the_share_stands_for_itself() =>
        Assert.Equal(Probe(128, 0.015).Step, ShareOfBatch.Predict(Model, Half, [Probe(256, 0.02), Probe(128, 0.015)]));

    [Fact]
    public void No_probe_and_impossible_ones_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ShareOfBatch.Predict(Model, Half, []));
        Assert.Contains("batch size 0", Assert.Throws<ArgumentException>(() => ShareOfBatch.Predict(Model, Half, [Probe(0, 1)])).Message,
            StringComparison.Ordinal);
    }

    private static BatchStepTime Probe(int batch, double seconds) => new(batch, new StepTimeForecast(seconds, 0.03, 0.2));
}
