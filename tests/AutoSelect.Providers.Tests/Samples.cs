using AutoSelect.Contracts;

namespace AutoSelect.Providers.Tests;

internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly ControlId Control = new("c1");

    public static BorrowLabel Label(string request) => new(Control, request);

    public static DeviceClass Class(
        string name = "spare", double price = .01, int most = 4, DeviceKind kind = DeviceKind.Cpu, int startUp = 10, int longest = 3600,
        bool isPreemptible = true, int usualWait = 0) => new()
        {
            Name = name,
            Kind = kind,
            Price = price,
            Most = most,
            StartUp = TimeSpan.FromSeconds(startUp),
            Longest = TimeSpan.FromSeconds(longest),
            IsPreemptible = isPreemptible,
            UsualWait = TimeSpan.FromSeconds(usualWait),
        };

    public static DeviceWant Want(
        int missing = 1, string job = "job", double price = .1, double? usefulFor = null, DeviceKind? kind = null) =>
        new(new JobId(job), missing, kind, price, usefulFor is { } seconds ? Start.AddSeconds(seconds) : null);

    public static ClassOffer Offer(DeviceClass of, double queue = 0, string refusal = "") => new(of, TimeSpan.FromSeconds(queue), refusal);

    public static BorrowedDevice Device(
        string request, BorrowStage stage, double age = 0, DeviceClass? of = null, double? startsIn = null) =>
        new(Label(request), of ?? Class(), stage, Start.AddSeconds(-age), startsIn is { } seconds ? Start.AddSeconds(seconds) : null);

    public static BorrowingFacts Facts(DeviceWant[] wants, BorrowedDevice[] borrowed, params ClassOffer[] offers) =>
        new(Start, [.. wants], [.. borrowed], [.. offers]);

    public static DeviceStatus Registered(BorrowLabel label, JobId? holder = null) => Registered(label.Device, DeviceKind.Cpu, holder);

    public static DeviceStatus Registered(DeviceId id, DeviceKind kind, JobId? holder = null) => new()
    {
        Device = new DeviceDescription { Id = id, Kind = kind, Index = 0, Model = "any", Host = "any" },
        Lease = holder is { } job ? new Lease { Device = id, Job = job, Token = 1 } : null,
    };
}
