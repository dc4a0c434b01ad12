using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Devices;

/// <summary>What simulated devices say of themselves.</summary>
internal static class SimulatedDescription
{
    public static DeviceDescription Of(DeviceId id) => new()
    {
        Id = id,
        Kind = DeviceKind.Cpu,
        Index = 0,
        Model = "simulated",
        Host = "simulated",
        ProcessId = Environment.ProcessId,
    };
}
