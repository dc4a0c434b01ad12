using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>What can be said of an insured race before anything has trained. Pure.</summary>
public sealed record RaceForesight
{
    /// <summary>Seconds of the baseline alone to the objective; infinite for never.</summary>
    public required Quantiles BaselineSeconds { get; init; }

    /// <summary>Probability that the baseline reaches the target; null without one.</summary>
    public double? BaselineProbability { get; init; }

    /// <summary>Seconds by which the job may end later than the baseline alone would have.</summary>
    public required double PremiumSeconds { get; init; }

    /// <summary>Devices beside the baseline's lane; 0 where challengers take turns with it.</summary>
    public required int BorrowedDevices { get; init; }

    /// <summary>Challengers in the order in which they would be tried if each disappointed; no more than there is time for.</summary>
    public required ImmutableArray<ForeseenChallenger> Challengers { get; init; }

    /// <summary>Seconds of borrowed devices if the baseline does as expected and nobody comes before it.</summary>
    public required double ExpectedBorrowedSeconds { get; init; }

    /// <summary>Most seconds of borrowed devices that the race may take until the baseline has come to its end.</summary>
    public required double MostBorrowedSeconds { get; init; }

    /// <summary>True where history says who is to come first.</summary>
    public required bool IsByHistory { get; init; }

    /// <param name="input">Of a job in which nothing has trained.</param>
    /// <returns>Null without a baseline.</returns>
    public static RaceForesight? FromInput(SelectionInput input)
    {
        var race = Race.FromInput(input, InsuredSettings.Default);
        if (race.Baseline is not { } baseline) return null;
        var (account, end) = (Account.FromRace(race), race.SecondsLeftOf(baseline));
        var arrivals = race.IsToTarget
            ? Quantiles.FromSamples(Array.ConvertAll(baseline.Losses, l => l < race.Never ? l : double.PositiveInfinity))
            : Quantiles.FromSamples([end]);
        var borrowed = Math.Max(0, race.Borrowed);
        return new RaceForesight
        {
            BaselineSeconds = arrivals,
            BaselineProbability = race.IsToTarget ? race.Arrives(baseline) : null,
            PremiumSeconds = account.Premium,
            BorrowedDevices = borrowed,
            Challengers = borrowed > 0 ? OnLanes(race, Math.Min(end, arrivals.P50)) : InTurns(race, account.Left),
            ExpectedBorrowedSeconds = borrowed * Math.Min(end, arrivals.P50),
            MostBorrowedSeconds = borrowed * (end + account.Premium),
            IsByHistory = JobOutlook.IsInformedBy(input),
        };
    }

    /// <summary>Who is next as long as the least slices of those before leave time on the lanes.</summary>
    private static ImmutableArray<ForeseenChallenger> OnLanes(Race race, double seconds)
    {
        var challengers = new Challengers(race, [race.Baseline!]);
        var able = race.Racers.Where(r => r.Id != race.Baseline!.Id && r.Devices <= race.Borrowed).ToList();
        var order = ImmutableArray.CreateBuilder<ForeseenChallenger>();
        var left = seconds * race.Borrowed;
        while (challengers.Next(able) is { } bid)
        {
            left -= race.Slices.NextSeconds(bid.Racer) * bid.Racer.Devices;
            if (left < 0) break;
            able.Remove(bid.Racer);
            order.Add(Foreseen(race, bid.Racer));
            // If it disappoints, the others are worth what they were without it; near copies come last.
            challengers.Tried(bid.Racer);
        }
        return order.ToImmutable();
    }

    /// <summary>
    /// Who is next in the baseline's place as long as the premium pays for a slice, as <see cref="SingleLaneRace"/> has it.
    /// </summary>
    private static ImmutableArray<ForeseenChallenger> InTurns(Race race, double seconds)
    {
        var challengers = new Challengers(race, [race.Baseline!]);
        var secondsWorth = race.IsTimed ? 1 : race.ValueOfSecond;
        return
        [
            .. race.Racers.Where(r => r.Id != race.Baseline!.Id && r.Devices <= race.MostDevices)
                .Select(r => (Racer: r, Delay: race.Slices.NextSeconds(r)))
                .Select(r => (r.Racer, r.Delay, Worth: 0.5 * challengers.Gain(r.Racer) - secondsWorth * r.Delay))
                .Where(r => r.Worth > 0).OrderByDescending(r => r.Worth).ThenBy(r => r.Racer.Id)
                .TakeWhile(r => (seconds -= r.Delay) >= 0).Select(r => Foreseen(race, r.Racer)),
        ];
    }

    private static ForeseenChallenger Foreseen(Race race, Racer racer) =>
        new(racer.Id, Race.Beats(racer, race.Baseline!), race.Slices.NextStep(racer), race.Slices.NextSeconds(racer));
}

/// <summary>A challenger that would be tried.</summary>
/// <param name="Trial">Whose.</param>
/// <param name="ProbabilityOfBeatingBaseline">Before it has shown anything.</param>
/// <param name="FirstStep">Step at which it is first looked at.</param>
/// <param name="FirstSeconds">Expected seconds until then.</param>
public sealed record ForeseenChallenger(TrialId Trial, double ProbabilityOfBeatingBaseline, long FirstStep, double FirstSeconds);
