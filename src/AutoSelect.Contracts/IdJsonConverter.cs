using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

/// <summary>Writes an id as a plain string.</summary>
internal abstract class IdJsonConverter<T>(Func<string, T> read, Func<T, string> write) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read(reader.GetString() ?? throw new JsonException($"null is no {typeof(T).Name}: it must be a string."));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
}
