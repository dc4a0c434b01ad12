using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Forecasts;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests;

public sealed class LearnedArrivalTests
{
    [Fact]
    public void What_history_says_of_the_target_and_of_the_end_is_one_thing()
    {
        var trials = new[] { 0.06, 0.12, 0.18 }
            .Select((half, i) => Evidence.Trial(i, 200, Evidence.Rising(0.9, half), noise: 0.004)).ToArray();
        var input = Evidence.Input(Goals.FastestTo(0.8), 1, trials) with { History = SelectionHistory.FromCurves(Recorded()) };
        var outlooks = new OutlookSampler(input).Draw(input.Trials);

        foreach (var outlook in outlooks.Select(o => o!))
        {
            var arriving = outlook.StepsToTarget!.Count(double.IsFinite);
            var ending = Enumerable.Range(0, outlook.Samples).Count(s => outlook.Measured[(s + 1) * outlook.Steps.Length - 1] <= -0.8);
            Assert.Equal(arriving, ending);
            Assert.InRange(arriving, 1, outlook.Samples - 1);
            Assert.All(outlook.StepsToTarget!, step => Assert.True(step > 200));
        }
    }

    [Fact]
    public void A_curve_tells_of_its_arrival_also_where_there_is_a_prior_alone()
    {
        // Too few runs to learn from how curves go on; all of them arrived.
        RecordedCurve[] runs = [.. Recorded().Where(c => c.Values.Any(v => v >= 0.8)).Take(12)];
        var history = SelectionHistory.FromCurves(runs.Select(c => c with { Target = 0.8 }));
        Assert.Null(history.Forecaster);
        double Chance(double level)
        {
            var trial = Evidence.Trial(0, 100, Evidence.Rising(level, 0.06), noise: 0.002);
            var input = Evidence.Input(Goals.FastestTo(0.8), 1, trial) with { History = history };
            Assert.True(JobOutlook.IsInformedBy(input));
            return new OutlookSampler(input).Draw(input.Trials)[0]!.StepsToTarget!.Count(double.IsFinite) / 320.0;
        }
        Assert.True(Chance(0.4) < Chance(0.95) - 0.1, $"{Chance(0.4):0.00} {Chance(0.95):0.00}");
        // What is known of other runs counts all the same.
        Assert.True(Chance(0.4) > 0.2, $"{Chance(0.4):0.00}");
    }

    [Fact]
    public void Odds_follow_how_far_the_target_is()
    {
        var forecaster = HistoryForecaster.Learn([.. Recorded()])!.At(0.2)!;
        double Odds(double level)
        {
            double[] x = [.. Enumerable.Range(1, 20).Select(i => 0.01 * i)];
            var situation = CurveSituation.FromValues(
                x, Array.ConvertAll(x, v => -Evidence.Rising(level, 0.1)(v)), -0.8, isShare: true, new ProblemStanding([-0.5, -0.6, -0.7]));
            return forecaster.Forecast(situation, "new", "new", "new", "new").ProbabilityOfTarget!.Value;
        }
        Assert.True(Odds(0.6) < Odds(0.95) - 0.3, $"{Odds(0.6):0.00} {Odds(0.95):0.00}");
    }

    [Fact]
    public void A_run_that_repeats_its_last_value_is_not_expected_to_arrive()
    {
        var forecaster = HistoryForecaster.Learn([.. Recorded()])!.At(0.2)!;
        double[] x = [.. Enumerable.Range(1, 20).Select(i => 0.01 * i)];
        double[] z = [.. x.Select((v, i) => i < 15 ? -Evidence.Rising(0.95, 0.1)(v) : -0.1)];
        var situation = CurveSituation.FromValues(x, z, -0.8, isShare: true, new ProblemStanding([-0.5, -0.6, -0.7]));
        Assert.True(situation.IsFrozen);
        Assert.InRange(forecaster.Forecast(situation, "new", "new", "new", "new").ProbabilityOfTarget!.Value, 0, 0.03);
    }

    [Fact]
    public void Frozen_examples_are_compared_with_each_other_only()
    {
        var runs = new FrozenRuns([.. Enumerable.Range(0, 40).Select(i => i % 4 == 0)]);
        double[] Even() => [.. Enumerable.Repeat(1 / 40.0, 40)];
        var (frozen, others) = (runs.Separate(Even(), asksFrozen: true), runs.Separate(Even(), asksFrozen: false));
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(i % 4 == 0 ? 0.1 : 0, frozen[i], 9));
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(i % 4 == 0 ? 0 : 1 / 30.0, others[i], 9));
        Assert.Equal(Even(), new FrozenRuns([.. Enumerable.Range(0, 40).Select(i => i < 3)]).Separate(Even(), asksFrozen: true));
    }

    [Fact]
    public void Overconfident_odds_are_taken_back()
    {
        // Said .1 and .9, came true 3 and 7 times in ten.
        var outcomes = Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? 0.9 : 0.1, i / 2 % 10 < (i % 2 == 0 ? 7 : 3), 0.01)).ToArray();
        var calibration = LogisticCalibration.Fit(outcomes);
        Assert.Equal(0.7, calibration.Apply(0.9), 0.02);
        Assert.Equal(0.3, calibration.Apply(0.1), 0.02);
        Assert.Equal(0.5, calibration.Apply(0.5), 0.02);
    }

    [Fact]
    public void Reliability_compares_odds_with_what_came()
    {
        var outcomes = Enumerable.Range(0, 300).Select(i => (i < 200 ? 0.25 : 0.75, i % 2 == 0)).Append((0.99, true)).ToArray();
        var reliability = Reliability.FromOutcomes(outcomes);
        Assert.Equal(
            [new ReliabilityBin(0.25, 0.5, 200), new ReliabilityBin(0.75, 0.5, 100), new ReliabilityBin(0.99, 1, 1)], reliability.Bins);
        Assert.Equal(0.25, reliability.WorstOfLarge!.Value, 9);
        Assert.Equal((200 * 0.3125 + 100 * 0.3125 + 0.0001) / 301, reliability.Brier, 9);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959964)]
    [InlineData(0.01, -2.326348)]
    [InlineData(1e-5, -4.264891)]
    public void Normal_quantiles_are_those_of_the_tables(double p, double z) => Assert.Equal(z, NormalDistribution.Quantile(p), 1e-5);

    /// <summary>Six families of 30 accuracies that rise to levels from .6 to .98; those that come to .8 end there.</summary>
    private static IEnumerable<RecordedCurve> Recorded() =>
        from family in Enumerable.Range(0, 6)
        from run in Enumerable.Range(0, 30)
        let curve = Evidence.Rising(0.6 + 0.38 * run / 29, 0.05 + 0.01 * family)
        let numbers = new SeededNumbers((ulong)(100 * family + run))
        let values = Enumerable.Range(1, 100).Select(i => (Step: 10L * i, Value: curve(0.01 * i) + 0.004 * numbers.Normal())).ToArray()
        let length = Array.FindIndex(values, v => v.Value >= 0.8) is >= 0 and var hit ? hit + 1 : values.Length
        select new RecordedCurve
        {
            Suite = "made",
            Workload = $"w{family}",
            Family = $"f{family}",
            Problem = $"p{family}",
            Candidate = $"c{run}",
            Algorithm = $"a{run % 5}",
            Metric = "accuracy",
            DirectionName = "maximize",
            Target = 0.8,
            StepHint = 1000,
            Steps = [.. values.Take(length).Select(v => v.Step)],
            Values = [.. values.Take(length).Select(v => (double?)v.Value)],
        };
}
