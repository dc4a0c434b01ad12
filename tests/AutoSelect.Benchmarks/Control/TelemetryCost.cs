using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Testing;

namespace AutoSelect.Benchmarks;

/// <summary>
/// What metrics cost the control side while somebody listens to all of them: a stored event with a point, and a reading of as many jobs as
/// have series of their own, each with 12 candidates and made-up measurements, all of them with news and none.
/// </summary>
internal sealed class TelemetryCost : Benchmark
{
    private const int Events = 200_000, Readings = 20;

    public override string Name => "telemetry-cost";

    public override string Summary => "processor time of metrics: an event with a point, and a reading of 100 jobs";

    public override int Run(string[] args)
    {
        using var telemetry = new AutoSelectTelemetry(TimeProvider.System);
        var series = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (telemetry.Has(instrument.Meter)) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => series++);
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => series++);
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => series++);
        listener.Start();

        var record = JobRecords.Running();
        var (trial, now) = (record.Trials.First(t => !t.Curve.IsEmpty), TimeProvider.System.GetUtcNow());
        var point = trial.Curve[^1];
        void Event()
        {
            telemetry.Jobs.Holds(record, now);
            telemetry.Measured(point, trial.Candidate.Strategy);
            telemetry.Computed(TimeSpan.FromMilliseconds(1));
            telemetry.Store.Answered("append", TimeSpan.FromMilliseconds(1), null);
        }
        Timed(Events / 10, Event);
        Console.WriteLine(FormattableString.Invariant($"an event with a point: {1e6 * Timed(Events, Event):0.00} us"));

        void News()
        {
            for (var i = 0; i < JobInstruments.MostJobs; i++) telemetry.Jobs.Holds(record with { Id = new JobId($"job-{i}") }, now);
        }
        telemetry.Jobs.Leaves(record.Id);
        News();
        Timed(3, listener.RecordObservableInstruments);
        var all = Timed(Readings, () =>
        {
            News();
            listener.RecordObservableInstruments();
        });
        series = 0;
        var none = Timed(Readings, listener.RecordObservableInstruments);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a reading of {JobInstruments.MostJobs} jobs, {series / Readings} series: {1e3 * all:0.0} ms with news of all, "
            + $"{1e3 * none:0.0} ms with none"));
        Console.WriteLine(FormattableString.Invariant($"every 15 s: {all / 15:0.0000%} to {none / 15:0.0000%} of a core"));
        return 0;
    }

    private static double Timed(int times, Action act)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++) act();
        return Stopwatch.GetElapsedTime(began).TotalSeconds / times;
    }
}
