using System.Diagnostics;

namespace AutoSelect.Communication;

/// <summary>What an all-reduce of one bucket keeps from one time to the next, and what it did and cost.</summary>
public abstract class AllReduceState
{
    /// <summary>
    /// Values that were not sent yet and are added to the next ones: state to be kept in a checkpoint, written to restore it; empty without
    /// error feedback. Rank r's is of use to rank r alone.
    /// </summary>
    public virtual Memory<float> Residual => Memory<float>.Empty;

    /// <summary>State that is the same on all ranks, to be kept in a checkpoint; empty where there is none.</summary>
    public virtual Memory<float> Factor => Memory<float>.Empty;

    /// <summary>All-reduces done: state to be kept in a checkpoint, for the same random numbers after a restart.</summary>
    public long Rounds { get; set; }

    /// <summary>What compression did and cost on this rank.</summary>
    public CompressionStatistics Statistics => new(Rounds, Bytes, HeaderBytes, CastTicks / (double)Stopwatch.Frequency, RelativeError);

    protected long Bytes { get; set; }

    protected long HeaderBytes { get; set; }

    /// <summary>Ticks of the stopwatch spent on encoding, decoding and error feedback.</summary>
    protected long CastTicks { get; set; }

    protected virtual double RelativeError { get; set; } = double.NaN;
}
