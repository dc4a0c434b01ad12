using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Tests;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Replay;

public sealed class SimulatedJobTests
{
    [Fact]
    public void One_candidate_needs_its_own_time_and_no_more()
    {
        var outcome = Run([Recordings.Smooth("a", Evidence.Rising(0.9, 0.05))], Goals.FastestTo(0.8), devices: 1);
        Assert.Equal(outcome.Reference.OracleSeconds, outcome.SecondsToTarget);
        Assert.Equal(1, outcome.Slowdown);
        Assert.Equal(0, outcome.ProbeSeconds);
    }

    [Fact]
    public void The_exhaustive_policy_finds_the_oracle_and_spends_everything()
    {
        var curves = Race();
        var outcome = Run(curves, Goals.BestBy(1000), new ExhaustivePolicy());
        Assert.Equal("c3", outcome.Winner);
        Assert.Equal(outcome.Reference.Oracle, outcome.Winner);
        Assert.Equal(curves.Sum(c => c.SecondsAt(c.Steps.Length - 1)), outcome.DeviceSeconds, 1e-6);
    }

    [Fact]
    public void A_race_ends_no_later_than_its_baseline_at_less_than_the_price_of_training_all()
    {
        var outcome = Run(Race(), Goals.FastestTo(0.55));
        Assert.True(outcome.SecondsToTarget <= outcome.Reference.BaselineSeconds, $"{outcome.SecondsToTarget} s");
        Assert.True(outcome.DeviceSeconds < 0.5 * 6 * 100, $"{outcome.DeviceSeconds} device seconds");
    }

    [Fact]
    public void A_candidate_that_diverges_is_a_failed_trial_and_not_a_failed_job()
    {
        var broken = Recordings.Smooth("broken", Evidence.Rising(0.95, 0.01));
        broken = broken with { Values = [.. broken.Values.Select((v, i) => i < 5 ? v : null)] };
        var outcome = Run([broken, Recordings.Smooth("sound", Evidence.Rising(0.9, 0.05))], Goals.BestBy(300));
        Assert.Equal("sound", outcome.Winner);
    }

    [Fact]
    public void Equal_seeds_give_equal_jobs()
    {
        var (first, again) = (Run(Race(), Goals.FastestTo(0.55)), Run(Race(), Goals.FastestTo(0.55)));
        Assert.Equal(first.Rungs.Select(r => r.Outcome.Summary), again.Rungs.Select(r => r.Outcome.Summary));
        Assert.Equal(first.DeviceSeconds, again.DeviceSeconds);
    }

    [Fact]
    public void Who_watches_a_job_sees_every_point_and_changes_nothing()
    {
        // A thousand steps of .1 s and trials that begin in between: times that no two clocks round alike.
        var (alone, seen) = (Run(Race(), Goals.FastestTo(0.55)), new SortedSet<(TrialId, long)>());
        var watched = SimulatedJob.Run(Race(), new InsuredPolicy(), new SimulatedConditions
        {
            Objective = Goals.FastestTo(0.55),
            Devices = 2,
            IsGivenUp = job =>
            {
                foreach (var trial in job.Trials.Where(t => !t.Curve.IsEmpty)) seen.Add((trial.Id, trial.Curve[^1].Step));
                return false;
            },
        });
        Assert.Equal((alone.SecondsToTarget, alone.Winner), (watched.SecondsToTarget, watched.Winner));
        Assert.Equal(alone.DeviceSeconds, watched.DeviceSeconds, 1e-6);
        foreach (var trial in seen.GroupBy(s => s.Item1))
            Assert.Equal(Enumerable.Range(1, trial.Count()).Select(i => 10L * i), trial.Select(s => s.Item2));
    }

    [Fact]
    public void A_job_that_is_given_up_ends_there()
    {
        var outcome = SimulatedJob.Run(Race(), new InsuredPolicy(), new SimulatedConditions
        {
            Objective = Goals.FastestTo(0.55),
            Devices = 2,
            IsGivenUp = job => job.Trials.Any(t => !t.Curve.IsEmpty && t.Curve[^1].Step >= 50),
        });
        Assert.Null(outcome.SecondsToTarget);
        Assert.Equal(5, outcome.WallSeconds, 0.01);
    }

    private static ImmutableArray<RecordedCurve> Race() =>
        [.. Enumerable.Range(0, 6)
            .Select(i => Recordings.Smooth($"c{i}", Evidence.Rising(i == 3 ? 0.93 : 0.6 + 0.04 * i, i == 3 ? 0.02 : 0.06), i + 1))];

    private static SimulatedOutcome Run(
        ImmutableArray<RecordedCurve> curves, Objective objective, ISelectionPolicy? policy = null, int devices = 2) =>
        SimulatedJob.Run(curves, policy ?? new InsuredPolicy(), new SimulatedConditions { Objective = objective, Devices = devices });
}
