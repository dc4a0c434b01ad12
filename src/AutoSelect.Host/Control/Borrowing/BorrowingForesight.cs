using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Planning.Previews;
using AutoSelect.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>What would be borrowed for a job that is not submitted: the decision that a borrower would make now, not carried out.</summary>
/// <param name="parts">What is borrowed with.</param>
/// <param name="sharing">How devices are shared.</param>
/// <param name="time">The clock.</param>
internal sealed class BorrowingForesight(BorrowingParts parts, SharingOptions sharing, TimeProvider time)
{
    /// <summary>Stands for the job that has no id yet; no job's id is without a number.</summary>
    private static readonly JobId Foreseen = new("preview");

    /// <summary>Looks at the schedulers. Those that do not answer are said to, in <see cref="BorrowingPreview.Faults"/>.</summary>
    /// <param name="preview">Of the job.</param>
    /// <param name="pool">What others have asked for, what there is, and what may be used.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<BorrowingPreview> Foresee(JobPreview preview, PoolFacts pool, CancellationToken cancellation)
    {
        var spec = preview.Spec;
        var demand = new Demand
        {
            Job = Foreseen,
            Least = 1,
            Most = Lanes.MostWhileProbing(spec),
            Price = spec.Probe.Price,
            Priority = spec.Priority,
            Project = spec.Project,
            Owner = spec.Owner,
        };
        var (demands, blocked) = Demands(pool, demand);
        var most = demands.FirstOrDefault(d => d.Job == Foreseen)?.Most ?? 0;
        var useful = UsefulSeconds(preview);
        DateTimeOffset? until = useful is { } seconds ? time.GetUtcNow().AddSeconds(seconds) : null;
        var wants = DeviceWants.Missing(demands, pool.Devices, job => job == Foreseen ? until : null);
        var missing = wants.FirstOrDefault(w => w.Job == Foreseen)?.Missing ?? 0;
        var rounds = ImmutableArray.CreateBuilder<ProviderRound>();
        foreach (var provider in await parts.Providers.WaitAsync(cancellation))
        {
            // One of its own: losses are told once, to the borrower that borrows.
            var borrower = parts.NewBorrower(provider, NullLogger<Borrower>.Instance);
            var round = await borrower.Foresee(new PoolView(wants, pool.Devices), cancellation);
            wants = DeviceWants.Less(wants, round);
            rounds.Add(new ProviderRound(provider.Name, round));
        }
        var status = BorrowingStatuses.FromRounds(rounds.ToImmutable(), time.GetUtcNow());
        return new BorrowingPreview
        {
            Wanted = demand.Most,
            Own = most - missing,
            Blocked = blocked,
            UsefulSeconds = useful,
            Devices = [.. rounds.SelectMany(Devices)],
            Refusals = [.. status.Refusals.Where(r => r.Job == Foreseen).Select(r => r with { Job = null })],
            Faults = status.Faults,
        };
    }

    /// <summary>What may be borrowed for, the job among it: as if it asked now, which it may not where a quota has it wait.</summary>
    private (ImmutableArray<Demand> Demands, string Blocked) Demands(PoolFacts pool, Demand demand)
    {
        var asking = pool with { Demands = [.. pool.Demands, new StatedDemand(demand, pool.Now)] };
        var plan = PoolPlan.Make(asking, sharing);
        if (plan.Admitted.All(d => d.Job != Foreseen))
            return (BorrowingDemands.Within(pool, sharing).Demands, plan.Waits.GetValueOrDefault(Foreseen, ""));
        var within = BorrowingDemands.Within(
            pool with { Demands = [.. pool.Demands, new StatedDemand(demand, pool.Now, pool.Now)] }, sharing);
        return (within.Demands, within.Blocked.GetValueOrDefault(Foreseen, ""));
    }

    /// <summary>To the deadline, or to where the baseline is expected to have come by itself.</summary>
    private static double? UsefulSeconds(JobPreview preview)
    {
        double?[] ends = [preview.Spec.Objective.DeadlineSeconds, preview.Race?.BaselineSeconds.P50];
        return ends.Where(e => e is { } seconds && double.IsFinite(seconds)).Min();
    }

    private static IEnumerable<ForeseenDevices> Devices(ProviderRound round) => round.Round.Moves.Requests
        .Where(r => r.Job == Foreseen).GroupBy(r => (r.Class, r.AtMost, r.QueueTime)).Select(same => new ForeseenDevices
        {
            Count = same.Count(),
            Origin = new DeviceOrigin(round.Provider, same.Key.Class.Name, same.Key.Class.Price),
            Kind = same.Key.Class.Kind,
            Model = same.Key.Class.Model,
            QueueSeconds = same.Key.QueueTime.TotalSeconds,
            ReadySeconds = (same.Key.QueueTime + same.Key.Class.StartUp).TotalSeconds,
            LentSeconds = same.Key.AtMost.TotalSeconds,
        });
}
