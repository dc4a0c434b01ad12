using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;

namespace AutoSelect.Campaigns.Learning;

/// <summary>
/// Which candidates a job of a campaign tries: as few as hold the winner with the chance that is asked for. The chances are the mean of a
/// Dirichlet distribution: one pseudo-job shared by all candidates, and for each earlier job its weight (<see cref="Neighbours"/>) for the
/// one that won it, less the share of the nearest jobs that surprised. So the probe shrinks as evidence grows, and widens where a region
/// surprises. And the surer it is that the baseline wins, the more a challenger must save to race it: the price of a borrowed device goes
/// from the template's, where nothing is known, towards that of the rule.
/// </summary>
internal static class ProbeChoices
{
    /// <param name="record">The campaign; it knows its candidates.</param>
    /// <param name="shares">The place of the next point.</param>
    /// <param name="price">Of a borrowed device, by the template.</param>
    public static ProbeChoice For(CampaignRecord record, double[] shares, double price)
    {
        var rule = record.Spec.Learning ?? throw new InvalidOperationException($"Campaign '{record.Spec.Name}' does not learn.");
        ImmutableArray<string> all = [.. record.Arms.Select(Arms.Key)];
        var neighbours = Neighbours.Of(record, shares, record.Points.Count);
        var surprise = Surprises.Share(record, neighbours);
        var chances = all.ToDictionary(a => a, _ => 1.0 / all.Length, StringComparer.Ordinal);
        // Who trained alone beat nobody.
        foreach (var neighbour in neighbours.Where(n => n.Point.Result!.TookPart.Length > 1))
            if (chances.ContainsKey(neighbour.Point.Result!.Winner!))
                chances[neighbour.Point.Result.Winner!] += neighbour.Weight * (1 - surprise);
        var sum = chances.Values.Sum();
        var order = all.OrderByDescending(a => chances[a]).ToList();
        var isOriginal = record.Points.Count % rule.OriginalEvery == 0;
        return new ProbeChoice
        {
            IsOriginal = isOriginal,
            Arms = isOriginal ? all : Fewest(record.Baseline, order, a => chances[a] / sum, rule.Coverage),
            Expected = order[0],
            Chance = chances[order[0]] / sum,
            Price = isOriginal || rule.Price <= price ? null : price + chances[record.Baseline] / sum * (rule.Price - price),
            Evidence = sum - 1,
            Surprise = surprise,
        };
    }

    private static ImmutableArray<string> Fewest(string baseline, List<string> order, Func<string, double> chance, double coverage)
    {
        var chosen = ImmutableArray.CreateBuilder<string>();
        chosen.Add(baseline);
        var covered = chance(baseline);
        foreach (var arm in order.Where(a => a != baseline))
        {
            if (covered >= coverage) break;
            chosen.Add(arm);
            covered += chance(arm);
        }
        return chosen.ToImmutable();
    }
}
