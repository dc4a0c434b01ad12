using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies.Regret;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Forecasts;
using AutoSelect.Selection.Tests;

namespace AutoSelect.Jobs.Tests.Replay;

public sealed class InformedRaceTests
{
    /// <summary>Elsewhere a arrives after 30 s, b after 60 s and c never.</summary>
    private static readonly SelectionHistory History = SelectionHistory.FromCurves(Enumerable.Range(0, 4).SelectMany(i => Problem($"h{i}",
        Recordings.Reaching("a/1", 30), Recordings.Reaching("b/1", 60), Recordings.Reaching("c/1", 0))));

    [Fact]
    public void The_one_that_was_best_elsewhere_begins_and_the_others_wait()
    {
        var outcome = Run(4, Recordings.Reaching("a/1", 30), Recordings.Reaching("b/1", 60), Recordings.Reaching("c/1", 0));

        // Before steps are measured the racers' slices are not quite of equal seconds, so that one waits for the other.
        Assert.InRange(outcome.SecondsToTarget!.Value, 30, 32);
        var opening = outcome.Rungs[0].Outcome;
        Assert.Contains(
            opening.Decisions, d => d.Kind == DecisionKind.Continue && d.Reason.StartsWith("a/1 starts", StringComparison.Ordinal));
        Assert.Contains(opening.Decisions, d => d.Kind == DecisionKind.Pause && d.Reason.StartsWith("c/1 waits", StringComparison.Ordinal));
    }

    [Fact]
    public void The_lower_the_price_of_devices_the_more_race()
    {
        ImmutableArray<RecordedCurve> job = [Recordings.Reaching("a/1", 30), Recordings.Reaching("b/1", 60), Recordings.Reaching("c/1", 0)];
        int Racers(double price) => Run(job, 4, price).Rungs[0].Outcome.NextStep.Count;

        Assert.Equal(1, Racers(10));
        Assert.True(Racers(0) > 1);
    }

    [Fact]
    public void When_the_first_choice_comes_to_its_end_without_the_target_the_next_one_begins()
    {
        var outcome = Run(1, Recordings.Reaching("a/1", 0), Recordings.Reaching("b/1", 60), Recordings.Reaching("c/1", 0));

        Assert.Equal("b/1", outcome.Winner);
        Assert.Equal(160, outcome.SecondsToTarget);
    }

    [Fact]
    public void No_newcomer_joins_a_race()
    {
        var outcome = Run(
            [Recordings.Reaching("a/1", 90), Recordings.Reaching("b/1", 70), Recordings.Reaching("c/1", 20)], 4, price: 0.001);
        var began = outcome.Rungs[0].Outcome.NextStep.Keys.ToHashSet();

        Assert.All(outcome.Rungs, r => Assert.Subset(began, r.Outcome.NextStep.Keys.ToHashSet()));
        Assert.True(outcome.SecondsToTarget <= 100);
    }

    [Fact]
    public void Points_of_one_strategy_are_told_apart_though_the_recording_has_no_batch_size()
    {
        static RecordedCurve Point(int number, int seconds) => Recordings.Reaching($"x/{number}", seconds) with
        {
            Hyperparameters = ImmutableSortedDictionary<string, JsonElement>.Empty.Add(
                "rate", JsonSerializer.SerializeToElement(0.1 * number)),
        };
        var history = SelectionHistory.FromCurves(Enumerable.Range(0, 4).SelectMany(
            i => Problem($"h{i}", Point(1, 90), Point(2, 20), Point(3, 90))));
        ImmutableArray<RecordedCurve> job = [Point(1, 90), Point(2, 20), Point(3, 90)];

        var outcome = SimulatedJob.Run(job, new RegretPolicy(), SimulatedConditions.For(job, 1) with { History = history });

        Assert.Equal(20, outcome.SecondsToTarget);
    }

    [Fact]
    public void Runs_of_a_known_workload_are_expected_to_end_where_others_of_it_did()
    {
        // Ten families of six runs on one workload, from different heights and at different speeds, all to 1.
        var suite = Enumerable.Range(0, 60).Select(i =>
        {
            var length = 10 + i % 7;
            double[] losses = [.. Enumerable.Range(1, length).Select(k => 1 + (3 + i % 5) * (1 - (double)k / length))];
            return Recordings.Curve($"s{i % 6}/1", losses) with { Family = $"f{i / 6}", Problem = $"p{i / 6}", BudgetSeconds = 200 };
        }).ToImmutableArray();

        var learned = ForecastReplay.Run(suite, [], [0.2], "history").Cuts["0.2"];
        var last = ForecastReplay.Run(suite, [], [0.2], "last-value").Cuts["0.2"];

        Assert.True(learned.Mae < 0.02, $"{learned.Mae}");
        Assert.True(last.Mae > 0.3, $"{last.Mae}");
    }

    private static SimulatedOutcome Run(int devices, params ImmutableArray<RecordedCurve> job) =>
        Run(job, devices, new ProbeBudget().Price);

    private static SimulatedOutcome Run(ImmutableArray<RecordedCurve> job, int devices, double price)
    {
        var conditions = SimulatedConditions.For(job, devices);
        return SimulatedJob.Run(
            job, new RegretPolicy(), conditions with { History = History, Probe = conditions.Probe with { Price = price, Share = 0.9 } });
    }

    private static IEnumerable<RecordedCurve> Problem(string name, params RecordedCurve[] curves) =>
        curves.Select(c => c with { Problem = name, Family = name, Workload = name });
}
