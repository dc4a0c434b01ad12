using System.Collections.Immutable;

namespace AutoSelect.Chaos.Faults;

/// <summary>What can be done to a cluster here.</summary>
/// <param name="Silos">How many there are.</param>
/// <param name="Devices">How many there are.</param>
/// <param name="CanCut">Whether links can be cut.</param>
/// <param name="CanJump">Whether clocks can be wrong.</param>
/// <param name="CanSlow">Whether the disk can be slow.</param>
/// <param name="CanFill">Whether the disk can be full.</param>
internal sealed record FaultAbilities(int Silos, int Devices, bool CanCut, bool CanJump, bool CanSlow, bool CanFill);

/// <summary>Draws faults from a seed: the same seed, the same faults. Pure.</summary>
internal static class FaultSchedule
{
    /// <summary>How often kinds come, and for how long they last, in seconds.</summary>
    private static readonly ImmutableArray<(FaultKind Kind, int Weight, double Least, double Most)> Kinds =
    [
        (FaultKind.KillSilo, 14, 0, 6),
        (FaultKind.StopSilo, 10, 1, 25),
        (FaultKind.CutSilo, 10, 1, 25),
        (FaultKind.JumpClock, 6, 5, 30),
        (FaultKind.KillDevice, 24, 0, 5),
        (FaultKind.StopDevice, 20, 1, 15),
        (FaultKind.CutDevices, 8, 1, 15),
        (FaultKind.KillDatabase, 5, 0, 8),
        (FaultKind.KillBackend, 4, 0, 0),
        (FaultKind.StopDatabase, 5, 1, 10),
        (FaultKind.SlowDisk, 6, 5, 20),
        (FaultKind.FullDisk, 4, 3, 12),
    ];

    private static readonly ImmutableArray<double> Jumps = [-3600, -60, -5, 5, 60, 3600];

    /// <param name="seed">Of the draws.</param>
    /// <param name="count">How many faults.</param>
    /// <param name="seconds">Time over which they are spread.</param>
    /// <param name="abilities">What can be done.</param>
    public static ImmutableArray<Fault> Create(int seed, int count, double seconds, FaultAbilities abilities)
    {
        var random = new Random(seed);
        var kinds = Kinds.Where(k => IsPossible(k.Kind, abilities)).ToList();
        var total = kinds.Sum(k => k.Weight);
        return [.. Enumerable.Range(1, count).Select(number =>
        {
            var drawn = random.Next(total);
            var kind = kinds.First(k => (drawn -= k.Weight) < 0);
            var at = seconds * (number - random.NextDouble()) / count;
            return new Fault(number, at, kind.Kind, random.Next(Targets(kind.Kind, abilities)),
                kind.Least + ((kind.Most - kind.Least) * Math.Pow(random.NextDouble(), 2)), Amount(kind.Kind, random));
        })];
    }

    private static bool IsPossible(FaultKind kind, FaultAbilities abilities) => kind switch
    {
        FaultKind.CutSilo or FaultKind.CutDevices => abilities.CanCut,
        FaultKind.JumpClock => abilities.CanJump,
        FaultKind.SlowDisk => abilities.CanSlow,
        FaultKind.FullDisk => abilities.CanFill,
        FaultKind.KillDevice or FaultKind.StopDevice => abilities.Devices > 0,
        _ => true,
    };

    private static int Targets(FaultKind kind, FaultAbilities abilities) => kind switch
    {
        FaultKind.KillSilo or FaultKind.StopSilo or FaultKind.CutSilo or FaultKind.JumpClock => abilities.Silos,
        FaultKind.KillDevice or FaultKind.StopDevice => abilities.Devices,
        FaultKind.KillBackend => 1000,
        _ => 1,
    };

    private static double Amount(FaultKind kind, Random random) => kind switch
    {
        FaultKind.JumpClock => Jumps[random.Next(Jumps.Length)],
        FaultKind.SlowDisk => .05 + (.45 * random.NextDouble()),
        _ => 0,
    };
}
