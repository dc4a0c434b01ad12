using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>What races live is what is replayed: one recording, once through each interpreter of the job machine.</summary>
public sealed class InterpretersTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Scenarios => [.. RaceScenarios.ByName.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("insured")]
    [InlineData("asha-stop")]
    [InlineData("asha-promote")]
    [InlineData("median-stopping")]
    [InlineData("successive-halving")]
    public async Task They_agree_decision_by_decision(string name)
    {
        var conditions = new SimulatedConditions { Objective = Goals.BestBy(5000) };
        var (simulated, played) = await Both(name, [.. Enumerable.Range(0, 6).Select(Curve)], conditions);
        Assert.True(Decisions(simulated).Count > 3, $"{simulated.Count} events are not worth a comparison.");
        Assert.Equal(JobPhase.Completed, JobFold.FromEvents(played)!.Phase);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task They_agree_on_an_insured_race_and_it_keeps_its_promises(string name)
    {
        var scenario = RaceScenarios.ByName[name];
        var (simulated, played) = await Both(
            "insured", scenario.Curves, scenario.Conditions with { Baseline = "base", JoinSeconds = FaultJobs.LongLease.TotalSeconds });
        scenario.Check(JobFold.FromEvents(simulated)!);
        scenario.Check(JobFold.FromEvents(played)!);
    }

    /// <summary>The events of one job in a replay and of the same job with devices, which decide alike.</summary>
    private async Task<(List<JobEvent> Simulated, IReadOnlyList<JobEvent> Played)> Both(
        string policyName, ImmutableArray<RecordedCurve> curves, SimulatedConditions conditions)
    {
        var policy = PolicyCatalogue.Get(policyName);
        var log = new List<JobEvent>();
        SimulatedJob.Run(curves, policy, conditions, log);
        foreach (var e in log) if (e.Change is JobDecided d) output.WriteLine($"{e.At:0.00} {d.Rung.Summary} {d.Commit?.Reason}");
        var first = ((JobImported)log[0].Change).Record;

        var time = new VirtualTime();
        await using var cluster = await ControlCluster.Start(folder.Path, time);
        await new PlayedJob(cluster, time, policy, curves, conditions).Run(first with { Folder = folder["jobs"] });
        var played = await cluster.Events(PlayedJob.Name);
        Assert.Equal(Decisions(log), Decisions(played));
        await cluster.UntilEnded(PlayedJob.Name);
        return (log, played);
    }

    /// <summary>
    /// What was decided in the end at every time by the clock, once where it is decided again: devices come and go one by one, which takes
    /// its own course in each.
    /// </summary>
    private static List<string> Decisions(IEnumerable<JobEvent> events)
    {
        var all = events.Where(e => e.Change is JobDecided).GroupBy(e => Math.Round(e.At, 3))
            .Select(g => (JobDecided)g.Last().Change).Select(d =>
            $"stop {Joined(d.Rung.Decisions.Where(t => t.Kind == DecisionKind.Stop).Select(t => t.Trial))}; "
            + $"next {Joined(d.Rung.NextStep)}; commit {d.Commit?.Winner}").ToList();
        return [.. all.Where((d, i) => i == 0 || d.Split("; commit")[0] != all[i - 1].Split("; commit")[0])];
    }

    private static string Joined<T>(IEnumerable<T> parts) => string.Join(", ", parts);

    /// <summary>An accuracy over 1,000 steps, each candidate at a pace of its own, so that no two segments end at once.</summary>
    private static RecordedCurve Curve(int i)
    {
        var steps = Enumerable.Range(1, 100).Select(n => n * 10L).ToImmutableArray();
        var (level, half) = (i == 3 ? .93 : .6 + .04 * i, i == 3 ? .02 : .06);
        double Value(long step) => level - (level - .1) * half / (half + step / 1000.0) + .003 * Math.Sin(step * (i + 1));
        return new RecordedCurve
        {
            Candidate = $"c{i}",
            Algorithm = "sgd",
            Problem = "simulated",
            Metric = "accuracy",
            DirectionName = "maximize",
            StepHint = 1000,
            Steps = steps,
            Seconds = [.. steps.Select(s => s * (.1 + .0071 * i))],
            Values = [.. steps.Select(s => (double?)Value(s))],
        };
    }
}
