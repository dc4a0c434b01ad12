using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>What can be said of an insured race before anything has trained. Pure.</summary>
public sealed record RaceForesight
{
    /// <summary>Seconds of the baseline alone to the objective; infinite for never.</summary>
    public required Quantiles BaselineSeconds { get; init; }

    /// <summary>Seconds by which the job may end later than the baseline alone would have.</summary>
    public required double PremiumSeconds { get; init; }

    /// <summary>Devices beside the baseline's lane; 0 where challengers take turns with it.</summary>
    public required int BorrowedDevices { get; init; }

    /// <summary>Challengers in the order in which they would be tried if each disappointed; no more than there is time for.</summary>
    public required ImmutableArray<TrialId> Order { get; init; }

    /// <summary>Most seconds of borrowed devices that the race may take.</summary>
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
        return new RaceForesight
        {
            BaselineSeconds = arrivals,
            PremiumSeconds = account.Premium,
            BorrowedDevices = Math.Max(0, race.Borrowed),
            Order = InOrder(race, race.Borrowed > 0 ? Math.Min(end, arrivals.P50) : account.Premium),
            MostBorrowedSeconds = Math.Max(0, race.Borrowed) * end,
            IsByHistory = input.History.Prior is not null,
        };
    }

    /// <summary>Who is next as long as the least slices of those before leave time on the lanes.</summary>
    private static ImmutableArray<TrialId> InOrder(Race race, double seconds)
    {
        var challengers = new Challengers(race, [race.Baseline!]);
        var most = Math.Max(race.Borrowed, race.Baseline!.Devices);
        var able = race.Racers.Where(r => r.Id != race.Baseline.Id && r.Devices <= most).ToList();
        var order = ImmutableArray.CreateBuilder<TrialId>();
        var left = seconds * Math.Max(1, race.Borrowed);
        while (challengers.Next(able) is { } bid)
        {
            left -= race.Slices.NextSeconds(bid.Racer) * bid.Racer.Devices;
            if (left < 0) break;
            able.Remove(bid.Racer);
            order.Add(bid.Racer.Id);
            // If it disappoints, the others are worth what they were without it; near copies come last.
            challengers.Tried(bid.Racer);
        }
        return order.ToImmutable();
    }
}
