using System.Diagnostics.Metrics;

namespace AutoSelect.Grains.Tests.Telemetry;

/// <summary>What instruments tell whoever asks: a line a series, as "name tag=value … value".</summary>
internal sealed class GaugeReading : IDisposable
{
    private readonly MeterListener listener;
    private readonly List<string> lines = [];

    /// <param name="telemetry">Whose; other tests have others of the same names.</param>
    /// <param name="prefix">Of the names that are listened to.</param>
    public GaugeReading(AutoSelectTelemetry telemetry, string prefix)
    {
        listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (telemetry.Has(instrument.Meter) && instrument.Name.StartsWith(prefix, StringComparison.Ordinal))
                    l.EnableMeasurementEvents(instrument);
            },
        };
        void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = string.Concat(tags.ToArray().Select(t => $" {t.Key}={t.Value}"));
            lines.Add(FormattableString.Invariant($"{instrument.Name[prefix.Length..]}{all} {value}"));
        }
        listener.SetMeasurementEventCallback<int>((i, v, t, _) => Note(i, v, t));
        listener.SetMeasurementEventCallback<long>((i, v, t, _) => Note(i, v, t));
        listener.SetMeasurementEventCallback<double>((i, v, t, _) => Note(i, v, t));
        listener.Start();
    }

    /// <summary>What is told now, and what was since the reading before.</summary>
    public IReadOnlyList<string> Read()
    {
        listener.RecordObservableInstruments();
        string[] told = [.. lines];
        lines.Clear();
        return told;
    }

    public void Dispose() => listener.Dispose();
}
