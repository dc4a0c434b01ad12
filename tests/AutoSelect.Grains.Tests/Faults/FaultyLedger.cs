using System.Runtime.CompilerServices;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Grains.Tests;

/// <summary>A lease ledger that fails the calls of chosen methods a number of times.</summary>
internal sealed class FaultyLedger(ILeaseLedger ledger) : ILeaseLedger
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Left, TaskCompletionSource Happened)> faults = [];

    /// <summary>Fails the next calls of a method.</summary>
    /// <returns>Completes when it has happened as often.</returns>
    public Task Fail(string method, int times)
    {
        var happened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) faults[method] = (times, happened);
        return happened.Task.WaitAsync(FaultJobs.Bound);
    }

    public Task Put(DeviceDescription device, string provider, double price = 0) => Through(() => ledger.Put(device, provider, price));

    public Task<JobId?> Remove(DeviceId device, string reason, bool isBlameless) =>
        Through(() => ledger.Remove(device, reason, isBlameless));

    public Task<IReadOnlyList<DeviceStatus>> Devices() => Through(ledger.Devices);

    public Task State(Demand demand, DateTimeOffset time) => Through(() => ledger.State(demand, time));

    /// <summary>What a look at the demands waits for; null for nothing.</summary>
    public Func<Task>? BeforeDemands { get; set; }

    /// <summary>How often all demands were looked at.</summary>
    public int DemandsRead => Volatile.Read(ref demandsRead);

    private int demandsRead;

    public async Task<IReadOnlyList<StatedDemand>> Demands()
    {
        Interlocked.Increment(ref demandsRead);
        if (BeforeDemands is { } before) await before();
        return await Through(ledger.Demands);
    }

    public Task<bool> Admit(JobId job, AccountLimits limits = default) => Through(() => ledger.Admit(job, limits));

    public Task Hold(JobId job, string reason) => Through(() => ledger.Hold(job, reason));

    public Task Recall(JobId job, DeviceRecall? recall) => Through(() => ledger.Recall(job, recall));

    public Task<Lease?> Grant(DeviceId device, JobId job, DateTimeOffset expires, double price, AccountLimits limits = default) =>
        Through(() => ledger.Grant(device, job, expires, price, limits));

    public Task<IReadOnlyList<Lease>?> Renew(IReadOnlyList<Lease> leases) => Through(() => ledger.Renew(leases));

    public Task<bool> Revoke(long token, string reason, bool isBlameless) => Through(() => ledger.Revoke(token, reason, isBlameless));

    public Task<int> Release(JobId job, IReadOnlyCollection<long> tokens) => Through(() => ledger.Release(job, tokens));

    public Task<LeaseSet> HeldBy(JobId job) => Through(() => ledger.HeldBy(job));

    /// <summary>How often somebody asked for news.</summary>
    public int NewsRead => Volatile.Read(ref newsRead);

    private int newsRead;

    public Task<LeaseNews> News(long since)
    {
        Interlocked.Increment(ref newsRead);
        return Through(() => ledger.News(since));
    }

    public Task Charge() => Through(ledger.Charge);

    public Task<IReadOnlyList<DeviceUse>> Use(DateTimeOffset since) => Through(() => ledger.Use(since));

    public Task<IReadOnlyList<ProjectLimits>> Limits() => Through(ledger.Limits);

    public Task ChangeLimits(string project, Func<ProjectLimits, ProjectLimits> change) =>
        Through(() => ledger.ChangeLimits(project, change));

    private T Through<T>(Func<T> call, [CallerMemberName] string method = "")
    {
        lock (gate)
        {
            if (!faults.TryGetValue(method, out var fault) || fault.Left == 0) return call();
            faults[method] = fault with { Left = fault.Left - 1 };
            if (fault.Left == 1) fault.Happened.TrySetResult();
        }
        throw new StoreUnavailableException("store.db", new IOException("it was to fail"));
    }
}
