using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>How gradients are encoded before they are sent: what travels, and what encoding costs. What it does to learning is not here.</summary>
public sealed record GradientCompression
{
    private GradientCompression(string name, double bytesPerValue, int rank = 0) => (Name, BytesPerValue, Rank) = (name, bytesPerValue, rank);

    public string Name { get; }

    /// <summary>Bytes of a value that is sent as such.</summary>
    public double BytesPerValue { get; }

    /// <summary>Rank of PowerSGD; 0 for the others.</summary>
    public int Rank { get; }

    /// <summary>As they are.</summary>
    public static GradientCompression Fp32 { get; } = new("fp32", 4);

    /// <summary>IEEE half precision.</summary>
    public static GradientCompression Fp16 { get; } = new("fp16", 2);

    /// <summary>bfloat16.</summary>
    public static GradientCompression Bf16 { get; } = new("bf16", 2);

    /// <summary>An 8-bit float.</summary>
    public static GradientCompression Fp8 { get; } = new("fp8", 1);

    /// <summary>
    /// A gradient M [a, b] travels as P = MQ [a, r], then Q = MᵀP [b, r]; vectors, and matrices that would not shrink, travel
    /// whole (Vogels, Karimireddy and Jaggi, NeurIPS 2019).
    /// </summary>
    public static GradientCompression PowerSgd(int rank) => rank >= 1
        ? new($"powersgd-{rank}", 4, rank)
        : throw new ArgumentOutOfRangeException(nameof(rank), rank, "The rank of PowerSGD is at least 1");

    /// <summary>Bytes of the messages, sent one after the other, that carry a bucket of layers.</summary>
    public ImmutableArray<double> Messages(IEnumerable<LayerTime> bucket)
    {
        double first = 0, second = 0;
        foreach (var layer in bucket)
        {
            if (!IsFactored(layer)) first += BytesPerValue * layer.Parameters;
            else (first, second) = (first + BytesPerValue * Rank * layer.Rows, second + BytesPerValue * Rank * Columns(layer));
        }
        return second > 0 ? [first, second] : [first];
    }

    /// <summary>Seconds to encode and decode a bucket.</summary>
    public double WorkSeconds(IEnumerable<LayerTime> bucket, ProcessorCosts costs) => bucket.Sum(layer => this switch
    {
        { Rank: > 0 } => IsFactored(layer) ? (3.0 * Rank * layer.Parameters + 2.0 * Rank * Rank * layer.Rows) / costs.MultiplyAddsPerSecond : 0,
        { BytesPerValue: 4 } => 0,
        { BytesPerValue: 2 } => 4 * costs.CastSecondsPerByte * layer.Parameters,
        _ => 4 * costs.QuantizeSecondsPerByte * layer.Parameters,
    });

    private bool IsFactored(LayerTime layer) => Rank > 0 && layer.Rows > 0 && Rank * (layer.Rows + Columns(layer)) < layer.Parameters;

    private static double Columns(LayerTime layer) => (double)layer.Parameters / layer.Rows;
}
