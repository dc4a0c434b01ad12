using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>
/// What a client tells of its piece. It may be said again: points count once, by step, and what has ended stays so.
/// </summary>
[GenerateSerializer, Immutable, Alias("autoselect.TellCall")]
public sealed record TellCall
{
    /// <summary>Most points of one call.</summary>
    public const int MostPoints = 100;

    /// <summary>Most characters of the name of a checkpoint.</summary>
    public const int CheckpointLength = 1000;

    /// <summary>As it asked.</summary>
    [Id(0)] public required string Client { get; init; }

    [Id(1)] public required TrialId Trial { get; init; }

    /// <summary>Of the piece.</summary>
    [Id(2)] public required long Token { get; init; }

    /// <summary>Steps of the run that are done.</summary>
    [Id(3)] public required long Step { get; init; }

    /// <summary>Values of the metric that were measured, at most <see cref="MostPoints"/>.</summary>
    [Id(4)] public ImmutableArray<ToldPoint> Points { get; init; } = [];

    /// <summary>
    /// The client's name of the checkpoint that it keeps of the state after <see cref="Step"/> steps; it keeps the one before too. Null
    /// where it has written none.
    /// </summary>
    [Id(5)] public string? Checkpoint { get; init; }

    /// <summary>Seconds of the piece so far that evaluating took, at least 0; the rest is training.</summary>
    [Id(6)] public double EvaluationSeconds { get; init; }

    /// <summary>Seconds of the piece so far that loading, saving and set-up took, at least 0.</summary>
    [Id(7)] public double OverheadSeconds { get; init; }

    /// <summary>Why the client ends the piece by itself; null where it goes on, or has done what it was to do.</summary>
    [Id(8)] public TellEnd? End { get; init; }

    /// <summary>The same for people.</summary>
    [Id(9)] public string Reason { get; init; } = "";
}

/// <summary>A value of the metric.</summary>
/// <param name="Step">Steps that were done, at least 1.</param>
/// <param name="Value">What was measured; one that is not finite ends the run as diverged.</param>
/// <param name="TrainingLoss">Mean loss since the point before; null where it is not known.</param>
[GenerateSerializer, Immutable, Alias("autoselect.ToldPoint")]
public sealed record ToldPoint(
    [property: Id(0)] long Step, [property: Id(1)] double Value, [property: Id(2)] double? TrainingLoss = null);

/// <summary>Why a client ends a piece by itself.</summary>
[JsonStringEnum]
public enum TellEnd
{
    /// <summary>It gives it back: whoever asks next goes on from the last checkpoint.</summary>
    GivenBack,

    /// <summary>It cannot read the checkpoint to go on from: the run goes on from the one before, or begins again.</summary>
    CheckpointUnusable,

    /// <summary>The candidate failed.</summary>
    Failed,

    /// <summary>The candidate does not fit into its memory.</summary>
    OutOfMemory,
}

/// <summary>What a client is to do now.</summary>
[JsonStringEnum]
public enum TellOrder
{
    /// <summary>Train on.</summary>
    Continue,

    /// <summary>Write a checkpoint of the steps done, tell its name, and ask for other work then.</summary>
    Pause,

    /// <summary>The piece is over and all of it counts: ask for other work.</summary>
    Done,

    /// <summary>End at once: the run is given up, or is another client's by now. Ask for other work.</summary>
    Stop,
}

/// <summary>Answer to what a client tells.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.TellReply")]
public sealed record TellReply
{
    [Id(0)] public required TellOrder Order { get; init; }

    /// <summary>True where the job has committed to the candidate: its run goes to the end.</summary>
    [Id(1)] public bool IsCommitted { get; init; }

    /// <summary>Points up to this step are stored for good; −1 where none is.</summary>
    [Id(2)] public long AcknowledgedStep { get; init; } = -1;
}
