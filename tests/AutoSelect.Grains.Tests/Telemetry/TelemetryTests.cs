using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests.Telemetry;

/// <summary>Meters are known by their names in a process: no other test of such tags runs meanwhile.</summary>
[Collection("Telemetry")]
public sealed class TelemetryTests : IDisposable
{
    private static readonly ImmutableSortedDictionary<string, double> Figures =
        ImmutableSortedDictionary<string, double>.Empty.Add("clipFactor", .25).Add("damping", .003).Add("broken", double.NaN);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_job_leaves_nested_spans_and_measurements_with_bounded_tags()
    {
        var spans = new ConcurrentBag<Activity>();
        using var spanListener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == AutoSelectTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(spanListener);
        var measured = new ConcurrentDictionary<string, int>();
        var tags = new ConcurrentBag<string>();
        var figures = new ConcurrentBag<string>();
        using var meterListener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == AutoSelectTelemetry.Name) listener.EnableMeasurementEvents(instrument);
            },
        };
        void Record<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> with, object? state)
        {
            measured.AddOrUpdate(instrument.Name, 1, (_, n) => n + 1);
            foreach (var tag in with)
            {
                tags.Add(tag.Key);
                if (tag.Key == "figure") figures.Add($"{tag.Value} {value}");
            }
        }
        meterListener.SetMeasurementEventCallback<long>(Record);
        meterListener.SetMeasurementEventCallback<double>(Record);
        meterListener.Start();

        string?[] given;
        await using (var cluster = await ControlCluster.Start(folder.Path))
        {
            var device = cluster.AddDevice("d0", new SimulatedTraining { Diagnostics = Figures }.Ends("good", .9).Ends("bad", .3));
            await cluster.Submit("traced", SimulatedJobs.BestAtHorizon("bad", "good"));
            await cluster.UntilEnded("traced");
            given = [.. device.Taken.Select(t => t.TraceParent)];
        }

        var job = Assert.Single(spans, s => s.OperationName == "job" && (string?)s.GetTagItem("autoselect.job") == "traced-1");
        var rungs = spans.Where(s => s.OperationName == "rung" && s.TraceId == job.TraceId).ToList();
        Assert.NotEmpty(rungs);
        Assert.All(rungs, r => Assert.Equal(job.SpanId, r.ParentSpanId));
        var assignments = spans.Where(s => s.OperationName == "assignment" && s.TraceId == job.TraceId).ToList();
        // What each device was given is below the rung that sent it, and the device's own span below that.
        Assert.All(assignments, a => Assert.Contains(rungs, r => r.SpanId == a.ParentSpanId));
        Assert.Equal(assignments.Select(a => a.Id).Order(), given.Distinct().Order());
        // A rung has links to what it was decided from: the second one to all that the first one sent.
        Activity Rung(int number) => rungs.Single(r => (int)r.GetTagItem("autoselect.rung")! == number);
        Assert.Empty(Rung(0).Links);
        Assert.Equal(
            assignments.Where(a => a.ParentSpanId == Rung(0).SpanId).Select(a => $"{a.SpanId} {a.GetTagItem("autoselect.trial")}").Order(),
            Rung(1).Links.Select(l => $"{l.Context.SpanId} {l.Tags!.Single().Value}").Order());
        Assert.Subset(
            measured.Keys.ToHashSet(), new HashSet<string>
            {
                "autoselect.segments",
                "autoselect.decisions",
                "autoselect.leases",
                "autoselect.device.time",
                "autoselect.step.duration",
                "autoselect.decision.duration",
            });
        Assert.Subset(new HashSet<string> { "end", "kind", "event", "strategy", "figure", "outcome", "use", "interval" }, tags.ToHashSet());
        Assert.Equal(["clipFactor 0.25", "damping 0.003"], figures.Distinct().Order());
    }
}
