using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// A race with lanes beside the baseline's. Challengers in the middle of a slice are left alone; lanes that are free get whoever is
/// expected to save the most, one that has just ended its slice among them.
/// </summary>
internal sealed class LaneRace(Race race)
{
    private readonly RaceDecisions decided = new(race);
    private readonly List<Racer> racing = [];
    private int free = race.Input.Devices;

    public SelectionOutcome Decide()
    {
        var incumbency = new Incumbency(race);
        var change = incumbency.Change(byPrior: false);
        var holder = change?.Racer ?? incumbency.Current;
        var account = race.IsInsured ? Account.FromRace(race) : null;
        if (account is not null && !MayRest(holder, account)) TrainBaseline(account);
        if (holder is not null && !racing.Contains(holder)) KeepOrRest(holder);
        KeepTraining();
        if (account is null && racing.Count == 0 && MostPromising() is { } hope) Go(hope);
        var (wanted, bid) = GiveLanes(account);
        if (change is not null) decided.Commit(change);
        return decided.Outcome(RaceWords.Summary(race, racing, holder, account), wanted, bid, Again(account));
    }

    /// <summary>
    /// When to decide anew at the latest: while the baseline rests before the account is spent, and while lanes could be given when its
    /// curve tells more.
    /// </summary>
    private double? Again(Account? account)
    {
        if (account is null) return null;
        if (racing.Contains(race.Baseline!)) return race.Borrowed > 0 || !race.IsToTarget ? race.NextLook : null;
        return race.Input.IsCommitAskedFor ? null : race.Input.ElapsedSeconds + account.Left - HandOver;
    }

    /// <summary>
    /// Seconds before the account is spent at which the baseline is given its lane back: whoever has it has to leave it first.
    /// </summary>
    private double HandOver => race.Settings.LeastSliceSeconds / 2;

    /// <summary>
    /// Who has lane 0 after the insurance where nobody holds the job yet: whatever the price of devices, the target is not given up while
    /// somebody may reach it. Null where nobody is likely to.
    /// </summary>
    private Racer? MostPromising() => !race.IsToTarget ? null
        : race.Racers.Where(r => r.IsAlive && r.HasStepsLeft && race.Arrives(r) >= 1 - race.Confidence)
            .OrderBy(r => r.MeanLoss).ThenBy(r => r.Id).FirstOrDefault();

    /// <summary>
    /// The baseline may leave its lane for an incumbent's sake, as long as taking it up again at this moment keeps the premium.
    /// </summary>
    private bool MayRest(Racer? holder, Account account) => holder is not null && holder.Id != race.Baseline!.Id
        && (race.Input.IsCommitAskedFor || account.Left > race.Settings.LeastSliceSeconds);

    /// <summary>The incumbent trains beside the baseline as long as there are devices for both: the baseline's come first.</summary>
    private void KeepOrRest(Racer holder)
    {
        if (holder.Devices <= free || !race.IsInsured) Go(holder);
        else if (holder.IsTraining) decided.Rest(holder, isHopeless: false, "gives its devices to the baseline: the premium is spent");
    }

    private void TrainBaseline(Account account)
    {
        decided.Send(race.Baseline!, race.Baseline!.Evidence.HorizonSteps, RaceWords.OnItsLane(race, account), account.Numbers(race));
        Take(race.Baseline);
    }

    /// <summary>Leaves alone who is in the middle of a slice; where devices have gone, those that are worth most.</summary>
    private void KeepTraining()
    {
        var challengers = new Challengers(race, racing);
        var training = race.Racers.Where(r => r.IsAlive && r.IsTraining && !racing.Contains(r) && r.Id != race.Baseline?.Id)
            .OrderByDescending(challengers.Gain).ThenBy(r => r.Id).ToList();
        foreach (var racer in training)
        {
            if (racer.Devices <= free) Take(racer);
            else decided.Rest(racer, isHopeless: false, "gives its device back, which is needed for those that are worth more");
        }
    }

    /// <returns>Devices that there is a use for, and the best bid of all.</returns>
    private (int Wanted, Bid? Best) GiveLanes(Account? account)
    {
        var challengers = new Challengers(race, racing);
        var wanted = racing.Sum(r => r.Devices);
        var able = race.Racers.Where(r => r.IsAlive && r.HasStepsLeft && !racing.Contains(r)).ToList();
        Bid? best = null;
        while (challengers.Next(able.Where(r => r.Devices <= race.MostDevices - wanted)) is { } bid)
        {
            able.Remove(bid.Racer);
            challengers.Add(bid.Racer);
            wanted += bid.Racer.Devices;
            best ??= bid;
            if (bid.Racer.Devices > free) continue;
            if (bid.Racer.Id == race.Baseline?.Id) TrainBaseline(account!);
            else Go(bid.Racer, bid);
        }
        // Who waits for more devices than there are leaves those that there are to others.
        while (challengers.Next(able.Where(r => r.Devices <= free && r.Id != race.Baseline?.Id)) is { } meanwhile)
        {
            able.Remove(meanwhile.Racer);
            challengers.Add(meanwhile.Racer);
            Go(meanwhile.Racer, meanwhile);
        }
        foreach (var racer in able.Where(
            r => r.Evidence.State is TrialState.Running or TrialState.Committed && !decided.IsDecided(r)))
            decided.Rest(racer, IsHopeless(racer), RaceWords.NotWorthALane(race, racer), ("gain", challengers.Gain(racer)),
                ("cost", challengers.Cost(racer)));
        return (wanted, best);
    }

    private void Go(Racer racer, Bid? bid = null)
    {
        var until = racer.IsTraining ? racer.Evidence.RunningTo!.Value : race.Slices.NextStep(racer);
        decided.Send(
            racer, until, bid is null ? RaceWords.Holds(racer) : RaceWords.Challenges(race, bid), RaceWords.Numbers(race, racer, bid));
        Take(racer);
    }

    private void Take(Racer racer)
    {
        racing.Add(racer);
        free -= racer.Devices;
    }

    private bool IsHopeless(Racer racer) => race.IsInsured && racer.Id != race.Baseline!.Id && racer.Evidence.IsTried
        && race.HasShown(racer) && Race.Beats(racer, race.Baseline) < race.Settings.StopBelow;
}
