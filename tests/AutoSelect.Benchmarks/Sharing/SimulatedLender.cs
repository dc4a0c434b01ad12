using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Providers;

namespace AutoSelect.Benchmarks;

/// <summary>A simulated provider: requests wait for a drawn time, start up, and end after the time that they were asked for.</summary>
internal sealed class SimulatedLender(Random random)
{
    public const string Provider = "simulated-cloud";

    private readonly SortedDictionary<string, Loan> loans = new(StringComparer.Ordinal);
    private int asked;

    public static DeviceClass Class { get; } = new()
    {
        Name = "simulated",
        Kind = DeviceKind.Cuda,
        Price = .05,
        Most = 64,
        Longest = TimeSpan.FromHours(4),
        StartUp = TimeSpan.FromSeconds(60),
        UsualWait = TimeSpan.FromMinutes(10),
    };

    /// <param name="Move">What was asked for.</param>
    /// <param name="At">When.</param>
    /// <param name="Start">When the provider starts it.</param>
    public sealed record Loan(BorrowLabel Label, RequestMove Move, double At, double Start)
    {
        /// <summary>When it can train.</summary>
        public double Ready => Start + Class.StartUp.TotalSeconds;

        /// <summary>When the provider takes it back.</summary>
        public double End => Start + Move.AtMost.TotalSeconds;
    }

    public int Asked => asked;

    /// <summary>Loans that have not ended: at the end of all, leaks.</summary>
    public int Open => loans.Count;

    /// <summary>Takes a request; its queue time is drawn.</summary>
    public Loan Ask(RequestMove move, double now)
    {
        var label = new BorrowLabel(new ControlId("sim"), $"r{asked++:d8}");
        var queue = 600 * Math.Exp(.8 * Normal(random));
        return loans[label.Request] = new Loan(label, move, now, now + queue);
    }

    public Loan? Find(BorrowLabel label) => loans.GetValueOrDefault(label.Request);

    public void Remove(BorrowLabel label) => loans.Remove(label.Request);

    public static ClassOffer Offer { get; } = new(Class, Class.UsualWait);

    /// <summary>All loans as the plan sees them.</summary>
    /// <param name="start">The time 0.</param>
    /// <param name="now">Seconds since.</param>
    /// <param name="since">Since when a device is as it is: whether a job holds it, and from when.</param>
    public ImmutableArray<BorrowedDevice> Borrowed(
        DateTimeOffset start, double now, Func<DeviceId, (bool IsInUse, double Since)> since) =>
        [.. loans.Values.Select(loan =>
        {
            var (stage, at) = now < loan.Start ? (BorrowStage.Queued, loan.At) : now < loan.Ready ? (BorrowStage.Starting, loan.Start)
                : since(loan.Label.Device) is (true, var used) ? (BorrowStage.InUse, used)
                : (BorrowStage.Idle, since(loan.Label.Device).Since);
            return new BorrowedDevice(loan.Label, Class, stage, start.AddSeconds(at));
        })];

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
