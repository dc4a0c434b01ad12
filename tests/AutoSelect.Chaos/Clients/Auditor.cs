using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Clients;

/// <summary>Looks at the leases while the run goes on, and at how all silos tell of the jobs when it is over.</summary>
internal sealed class Auditor(Servers servers, string key, string folder) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly HistoryFile history = new(folder, "auditor");

    public void Dispose() => history.Dispose();

    /// <summary>Notes each lease in force, over and over.</summary>
    public async Task Watch(CancellationToken ct)
    {
        using var client = new HistoryClient(servers, key, history, first: 0);
        try
        {
            while (true)
            {
                client.Turn();
                var (leases, _) = await client.Ask(
                    history.New(EntryKind.Asked, Whats.Leases), (api, patience) => api.ListLeases(patience), (e, _) => e, ct);
                // All of one answer have the number of its operation.
                var operation = history.New(EntryKind.Note, Whats.Leases).Operation;
                foreach (var lease in leases.IsDefault ? [] : leases)
                    history.Add(history.New(EntryKind.Note, Whats.Leases, operation) with { Device = lease.Device, Job = lease.Job });
                await Task.Delay(LookEvery, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>Asks every silo for every job.</summary>
    public async Task Describe(IEnumerable<JobId> jobs, CancellationToken ct)
    {
        var all = jobs.ToList();
        for (var silo = 0; silo < servers.Count; silo++)
        {
            using var client = new HistoryClient(servers, key, history, silo);
            foreach (var job in all)
            {
                for (var attempt = 0; attempt < 20; attempt++)
                {
                    var (_, kind) = await client.Ask(
                        history.New(EntryKind.Asked, Whats.Describe) with { Job = job },
                        (api, patience) => api.DescribeJob(job, patience),
                        (e, d) => e with { Phase = d.Summary.Phase, Number = d.Version }, ct);
                    if (kind != EntryKind.Unknown) break;
                    await Task.Delay(TimeSpan.FromSeconds(.5), ct);
                }
            }
        }
    }
}
