using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>All instruments of the control side. Tags are bounded: job and trial ids go on spans and logs only.</summary>
public sealed class AutoSelectTelemetry : IDisposable
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "AutoSelect";

    private const int MostFigures = 64;

    private readonly Meter meter = new(Name);
    private readonly Counter<long> segments;
    private readonly Counter<long> decisions;
    private readonly Counter<long> leases;
    private readonly Counter<double> deviceTime;
    private readonly Histogram<double> stepDuration;
    private readonly Histogram<double> forecastWidth;
    private readonly Histogram<double> decisionDuration;
    private readonly Histogram<double> strategyFigure;
    private readonly ConcurrentDictionary<string, bool> figures = new(StringComparer.Ordinal);

    public AutoSelectTelemetry()
    {
        segments = meter.CreateCounter<long>("autoselect.segments", "{segment}", "Segments that have ended, by how they ended.");
        decisions = meter.CreateCounter<long>("autoselect.decisions", "{decision}", "Decisions, by kind.");
        leases = meter.CreateCounter<long>("autoselect.leases", "{lease}", "Leases, by event: granted, released, lost.");
        deviceTime = meter.CreateCounter<double>("autoselect.device.time", "s", "Device time, by what it was spent on.");
        stepDuration = meter.CreateHistogram<double>(
            "autoselect.step.duration", "s", "Training step, lower quartile of a segment, by strategy.");
        forecastWidth = meter.CreateHistogram<double>(
            "autoselect.forecast.width", "1", "Width of the 90 % interval of the final value over its median, by strategy.");
        decisionDuration = meter.CreateHistogram<double>("autoselect.decision.duration", "s", "Time to compute one decision.");
        strategyFigure = meter.CreateHistogram<double>("autoselect.strategy.figure", "1",
            "Figures that strategies report at evaluations, such as K-FAC's clip factor and damping, by strategy and figure.");
        Borrowing = new BorrowingInstruments(meter);
    }

    /// <summary>Of borrowed devices.</summary>
    public BorrowingInstruments Borrowing { get; }

    /// <summary>Spans: job, rung, segment.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    public void SegmentEnded(Segment segment, string strategy, StepTime? stepTime)
    {
        segments.Add(1, Tag("end", segment.End.ToString()));
        deviceTime.Add(segment.Devices * segment.DeviceSeconds, Tag("kind", "training"));
        deviceTime.Add(segment.Devices * segment.EvaluationSeconds, Tag("kind", "evaluation"));
        deviceTime.Add(segment.Devices * segment.OverheadSeconds, Tag("kind", "overhead"));
        if (stepTime is not null) stepDuration.Record(stepTime.LowerQuartileSeconds, Tag("strategy", strategy));
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

    public void LeaseGranted() => leases.Add(1, Tag("event", "granted"));

    public void LeasesReleased(int count) => leases.Add(count, Tag("event", "released"));

    public void LeaseLost() => leases.Add(1, Tag("event", "lost"));

    public void Dispose() => meter.Dispose();

    // The names come from strategies, which may be other people's.
    private string Bounded(string figure) =>
        figures.ContainsKey(figure) || (figures.Count < MostFigures && figures.TryAdd(figure, true)) ? figure : "other";

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
