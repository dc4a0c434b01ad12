using System.Collections.Immutable;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Tests;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Replay;

/// <summary>Whole insured jobs over small recordings, in virtual time; "base" is what would have been run anyway.</summary>
public sealed class InsuredRaceTests(ITestOutputHelper output)
{
    /// <summary>Elsewhere the baseline arrives after 60 s, a after 30 s in most problems, and c never.</summary>
    private static readonly SelectionHistory History = SelectionHistory.FromCurves(Enumerable.Range(0, 6).SelectMany(i => Problem($"h{i}",
        Recordings.Reaching("a/1", i % 3 == 0 ? 0 : 30), Recordings.Reaching("base/1", 60), Recordings.Reaching("c/1", 0))));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_job_never_ends_later_than_the_baseline_alone_whatever_the_challengers_do(int devices)
    {
        foreach (var (a, c) in new[] { (0, 0), (0, 90), (90, 0), (70, 80) })
            Assert.Equal(60, Run(devices, Recordings.Reaching("base/1", 60), Recordings.Reaching("a/1", a), Recordings.Reaching("c/1", c))
                .SecondsToTarget);
    }

    [Fact]
    public void The_one_that_was_best_elsewhere_is_tried_first_and_wins()
    {
        var outcome = Run(2, Recordings.Reaching("base/1", 60), Recordings.Reaching("c/1", 0), Recordings.Reaching("a/1", 30));
        Assert.Equal((30, "a/1"), (outcome.SecondsToTarget, outcome.Winner));
        Assert.Equal(["t01", "t03"], outcome.Rungs[0].Outcome.NextStep.Keys.Select(k => k.Value));
    }

    [Fact]
    public void On_one_device_the_job_ends_no_later_than_the_premium_allows()
    {
        var outcome = Run(1, Recordings.Reaching("base/1", 60), Recordings.Reaching("a/1", 0));
        Assert.InRange(outcome.SecondsToTarget!.Value, 60, 66);
    }

    [Fact]
    public void The_price_of_devices_decides_whether_any_are_borrowed()
    {
        ImmutableArray<RecordedCurve> job = [Recordings.Reaching("base/1", 60), Recordings.Reaching("a/1", 30)];
        Assert.Single(Run(job, 2, price: 10).Rungs[0].Outcome.NextStep);
        Assert.Equal(2, Run(job, 2, price: 0).Rungs[0].Outcome.NextStep.Count);
    }

    [Fact]
    public void When_the_baseline_comes_to_its_end_without_the_target_the_others_go_on()
    {
        var outcome = Run([Recordings.Reaching("base/1", 0), Falling("a/1", 6)], 1, history: SelectionHistory.Empty);
        Assert.Equal("a/1", outcome.Winner);
        Assert.InRange(outcome.SecondsToTarget!.Value, 100, 175);
    }

    [Fact]
    public void A_baseline_that_diverges_ends_the_insurance_and_not_the_job()
    {
        var broken = Recordings.Reaching("base/1", 60);
        broken = broken with { Values = broken.Values.SetItem(3, null) };
        var outcome = Run([broken, Falling("a/1", 9)], 2, history: SelectionHistory.Empty);
        Assert.Equal((90, "a/1"), (outcome.SecondsToTarget, outcome.Winner));
        Assert.Contains(outcome.Rungs, r => r.Outcome.Summary.Contains("The insurance is over", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void With_a_deadline_the_job_has_at_least_what_its_baseline_has(int devices)
    {
        ImmutableArray<RecordedCurve> curves =
        [
            Recordings.Smooth("base", Evidence.Rising(0.85, 0.05)), Recordings.Smooth("better", Evidence.Rising(0.93, 0.05)),
            Recordings.Smooth("worse", Evidence.Rising(0.7, 0.02)),
        ];
        var outcome = SimulatedJob.Run(curves, new InsuredPolicy(), new SimulatedConditions
        {
            Objective = Goals.BestBy(90),
            Devices = devices,
            Baseline = "base",
        });
        foreach (var r in outcome.Rungs) output.WriteLine($"{r.At:0.0} {r.Outcome.Summary}");
        Assert.True(outcome.Value >= outcome.Reference.BaselineValue - 0.005, $"{outcome.Value} against {outcome.Reference.BaselineValue}");
        if (devices == 2) Assert.Equal("better", outcome.Winner);
    }

    [Fact]
    public void Loading_and_saving_of_challengers_cost_the_baseline_nothing()
    {
        ImmutableArray<RecordedCurve> job =
            [Recordings.Reaching("base/1", 60), Recordings.Reaching("a/1", 0), Recordings.Reaching("c/1", 0)];
        var conditions = SimulatedConditions.For(job, 2) with
        {
            Baseline = "base/1",
            Costs = new SimulatedCosts { SaveSeconds = 3, InterruptSeconds = 1, ArrivalSeconds = 20 },
        };
        // The first device is there after 20 s as it would be for the baseline alone; its only segment is stored once.
        Assert.Equal(83, SimulatedJob.Run(job, new InsuredPolicy(), conditions).SecondsToTarget);
    }

    [Fact]
    public void Equal_seeds_give_equal_jobs()
    {
        SimulatedOutcome Again() =>
            Run(2, Recordings.Reaching("base/1", 60), Recordings.Reaching("c/1", 0), Recordings.Reaching("a/1", 30));
        Assert.Equal(Again().Rungs.Select(r => r.Outcome.Summary), Again().Rungs.Select(r => r.Outcome.Summary));
    }

    /// <summary>A run whose loss falls like a power law to the target at a point.</summary>
    private static RecordedCurve Falling(string candidate, int points) =>
        Recordings.Curve(candidate, [.. Enumerable.Range(1, points).Select(i => 0.8 + 0.2 * points / i)]);

    private SimulatedOutcome Run(int devices, params ImmutableArray<RecordedCurve> job) => Run(job, devices);

    private SimulatedOutcome Run(
        ImmutableArray<RecordedCurve> job, int devices, double price = 0.08, SelectionHistory? history = null)
    {
        var conditions = SimulatedConditions.For(job, devices) with { Baseline = "base/1", History = history ?? History };
        var outcome = SimulatedJob.Run(job, new InsuredPolicy(), conditions with { Probe = conditions.Probe with { Price = price } });
        foreach (var r in outcome.Rungs) output.WriteLine($"{r.At:0.0} {r.Outcome.Summary}");
        return outcome;
    }

    private static IEnumerable<RecordedCurve> Problem(string name, params RecordedCurve[] curves) =>
        curves.Select(c => c with { Problem = name, Family = name, Workload = name });
}
