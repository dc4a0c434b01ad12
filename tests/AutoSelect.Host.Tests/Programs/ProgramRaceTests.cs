using System.Diagnostics;
using System.Globalization;
using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Faults;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;
using AutoSelect.Testing.Checkpoints;

namespace AutoSelect.Host.Tests.Programs;

/// <summary>Races of training programs on real device processes.</summary>
public sealed class ProgramRaceTests : IDisposable
{
    /// <summary>How many seeds from 0 on are run, each with kills at moments of its own; 2 by default.</summary>
    private const string SeedsVariable = "AUTOSELECT_PROGRAM_KILLS";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, int.Parse(
        Environment.GetEnvironmentVariable(SeedsVariable) ?? "2", CultureInfo.InvariantCulture))];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Devices_killed_at_any_moment_change_no_point_and_no_decision_that_follows_from_them(int seed)
    {
        var random = new Random(seed);
        JobRecord record;
        await using (var session = await RealSession.Open(folder.Path, devices: 2))
        {
            var job = await session.Submit(RaceOfPrograms.Spec(60, 45, 90));
            for (var kill = 0; kill < 2; kill++)
            {
                var steps = random.Next(10, 150);
                var running = await session.Until(
                    job, r => r.HasEnded || (r.Trials.Sum(t => t.LastPoint()) > steps * (kill + 1) && r.TrainingProcesses().Any()));
                if (running.HasEnded) break;
                var processes = running.TrainingProcesses().ToList();
                Kill(processes[random.Next(processes.Count)]);
            }
            record = await session.UntilEnded(job);
        }
        Assert.True(
            record.Phase == JobPhase.Completed, $"{record.Outcome?.Summary} {string.Join(", ", record.Trials.Select(t => t.Reason))}");
        Assert.True(record.Outcome!.ObjectiveMet, record.Outcome.Summary);
        RaceOfPrograms.CheckCurves(record);
        RaceOfPrograms.CheckAnswer(record, await File.ReadAllTextAsync(Path.Combine(record.Outcome.FinalWeights!, "state"), Cancelled));
        var decisions = DecisionVerification.Verify(
            await new JobArchive().Events(folder.Path, record.Id), _ => SelectionHistory.Empty, PolicyCatalogue.Get).ToList();
        Assert.NotEmpty(decisions);
        Assert.All(decisions, d => Assert.True(d.IsEqual, $"decision {d.Rung} cannot be computed again: {d.Difference}"));
    }

    [Fact]
    public async Task In_a_bucket_a_killed_device_goes_on_and_the_answer_is_there_file_by_file()
    {
        AwsCredentials.Set();
        await using var swift = await SwiftServer.Start();
        if (swift is null) Assert.Skip(SwiftServer.NotHere);
        using var stores = new CheckpointStores();
        var place = await swift.CreateBucket();
        JobRecord record;
        await using (var session = await new ControlFactory(TimeProvider.System).Open(
            new ControlOptions(folder.Path, Devices: 1, null, place), CancellationToken.None))
        {
            var job = await session.Submit(RaceOfPrograms.Spec(60) with { Probe = new ProbeBudget { Devices = 1 } });
            var running = await session.Until(job, r => r.Trials[0].Checkpoint is not null && r.TrainingProcesses().Any());
            Assert.EndsWith(".tar", CheckpointUri.Name(running.Trials[0].Checkpoint!.Uri), StringComparison.Ordinal);
            Kill(running.TrainingProcesses().First());
            record = await session.UntilEnded(job);
        }
        Assert.True(record.Phase == JobPhase.Completed, $"{record.Outcome?.Summary} {record.Trials[0].Reason}");
        Assert.Contains(record.Trials[0].Segments, s => s.End == SegmentEnd.DeviceLost);
        RaceOfPrograms.CheckCurves(record);
        Assert.Equal(CheckpointUri.Below(place, $"{record.Id}/final"), record.Outcome!.FinalWeights);
        var (store, name) = stores.Locate(CheckpointUri.Below(record.Outcome.FinalWeights!, "state"));
        using var text = new StreamReader(await store.Open(name, 0, null, Cancelled));
        RaceOfPrograms.CheckAnswer(record, await text.ReadToEndAsync(Cancelled));
    }

    private static void Kill(int process)
    {
        try
        {
            Process.GetProcessById(process).Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }
}
