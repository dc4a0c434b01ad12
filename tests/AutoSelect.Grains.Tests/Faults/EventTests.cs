using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>The events of a job are its whole truth.</summary>
public sealed class EventTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_record_of_every_version_is_the_fold_of_the_events_up_to_it_read_from_JSON()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold(a => a.From is not null);
        var device = cluster.AddDevice("d0", FaultJobs.Training().Diverges("fair", 30), hold.Before);
        device.EndsSegment = a => a.ExportTo is null ? null : (SegmentEnd.Failed, "no space left");
        var spec = SimulatedJobs.BestAtHorizon("good", "fair", "bad");
        await cluster.Submit("job", spec with
        {
            Candidates = spec.Candidates.Add(SimulatedJobs.Candidate("child") with
            {
                Continues = new Continuation { Candidate = "good", At = .4, Kind = ContinuationKind.Convertible, RewarmSteps = 10 },
            }),
        });
        await hold.Reached;
        await cluster.Request("job", JobRequest.Pause());
        hold.Release();
        await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");
        await cluster.Request("job", JobRequest.Resume());
        await cluster.UntilEnded("job");

        var events = await cluster.Events("job");
        JobRecord? stepwise = null;
        foreach (var e in events)
        {
            var json = JsonSerializer.Serialize(e, RecordJson.Options);
            var read = JsonSerializer.Deserialize<JobEvent>(json, RecordJson.Options)!;
            Assert.Equal(json, JsonSerializer.Serialize(read, RecordJson.Options));
            stepwise = JobFold.Apply(stepwise, read);
            Assert.Equal(Json(JobFold.FromEvents(events.Take((int)e.Number))!), Json(stepwise));
        }
        Assert.Superset(
            new HashSet<Type>
            {
                typeof(JobSubmitted), typeof(JobRequested), typeof(SegmentStarted), typeof(SegmentReported), typeof(SegmentEnded),
                typeof(TrialBranched),
                typeof(JobDecided), typeof(ExportBegun), typeof(JobPaused), typeof(JobEnded),
            },
            events.Select(e => e.Change.GetType()).ToHashSet());
    }

    private static string Json(JobRecord record) => JsonSerializer.Serialize(record, RecordJson.Options);
}
