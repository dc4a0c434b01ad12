using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>The sentences of an insured race, and the figures that they rest on.</summary>
internal static class RaceWords
{
    public static string OnItsLane(Race race, Account account) => race.Borrowed > 0
        ? "trains on its own lane, as it would alone"
        : account.Left > 0
            ? $"has the lane: nobody is worth what is left of the premium ({Wording.Duration(account.Left)})"
            : "has the lane from here on: the premium is spent";

    public static string Holds(Racer racer) => $"holds the job and trains on from {Wording.Percent(racer.Progress)} of its horizon";

    public static string Challenges(Race race, Bid bid) => IsGuess(race, bid.Racer) ? "is tried, since nothing is known of anybody yet"
        : (bid.Racer.Outlook is null ? "is tried: " : "goes on: ")
            + $"{Chance(race, bid.Racer)}expected to {(race.IsTimed ? "save" : "gain")} {Amount(race, bid.Gain)}, its devices are worth "
            + Amount(race, bid.Cost) + Source(race, bid.Racer);

    public static string IsTried(Race race, Bid bid, Account account) =>
        $"{(bid.Racer.Outlook is null ? "is tried" : "goes on")} in the baseline's place: {Chance(race, bid.Racer)}at most "
            + $"{Wording.Duration(bid.Cost)} of the {Wording.Duration(account.Left)} that the insurance allows{Source(race, bid.Racer)}";

    /// <summary>True where figures would be made up: nobody has begun, and earlier runs say nothing of the objective.</summary>
    private static bool IsGuess(Race race, Racer racer) =>
        racer.Outlook is null && !JobOutlook.IsInformedBy(race.Input) && race.Racers.All(r => r.Outlook is null);

    public static string NotWorthALane(Race race, Racer racer) =>
        $"rests at {Wording.Percent(racer.Progress)} of its horizon: {Chance(race, racer)}not worth a lane now";

    public static (string Name, double Value)[] Numbers(Race race, Racer racer, Bid? bid) =>
    [
        .. bid is null ? (IEnumerable<(string, double)>)[] : [("gain", bid.Gain), ("cost", bid.Cost)],
        .. race.IsInsured && racer.Id != race.Baseline!.Id ? (IEnumerable<(string, double)>)[
            ("probabilityOfBeatingBaseline", Race.Beats(racer, race.Baseline))] : [],
    ];

    public static string Summary(Race race, IReadOnlyCollection<Racer> racing, Racer? holder, Account? account)
    {
        var names = string.Join(", ", racing.Where(r => r.Id != race.Baseline?.Id).Select(r => r.Name));
        var rivals = names.Length == 0 ? "nobody challenges it" : $"challenged by {names}";
        if (account is null)
            return names.Length == 0 ? "The baseline is out of the race, and nobody trains on."
                : $"The insurance is over: the baseline is out of the race. On the way: {string.Join(", ", racing.Select(r => r.Name))}.";
        var baseline = race.Baseline!;
        if (holder is not null && holder.Id != baseline.Id)
            return $"{holder.Name} holds the job; the baseline {(racing.Contains(baseline) ? "trains on" : "rests")}, "
                + $"{Wording.Duration(account.Left)} of the premium are left.";
        return racing.Contains(baseline) ? $"The baseline {baseline.Name} trains, {rivals}."
            : $"{names} in the baseline's place; {Wording.Duration(account.Left)} of the premium are left.";
    }

    private static string Chance(Race race, Racer racer) => race.IsInsured && racer.Id != race.Baseline!.Id && !IsGuess(race, racer)
        ? $"{Wording.Percent(Race.Beats(racer, race.Baseline))} to beat the baseline, " : "";

    /// <summary>What the figures of one that has shown nothing rest on: earlier runs order candidates for a target alone.</summary>
    private static string Source(Race race, Racer racer) => racer.Outlook is not null ? ""
        : JobOutlook.IsInformedBy(race.Input) ? ", by what earlier runs say"
        : IsGuess(race, racer) ? ", since nothing is known of anybody yet" : ", if it is like those that have begun";

    private static string Amount(Race race, double amount) =>
        Wording.Amount(amount, race.IsTimed ? "s" : race.Input.Objective.Metric);
}
