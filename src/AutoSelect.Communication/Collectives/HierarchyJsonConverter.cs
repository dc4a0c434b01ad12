using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoSelect.Communication;

/// <summary>A hierarchy is an array of its levels: [2,4].</summary>
internal sealed class HierarchyJsonConverter : JsonConverter<Hierarchy>
{
    public override Hierarchy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var levels = JsonSerializer.Deserialize<int[]>(ref reader, options)
            ?? throw new JsonException("A hierarchy is an array of whole numbers, not null");
        // [1] and [8,1] are what a benchmark writes for a level that does nothing.
        return new Hierarchy(levels.Where(size => size != 1));
    }

    public override void Write(Utf8JsonWriter writer, Hierarchy value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ToArray(), options);
}
