namespace AutoSelect.Performance;

/// <summary>What compressing gradients costs a device, beside the bytes it saves.</summary>
public sealed record ProcessorCosts
{
    /// <summary>Seconds per byte of fp32 gradients to cast them to 16 bits and back. Default 1 ns: 25 million values both ways in .1 s on one core.</summary>
    public double CastSecondsPerByte { get; init; } = 1e-9;

    /// <summary>The same for 8 bits, with stochastic rounding and error feedback. Default 2.5 ns.</summary>
    public double QuantizeSecondsPerByte { get; init; } = 2.5e-9;

    /// <summary>Multiply-adds per second of the thin matrix products of low-rank compression. Default 5e9, one core.</summary>
    public double MultiplyAddsPerSecond { get; init; } = 5e9;
}
