using System.Diagnostics.Metrics;
using AutoSelect.Contracts;

namespace AutoSelect.Grains.Tests;

public sealed class BorrowingInstrumentsTests
{
    private static readonly DeviceOrigin spare = new("campus", "spare", .01), dear = new("cloud", "dear", .05);

    [Fact]
    public void Borrowed_devices_idle_seconds_requests_and_ends_are_told_by_provider_and_class()
    {
        var told = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name.StartsWith("autoselect.borrowed.", StringComparison.Ordinal)) l.EnableMeasurementEvents(instrument);
            },
        };
        void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            told.Add(FormattableString.Invariant(
                $"{instrument.Name[20..]} {value} {string.Join(' ', tags.ToArray().Select(t => t.Value))}"));
        listener.SetMeasurementEventCallback<int>((i, v, t, _) => Note(i, v, t));
        listener.SetMeasurementEventCallback<long>((i, v, t, _) => Note(i, v, t));
        listener.SetMeasurementEventCallback<double>((i, v, t, _) => Note(i, v, t));
        using var telemetry = new AutoSelectTelemetry(TimeProvider.System);
        listener.Start();

        telemetry.Borrowing.Holds([Lent(spare, BorrowStage.Idle), Lent(spare, BorrowStage.Idle), Lent(dear, BorrowStage.Queued)], 2.5);
        telemetry.Borrowing.Requested(spare, isRefused: false);
        telemetry.Borrowing.Requested(dear, isRefused: true);
        telemetry.Borrowing.Ended(spare, "Preempted");
        listener.RecordObservableInstruments();
        telemetry.Borrowing.Holds([], 0);
        listener.RecordObservableInstruments();

        Assert.Equal(
        [
            "idle 2.5 campus spare", "idle 2.5 campus spare", "requests 1 campus spare sent", "requests 1 cloud dear refused",
            "ends 1 campus spare Preempted", "devices 2 campus spare Idle", "devices 1 cloud dear Queued",
        ], told);
    }

    private static LentDevice Lent(DeviceOrigin from, BorrowStage stage) => new()
    {
        Device = new DeviceId("any"),
        Kind = DeviceKind.Cpu,
        Origin = from,
        Stage = stage,
        Since = default,
    };
}
