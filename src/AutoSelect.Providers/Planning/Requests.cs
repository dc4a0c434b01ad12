using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>New requests within the limits, for the class that gains most first.</summary>
internal sealed class Requests(BorrowingOptions options, BorrowingFacts facts)
{
    private readonly ImmutableArray<RequestMove>.Builder moves = ImmutableArray.CreateBuilder<RequestMove>();
    private readonly ImmutableArray<NotBorrowed>.Builder refusals = ImmutableArray.CreateBuilder<NotBorrowed>();

    /// <summary>What is to be given back counts until it is gone: the scheduler still holds it.</summary>
    private readonly Dictionary<string, int> held =
        facts.Borrowed.GroupBy(d => d.Class.Name).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    public ImmutableArray<RequestMove> Moves => moves.ToImmutable();

    public ImmutableArray<NotBorrowed> Refusals => refusals.ToImmutable();

    /// <summary>Asks for what a want still lacks.</summary>
    public void Add(DeviceWant want, int missing)
    {
        if (missing <= 0) return;
        var fitting = facts.Offers.Where(o => want.Kind is not { } kind || kind == o.Class.Kind)
            .Select(offer => (Offer: offer, Worth: Worth.Compute(
                offer.Class, want, facts.Now, offer.QueueTime, offer.Class.StartUp, options.LeastUse)))
            .OrderByDescending(c => c.Worth.Gain)
            // At the same gain the one that nobody takes back.
            .ThenBy(c => c.Offer.Class.IsPreemptible).ThenBy(c => c.Offer.Class.Name, StringComparer.Ordinal);
        foreach (var (offer, worth) in fitting)
        {
            if (missing == 0) return;
            var refusal = offer.Refusal.Length > 0 ? offer.Refusal : worth.Refusal;
            for (; refusal.Length == 0 && missing > 0; missing--)
            {
                refusal = Limit(offer.Class);
                if (refusal.Length > 0) break;
                held[offer.Class.Name] = held.GetValueOrDefault(offer.Class.Name) + 1;
                moves.Add(new RequestMove(offer.Class, worth.AtMost, want.Job,
                    $"{want.Job} has a use for it; ready in {Text(offer.QueueTime + offer.Class.StartUp)}, asked for "
                    + Text(worth.AtMost), offer.QueueTime));
            }
            if (refusal.Length > 0) refusals.Add(new NotBorrowed(want.Job, offer.Class.Name, refusal));
        }
    }

    private string Limit(DeviceClass deviceClass) =>
        held.GetValueOrDefault(deviceClass.Name) >= deviceClass.Most
            ? $"no more than {Wording.Count(deviceClass.Most, "device")} of this class may be borrowed at once"
        : facts.Elsewhere is not { } elsewhere ? "another provider has not told yet what it has lent"
        : held.Values.Sum() + elsewhere >= options.Most
            ? $"no more than {Wording.Count(options.Most, "device")} may be borrowed at once"
        : "";

    private static string Text(TimeSpan time) => Wording.Duration(time.TotalSeconds);
}
