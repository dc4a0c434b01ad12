using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>What compressing gradients costs a device, beside the bytes it saves.</summary>
public sealed record ProcessorCosts
{
    /// <summary>
    /// Seconds per byte of fp32 gradients to cast them to 16 bits and back. Default 1 ns: 25 million values both ways in .1 s on one core.
    /// </summary>
    public double CastSecondsPerByte { get; init; } = 1e-9;

    /// <summary>The same for 8 bits, with stochastic rounding and error feedback. Default 2.5 ns.</summary>
    public double QuantizeSecondsPerByte { get; init; } = 2.5e-9;

    /// <summary>The same for sending only the largest values. Default 2 ns.</summary>
    public double SelectSecondsPerByte { get; init; } = 2e-9;

    /// <summary>Multiply-adds per second of the thin matrix products of low-rank compression. Default 5e9, one core.</summary>
    public double MultiplyAddsPerSecond { get; init; } = 5e9;

    /// <summary>
    /// Seconds per byte of fp32 gradients to copy them to what is sent, and again to copy them back. Default 0: they lie there.
    /// </summary>
    public double CopySecondsPerByte { get; init; }

    /// <summary>θ: share of the computing speed lost while a transfer runs, in [0, 1). Default 0.</summary>
    public double Interference { get; init; }

    /// <summary>What a group measured of its own processors.</summary>
    /// <param name="reductionSecondsPerByte">
    /// γ of the same group. What it measured includes adding up; the all-reduce of half the bytes is charged for half of that already.
    /// </param>
    public static ProcessorCosts FromMeasurement(GroupMeasurement measured, double reductionSecondsPerByte)
    {
        var added = (measured.Ranks - 1.0) / measured.Ranks * reductionSecondsPerByte;
        return new()
        {
            CastSecondsPerByte = Math.Max(0, measured.CastSecondsPerByte - added / 2),
            QuantizeSecondsPerByte = Math.Max(0, measured.QuantizeSecondsPerByte - added / 4),
            SelectSecondsPerByte = measured.SelectSecondsPerByte,
            MultiplyAddsPerSecond = measured.MultiplyAddsPerSecond,
            CopySecondsPerByte = measured.CopySecondsPerByte,
            Interference = measured.Interference,
        };
    }
}
