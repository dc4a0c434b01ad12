using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>JSON as Python's json module writes it, where NaN and Infinity stand bare.</summary>
public static partial class PythonJson
{
    /// <summary>The document, with bare NaN, Infinity and -Infinity as strings.</summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static JsonElement Parse(string text) =>
        JsonSerializer.Deserialize<JsonElement>(StringOrNonFinite().Replace(
            text, token => token.Value[0] == '"' ? token.Value : $"\"{token.Value}\""));

    /// <summary>A number, which may be not finite.</summary>
    /// <exception cref="InvalidDataException">The value is no number.</exception>
    public static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String when value.GetString() is "NaN" => double.NaN,
        JsonValueKind.String when value.GetString() is "Infinity" => double.PositiveInfinity,
        JsonValueKind.String when value.GetString() is "-Infinity" => double.NegativeInfinity,
        _ => throw new InvalidDataException($"'{value.GetRawText()}' is no number."),
    };

    // Strings are matched first, so that what stands inside one stays as it is.
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b
        """)]
    private static partial Regex StringOrNonFinite();
}
