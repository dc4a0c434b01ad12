using System.Collections.Immutable;
using System.Text.Json;

namespace AutoSelect.Contracts;

/// <summary>A client that asks for a piece of a run to train.</summary>
public sealed record AskCall
{
    /// <summary>
    /// Its name for itself, one for each that trains: 1 to 64 letters, digits, dashes, dots, underscores and at signs. Repeated before
    /// anything was told, a call gets the same piece; a client that asks though it has told of a piece has lost that.
    /// </summary>
    public required string Client { get; init; }

    /// <summary>
    /// What it trains on, such as "RTX 4090", up to 255 characters: times that were measured on one say nothing of another. Default: not
    /// told, and taken for the same everywhere.
    /// </summary>
    public string Device { get; init; } = "";
}

/// <summary>What a client that asks is answered: one of the two.</summary>
public sealed record AskReply
{
    /// <summary>What to train; null once the job has ended.</summary>
    public AskedPiece? Piece { get; init; }

    /// <summary>How the job ended; null while it has not.</summary>
    public AskedEnd? Ended { get; init; }
}

/// <summary>A piece of a candidate's run.</summary>
public sealed record AskedPiece
{
    public required TrialId Trial { get; init; }

    /// <summary>To be told with all that is told of the piece; another token's news count for nothing.</summary>
    public required long Token { get; init; }

    /// <summary>Name of the candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>What to train it with, by name.</summary>
    public required ImmutableSortedDictionary<string, JsonElement> Arguments { get; init; }

    /// <summary>The job's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Name of the metric to tell.</summary>
    public required string Metric { get; init; }

    /// <summary>Steps of the whole run, as its schedule should have it.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps that are done: those of <see cref="Checkpoint"/>.</summary>
    public required long FromStep { get; init; }

    /// <summary>Step at which the piece ends, with a checkpoint.</summary>
    public required long UntilStep { get; init; }

    /// <summary>What to go on from, by the name that a client told; null for the beginning.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>False where no checkpoints are kept: the run goes to its end, or begins again.</summary>
    public required bool Resumes { get; init; }

    /// <summary>Seconds after which another checkpoint is worth having.</summary>
    public required double SaveEverySeconds { get; init; }

    /// <summary>Seconds of silence after which the piece goes to whoever asks next.</summary>
    public required double PatienceSeconds { get; init; }

    /// <summary>True where the job has committed to the candidate.</summary>
    public required bool IsCommitted { get; init; }
}

/// <summary>How a job ended, for its clients.</summary>
/// <param name="Phase">Completed, Failed or Cancelled.</param>
/// <param name="Summary">For people.</param>
public sealed record AskedEnd(JobPhase Phase, string Summary)
{
    /// <summary>Name of the candidate that won; null where none did.</summary>
    public string? Winner { get; init; }

    /// <summary>Its metric.</summary>
    public double? Value { get; init; }

    /// <summary>The client's name of its checkpoint; null where there is none.</summary>
    public string? Checkpoint { get; init; }
}
