using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Planning.Previews;
using AutoSelect.Providers;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>What would be borrowed for a job that is not submitted: the decision that a borrower would make now, not carried out.</summary>
/// <param name="parts">What is borrowed with.</param>
/// <param name="time">The clock.</param>
internal sealed class BorrowingForesight(BorrowingParts parts, TimeProvider time)
{
    /// <summary>Stands for the job that has no id yet; no job's id is without a number.</summary>
    private static readonly JobId Foreseen = new("preview");

    /// <summary>Looks at the schedulers. Those that do not answer are said to, in <see cref="BorrowingPreview.Faults"/>.</summary>
    /// <param name="preview">Of the job.</param>
    /// <param name="ledger">What others have asked for, and what there is.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<BorrowingPreview> Foresee(JobPreview preview, ILeaseLedger ledger, CancellationToken cancellation) =>
        await Foresee(preview, Admitted(await ledger.Demands()), await ledger.Devices(), cancellation);

    /// <summary>What jobs ask for that may start: for who waits to be admitted nothing is borrowed.</summary>
    public static List<Demand> Admitted(IEnumerable<StatedDemand> demands) =>
        [.. demands.Where(d => d.AdmittedAt is not null).Select(d => d.Demand)];

    /// <param name="preview">Of the job.</param>
    /// <param name="demands">Of other jobs.</param>
    /// <param name="devices">All that are registered.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<BorrowingPreview> Foresee(
        JobPreview preview, IReadOnlyList<Demand> demands, IReadOnlyList<DeviceStatus> devices, CancellationToken cancellation)
    {
        var spec = preview.Spec;
        var demand = new Demand
        {
            Job = Foreseen,
            Least = 1,
            Most = Lanes.MostWhileProbing(spec),
            Price = spec.Probe.Price,
        };
        var useful = UsefulSeconds(preview);
        DateTimeOffset? until = useful is { } seconds ? time.GetUtcNow().AddSeconds(seconds) : null;
        var wants = DeviceWants.Missing([.. demands, demand], devices, job => job == Foreseen ? until : null);
        var missing = wants.FirstOrDefault(w => w.Job == Foreseen)?.Missing ?? 0;
        var rounds = ImmutableArray.CreateBuilder<ProviderRound>();
        foreach (var provider in await parts.Providers.WaitAsync(cancellation))
        {
            // One of its own: losses are told once, to the borrower that borrows.
            var borrower = parts.NewBorrower(provider, NullLogger<Borrower>.Instance);
            var round = await borrower.Foresee(new PoolView(wants, devices), cancellation);
            wants = DeviceWants.Less(wants, round);
            rounds.Add(new ProviderRound(provider.Name, round));
        }
        var status = BorrowingStatuses.FromRounds(rounds.ToImmutable(), time.GetUtcNow());
        return new BorrowingPreview
        {
            Wanted = demand.Most,
            Own = demand.Most - missing,
            UsefulSeconds = useful,
            Devices = [.. rounds.SelectMany(Devices)],
            Refusals = [.. status.Refusals.Where(r => r.Job == Foreseen).Select(r => r with { Job = null })],
            Faults = status.Faults,
        };
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
