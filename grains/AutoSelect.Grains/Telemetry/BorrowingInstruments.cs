using System.Diagnostics.Metrics;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>
/// Instruments of borrowed devices, told by the one silo that borrows. Providers and classes are those of the settings, so tags are
/// bounded.
/// </summary>
public sealed class BorrowingInstruments
{
    private readonly Counter<long> requests;
    private readonly Counter<long> lost;
    private readonly Counter<double> idle;
    private volatile IReadOnlyList<LentDevice> devices = [];

    internal BorrowingInstruments(Meter meter)
    {
        requests = meter.CreateCounter<long>(
            "autoselect.borrowed.requests", "{request}", "Requests for borrowed devices, by what became of them: sent, refused.");
        lost = meter.CreateCounter<long>("autoselect.borrowed.ends", "{device}", "Borrowed devices that are gone, by reason.");
        idle = meter.CreateCounter<double>("autoselect.borrowed.idle", "s", "Time in which borrowed devices served nobody.");
        meter.CreateObservableGauge(
            "autoselect.borrowed.devices", Count, "{device}", "Devices that are borrowed or asked for, by how far they are.");
    }

    /// <summary>What is borrowed now; nothing once this silo does not borrow any more.</summary>
    /// <param name="now">All.</param>
    /// <param name="since">Seconds since it was told before.</param>
    public void Holds(IReadOnlyList<LentDevice> now, double since)
    {
        foreach (var device in now.Where(d => d.Stage == BorrowStage.Idle)) idle.Add(since, Provider(device.Origin), Class(device.Origin));
        devices = now;
    }

    /// <summary>A request was sent to a scheduler, or refused by it.</summary>
    public void Requested(DeviceOrigin of, bool isRefused) =>
        requests.Add(1, Provider(of), Class(of), new("outcome", isRefused ? "refused" : "sent"));

    /// <summary>A device is gone.</summary>
    /// <param name="of">Where it came from.</param>
    /// <param name="reason">One of the few reasons that providers tell.</param>
    public void Ended(DeviceOrigin of, string reason) => lost.Add(1, Provider(of), Class(of), new("reason", reason));

    private IEnumerable<Measurement<int>> Count() => devices.GroupBy(d => (d.Origin, d.Stage)).Select(g => new Measurement<int>(
        g.Count(), Provider(g.Key.Origin), Class(g.Key.Origin), new("stage", g.Key.Stage.ToString())));

    private static KeyValuePair<string, object?> Provider(DeviceOrigin of) => new("provider", of.Provider);

    private static KeyValuePair<string, object?> Class(DeviceOrigin of) => new("class", of.Class);
}
