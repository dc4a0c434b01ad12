using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Faults;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Programs;

/// <summary>A training program on two real device processes at once, every step of which waits for both.</summary>
public sealed class RankedProgramRaceTests : IDisposable
{
    /// <summary>How many seeds from 0 on are run, each with kills at moments of its own; 1 by default.</summary>
    private const string SeedsVariable = "AUTOSELECT_RANK_KILLS";

    private const int Steps = 300;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, int.Parse(
        Environment.GetEnvironmentVariable(SeedsVariable) ?? "1", CultureInfo.InvariantCulture))];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Ranks_killed_at_any_moment_cost_the_steps_since_the_checkpoint_and_change_nothing(int seed)
    {
        var random = new Random(seed);
        var kills = 0;
        JobRecord record;
        await using (var session = await RealSession.Open(folder.Path, devices: 2))
        {
            var job = await session.Submit(Spec());
            foreach (var after in (int[])[random.Next(10, Steps / 2), random.Next(Steps / 2, Steps - 50)])
            {
                var running = await session.Until(job, r => r.HasEnded || (r.Trials[0].LastPoint() >= after && Members(r).Any()));
                if (running.HasEnded) break;
                var members = Members(running).ToList();
                kills += Kill(members[random.Next(members.Count)]);
            }
            record = await session.UntilEnded(job);
        }
        Assert.True(record.Outcome!.ObjectiveMet, $"{record.Outcome.Summary} {record.Trials[0].Reason}");
        Assert.InRange(record.Trials[0].Segments.Count(s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost), 1, kills);
        Assert.Contains(record.Trials[0].Segments, s => s.Devices == 2);
        await Check(record);
    }

    [Fact]
    public async Task A_job_that_is_paused_goes_on_with_all_its_ranks_from_the_step_that_they_ended_after()
    {
        JobRecord record;
        await using (var session = await RealSession.Open(folder.Path, devices: 2))
        {
            var job = await session.Submit(Spec() with { Checkpoints = new CheckpointPolicy { EverySeconds = 60 } });
            await session.Until(job, r => r.Trials[0].LastPoint() >= 50);
            await session.Request(job, JobRequest.Pause());
            var paused = await session.Until(job, r => r.Phase == JobPhase.Paused);
            Assert.Equal(SegmentEnd.Interrupted, paused.Trials[0].Segments[^1].End);
            Assert.InRange(paused.Trials[0].Checkpoint!.Step, 50, Steps);
            await session.Request(job, JobRequest.Resume());
            record = await session.UntilEnded(job);
        }
        Assert.True(record.Outcome!.ObjectiveMet, $"{record.Outcome.Summary} {record.Trials[0].Reason}");
        Assert.Equal(0, record.Trials[0].Restarts);
        await Check(record);
    }

    /// <summary>That every point is the one of its step, none is missing, and the answer is the state of an uninterrupted run.</summary>
    private async Task Check(JobRecord record)
    {
        var curve = record.Trials[0].Curve;
        Assert.Equal(Enumerable.Range(1, curve.Length).Select(i => 10L * i), curve.Select(p => p.Step));
        Assert.All(curve, p => Assert.Equal((p.Step / 10, StateAfter(p.Step)), (p.Value, p.TrainingLoss)));
        var answer = await File.ReadAllTextAsync(Path.Combine(record.Outcome!.FinalWeights!, "state"), Cancelled);
        Assert.Equal($"{StateAfter(Steps)}\n", answer);
        var decisions = DecisionVerification.Verify(
            await new JobArchive().Events(folder.Path, record.Id), _ => SelectionHistory.Empty, PolicyCatalogue.Get);
        Assert.All(decisions, d => Assert.True(d.IsEqual, $"decision {d.Rung} cannot be computed again: {d.Difference}"));
    }

    private static IEnumerable<int> Members(JobRecord record) => record.Trials[0].Segments is [.., { EndedAt: null, IsExport: false } open]
        ? open.Members().Select(m => record.Devices.First(d => d.Id == m.Device).ProcessId) : [];

    private static int Kill(int process)
    {
        try
        {
            Process.GetProcessById(process).Kill();
            return 1;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended meanwhile.
            return 0;
        }
    }

    private static double StateAfter(long steps)
    {
        var state = 0L;
        for (var step = 1L; step <= steps; step++) state = (state * 31 + 6 * step) % 1_000_003;
        return state;
    }

    private static JobSpec Spec() => new()
    {
        Name = "ranks",
        Workload = new WorkloadReference
        {
            Name = "counting_ranks.py",
            Program = new ProgramReference
            {
                Command = ["python3", Path.Combine(
                    SourceTree.Root, "tests", "AutoSelect.Training.Tests", "Programs", "Conformance", "counting_ranks.py")],
                Metric = "accuracy",
                Direction = Direction.Maximize,
                PatienceSeconds = 60,
                Environment = ImmutableSortedDictionary<string, string>.Empty.Add("DELAYS", "0.005,0.015")
                    .Add("MODULE", Path.Combine(SourceTree.Root, "clients", "python")),
            },
        },
        Objective = new Objective
        {
            Kind = ObjectiveKind.FastestTo,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            Target = Steps / 10,
        },
        Candidates =
        [
            new Candidate
            {
                Name = "a",
                Strategy = "program",
                BatchSize = 1,
                Ranks = 2,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
                Seed = 3,
            },
        ],
        Baseline = "a",
        Probe = new ProbeBudget { Devices = 2 },
        Checkpoints = new CheckpointPolicy { EverySeconds = .5 },
        Seed = 3,
        TrainingExamples = Steps,
    };
}
