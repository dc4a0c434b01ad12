using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Decisions;

/// <summary>
/// What a policy is shown of the run after a commit. A step of 20 ms on one device is 12 ms of computing and 6 ms of exchange on two.
/// </summary>
public sealed class CommittedRunsTests
{
    private static readonly StepTime Measured = new()
    {
        Steps = 1_000_000,
        LowerQuartileSeconds = 0.02,
        MeanSeconds = 0.02,
        StandardErrorSeconds = 0,
    };

    private static readonly JobSpec Spec = SimulatedJobs.BestAtHorizon("one", "other") with
    {
        Commit = new CommitResources { Devices = 2 },
        // 100,000 bytes of gradients.
        Ranks = KnownLinks.Forecast(KnownLinks.Json(1e-3, 5e-8), 25_000, fixedShare: 0.2, "one", "other"),
    };

    [Fact]
    public void Evidence_carries_the_speed_of_the_committed_run()
    {
        var trial = Shown(Spec, devices: 1);
        Assert.Equal((2, 1), (trial.Committed!.Ranks, trial.Committed.TriedOn));
        Assert.Equal(0.02, trial.StepTime.MedianSeconds, 1e-4);
        Assert.Equal(20.0 / 18, trial.CommitSpeed, 1e-3);
        Assert.True(trial.Committed.StepTime.LogStandardDeviation > trial.StepTime.LogStandardDeviation);
    }

    [Fact]
    public void A_trial_that_runs_on_the_devices_of_the_commit_stands_for_itself()
    {
        var trial = Shown(Spec, devices: 2);
        Assert.Null(trial.Committed);
        Assert.Equal(1, trial.CommitSpeed);
        // The prediction was one of one device; it must not pull what two took.
        var sure = Spec with { StepTimes = Spec.StepTimes.Add("one", new StepTimeForecast(0.0233333, 0.01, 0)) };
        Assert.Equal(0.02, Shown(sure, devices: 2).StepTime.MedianSeconds, 1e-4);
    }

    [Fact]
    public void A_run_that_stays_as_it_is_is_shown_as_it_was()
    {
        Assert.Null(Shown(Spec with { Commit = new() }, devices: 1).Committed);
        Assert.Null(Shown(Spec with { Ranks = null }, devices: 1).Committed);
        Assert.Null(Shown(Spec with { Policy = "exhaustive" }, devices: 1).Committed);
        Assert.Null(Shown(Spec, devices: 1, step: 1000).Committed);
    }

    private static TrialEvidence Shown(JobSpec spec, int devices, long step = 100)
    {
        var record = SubmittedJobs.Record(spec);
        var gang = new Gang(record.Trials[0], step,
            [.. Enumerable.Range(0, devices).Select(i => new Lease { Device = new DeviceId($"d{i}"), Job = record.Id, Token = i + 1 })]);
        record = record.After(0, Dispatching.Started(record, gang, [], now: 0, isExport: false));
        var trial = record.Trials[0];
        var trained = trial with
        {
            StepTime = Measured,
            Checkpoint = new Checkpoint { Step = step, Uri = "", Bytes = 1 },
            Segments = [trial.Segments[0] with { DeviceSeconds = 2, ToStep = step, EndedAt = 2, End = SegmentEnd.BudgetReached }],
        };
        var basis = new DecisionBasis { Event = record.Version, Clock = 2, Devices = devices, Policy = spec.Policy, PolicyVersion = 1 };
        record = record.With(trained);
        return Evidence.Shown(record, basis, SelectionHistory.Empty, new MeasuredPace(record)).Trials[0];
    }
}
