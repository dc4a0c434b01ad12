using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// Who is worth a lane: greedily, whoever takes most off the expected loss of those that race, as long as that exceeds the price of its
/// devices until the race is decided. The expected minimum is submodular, so greedy comes within 1 − 1/e of the best set, and it hedges by
/// itself: who fails where the others do adds nothing.
/// </summary>
internal sealed class Challengers
{
    private readonly Race race;
    private readonly double[] lowest;
    private readonly HashSet<(string Strategy, int BatchSize)> tried;

    /// <param name="race">The trials, at least one.</param>
    /// <param name="racing">Those that race whatever is decided.</param>
    public Challengers(Race race, IEnumerable<Racer> racing)
    {
        this.race = race;
        lowest = new double[race.Racers[0].Losses.Length];
        Array.Fill(lowest, race.IsToTarget ? race.Never : race.Racers.Max(r => r.Losses.Max()));
        tried = [.. race.Racers.Where(r => r.Evidence.Step > 0 && r.Id != race.Baseline?.Id).Select(ClusterOf)];
        foreach (var racer in racing) Add(racer);
    }

    public void Add(Racer racer)
    {
        if (racer.Id != race.Baseline?.Id) Tried(racer);
        for (var s = 0; s < lowest.Length; s++) lowest[s] = Math.Min(lowest[s], racer.Losses[s]);
    }

    /// <summary>Has the near copies of a racer wait for the others: what it is like will be seen from it.</summary>
    public void Tried(Racer racer) => tried.Add(ClusterOf(racer));

    /// <summary>What a racer takes off the expected loss.</summary>
    public double Gain(Racer racer)
    {
        var gain = 0.0;
        for (var s = 0; s < lowest.Length; s++) gain += Math.Max(0, lowest[s] - racer.Losses[s]);
        return gain / lowest.Length;
    }

    /// <summary>
    /// What its devices cost until the race is decided, in the unit of the losses. A second is worth a second; where values count alone,
    /// what the baseline is expected to gain in it on average until the deadline. No target decides before the end of its run.
    /// </summary>
    public double Cost(Racer racer)
    {
        var price = race.Input.Probe.Price * racer.Devices;
        if (!race.IsToTarget) return price * (race.IsTimed ? 1 : race.ValueOfSecond) * race.SecondsLeftOf(racer);
        var seconds = 0.0;
        for (var s = 0; s < lowest.Length; s++) seconds += Math.Min(lowest[s], Math.Min(racer.Losses[s], race.SecondsLeftOf(racer)));
        return price * seconds / lowest.Length;
    }

    /// <summary>The next to get devices, with what it is worth; null where nobody is worth them.</summary>
    /// <param name="able">Those that fit.</param>
    public Bid? Next(IEnumerable<Racer> able) => Spokesmen(able.Select(r => new Bid(r, Gain(r), Cost(r))).Where(b => b.Gain > b.Cost))
        .OrderBy(b => b.Racer.Outlook is null && tried.Contains(ClusterOf(b.Racer)))
        .ThenByDescending(b => (b.Gain - b.Cost) / b.Racer.Devices * Standing(b.Racer)).ThenBy(b => b.Racer.Id).FirstOrDefault();

    /// <summary>
    /// Who is in the race is worth more than a newcomer of the same forecast: half of a newcomer's promise is that little is known of it.
    /// </summary>
    private double Standing(Racer racer) => racer.Evidence.State == TrialState.Running ? race.Settings.SwitchBy : 1;

    /// <summary>
    /// Of near copies that have not begun, the first that was listed speaks for all, unless another is better by more than the sampling
    /// error: what differs between them is mostly unknown to the prior, and people list first what they trust.
    /// </summary>
    private IEnumerable<Bid> Spokesmen(IEnumerable<Bid> bids)
    {
        foreach (var copies in bids.ToLookup(b => b.Racer.Outlook is null ? ClusterOf(b.Racer) : (b.Racer.Id.Value, 0)))
        {
            var best = copies.MaxBy(b => b.Gain)!;
            yield return copies.OrderBy(b => b.Racer.Id).First(b => b == best || IsAsGood(b.Racer, best.Racer));
        }
    }

    /// <summary>True where what one takes off is less than that of the better by no more than three standard errors.</summary>
    private bool IsAsGood(Racer racer, Racer better)
    {
        double sum = 0, squares = 0;
        for (var s = 0; s < lowest.Length; s++)
        {
            var difference = Math.Max(0, lowest[s] - better.Losses[s]) - Math.Max(0, lowest[s] - racer.Losses[s]);
            (sum, squares) = (sum + difference, squares + difference * difference);
        }
        return sum * sum <= 9 * (squares - sum * sum / lowest.Length);
    }

    /// <summary>Candidates of one strategy and batch size are near copies.</summary>
    private static (string, int) ClusterOf(Racer racer) => (racer.Evidence.Candidate.Strategy, racer.Evidence.Candidate.BatchSize);
}

/// <summary>What a racer would be worth on a lane, and what the lane costs; both in the unit of the losses.</summary>
internal sealed record Bid(Racer Racer, double Gain, double Cost);
