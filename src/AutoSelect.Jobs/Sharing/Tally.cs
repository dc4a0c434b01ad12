using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>Devices held, by job and by account, while a plan is made.</summary>
internal sealed class Tally
{
    private static readonly int Kinds = Enum.GetValues<DeviceKind>().Length;

    private readonly Dictionary<JobId, int> jobs;
    private readonly Dictionary<Account, int[]> accounts;
    private readonly int[] there;

    /// <param name="devices">All, with their leases in force.</param>
    public Tally(IReadOnlyList<DeviceStatus> devices)
    {
        (jobs, accounts, there) = ([], [], new int[Kinds]);
        foreach (var status in devices)
        {
            if (status.Device.Kind != DeviceKind.Elsewhere) there[(int)status.Device.Kind]++;
            if (status.Lease is { } lease) Change(lease.Job, lease.Project, lease.Owner, status.Device.Kind, 1);
        }
    }

    private Tally(Tally of)
    {
        (jobs, there) = (new(of.jobs), of.there);
        accounts = of.accounts.ToDictionary(a => a.Key, a => (int[])a.Value.Clone());
    }

    public Tally Copy() => new(this);

    public int Held(JobId job) => jobs.GetValueOrDefault(job);

    public int Held(Account account) => accounts.TryGetValue(account, out var held) ? held.Sum() : 0;

    public void Add(Demand demand, DeviceKind kind, int count = 1) => Change(demand.Job, demand.Project, demand.Owner, kind, count);

    /// <summary>
    /// The dominant share of an account: with h[k] of the n[k] devices of kind k held, the greatest h[k]/n[k] (Ghodsi et al., Dominant
    /// Resource Fairness, NSDI 2011).
    /// </summary>
    /// <param name="account">Whose.</param>
    /// <param name="kind">Of which kind some more are reckoned with.</param>
    /// <param name="more">How many more; negative for fewer.</param>
    public double Share(Account account, DeviceKind kind = default, int more = 0)
    {
        var (held, share) = (accounts.GetValueOrDefault(account), 0.0);
        for (var k = 0; k < Kinds; k++)
        {
            var count = (held?[k] ?? 0) + (k == (int)kind ? more : 0);
            if (there[k] > 0) share = Math.Max(share, (double)count / there[k]);
        }
        return share;
    }

    private void Change(JobId job, string project, string owner, DeviceKind kind, int count)
    {
        jobs[job] = jobs.GetValueOrDefault(job) + count;
        // Nobody's device is held.
        if (kind == DeviceKind.Elsewhere) return;
        foreach (var account in (Account[])[new(project), new(project, owner)])
        {
            if (!accounts.TryGetValue(account, out var held)) accounts[account] = held = new int[Kinds];
            held[(int)kind] += count;
        }
    }
}
