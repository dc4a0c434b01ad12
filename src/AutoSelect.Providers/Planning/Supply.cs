using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>What is borrowed or asked for and in no use yet, handed out to wants.</summary>
internal sealed class Supply(BorrowingOptions options, BorrowingFacts facts)
{
    private readonly List<BorrowedDevice> devices = [];
    private readonly Dictionary<BorrowLabel, string> late = [];

    /// <summary>What no want has taken.</summary>
    public IEnumerable<BorrowedDevice> Left => devices;

    public void Add(BorrowedDevice device) => devices.Add(device);

    /// <summary>Why what waits would come too late for a want that might have had it; null where that is not so.</summary>
    public string? WhyTooLate(BorrowLabel label) => late.GetValueOrDefault(label);

    /// <summary>
    /// Takes what serves a want: what is there before what comes, and of that what gains most, as <see cref="Requests"/> would choose.
    /// </summary>
    /// <returns>How many.</returns>
    public int Take(DeviceWant want)
    {
        var taken = devices.Where(d => Serves(d, want))
            .OrderByDescending(d => d.Stage).ThenByDescending(d => Gain(d, want)).ThenBy(d => d.Class.Name, StringComparer.Ordinal)
            .ThenBy(d => d.Label.Request, StringComparer.Ordinal)
            .Take(want.Missing).ToArray();
        foreach (var device in taken) devices.Remove(device);
        return taken.Length;
    }

    /// <summary>What is there serves whoever it is granted to; what waits has to be worth waiting for.</summary>
    private bool Serves(BorrowedDevice device, DeviceWant want)
    {
        if (want.Kind is { } kind && kind != device.Class.Kind) return false;
        if (device.Stage != BorrowStage.Queued) return true;
        var worth = Compute(device, want);
        if (worth.IsTooLate) late[device.Label] = worth.Refusal;
        return worth.Refusal.Length == 0;
    }

    private double Gain(BorrowedDevice device, DeviceWant want) => device.Stage == BorrowStage.Queued ? Compute(device, want).Gain : 0;

    private Worth Compute(BorrowedDevice device, DeviceWant want)
    {
        // Where the scheduler says nothing, it waits as long as one that is asked for now, less what it has waited.
        var start = device.ExpectedStart ?? device.Since + QueueTime(device.Class);
        var queue = start > facts.Now ? start - facts.Now : TimeSpan.Zero;
        return Worth.Compute(device.Class, want, facts.Now, queue, device.Class.StartUp, options.LeastUse);
    }

    private TimeSpan QueueTime(DeviceClass deviceClass) =>
        facts.Offers.FirstOrDefault(o => o.Class.Name == deviceClass.Name)?.QueueTime ?? TimeSpan.Zero;
}
