using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Reads a search range: <c>default</c> takes the strategy's own, else min, max and scale.</summary>
internal static class SearchRangeReader
{
    public static SearchRange? Read(YamlValue value, HyperparameterDescription? hyperparameter, bool isBound)
    {
        if (value.IsScalar)
        {
            if (value.OneOf("default") is null) return null;
            return hyperparameter is null ? null : new SearchRange(hyperparameter.Minimum, hyperparameter.Maximum, hyperparameter.Scale);
        }
        if (value.Section(JobFileKeys.Range) is not { } section) return null;
        const string Rule = "a search range has min and max";
        var minimum = section.Required("min", Rule)?.Number("a finite number", _ => true);
        var maximum = section.Required("max", Rule)?.Number("a finite number", _ => true);
        var scale = section["scale"]?.OneOf("linear", "logarithmic", "integer") is { } word
            ? Enum.Parse<HyperparameterScale>(word, ignoreCase: true)
            : hyperparameter?.Scale ?? HyperparameterScale.Linear;
        if (minimum is not { } low || maximum is not { } high) return null;
        if (low >= high) section["max"]!.Refuse($"it must be above min, which is {low}");
        // Without the catalogue the scale may still be the strategy's own, so the rules of a scale wait for it.
        if (!isBound && section["scale"] is null) return null;
        if (scale == HyperparameterScale.Logarithmic && low <= 0)
        {
            section["min"]!.Refuse("it must be above 0 on a logarithmic scale");
            return null;
        }
        if (scale == HyperparameterScale.Integer)
        {
            if (!double.IsInteger(low)) section["min"]!.Refuse("it must be an integer on an integer scale");
            if (!double.IsInteger(high)) section["max"]!.Refuse("it must be an integer on an integer scale");
        }
        if (hyperparameter is not null && (low < hyperparameter.Minimum || high > hyperparameter.Maximum))
        {
            value.Fail(
                $"{value.Path} is {Wording.Number(low)} to {Wording.Number(high)}: it must lie within "
                + $"{Wording.Number(hyperparameter.Minimum)} to {Wording.Number(hyperparameter.Maximum)}.");
        }
        return new SearchRange(low, high, scale);
    }
}
