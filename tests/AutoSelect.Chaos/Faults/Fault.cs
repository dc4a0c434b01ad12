using System.Text.Json.Serialization;

namespace AutoSelect.Chaos.Faults;

[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
internal enum FaultKind
{
    KillSilo,
    StopSilo,

    /// <summary>Its network link is down; it still reaches the database, over a Unix socket.</summary>
    CutSilo,

    /// <summary>Its clock is wrong (preloaded library).</summary>
    JumpClock,
    KillDevice,
    StopDevice,

    /// <summary>The link of the devices' host is down.</summary>
    CutDevices,

    /// <summary>All processes of the server are killed.</summary>
    KillDatabase,

    /// <summary>One process of the server is killed, after which it recovers by itself.</summary>
    KillBackend,
    StopDatabase,

    /// <summary>Every wait of the database for its disk is longer (preloaded library).</summary>
    SlowDisk,

    /// <summary>The disk of checkpoints and recordings is full.</summary>
    FullDisk,
}

/// <summary>One fault.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="At">Seconds from the start of the schedule.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Target">Which silo or device, from 0; 0 where there is one.</param>
/// <param name="Seconds">After which it is made good.</param>
/// <param name="Amount">Seconds that a clock is wrong, or that a disk takes longer; else 0.</param>
internal sealed record Fault(int Number, double At, FaultKind Kind, int Target, double Seconds, double Amount)
{
    /// <summary>Faults of one lane come one after the other.</summary>
    public string Lane => Kind switch
    {
        FaultKind.KillSilo or FaultKind.StopSilo or FaultKind.CutSilo => $"silo-{Target}",
        FaultKind.JumpClock => $"clock-{Target}",
        FaultKind.KillDevice or FaultKind.StopDevice => $"device-{Target}",
        FaultKind.CutDevices => "devices",
        FaultKind.KillDatabase or FaultKind.KillBackend or FaultKind.StopDatabase => "database",
        FaultKind.SlowDisk => "slow-disk",
        _ => "full-disk",
    };
}
