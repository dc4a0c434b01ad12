using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Performance.Tests;

/// <summary>
/// 250,000 parameters, so a million bytes of gradients, over 1 ms and 100 MB/s; of .1 s on one device a fifth stays whatever the batch.
/// </summary>
public sealed class SharedStepsTests
{
    private const double Alpha = 1e-3, Swap = 1e6 / 1e8;
    private static readonly RankForecast Known = KnownLinks.Forecast(KnownLinks.Json(Alpha, 1e-8), 250_000, fixedShare: 0.2, "sgd");
    private static readonly SharedSteps Steps = new(Known);
    private static readonly StepTimeForecast OnOne = new(0.1, 0.05, 0.3);

    private static readonly Candidate Sgd = new()
    {
        Name = "sgd",
        Strategy = "sgd",
        BatchSize = 128,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
        Seed = 1,
    };

    [Fact]
    public void On_two_devices_half_the_batch_is_computed_and_the_gradients_are_swapped_once()
    {
        var two = Steps.Carried(Sgd, OnOne, 1, 2)!.Forecast;
        Assert.Equal(0.06 + Alpha + Swap, two.Step.MedianSeconds, 1e-6);
        Assert.Equal((Alpha + Swap, 0), (two.CommunicationSeconds, two.HiddenSeconds),
            (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-12);
        Assert.Equal(OnOne.EvaluationSeconds, two.Step.EvaluationSeconds);
    }

    [Fact]
    public void The_forecast_is_trusted_less_than_what_was_measured()
    {
        // The links are known to be what they are: computing alone is uncertain, and it is .06 of .071 s.
        var computing = Math.Sqrt(0.05 * 0.05 + Math.Pow(0.1 * Math.Log(2), 2));
        Assert.InRange(Steps.Carried(Sgd, OnOne, 1, 2)!.Forecast.Step.LogStandardDeviation, computing * 0.06 / 0.071 * 0.98,
            computing * 0.06 / 0.071 * 1.05);
        Assert.True(computing * 0.06 / 0.071 > OnOne.LogStandardDeviation);
    }

    [Fact]
    public void What_two_devices_take_tells_what_four_and_one_would()
    {
        var two = Steps.Carried(Sgd, OnOne, 1, 2)!.Forecast.Step;
        // Halving and doubling: four latencies, and one and a half times the bytes.
        Assert.Equal(0.04 + 4 * Alpha + 1.5 * Swap, Steps.Carried(Sgd, two, 2, 4)!.Forecast.Step.MedianSeconds, 1e-5);
        Assert.Equal(0.1, Steps.Carried(Sgd, two, 2, 1)!.Forecast.Step.MedianSeconds, 1e-5);
    }

    [Fact]
    public void A_step_shorter_than_its_communication_was_thought_to_be_leaves_some_computing() =>
        Assert.Equal(0.05 * 0.005 / 0.6, Steps.Carried(Sgd, OnOne with { MedianSeconds = 0.005 }, 2, 1)!.Forecast.Step.MedianSeconds, 1e-8);

    [Fact]
    public void Ranks_that_send_half_the_bytes_are_charged_for_half() =>
        Assert.Equal(0.06 + 2 * Alpha + Swap / 2, Steps.Exchanging(
            Sgd with { Ranks = 2, Communication = "fp16" }, OnOne with { MedianSeconds = 0.06 }, 2).Forecast.Step.MedianSeconds, 1e-6);

    [Fact]
    public void Nothing_is_said_of_what_is_not_known()
    {
        Assert.Null(Steps.Carried(Sgd with { Name = "other" }, OnOne, 1, 2));
        Assert.Null(Steps.Carried(Sgd, OnOne, 1, 3));
        Assert.Null(Steps.Carried(Sgd, OnOne with { MedianSeconds = double.NaN }, 1, 2));
        Assert.Null(SharedSteps.FromForecast(null));
        Assert.Contains("no measurement of a group",
            Assert.Throws<FormatException>(() => new SharedSteps(Known with { Links = "{}" })).Message, StringComparison.Ordinal);
    }
}
