using System.Diagnostics.Metrics;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>Instruments of the devices that the pool shares, told by the one silo that has the pool.</summary>
public sealed class PoolInstruments
{
    private volatile IReadOnlyList<DeviceStatus> devices = [];

    internal PoolInstruments(Meter meter) => meter.CreateObservableGauge(
        "autoselect.devices", Count, "{device}", "Devices that have registered, by whether a job has a lease on them.");

    /// <summary>All devices, as they were last seen; nothing once this silo does not have the pool any more.</summary>
    public void Holds(IReadOnlyList<DeviceStatus> now) => devices = now;

    private IEnumerable<Measurement<int>> Count() => devices
        .GroupBy(d => (d.Device.Kind, d.Provider, IsLeased: d.Lease is not null))
        .Select(g => new Measurement<int>(
            g.Count(), new("kind", g.Key.Kind.ToString()), new("provider", g.Key.Provider),
            new("state", g.Key.IsLeased ? "leased" : "free")));
}
