using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>What races live is what is replayed: one recording, once through each interpreter of the job machine.</summary>
public sealed class InterpretersTests : IDisposable
{
    private const int Devices = 2;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("insured")]
    [InlineData("asha-stop")]
    [InlineData("asha-promote")]
    [InlineData("median-stopping")]
    [InlineData("successive-halving")]
    public async Task They_agree_decision_by_decision(string name)
    {
        ImmutableArray<RecordedCurve> curves = [.. Enumerable.Range(0, 6).Select(Curve)];
        var policy = PolicyCatalogue.Get(name);
        var objective = new Objective
        {
            Kind = ObjectiveKind.BestBy,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            DeadlineSeconds = 5000,
        };
        var log = new List<JobEvent>();
        SimulatedJob.Run(curves, policy, new SimulatedConditions
        {
            Objective = objective,
            Devices = Devices,
            // The played job follows the ends of segments; an account that runs out in between would be one more clock.
            Probe = new ProbeBudget { Insurance = 0 },
        }, log);
        var first = ((JobImported)log[0].Change).Record;

        var time = new VirtualTime();
        await using var cluster = await ControlCluster.Start(folder.Path, time, lease: FaultJobs.LongLease);
        first = first with { Folder = folder["jobs"] };
        var live = await new PlayedJob(cluster, time, policy, curves, Devices).Run(first);

        var (simulated, played) = (Decisions(log), Decisions(await cluster.Events("job")));
        Assert.True(simulated.Count > 3, $"{simulated.Count} decisions are not worth a comparison.");
        Assert.Equal(simulated, played);
        Assert.Equal(JobPhase.Completed, live.Phase);
        await cluster.UntilEnded("job");
    }

    /// <summary>
    /// What was decided; once where it is decided again because devices came or went, which takes its own time in each.
    /// </summary>
    private static List<string> Decisions(IEnumerable<JobEvent> events)
    {
        var all = events.Select(e => e.Change).OfType<JobDecided>().Select(d =>
            $"{Joined(d.Rung.Decisions.Where(t => t.Kind != DecisionKind.Pause).Select(t => $"{t.Trial} {t.Kind}"))}; "
            + $"next {Joined(d.Rung.NextStep)}; commit {d.Commit?.Winner}").ToList();
        return [.. all.Where((d, i) => i == 0 || d.Split("; commit")[0].Replace("Commit", "Continue")
            != all[i - 1].Split("; commit")[0].Replace("Commit", "Continue"))];
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
