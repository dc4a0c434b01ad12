using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// A race with no lane beside the baseline's. A challenger may be tried in the baseline's place as long as the account pays for it, and
/// takes the lane once it will arrive sooner with the job's confidence; what history says alone may be enough for that.
/// </summary>
internal sealed class SingleLaneRace(Race race)
{
    private readonly RaceDecisions decided = new(race);

    public SelectionOutcome Decide()
    {
        var baseline = race.Baseline!;
        var account = Account.FromRace(race);
        var incumbency = new Incumbency(race);
        var change = incumbency.Change(byPrior: true);
        var holder = change?.Racer ?? incumbency.Current;
        var bid = holder is null || holder.Id == baseline.Id ? Trial(account) : null;
        if (holder is not null && holder.Id != baseline.Id)
            decided.Send(holder, race.Slices.NextStep(holder), RaceWords.Holds(holder), RaceWords.Numbers(race, holder, null));
        else if (bid is not null)
            decided.Send(
                bid.Racer, race.Slices.NextStep(bid.Racer), RaceWords.IsTried(race, bid, account), RaceWords.Numbers(race, bid.Racer, bid));
        else
            decided.Send(baseline, baseline.Evidence.HorizonSteps, RaceWords.OnItsLane(race, account), account.Numbers(race));
        foreach (var racer in race.Racers.Where(r => r.IsAlive && !decided.IsSent(r) && r.Evidence.State is not TrialState.Waiting))
            decided.Rest(racer, isHopeless: false, RaceWords.NotWorthALane(race, racer));
        if (change is not null) decided.Commit(change);
        var racing = race.Racers.Where(decided.IsSent).ToArray();
        // A slice in the baseline's place ends with the premium, however slow it turns out to be.
        double? again = bid is not null ? race.Input.ElapsedSeconds + account.Left : race.Input.Objective.Kind == ObjectiveKind.Tradeoff
            && decided.IsSent(baseline) ? race.NextLook : null;
        return decided.Outcome(RaceWords.Summary(race, racing, holder, account), baseline.Devices, bid, again);
    }

    /// <summary>
    /// The challenger whose next slice is worth most beyond the delay that it is: half of what is saved where it wins, since a slice does
    /// not always tell. Null where none is worth it, or the account does not pay for it.
    /// </summary>
    private Bid? Trial(Account account)
    {
        var challengers = new Challengers(race, [race.Baseline!]);
        return race.Racers.Where(r => r.IsAlive && r.HasStepsLeft && r.Id != race.Baseline!.Id && r.Devices <= race.MostDevices)
            .Select(r => new Bid(r, 0.5 * challengers.Gain(r), Delay(r))).Where(b => b.Cost <= account.Left && b.Gain > Price(b.Cost))
            .OrderByDescending(b => b.Gain - Price(b.Cost)).ThenBy(b => b.Racer.Id).FirstOrDefault();
    }

    private double Delay(Racer racer) => race.Slices.NextSeconds(racer);

    /// <summary>A delay in the unit of the losses.</summary>
    private double Price(double seconds) => race.IsTimed ? seconds : seconds * race.ValueOfSecond;
}
