using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Grains.Tests.Telemetry;

public sealed class JobNotesTests : IDisposable
{
    private const string Interrupted = "segments end=Interrupted 1";

    private static readonly JobRecord Running = JobRecords.Running();
    private static readonly JobEnded Cancelled = new(JobPhase.Cancelled, new Outcome { ObjectiveMet = false, Summary = "cancelled" });

    private readonly AutoSelectTelemetry telemetry = new(new FakeTimeProvider());
    private readonly GaugeReading reading;
    private readonly JobGrainParts parts;
    private readonly JobNotes notes;

    public JobNotesTests()
    {
        reading = new GaugeReading(telemetry, "autoselect.");
        // Of what job grains share, notes look at these alone while a job runs.
        parts = new JobGrainParts(
            null!, null!, null!, null!, null!, null!, new HeldJobs(), new FakeTimeProvider(), new LeaseOptions(), telemetry);
        notes = new JobNotes(parts, NullLogger.Instance);
    }

    public void Dispose()
    {
        notes.Dispose();
        parts.Dispose();
        reading.Dispose();
        telemetry.Dispose();
    }

    [Fact]
    public void Segments_that_run_when_their_job_ends_count_with_it()
    {
        var open = Running.Trials.Select(t => t.OpenSegment()).Where(s => s is not null).ToList();
        notes.Read(Running);
        var told = Told(Running, Cancelled);
        Assert.Equal(2, told.Count(l => l == Interrupted));
        var lines = open.Select(s => FormattableString.Invariant($"device.time kind=training {s!.Devices * s.DeviceSeconds}"));
        Assert.Equal(lines.Order(), told.Where(l => l.StartsWith("device.time kind=training", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void A_segment_that_ends_just_before_its_job_counts_once()
    {
        var trial = Running.Trials.First(t => t.OpenSegment() is not null);
        notes.Read(Running);
        Assert.Equal(2, Told(Running, Ended(trial), Cancelled).Count(l => l == Interrupted));
    }

    [Fact]
    public void The_step_time_of_a_segment_counts_with_it_and_none_that_was_measured_before()
    {
        var trial = Running.Trials.First(t => t.OpenSegment() is not null);
        var time = new StepTime { Steps = 10, LowerQuartileSeconds = .25, MeanSeconds = .3, StandardErrorSeconds = .01 };
        IReadOnlyList<string> Steps(StepTime? ofSegment)
        {
            var last = trial.Segments[^1] with { StepTime = ofSegment };
            var timed = trial with { StepTime = time, Segments = trial.Segments.SetItem(trial.Segments.Length - 1, last) };
            return [.. Told(Running.With(timed), Ended(timed)).Where(l => l.StartsWith("step.duration", StringComparison.Ordinal))];
        }
        Assert.Empty(Steps(null));
        Assert.Equal([$"step.duration strategy={trial.Candidate.Strategy} 0.25"], Steps(time));
    }

    private static SegmentEnded Ended(Trial trial) => new(
        trial.Id, SegmentEnd.Interrupted, "", trial.OpenSegment()!.Progress(), TrialState.Paused, "", 0, []);

    private IReadOnlyList<string> Told(JobRecord record, params JobChange[] changes)
    {
        reading.Read();
        var (events, after) = JobFold.Next(record, changes, record.StartedAt.AddSeconds(record.ElapsedSeconds + 1));
        foreach (var e in events) notes.Stored(after, e);
        return reading.Read();
    }
}
