using System.Collections.Immutable;
using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Faults;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Programs;

/// <summary>A race that real Python processes train by asking and telling: those of examples/elsewhere.</summary>
public sealed class ElsewhereRaceTests : IDisposable
{
    private static readonly string Script = Path.Combine(SourceTree.Root, "examples", "elsewhere", "train.py");

    private readonly TemporaryFolder folder = new();
    private readonly List<Process> clients = [];

    public void Dispose()
    {
        foreach (var client in clients)
        {
            if (!client.HasExited) client.Kill();
            client.Dispose();
        }
        folder.Dispose();
    }

    [Fact]
    public async Task Clients_in_Python_train_a_job_to_its_target_though_those_that_began_are_killed()
    {
        JobRecord record;
        await using (var session = await RealSession.Open(folder.Path, devices: 0))
        {
            var job = await session.Submit(Spec);
            for (var i = 0; i < 2; i++) Start(job);
            await session.Until(job, r => r.Trials[0] is { Checkpoint.Step: > 200, Segments: [.., { EndedAt: null }] });
            foreach (var client in clients) client.Kill();
            for (var i = 0; i < 2; i++) Start(job);
            record = await session.UntilEnded(job);
        }
        Assert.True(record is { Phase: JobPhase.Completed, Outcome.ObjectiveMet: true }, record.Outcome?.Summary);
        var segments = record.Trials[0].Segments;
        var (lost, next) = segments.Zip(segments.Skip(1)).First(s => s.First.End == SegmentEnd.DeviceLost);
        Assert.True(next.FromStep > 0 && next.Device != lost.Device, $"{next.Device} from step {next.FromStep}");
        // On from there each value is the one of its step, as in a run that nobody interrupted.
        Assert.All(
            record.Trials, t => Assert.Equal(Enumerable.Range(1, t.Curve.Length).Select(i => 200L * i), t.Curve.Select(p => p.Step)));
        var kept = CheckpointUri.NameElsewhere(record.Outcome!.Checkpoint!)!;
        Assert.StartsWith(Path.Combine(folder.Path, "autoselect-checkpoints", record.Id.Value), kept);
        Assert.True(File.Exists(Path.Combine(kept, "network.json")), kept);
        var decisions = DecisionVerification.Verify(
            await new JobArchive().Events(folder.Path, record.Id), _ => SelectionHistory.Empty, PolicyCatalogue.Get).ToList();
        Assert.NotEmpty(decisions);
        Assert.All(decisions, d => Assert.True(d.IsEqual, $"decision {d.Rung} cannot be computed again: {d.Difference}"));
    }

    private void Start(JobId job) => clients.Add(Process.Start(new ProcessStartInfo("python3", [Script, job.Value])
    {
        WorkingDirectory = folder.Path,
        // A few lines, which nobody has to read.
        RedirectStandardOutput = true,
        Environment = { ["AUTOSELECT_STORE"] = folder.Path },
    })!);

    private static JobSpec Spec => new()
    {
        Name = "rings",
        Workload = new WorkloadReference
        {
            Name = "rings",
            Program = new ProgramReference
            {
                Command = [],
                Metric = "accuracy",
                Direction = Direction.Maximize,
                PatienceSeconds = 1,
                IsElsewhere = true,
            },
        },
        Objective = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "accuracy", Direction = Direction.Maximize, Target = .95 },
        Candidates = [Candidate("slow", "0.03"), Candidate("fast", "0.06")],
        Baseline = "slow",
        Probe = new ProbeBudget { Devices = 2, Price = 0 },
        Checkpoints = new CheckpointPolicy { EverySeconds = .3 },
        Seed = 3,
        TrainingExamples = 20_000,
    };

    private static Candidate Candidate(string name, string rate) => new()
    {
        Name = name,
        Strategy = "program",
        BatchSize = 1,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
        Seed = 3,
        Arguments = ImmutableSortedDictionary<string, string>.Empty.Add("optimizer", "\"sgd\"").Add("lr", rate),
    };
}
