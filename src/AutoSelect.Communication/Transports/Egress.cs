using System.Diagnostics;

namespace AutoSelect.Communication;

/// <summary>The one network card of a rank with a <see cref="LinkShape"/>: when the next byte can leave.</summary>
internal sealed class Egress(LinkShape shape)
{
    // What a card's queue holds. It keeps the line busy while the sending thread is late by a scheduler's slice.
    private readonly long queue = (long)(.004 * Stopwatch.Frequency);
    private readonly double ticksPerByte = Stopwatch.Frequency / shape.BytesPerSecond;
    private readonly long latency = (long)(shape.LatencySeconds * Stopwatch.Frequency);
    private double free;

    public LinkShape Shape => shape;

    /// <summary>Time from which the queue takes a frame; 0 for now.</summary>
    public long NotBefore(long now) => free - now > queue ? (long)free - queue : 0;

    /// <summary>Puts a frame in the queue.</summary>
    /// <returns>When it arrives.</returns>
    public long Send(long now, int bytes)
    {
        free = Math.Max(free, now) + bytes * ticksPerByte;
        return (long)free + latency;
    }
}
