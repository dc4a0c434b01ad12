using System.Diagnostics.Metrics;

namespace AutoSelect.Grains;

/// <summary>Instruments of the store of the jobs, as the grains of a silo meet it.</summary>
public sealed class StoreInstruments
{
    private readonly Histogram<double> duration;

    internal StoreInstruments(Meter meter) => duration = meter.CreateHistogram(
        "autoselect.store.duration", "s", "Time that the store of the jobs took to answer, by operation.", null, Buckets.Seconds);

    /// <summary>An operation has come to its end.</summary>
    /// <param name="operation">One of the few that there are.</param>
    /// <param name="took">From the call to the answer.</param>
    /// <param name="error">What kind of failure it ended with, one of few; null for none.</param>
    public void Answered(string operation, TimeSpan took, string? error)
    {
        if (error is null) duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
        else duration.Record(took.TotalSeconds, new("operation", operation), new("error.type", error));
    }
}
