namespace AutoSelect.Testing.Checkpoints;

/// <summary>What goes wrong with one request to <see cref="S3StandIn"/>.</summary>
public sealed record StandInFault
{
    /// <summary>Answered in place of what was asked for.</summary>
    public int? Status { get; init; }

    /// <summary>S3's code of the error.</summary>
    public string Code { get; init; } = "StandIn";

    /// <summary>The connection breaks without an answer.</summary>
    public bool Drops { get; init; }

    /// <summary>The connection breaks after so many bytes of the answer's body.</summary>
    public int? After { get; init; }

    /// <summary>What the broken connection waits for, since it takes with it what has not arrived; null for nothing.</summary>
    public Func<Task>? Until { get; init; }

    public static StandInFault Answer(int status, string code) => new() { Status = status, Code = code };

    public static StandInFault Drop { get; } = new() { Drops = true };

    public static StandInFault Truncate(int after, Func<Task>? until = null) => new() { After = after, Until = until };
}
