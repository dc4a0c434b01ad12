using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Tests;

public sealed class WordingTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.0021, "2.1 ms")]
    [InlineData(0.25, "0.25 s")]
    [InlineData(0.999, "1.0 s")]
    [InlineData(9.96, "10.0 s")]
    [InlineData(59.7, "59.7 s")]
    [InlineData(59.96, "1 min")]
    [InlineData(192, "3 min 12 s")]
    [InlineData(600, "10 min")]
    [InlineData(7500, "2 h 05 min")]
    [InlineData(-75, "-1 min 15 s")]
    [InlineData(double.PositiveInfinity, "never")]
    [InlineData(double.NaN, "unknown")]
    public void A_duration(double seconds, string text) => Assert.Equal(text, Wording.Duration(seconds));

    [Theory]
    [InlineData(8.5e-4, "850 µs")]
    [InlineData(0.01234, "12.3 ms")]
    [InlineData(1.25, "1.25 s")]
    public void The_time_of_a_step(double seconds, string text) => Assert.Equal(text, Wording.StepTime(seconds));

    [Theory]
    [InlineData(0.82, "0.8200")]
    [InlineData(12.5, "12.50")]
    [InlineData(0.0, "0.0000")]
    [InlineData(1.234e-5, "1.234e-5")]
    [InlineData(-123.4, "-123.4")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-∞")]
    [InlineData(null, "–")]
    public void A_value_of_a_metric(double? value, string text) => Assert.Equal(text, Wording.Value(value));

    [Theory]
    [InlineData(0.9, 6, "0.9")]
    [InlineData(1.41421e-8, 6, "1.41421e-8")]
    [InlineData(1e-12, 6, "1e-12")]
    [InlineData(2.5e20, 6, "2.5e20")]
    [InlineData(1234.5678, 3, "1.23e3")]
    [InlineData(double.PositiveInfinity, 6, "∞")]
    public void A_number(double value, int digits, string text) => Assert.Equal(text, Wording.Number(value, digits));

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.001, "<1 %")]
    [InlineData(0.465, "47 %")]
    [InlineData(0.993, "99 %")]
    [InlineData(0.9999, ">99 %")]
    [InlineData(1, "100 %")]
    public void A_share(double share, string text) => Assert.Equal(text, Wording.Percent(share));

    [Theory]
    [InlineData(512, "512 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(3 << 20, "3.0 MiB")]
    [InlineData(4L << 30, "4.0 GiB")]
    public void A_size(long bytes, string text) => Assert.Equal(text, Wording.Size(bytes));

    [Fact]
    public void Amounts_counts_epochs_and_intervals()
    {
        Assert.Equal(("1 min 30 s", "0.0123 accuracy"), (Wording.Amount(90, "s"), Wording.Amount(0.01234, "accuracy")));
        Assert.Equal(("1 trial", "2 trials"), (Wording.Count(1, "trial"), Wording.Count(2, "trial")));
        Assert.Equal(("1.50", "12.0"), (Wording.Epochs(1.5), Wording.Epochs(12)));
        Assert.Equal("20.0 s (14.0 s–∞)",
            Wording.Interval(new Quantiles { P05 = 14, P25 = 17, P50 = 20, P75 = 30, P95 = double.PositiveInfinity }, Wording.Duration));
        Assert.Equal("expected regret", Wording.Key("expectedRegret"));
    }

    [Fact]
    public void Objectives()
    {
        var fastest = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "accuracy", Direction = Direction.Maximize, Target = 0.9 };
        Assert.Equal("fastest to accuracy ≥ 0.9", Wording.Objective(fastest));
        Assert.Equal("fastest to loss ≤ 0.5 within 10 min",
            Wording.Objective(fastest with { Metric = "loss", Direction = Direction.Minimize, Target = 0.5, DeadlineSeconds = 600 }));
        Assert.Equal("best accuracy within 1 h 30 min",
            Wording.Objective(fastest with { Kind = ObjectiveKind.BestBy, Target = null, DeadlineSeconds = 5400 }));
        Assert.Equal("accuracy against time, 0.01 worth 5 min",
            Wording.Objective(fastest with { Kind = ObjectiveKind.Tradeoff, Target = null, SecondsPerUnit = 30_000 }));
    }

    [Fact]
    public void Candidates()
    {
        var candidate = new Candidate
        {
            Name = "sgd-b64",
            Strategy = "sgd",
            BatchSize = 64,
            Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("learningRate", 0.05),
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.Cosine, HorizonEpochs = 5 },
            Seed = 1,
        };
        Assert.Equal("learningRate 0.05, cosine over 5 epochs", Wording.Candidate(candidate));
    }
}
