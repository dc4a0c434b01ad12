namespace AutoSelect.Communication;

/// <summary>What compression did and cost on this rank since the start.</summary>
/// <param name="Rounds">All-reduces.</param>
/// <param name="BytesSent">Bytes of numbers sent.</param>
/// <param name="HeaderBytesSent">Bytes of scales sent.</param>
/// <param name="CastSeconds">Time spent on encoding, decoding and error feedback.</param>
/// <param name="RelativeError">
/// ‖Q(x) - x‖₂ / ‖x‖₂ of what this rank gave in the last all-reduce; 0 when it gave zeros, NaN when it is not measured.
/// </param>
public readonly record struct CompressionStatistics(
    long Rounds, long BytesSent, long HeaderBytesSent, double CastSeconds, double RelativeError);
