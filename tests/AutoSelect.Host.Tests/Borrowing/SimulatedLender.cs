using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Providers;

namespace AutoSelect.Host.Tests.Borrowing;

/// <summary>A scheduler in memory that starts whatever is asked for at once.</summary>
internal sealed class SimulatedLender : IDeviceProvider
{
    private readonly Lock mutex = new();
    private readonly Dictionary<BorrowLabel, DeviceObservation> jobs = [];
    private int looks;

    public string Name => "simulated";

    public IReadOnlyList<DeviceClass> Classes { get; } =
    [
        new DeviceClass { Name = "spare", Kind = DeviceKind.Cpu, Price = 0.01, Most = 2, IsPreemptible = true },
    ];

    /// <summary>Told of each request that it starts.</summary>
    public Action<BorrowLabel> Started { get; set; } = _ => { };

    /// <summary>Devices that it was asked for so far.</summary>
    public int Requests
    {
        get
        {
            lock (mutex) return jobs.Count;
        }
    }

    /// <summary>Times that it was looked at.</summary>
    public int Looks => Volatile.Read(ref looks);

    public ImmutableArray<BorrowLabel> Live
    {
        get
        {
            lock (mutex) return [.. jobs.Values.Where(j => j.State != BorrowState.Gone).Select(j => j.Label)];
        }
    }

    /// <summary>Settings of a control side that borrows from it alone, and keeps what it has borrowed.</summary>
    public BorrowingSettings Settings => new()
    {
        Control = new ControlId("c1"),
        Every = TimeSpan.FromSeconds(.05),
        Limits = new BorrowingOptions { IdleTime = TimeSpan.FromHours(1) },
        Providers = [new SimulatedSettings(this) { Name = Name, Place = new DevicePlace { Executable = "/nowhere.dll" } }],
    };

    public Task Request(DeviceRequest request, CancellationToken cancellation)
    {
        lock (mutex)
        {
            jobs[request.Label] = new DeviceObservation
            {
                Label = request.Label,
                Class = request.Class.Name,
                State = BorrowState.Running,
            };
        }
        Started(request.Label);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeviceObservation>> Observe(ControlId control, CancellationToken cancellation)
    {
        Interlocked.Increment(ref looks);
        lock (mutex) return Task.FromResult<IReadOnlyList<DeviceObservation>>([.. jobs.Values]);
    }

    public Task Release(BorrowLabel label, CancellationToken cancellation)
    {
        End(label, EndReason.Released);
        return Task.CompletedTask;
    }

    public Task<StartEstimate> EstimateStart(DeviceClass deviceClass, TimeSpan atMost, CancellationToken cancellation) =>
        Task.FromResult(StartEstimate.Unknown);

    public void End(BorrowLabel label, EndReason reason)
    {
        lock (mutex) jobs[label] = jobs[label] with { State = BorrowState.Gone, Reason = reason, Detail = "as the test says" };
    }

    private sealed record SimulatedSettings(SimulatedLender Lender) : ProviderSettings
    {
        public override ImmutableArray<DeviceClass> Classes => [.. Lender.Classes];

        public override IDeviceProvider Open(
            DeviceCommand command, ImmutableSortedDictionary<string, string> environment, TimeProvider time) => Lender;
    }
}
