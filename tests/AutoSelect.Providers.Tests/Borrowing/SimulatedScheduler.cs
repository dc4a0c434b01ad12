namespace AutoSelect.Providers.Tests.Borrowing;

/// <summary>A scheduler in memory that does what a test says.</summary>
internal sealed class SimulatedScheduler(TimeProvider time, params DeviceClass[] classes) : IDeviceProvider
{
    private readonly Dictionary<BorrowLabel, DeviceObservation> jobs = [];

    public string Name => "simulated";

    public IReadOnlyList<DeviceClass> Classes => classes;

    /// <summary>Thrown by the next request, before or after it was taken.</summary>
    public Exception? RequestFault { get; set; }

    public bool TakesFaultyRequest { get; set; }

    public bool IsAway { get; set; }

    public StartEstimate Estimate { get; set; } = StartEstimate.Unknown;

    public List<DeviceRequest> Requested { get; } = [];

    public List<BorrowLabel> Released { get; } = [];

    /// <summary>Those that are not gone, in the order of their labels.</summary>
    public BorrowLabel[] Live => [.. jobs.Values.Where(j => j.State != BorrowState.Gone).Select(j => j.Label).OrderBy(l => l.Request)];

    public Task Request(DeviceRequest request, CancellationToken cancellation)
    {
        Requested.Add(request);
        if (RequestFault is null || TakesFaultyRequest) Put(request.Label, request.Class.Name);
        return RequestFault is { } fault ? Task.FromException(fault) : Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeviceObservation>> Observe(ControlId control, CancellationToken cancellation) => IsAway
        ? throw new ProviderUnavailableException(Name, "away")
        : Task.FromResult<IReadOnlyList<DeviceObservation>>([.. jobs.Values.Where(j => j.Label.Control == control)]);

    public Task Release(BorrowLabel label, CancellationToken cancellation)
    {
        Released.Add(label);
        if (jobs.ContainsKey(label)) Set(label, BorrowState.Gone, EndReason.Released);
        return Task.CompletedTask;
    }

    public Task<StartEstimate> EstimateStart(DeviceClass deviceClass, TimeSpan atMost, CancellationToken cancellation) =>
        Task.FromResult(Estimate);

    public void Put(BorrowLabel label, string of) => jobs[label] = new DeviceObservation
    {
        Label = label,
        Class = of,
        State = BorrowState.Queued,
        Submitted = time.GetUtcNow(),
    };

    public void Start(BorrowLabel label) => jobs[label] = jobs[label] with { State = BorrowState.Running, Start = time.GetUtcNow() };

    public void Set(BorrowLabel label, BorrowState state, EndReason reason = EndReason.Unknown, string detail = "") =>
        jobs[label] = jobs[label] with { State = state, Reason = reason, Detail = detail };

    public void Expect(BorrowLabel label, DateTimeOffset start) => jobs[label] = jobs[label] with { Start = start };

    public void Requeue(BorrowLabel label) =>
        jobs[label] = jobs[label] with { State = BorrowState.Queued, Restarts = jobs[label].Restarts + 1, Start = null };

    public void Forget(BorrowLabel label) => jobs.Remove(label);
}
