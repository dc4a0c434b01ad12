using System.Globalization;

namespace AutoSelect.Benchmarks;

/// <summary>Arguments of the form name=value; a name may stand several times.</summary>
internal sealed class BenchmarkOptions(string[] arguments)
{
    private readonly ILookup<string, string> values = arguments.Select(a => a.Split('=', 2))
        .ToLookup(a => a[0], a => a.Length > 1 ? a[1] : "");

    public string[] All(string name) => [.. values[name]];

    public string Text(string name, string fallback = "") => values[name].LastOrDefault() ?? fallback;

    /// <summary>The parts of a value that is joined by commas.</summary>
    public string[] List(string name, string fallback = "") => Text(name, fallback).Split(',', StringSplitOptions.RemoveEmptyEntries);

    public int Integer(string name, int fallback) => values.Contains(name) ? int.Parse(Text(name), CultureInfo.InvariantCulture) : fallback;

    public double Number(string name, double fallback) =>
        values.Contains(name) ? double.Parse(Text(name), CultureInfo.InvariantCulture) : fallback;
}
