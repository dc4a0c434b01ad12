using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests;

public sealed class ArrivalTests
{
    [Theory]
    [InlineData(0, 100, 2)]
    [InlineData(37, 100, 3)]
    [InlineData(300, 64, 0.5)]
    [InlineData(500, 10, 7)]
    [InlineData(995, 100, 2)]
    [InlineData(0, 3, 1000)]
    public void The_grid_holds_due_evaluations_and_counts_them_all(long step, long epoch, double perEpoch)
    {
        var evaluation = new EvaluationPolicy { PerEpoch = perEpoch };
        var trial = Evidence.Trial(0, step, _ => 0.5) with { StepsPerEpoch = epoch };
        var due = Enumerable.Range(1, (int)Evidence.Horizon).Select(s => (long)s)
            .Where(s => s > step && evaluation.IsDue(s, epoch, Evidence.Horizon)).ToHashSet();

        var grid = EvaluationGrid.Ahead(trial, evaluation);

        Assert.Equal((step, Evidence.Horizon), (grid.Steps[0], grid.Steps[^1]));
        Assert.All(grid.Steps.Zip(grid.Chances).Where(p => p.Second > 0), p => Assert.Contains((long)p.First, due));
        Assert.InRange(grid.Chances.Sum(), due.Count * 0.99, due.Count * 1.01);
        Assert.Equal(grid.Steps.Order(), grid.Steps);
    }

    [Fact]
    public void Who_was_just_measured_and_missed_does_not_arrive_now()
    {
        // The noise alone would carry a draw at the present over the target in half of the samples.
        var trial = Evidence.Trial(0, 500, _ => 0.79, noise: 0.01);
        var last = trial.Curve[^1].Value;
        var outlook = Outlook(trial, Goals.FastestTo(trial.Curve.Max(p => p.Value) + 0.001));

        Assert.True(last < 0.9);
        Assert.All(outlook.StepsToTarget!, step => Assert.True(step > 500, $"arrives at {step}"));
        Assert.Contains(outlook.StepsToTarget!, double.IsFinite);
    }

    [Fact]
    public void Who_reached_the_target_once_has_arrived()
    {
        var trial = Evidence.Trial(0, 500, x => x < 0.3 ? 0.9 : 0.7);
        Assert.All(Outlook(trial, Goals.FastestTo(0.85)).StepsToTarget!, step => Assert.Equal(500, step));
    }

    [Fact]
    public void The_fewer_evaluations_are_due_the_fewer_chances_has_the_noise()
    {
        var trial = Evidence.Trial(0, 500, _ => 0.79, noise: 0.01);
        double Arriving(double perEpoch) => Outlook(trial, Goals.FastestTo(trial.Curve.Max(p => p.Value) + 0.005), perEpoch)
            .StepsToTarget!.Count(double.IsFinite) / 320.0;
        Assert.True(Arriving(0.2) < Arriving(10) - 0.1, $"{Arriving(0.2):0.00} with one evaluation, {Arriving(10):0.00} with fifty");
    }

    [Fact]
    public void A_sample_arrives_if_and_only_if_it_ends_at_the_target()
    {
        var trial = Evidence.Trial(0, 300, Evidence.Rising(0.9, 0.2), noise: 0.01);
        foreach (var deadline in new double?[] { null, 75 })
        {
            var job = JobOutlook.FromInput(Evidence.Input(Goals.FastestTo(0.72, deadline), 1, trial) with { ElapsedSeconds = 24 });
            var outlook = Assert.Single(job.Trials).Outlook;
            for (var s = 0; s < outlook.Samples; s++)
                Assert.Equal(double.IsFinite(outlook.SecondsToTarget(s, -0.72, job.Value.RemainingSeconds)),
                    outlook.EndValue(s, -0.72, job.Value.RemainingSeconds) <= -0.72);
            var forecast = Assert.Single(ForecastWriter.Write(job));
            Assert.InRange(forecast.ProbabilityOfTarget!.Value, 0.05, 0.95);
            Assert.Equal(forecast.ProbabilityOfTarget >= 0.5, forecast.FinalValue.P50 >= 0.72);
        }
    }

    [Fact]
    public void Equal_curves_of_two_trials_are_drawn_apart_but_for_what_they_share()
    {
        var trials = new[] { 0, 1 }.Select(i => Evidence.Trial(i, 100, Evidence.Rising(0.9, 0.2))).ToArray();
        trials[1] = trials[1] with { Curve = trials[0].Curve };
        var outlooks = new OutlookSampler(Evidence.Input(Goals.BestBy(1e6), 1, trials)).Draw([.. trials]);
        static double[] Ends(TrialOutlook o) => [.. Enumerable.Range(1, o.Samples).Select(s => o.Latent[s * o.Steps.Length - 1])];
        Assert.InRange(RankCorrelation(Ends(outlooks[0]!), Ends(outlooks[1]!)), 0.02, 0.5);
    }

    private static double RankCorrelation(double[] a, double[] b)
    {
        static double[] Ranks(double[] v)
        {
            var order = Enumerable.Range(0, v.Length).OrderBy(i => v[i]).ToArray();
            var ranks = new double[v.Length];
            for (var r = 0; r < order.Length; r++) ranks[order[r]] = r - (v.Length - 1) / 2.0;
            return ranks;
        }
        var (x, y) = (Ranks(a), Ranks(b));
        return x.Zip(y, (p, q) => p * q).Sum() / x.Sum(p => p * p);
    }

    private static TrialOutlook Outlook(TrialEvidence trial, Objective objective, double perEpoch = 10) =>
        new OutlookSampler(Evidence.Input(objective, 1, trial) with { Evaluation = new EvaluationPolicy { PerEpoch = perEpoch } })
            .Draw([trial])[0]!;
}
