using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace AutoSelect.Campaigns.Spaces;

/// <summary>
/// One axis of a campaign's space: a range of numbers, or a few values without an order. A share of it, 0 to 1, is a place on its scale;
/// the value of a share is the text that goes into the job.
/// </summary>
internal sealed record CampaignParameter
{
    /// <summary>A path into the job file (<c>workload.options.hidden</c>), or the name of placeholders in it (<c>${width}</c>).</summary>
    public required string Key { get; init; }

    /// <summary>The values; empty for a range.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    public double Minimum { get; init; }
    public double Maximum { get; init; }

    /// <summary>True where equal ratios are equal distances; then the minimum is above 0.</summary>
    public bool IsLogarithmic { get; init; }

    public bool IsInteger { get; init; }

    /// <summary>Values of a range that a grid has, from its least to its greatest.</summary>
    public int GridPoints { get; init; } = 3;

    [JsonIgnore] public bool IsChoice => !Choices.IsEmpty;

    /// <summary>How many values there are; null where they are not counted.</summary>
    [JsonIgnore]
    public double? Count => IsChoice ? Choices.Length : IsInteger ? Maximum - Minimum + 1 : null;

    /// <summary>The value at a share; equal stretches for each of the choices and, on a linear scale, for each of the integers.</summary>
    public string At(double share)
    {
        if (IsChoice) return Choices[Math.Clamp((int)(share * Choices.Length), 0, Choices.Length - 1)];
        var value = OfScale(Scaled(Low) + share * (Scaled(High) - Scaled(Low)));
        return Text(value);
    }

    /// <summary>The middle of the stretch that has the value.</summary>
    /// <exception cref="ArgumentException">It is no value of the parameter.</exception>
    public double ShareOf(string text)
    {
        if (IsChoice)
        {
            var index = Choices.IndexOf(text);
            return index >= 0 ? (index + 0.5) / Choices.Length
                : throw new ArgumentException($"{Key} is '{text}': it must be one of {string.Join(", ", Choices)}.", nameof(text));
        }
        var value = double.Parse(text, CultureInfo.InvariantCulture);
        return Math.Clamp((Scaled(value) - Scaled(Low)) / (Scaled(High) - Scaled(Low)), 0, 1);
    }

    /// <summary>The stretch of shares that has the integer.</summary>
    public (double From, double To) Stretch(double integer)
    {
        double Share(double value) => Math.Clamp((Scaled(value) - Scaled(Low)) / (Scaled(High) - Scaled(Low)), 0, 1);
        return (Share(integer - 0.5), Share(integer + 0.5));
    }

    /// <summary>The values of a grid: all choices, or <see cref="GridPoints"/> of a range in equal distances on its scale.</summary>
    public ImmutableArray<string> Grid()
    {
        if (IsChoice) return Choices;
        string Of(int i)
        {
            var value = OfScale(
                Scaled(Minimum) + (GridPoints == 1 ? 0.5 : (double)i / (GridPoints - 1)) * (Scaled(Maximum) - Scaled(Minimum)));
            return Text(value);
        }
        return [.. Enumerable.Range(0, GridPoints).Select(Of).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>An integer stands for all that is rounded to it.</summary>
    private double Low => IsInteger ? Minimum - 0.5 : Minimum;
    private double High => IsInteger ? Maximum + 0.5 : Maximum;

    private double Scaled(double value) => IsLogarithmic ? Math.Log(value) : value;
    private double OfScale(double value) => IsLogarithmic ? Math.Exp(value) : value;

    private string Text(double value)
    {
        if (IsInteger)
        {
            var integer = Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), Minimum, Maximum);
            return integer.ToString("F0", CultureInfo.InvariantCulture);
        }
        var text = value.ToString("G6", CultureInfo.InvariantCulture);
        // Rounding may lead out of the range.
        return double.Parse(text, CultureInfo.InvariantCulture) is var rounded && rounded >= Minimum && rounded <= Maximum
            ? text : Math.Clamp(value, Minimum, Maximum).ToString("R", CultureInfo.InvariantCulture);
    }
}
