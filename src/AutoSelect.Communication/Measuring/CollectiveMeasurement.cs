using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoSelect.Communication;

/// <summary>
/// A collective that was measured; a line of JSON such as
/// <c>{"ranks":4,"hierarchy":[2,2],"bytes":1048576,"seconds":0.00123,"transport":"tcp"}</c>.
/// </summary>
public sealed record CollectiveMeasurement
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web);

    public required int Ranks { get; init; }

    /// <summary>Levels, first that of neighbours.</summary>
    public required Hierarchy Hierarchy { get; init; }

    /// <summary>Bytes of the message of a rank.</summary>
    public required double Bytes { get; init; }

    /// <summary>Seconds from the start until the last rank has its result; a median over repetitions.</summary>
    public required double Seconds { get; init; }

    /// <summary>For example "tcp" or "shared"; transports are fitted apart.</summary>
    public string Transport { get; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Collective Collective { get; init; } = Collective.AllReduce;

    /// <summary>Whether a time can be learned from it.</summary>
    [JsonIgnore]
    public bool IsUsable =>
        double.IsFinite(Seconds) && Seconds > 0 && double.IsFinite(Bytes) && Bytes >= 0 && Ranks > 1 && Hierarchy.Ranks == Ranks;

    /// <summary>One line of JSON, as <see cref="Parse"/> reads it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, json);

    /// <summary>Reads one measurement a line; empty lines are passed over.</summary>
    /// <exception cref="FormatException">A line is not a measurement; the message names it.</exception>
    public static IReadOnlyList<CollectiveMeasurement> Parse(string lines)
    {
        var measurements = new List<CollectiveMeasurement>();
        foreach (var (line, index) in lines.Split('\n').Select((line, index) => (line.Trim(), index)))
        {
            if (line.Length == 0) continue;
            try
            {
                measurements.Add(JsonSerializer.Deserialize<CollectiveMeasurement>(line, json)
                    ?? throw new JsonException("null is no measurement"));
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                throw new FormatException($"Line {index + 1} is no measured collective: {e.Message}", e);
            }
        }
        return measurements;
    }
}
