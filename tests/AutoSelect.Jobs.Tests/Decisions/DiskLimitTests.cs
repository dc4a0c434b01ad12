using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Decisions;

public sealed class DiskLimitTests
{
    [Theory]
    [InlineData(300, "")]
    [InlineData(299, "t03")]
    [InlineData(150, "t02,t03")]
    public void Paused_trials_give_up_their_checkpoints_the_least_promising_first(long limit, string stopped)
    {
        var record = Record(limit);

        var rung = DiskLimit.Applied(Rung(record), record, runnerUp: null);

        Assert.Equal(stopped, string.Join(",", rung.Decisions.Where(d => d.Kind == DecisionKind.Stop).Select(d => d.Trial.Value).Order()));
    }

    [Fact]
    public void The_runner_up_keeps_its_checkpoint()
    {
        var record = Record(250);
        var rung = DiskLimit.Applied(Rung(record), record, runnerUp: TrialId.At(2));
        Assert.Equal(TrialId.At(1), Assert.Single(rung.Decisions, d => d.Kind == DecisionKind.Stop).Trial);
    }

    [Fact]
    public void A_baseline_that_rests_in_an_insured_job_keeps_its_checkpoint_in_every_decision()
    {
        var record = Record(100, spec => spec with { Policy = "insured", Baseline = "c" });
        var rung = DiskLimit.Applied(Rung(record), record, runnerUp: null);
        Assert.Equal(TrialId.At(1), Assert.Single(rung.Decisions, d => d.Kind == DecisionKind.Stop).Trial);
    }

    [Theory]
    [InlineData(TrialState.Paused, null, "t02")]
    [InlineData(TrialState.Paused, 20L, "")]
    [InlineData(TrialState.Running, null, "")]
    public void A_trial_that_an_earlier_decision_rested_gives_its_checkpoint_up_unless_this_one_sends_it_on(
        TrialState state, long? next, string stopped)
    {
        var record = Record(200);
        record = record.With(record.Trials[1] with { State = state });
        var whole = Rung(record);
        // Of the three the first goes on, the second is not judged, and the third is the runner-up.
        var rung = DiskLimit.Applied(whole with
        {
            Decisions = whole.Decisions.RemoveAt(1),
            NextStep = next is { } step ? whole.NextStep.Add("t02", step) : whole.NextStep,
        }, record, runnerUp: TrialId.At(2));

        Assert.Equal(stopped, string.Join(",", rung.Decisions.Where(d => d.Kind == DecisionKind.Stop).Select(d => d.Trial.Value)));
    }

    /// <summary>Three trials with checkpoints of 100 bytes.</summary>
    private static JobRecord Record(long limit, Func<JobSpec, JobSpec>? change = null)
    {
        var spec = SimulatedJobs.BestAtHorizon("a", "b", "c") with { Checkpoints = new CheckpointPolicy { DiskLimitBytes = limit } };
        spec = change?.Invoke(spec) ?? spec;
        var record = SubmittedJobs.Record(spec, "/nowhere");
        return record with
        {
            Trials = [.. record.Trials.Select(t => t with { Checkpoint = new Checkpoint { Uri = "x", Step = 1, Bytes = 100 } })],
        };
    }

    /// <summary>The first continues, the others are paused; promise falls with the number.</summary>
    private static RungRecord Rung(JobRecord record) => new()
    {
        Rung = 1,
        DecidedAt = 1,
        Forecasts = [.. record.Trials.Select((t, i) => new Forecast
        {
            Trial = t.Id,
            AtStep = 1,
            FinalValue = Quantiles.FromSamples([0.5]),
            FinalAtSeconds = 1,
            ProbabilityOfBest = 0.6 / (i + 1),
            ExpectedRegret = 0,
            SecondsPerStep = 1,
        })],
        Decisions = [.. record.Trials.Select((t, i) =>
            new Decision { Trial = t.Id, Kind = i == 0 ? DecisionKind.Continue : DecisionKind.Pause, Reason = "test" })],
        Unit = "s",
        SpentDeviceSeconds = 0,
        Summary = "test",
        NextStep = ImmutableSortedDictionary<string, long>.Empty,
    };
}
