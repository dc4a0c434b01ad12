using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Providers;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>What rounds came to, as others are told of it. Pure.</summary>
internal static class BorrowingStatuses
{
    public static BorrowingStatus FromRounds(ImmutableArray<ProviderRound> rounds, DateTimeOffset now) => new()
    {
        At = now,
        Devices = [.. rounds.SelectMany(Devices)],
        Refusals =
        [
            .. rounds.SelectMany(r => r.Round.Moves.Refusals, (r, refusal) => new NotLent
            {
                Job = refusal.Job,
                Provider = r.Provider,
                Class = refusal.Class,
                Reason = refusal.Reason,
            }),
        ],
        Faults = [.. rounds.SelectMany(r => r.Round.Faults)],
    };

    private static IEnumerable<LentDevice> Devices(ProviderRound round)
    {
        var released = round.Round.Moves.Releases.Select(r => r.Label).ToHashSet();
        return round.Round.Borrowed.Select(device => new LentDevice
        {
            Device = device.Label.Device,
            Kind = device.Class.Kind,
            Origin = new DeviceOrigin(round.Provider, device.Class.Name, device.Class.Price),
            Stage = released.Contains(device.Label) ? BorrowStage.Ending : device.Stage,
            Since = device.Since,
            ExpectedStart = device.ExpectedStart,
        });
    }
}
