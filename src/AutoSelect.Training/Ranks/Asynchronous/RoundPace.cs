namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>When a round of asynchronous training begins.</summary>
public enum RoundPace
{
    /// <summary>As soon as the one before has ended, with whatever there is: the scheme that the statistics model describes.</summary>
    BackToBack,

    /// <summary>Not before this rank has a gradient: spares processors and network the rounds that carry little.</summary>
    OnArrival,

    /// <summary>With one gradient of every rank, and ranks wait for the round: synchronous training, for comparison.</summary>
    InStep,
}
