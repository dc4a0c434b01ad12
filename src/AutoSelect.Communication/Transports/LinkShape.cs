namespace AutoSelect.Communication;

/// <summary>
/// A slow network on one machine, for where the kernel cannot shape: what a rank sends leaves one after another at the bandwidth, as
/// through one network card, and arrives after the latency. Implemented by time stamps in the data stream, so all ranks must share a clock
/// (run on one machine).
/// </summary>
/// <param name="BytesPerSecond">Bandwidth of a rank's sending, positive; receiving is as fast as the sender.</param>
/// <param name="LatencySeconds">Time on the way, not negative.</param>
public sealed record LinkShape(double BytesPerSecond, double LatencySeconds)
{
    public override string ToString() =>
        $"slowed down in the process to {BytesPerSecond * 8e-6:G6} Mbit/s a rank and {LatencySeconds * 1e3:G4} ms latency";

    internal void Validate()
    {
        if (!(BytesPerSecond > 0)) throw new ArgumentException($"Bandwidth {BytesPerSecond} bytes/s is not positive.");
        if (!(LatencySeconds >= 0)) throw new ArgumentException($"Latency {LatencySeconds} s is negative.");
    }
}
