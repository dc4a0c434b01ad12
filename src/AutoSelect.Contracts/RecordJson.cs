using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

/// <summary>How records are written as JSON, in files, in the store and on the command line.</summary>
public static class RecordJson
{
    /// <summary>Camel case, NaN and infinities as strings, nulls left out.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary>The same, for people.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented) => new(JsonSerializerDefaults.Web)
    {
        WriteIndented = indented,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
