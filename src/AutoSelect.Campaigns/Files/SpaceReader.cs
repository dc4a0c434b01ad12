using System.Collections.Immutable;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Campaigns.Files;

/// <summary>Reads the space of a campaign: <c>KEY: [a, b]</c>, or <c>KEY: { min, max, scale, integer, grid }</c>.</summary>
internal static class SpaceReader
{
    private const string ParameterRule = "it must be a section of parameters, each with a list of values or with min and max";

    private const double LargestInteger = 9007199254740992;

    private static readonly ImmutableArray<string> Range = ["min", "max", "scale", "integer", "grid"];

    /// <param name="value">The section.</param>
    /// <param name="template">The job; null where it is not known, and keys are not checked.</param>
    public static CampaignSpace? Read(YamlValue value, string? template)
    {
        if (value.Entries(ParameterRule) is not { } entries) return null;
        if (entries.IsEmpty) value.Refuse(ParameterRule);
        if (entries.Length > CampaignSpace.Most)
            value.Fail($"space has {entries.Length} parameters: it must have at most {CampaignSpace.Most}.");
        foreach (var (key, parameter) in entries)
            if (template is not null && JobTemplate.Broken(template, key) is { } rule)
                parameter.Fail($"space has the key '{key}': {rule}.");
        ImmutableArray<CampaignParameter?> read = [.. entries.Select(e => Parameter(e.Key, e.Value))];
        return read.IsEmpty || read.Contains(null) ? null : new CampaignSpace([.. read.Select(p => p!)]);
    }

    private static CampaignParameter? Parameter(string key, YamlValue value)
    {
        if (value.IsMapping) return RangeOf(key, value);
        ImmutableArray<string?> choices = [.. value.Items().Select(i => i.Text())];
        if (choices.Contains(null)) return null;
        if (choices.Distinct().Count() < choices.Length) value.Fail($"{value.Path} has a value twice: each must be given once.");
        return new CampaignParameter { Key = key, Choices = [.. choices.Select(c => c!)] };
    }

    private static CampaignParameter? RangeOf(string key, YamlValue value)
    {
        if (value.Section(Range) is not { } section) return null;
        const string Rule = "a range has min and max";
        var minimum = section.Required("min", Rule)?.Number("a finite number", _ => true);
        var maximum = section.Required("max", Rule)?.Number("a finite number", _ => true);
        var isLogarithmic = section["scale"]?.OneOf("linear", "logarithmic") == "logarithmic";
        var isInteger = section["integer"]?.OneOf("true", "false") == "true";
        var grid = section["grid"]?.Integer(1, 1000) ?? 3;
        if (minimum is not { } low || maximum is not { } high) return null;
        if (!double.IsFinite(high - low)) section["max"]!.Refuse("max and min must not be further apart than numbers go");
        if (isInteger && Math.Max(Math.Abs(low), Math.Abs(high)) > LargestInteger)
            section["max"]!.Refuse("integers must lie within ±2^53");
        if (low >= high) section["max"]!.Refuse($"it must be above min, which is {low}");
        if (isLogarithmic && low <= 0) section["min"]!.Refuse("it must be above 0 on a logarithmic scale");
        if (isInteger && !double.IsInteger(low)) section["min"]!.Refuse("it must be an integer where integer is true");
        if (isInteger && !double.IsInteger(high)) section["max"]!.Refuse("it must be an integer where integer is true");
        return low >= high || (isLogarithmic && low <= 0) ? null : new CampaignParameter
        {
            Key = key,
            Minimum = low,
            Maximum = high,
            IsLogarithmic = isLogarithmic,
            IsInteger = isInteger,
            GridPoints = (int)grid,
        };
    }
}
