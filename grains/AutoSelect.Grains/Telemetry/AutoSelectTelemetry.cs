using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>
/// All instruments of the control side. Tags are bounded: ids of jobs are on the series of <see cref="Jobs"/>, of at most
/// <see cref="JobInstruments.MostJobs"/> running jobs, and else on spans and logs only, as ids of trials are.
/// </summary>
/// <remarks>
/// Units that are words of ours are in braces and shares have none of their own ("1"), since exporters disagree about what becomes of
/// that in a name.
/// </remarks>
public sealed class AutoSelectTelemetry : IDisposable
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "AutoSelect";

    private const int MostFigures = 64;

    private static readonly string[] DeviceTimes = ["training", "evaluation", "overhead"];
    private static readonly string[] LeaseEvents = ["granted", "released", "lost"];

    private readonly Meter meter = new(Name);
    private readonly Counter<long> segments;
    private readonly Counter<long> decisions;
    private readonly Counter<long> decisionFailures;
    private readonly Counter<long> leases;
    private readonly Counter<double> deviceTime;
    private readonly Histogram<double> stepDuration;
    private readonly Histogram<double> forecastWidth;
    private readonly Histogram<double> decisionDuration;
    private readonly Histogram<double> strategyFigure;
    private readonly ConcurrentDictionary<string, bool> figures = new(StringComparer.Ordinal);

    /// <param name="time">Clock of the jobs.</param>
    public AutoSelectTelemetry(TimeProvider time)
    {
        segments = meter.CreateCounter<long>("autoselect.segments", "{segment}", "Segments that have ended, by how they ended.");
        decisions = meter.CreateCounter<long>("autoselect.decisions", "{decision}", "Decisions, by kind.");
        decisionFailures = meter.CreateCounter<long>(
            "autoselect.decision.failures", "{attempt}", "Attempts to decide that failed; jobs try again.");
        leases = meter.CreateCounter<long>("autoselect.leases", "{lease}", "Leases, by event: granted, released, lost.");
        deviceTime = meter.CreateCounter<double>("autoselect.device.time", "s", "Device time, by what it was spent on.");
        stepDuration = meter.CreateHistogram(
            "autoselect.step.duration", "s", "Training step, lower quartile of a segment, by strategy.", null, Buckets.Seconds);
        forecastWidth = meter.CreateHistogram("autoselect.forecast.width", "{width}",
            "Width of the 90 % interval of the final value over its median, by strategy.", null, Buckets.Shares);
        decisionDuration = meter.CreateHistogram(
            "autoselect.decision.duration", "s", "Time to compute one decision.", null, Buckets.Seconds);
        strategyFigure = meter.CreateHistogram("autoselect.strategy.figure", "{figure}",
            "Figures that strategies report at evaluations, such as K-FAC's clip factor and damping, by strategy and figure.", null,
            Buckets.Magnitudes);
        Borrowing = new BorrowingInstruments(meter);
        Jobs = new JobInstruments(meter, time);
        Pool = new PoolInstruments(meter);
        Store = new StoreInstruments(meter);
    }

    /// <summary>Whether instruments of this meter are of these; another silo of the same process has others of the same names.</summary>
    internal bool Has(Meter other) => other == meter || Jobs.Has(other);

    /// <summary>Of borrowed devices.</summary>
    public BorrowingInstruments Borrowing { get; }

    /// <summary>Of jobs.</summary>
    public JobInstruments Jobs { get; }

    /// <summary>Of the devices of the pool.</summary>
    public PoolInstruments Pool { get; }

    /// <summary>Of the store of the jobs.</summary>
    public StoreInstruments Store { get; }

    /// <summary>Spans: job, rung, assignment, segment.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>
    /// Has every counter of known tags begin at 0, once somebody listens: else the first event of a kind would be no increase to
    /// whoever reads rates.
    /// </summary>
    public void Begin()
    {
        foreach (var end in Enum.GetNames<SegmentEnd>().Where(n => n != nameof(SegmentEnd.None))) segments.Add(0, Tag("end", end));
        foreach (var kind in Enum.GetNames<DecisionKind>()) decisions.Add(0, Tag("kind", kind));
        foreach (var name in LeaseEvents) leases.Add(0, Tag("event", name));
        foreach (var kind in DeviceTimes) deviceTime.Add(0, Tag("kind", kind));
        decisionFailures.Add(0);
        Jobs.Begin();
    }

    public void SegmentEnded(Segment segment, string strategy)
    {
        segments.Add(1, Tag("end", segment.End.ToString()));
        deviceTime.Add(segment.Devices * segment.DeviceSeconds, Tag("kind", DeviceTimes[0]));
        deviceTime.Add(segment.Devices * segment.EvaluationSeconds, Tag("kind", DeviceTimes[1]));
        deviceTime.Add(segment.Devices * segment.OverheadSeconds, Tag("kind", DeviceTimes[2]));
        if (segment.StepTime is { } measured) stepDuration.Record(measured.LowerQuartileSeconds, Tag("strategy", strategy));
    }

    public void Measured(CurvePoint point, string strategy)
    {
        foreach (var (figure, value) in point.Diagnostics ?? ImmutableSortedDictionary<string, double>.Empty)
            if (double.IsFinite(value)) strategyFigure.Record(value, Tag("strategy", strategy), Tag("figure", Bounded(figure)));
    }

    public void Decided(RungRecord rung, IReadOnlyDictionary<TrialId, string> strategies)
    {
        foreach (var decision in rung.Decisions) decisions.Add(1, Tag("kind", decision.Kind.ToString()));
        foreach (var forecast in rung.Forecasts)
        {
            var width = (forecast.FinalValue.P95 - forecast.FinalValue.P05) / Math.Abs(forecast.FinalValue.P50);
            if (double.IsFinite(width)) forecastWidth.Record(width, Tag("strategy", strategies[forecast.Trial]));
        }
    }

    public void Computed(TimeSpan duration) => decisionDuration.Record(duration.TotalSeconds);

    public void DecisionFailed() => decisionFailures.Add(1);

    public void LeaseGranted() => leases.Add(1, Tag("event", LeaseEvents[0]));

    public void LeasesReleased(int count) => leases.Add(count, Tag("event", LeaseEvents[1]));

    public void LeaseLost() => leases.Add(1, Tag("event", LeaseEvents[2]));

    public void Dispose()
    {
        Jobs.Dispose();
        meter.Dispose();
    }

    // The names come from strategies, which may be other people's.
    private string Bounded(string figure) =>
        figures.ContainsKey(figure) || (figures.Count < MostFigures && figures.TryAdd(figure, true)) ? figure : "other";

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
