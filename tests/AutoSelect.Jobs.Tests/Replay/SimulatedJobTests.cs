using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Regret;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Tests;

namespace AutoSelect.Jobs.Tests.Replay;

public sealed class SimulatedJobTests
{
    [Fact]
    public void One_candidate_needs_its_own_time_and_no_more()
    {
        var outcome = Run([Recordings.Smooth("a", Evidence.Rising(0.9, 0.05))], Evidence.FastestTo(0.8), devices: 1);
        Assert.Equal(outcome.Reference.OracleSeconds, outcome.SecondsToTarget);
        Assert.Equal(1, outcome.Slowdown);
        Assert.Equal(0, outcome.ProbeSeconds);
    }

    [Fact]
    public void The_exhaustive_policy_finds_the_oracle_and_spends_everything()
    {
        var curves = Race();
        var outcome = Run(curves, Evidence.BestBy(1000), new ExhaustivePolicy());
        Assert.Equal("c3", outcome.Winner);
        Assert.Equal(outcome.Reference.Oracle, outcome.Winner);
        Assert.Equal(curves.Sum(c => c.SecondsAt(c.Steps.Length - 1)), outcome.DeviceSeconds, 1e-6);
    }

    [Fact]
    public void A_clear_race_is_won_by_the_best_at_less_than_the_price_of_training_all()
    {
        var outcome = Run(Race(), Evidence.FastestTo(0.88));
        Assert.Equal("c3", outcome.Winner);
        Assert.NotNull(outcome.SecondsToTarget);
        Assert.True(outcome.DeviceSeconds < 0.5 * 6 * 100, $"{outcome.DeviceSeconds} device seconds");
        Assert.True(outcome.Slowdown < outcome.Reference.RandomSlowdown);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    public void The_losers_stay_within_the_probe_budget_or_the_first_rung(double share)
    {
        // Curves that differ by noise alone give every reason to go on.
        ImmutableArray<RecordedCurve> curves = [.. Enumerable.Range(0, 8)
            .Select(i => Recordings.Smooth($"c{i}", Evidence.Rising(0.9, 0.2), i + 1))];
        var outcome = Run(curves, Evidence.BestBy(400), share: share);
        var firstRung = 7 * Math.Max(2, 5) * 1.5;
        Assert.InRange(outcome.ProbeSeconds, 0, Math.Max(firstRung, share / (1 - share) * 100 * 1.05));
        Assert.Contains(outcome.Rungs, r => r.Outcome.Winner is not null);
    }

    [Fact]
    public void A_late_bloomer_with_a_cool_down_is_still_there_after_the_first_cut()
    {
        // Behind until half of the run, then far ahead: what a decaying learning rate does.
        ImmutableArray<RecordedCurve> curves =
        [
            .. Enumerable.Range(0, 3).Select(i => Recordings.Smooth($"early{i}", Evidence.Rising(0.75, 0.03), i + 1)),
            Recordings.Smooth("late", x => Evidence.Rising(0.74, 0.04)(x) + 0.15 * Math.Max(0, x - 0.5), 9) with { Schedule = Cosine },
        ];
        var rungs = Run(curves, Evidence.BestBy(500)).Rungs;
        var firstCut = rungs.First(r => r.Rung == 1).Outcome;
        Assert.NotEqual(DecisionKind.Stop, firstCut.Decisions.First(d => d.Trial == TrialId.At(3)).Kind);
    }

    [Fact]
    public void A_candidate_that_diverges_is_a_failed_trial_and_not_a_failed_job()
    {
        var broken = Recordings.Smooth("broken", Evidence.Rising(0.95, 0.01));
        broken = broken with { Values = [.. broken.Values.Select((v, i) => i < 5 ? v : null)] };
        var outcome = Run([broken, Recordings.Smooth("sound", Evidence.Rising(0.9, 0.05))], Evidence.BestBy(300));
        Assert.Equal("sound", outcome.Winner);
    }

    [Fact]
    public void Equal_seeds_give_equal_jobs()
    {
        var (first, again) = (Run(Race(), Evidence.FastestTo(0.88)), Run(Race(), Evidence.FastestTo(0.88)));
        Assert.Equal(first.Rungs.Select(r => r.Outcome.Summary), again.Rungs.Select(r => r.Outcome.Summary));
        Assert.Equal(first.DeviceSeconds, again.DeviceSeconds);
    }

    [Fact]
    public void Two_devices_run_a_rung_in_about_half_the_time()
    {
        var (one, two) = (Run(Race(), Evidence.FastestTo(0.88), devices: 1), Run(Race(), Evidence.FastestTo(0.88), devices: 2));
        Assert.InRange(two.Rungs[1].At / one.Rungs[1].At, 0.45, 0.7);
    }

    private static readonly LearningRateSchedule Cosine = new() { Kind = ScheduleKind.Cosine, HorizonEpochs = 1 };

    private static ImmutableArray<RecordedCurve> Race() =>
        [.. Enumerable.Range(0, 6)
            .Select(i => Recordings.Smooth($"c{i}", Evidence.Rising(i == 3 ? 0.93 : 0.6 + 0.04 * i, i == 3 ? 0.02 : 0.06), i + 1))];

    private static SimulatedOutcome Run(
        ImmutableArray<RecordedCurve> curves, Objective objective, ISelectionPolicy? policy = null, int devices = 2, double share = 0.5) =>
        SimulatedJob.Run(curves, policy ?? new RegretPolicy(),
            new SimulatedConditions { Objective = objective, Devices = devices, Probe = new ProbeBudget { Share = share } });
}
