using System.Globalization;

namespace AutoSelect.Client;

/// <summary>Writes the query of an address; what is null is left out.</summary>
internal sealed class QueryText
{
    private readonly List<string> parts = [];

    public QueryText Add(string name, IEnumerable<string> texts)
    {
        parts.AddRange(texts.Select(t => $"{name}={Uri.EscapeDataString(t)}"));
        return this;
    }

    public QueryText Add(string name, string? text) => text is null ? this : Add(name, [text]);

    public QueryText Add(string name, long? number) => Add(name, number?.ToString(CultureInfo.InvariantCulture));

    /// <summary>With the question mark; empty where there is nothing.</summary>
    public override string ToString() => parts.Count == 0 ? "" : "?" + string.Join('&', parts);
}
