using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>
/// How gradients are encoded before they are sent: what travels, and what encoding costs. What it does to learning is not here.
/// </summary>
public sealed record GradientCompression
{
    private GradientCompression(string name, double bytesPerValue, EncodingKind kind, int rank = 0) =>
        (Name, BytesPerValue, Kind, Rank) = (name, bytesPerValue, kind, rank);

    public string Name { get; }

    /// <summary>Bytes of a value that is sent as such.</summary>
    public double BytesPerValue { get; }

    /// <summary>Rank of PowerSGD; 0 for the others.</summary>
    public int Rank { get; }

    internal EncodingKind Kind { get; }

    /// <summary>As they are.</summary>
    public static GradientCompression Fp32 { get; } = new("fp32", 4, EncodingKind.Plain);

    /// <summary>IEEE half precision.</summary>
    public static GradientCompression Fp16 { get; } = new("fp16", 2, EncodingKind.Cast);

    /// <summary>bfloat16.</summary>
    public static GradientCompression Bf16 { get; } = new("bf16", 2, EncodingKind.Cast);

    /// <summary>An 8-bit float.</summary>
    public static GradientCompression Fp8 { get; } = new("fp8", 1, EncodingKind.Quantized);

    /// <summary>
    /// A gradient M [a, b] travels as P = MQ [a, r], then Q = MᵀP [b, r]; vectors, and matrices that would not shrink, travel
    /// whole (Vogels, Karimireddy and Jaggi, NeurIPS 2019).
    /// </summary>
    public static GradientCompression PowerSgd(int rank) => rank >= 1
        ? new($"powersgd-{rank}", 4, EncodingKind.LowRank, rank)
        : throw new ArgumentOutOfRangeException(nameof(rank), rank, "The rank of PowerSGD is at least 1");

    /// <summary>
    /// The largest values of each rank with their positions, 8 bytes each, gathered by all (Stich et al., arXiv 1809.07599).
    /// </summary>
    /// <param name="percentage">Of the values, above 0 and at most 100.</param>
    public static GradientCompression TopK(double percentage) => percentage is > 0 and <= 100
        ? new($"topk-{percentage}", 8 * percentage / 100, EncodingKind.Selected)
        : throw new ArgumentOutOfRangeException(nameof(percentage), percentage, "The percentage of top-k is above 0 and at most 100");

    /// <summary>
    /// What a candidate's communication sends. Weights of local SGD and DiLoCo, and what asynchronous ranks add up, travel as they are.
    /// </summary>
    public static GradientCompression ForCommunication(GradientCommunication communication) => communication.Kind switch
    {
        CommunicationKind.Fp16 => Fp16,
        CommunicationKind.Bf16 => Bf16,
        CommunicationKind.Fp8E4M3 or CommunicationKind.Fp8E5M2 => Fp8,
        CommunicationKind.PowerSgd => PowerSgd((int)communication.Parameter),
        CommunicationKind.TopK => TopK(communication.Parameter),
        _ => Fp32,
    };

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
    public double WorkSeconds(IEnumerable<LayerTime> bucket, ProcessorCosts costs) => bucket.Sum(layer => Kind switch
    {
        EncodingKind.LowRank =>
            IsFactored(layer) ? (3.0 * Rank * layer.Parameters + 2.0 * Rank * Rank * layer.Rows) / costs.MultiplyAddsPerSecond : 0,
        EncodingKind.Cast => 4 * costs.CastSecondsPerByte * layer.Parameters,
        EncodingKind.Quantized => 4 * costs.QuantizeSecondsPerByte * layer.Parameters,
        EncodingKind.Selected => 4 * costs.SelectSecondsPerByte * layer.Parameters,
        _ => 0,
    });

    private bool IsFactored(LayerTime layer) => Rank > 0 && layer.Rows > 0 && Rank * (layer.Rows + Columns(layer)) < layer.Parameters;

    private static double Columns(LayerTime layer) => (double)layer.Parameters / layer.Rows;
}

/// <summary>How values become what travels, which also decides over which collective.</summary>
internal enum EncodingKind
{
    /// <summary>Not at all; any all-reduce.</summary>
    Plain,

    /// <summary>16 bits; parts to their owners and back, as much as a ring.</summary>
    Cast,

    /// <summary>8 bits; the same.</summary>
    Quantized,

    /// <summary>Two factors; all-reduces chosen by their sizes.</summary>
    LowRank,

    /// <summary>A few values with their positions; an all-gather.</summary>
    Selected,
}
