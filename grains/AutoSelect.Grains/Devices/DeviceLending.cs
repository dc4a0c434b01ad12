using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>What the pool needs to know of borrowed devices; by default there are none.</summary>
public sealed class DeviceLending
{
    /// <summary>Where a device of that id comes from; null for one of one's own.</summary>
    public Func<DeviceId, DeviceOrigin?> Origin { get; init; } = _ => null;

    /// <summary>Has those who borrow look at what jobs lack, and at what their schedulers say, before it is time to.</summary>
    public Action Look { get; init; } = () => { };
}
