using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Insured jobs over simulated devices, where what is asked does not depend on how fast this machine is.</summary>
public sealed class InsuredJobTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static SimulatedTraining Training(double secondsPerStep) =>
        new SimulatedTraining { SecondsPerStep = _ => secondsPerStep }.Ends("base", .8).Ends("good", .95).Ends("bad", .4);

    /// <summary>Devices cost nothing, and the deadline is far.</summary>
    private static JobSpec Job(params string[] candidates)
    {
        var spec = SimulatedJobs.BestAtHorizon(candidates);
        return spec with
        {
            Policy = "insured",
            Objective = spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = 1e6 },
            Probe = new ProbeBudget { Price = 0 },
        };
    }

    [Fact]
    public async Task On_devices_of_two_classes_each_trial_is_believed_as_fast_as_it_was_measured_where_it_trains()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        // The baseline stays on its device for as long as the job lasts.
        var baseline = new Hold(a => a.Candidate.Name == "base");
        cluster.AddDevice("d0", Training(.5), baseline.Before, model: "slow");
        await cluster.Submit("job", Job("base", "good"));
        await baseline.Reached;
        cluster.AddDevice("d1", Training(.01), model: "fast");
        await cluster.Until("job", r => r.Rungs.Count(g => g.Forecasts.Any(IsOfChallenger)) > 1, "judged its challenger twice");
        await cluster.Request("job", JobRequest.Cancel());
        baseline.Release();
        var record = await cluster.UntilEnded("job");

        Assert.Equal(["slow", "fast"], record.Devices.Select(d => d.Model));
        Assert.Single(record.Of("base").Segments);
        Assert.All(record.Rungs.SelectMany(g => g.Forecasts).Where(IsOfChallenger), f => Assert.InRange(f.SecondsPerStep, .009, .015));

        static bool IsOfChallenger(Forecast forecast) => forecast.Trial == TrialId.At(1) && forecast.AtStep > 0;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_challenger_that_somebody_asks_for_holds_the_job_against_the_policy(bool isBaselineFirst)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var (baseline, asked) = (new Hold(a => a.Candidate.Name == "base"), new Hold(a => a.Candidate.Name == "bad"));
        foreach (var device in new[] { "d0", "d1" })
            cluster.AddDevice(device, Training(.02), async assignment =>
            {
                await baseline.Before(assignment);
                await asked.Before(assignment);
            });
        await cluster.Submit("job", Job("base", "bad"));
        await Task.WhenAll(baseline.Reached, asked.Reached);
        await cluster.Request("job", JobRequest.CommitTo(TrialId.At(1), "I know it"));
        (isBaselineFirst ? baseline : asked).Release();
        if (isBaselineFirst) await cluster.Until("job", r => r.Of("base").State == TrialState.Completed, "ended its baseline");
        else await cluster.Until("job", r => r.Of("bad").State == TrialState.Completed, "trained whom somebody asked for");
        baseline.Release();
        asked.Release();
        var record = await cluster.UntilEnded("job");
        Assert.Equal(("bad", "I know it", false),
            (FaultJobs.WinnerOf(record), Assert.Single(record.Commits).Reason, record.Commit!.IsFallback));
    }
}
