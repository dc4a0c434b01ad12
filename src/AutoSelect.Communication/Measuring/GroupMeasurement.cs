using System.Collections.Immutable;
using System.Text.Json;

namespace AutoSelect.Communication;

/// <summary>What the devices of a group were measured to need for communication: all that the cost model is fitted to.</summary>
public sealed record GroupMeasurement
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web);

    public required int Ranks { get; init; }

    /// <summary>Whether all ranks are on one machine and its network is not slowed down.</summary>
    public required bool Local { get; init; }

    /// <summary>Seconds of collectives on the slowest rank; empty for a single rank.</summary>
    public ImmutableArray<CollectiveMeasurement> Collectives { get; init; } = [];

    /// <summary>Seconds a byte of fp32 values that an all-reduce in fp16 spends on casting and adding, on the slowest rank.</summary>
    public double CastSecondsPerByte { get; init; }

    /// <summary>The same for 8 bits with stochastic rounding and error feedback.</summary>
    public double QuantizeSecondsPerByte { get; init; }

    /// <summary>The same for the largest hundredth of the values.</summary>
    public double SelectSecondsPerByte { get; init; }

    /// <summary>Multiply-adds a second of the products of PowerSGD, 3rab + 2r²a of them for rank r of a matrix [a, b].</summary>
    public double MultiplyAddsPerSecond { get; init; }

    /// <summary>Seconds a byte of copying and scaling values that are in no near cache.</summary>
    public double CopySecondsPerByte { get; init; }

    /// <summary>Share of the computing speed lost while all-reduces run on a thread beside, in [0, 1). 0 for a single rank.</summary>
    public double Interference { get; init; }

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not that.</exception>
    public static GroupMeasurement Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<GroupMeasurement>(text, json) ?? throw new JsonException("null is none");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException($"'{text}' is no measurement of a group: {e.Message}", e);
        }
    }
}
