using System.Text.RegularExpressions;

namespace AutoSelect.Contracts;

/// <summary>What the description of a training strategy must keep to; of users' own as of those that come with AutoSelect.</summary>
public static partial class StrategyRules
{
    private const string NameRule = "it must be up to 48 lower-case letters, digits and single dashes, beginning with a letter";

    /// <summary>Every rule a description breaks, as sentences with the value and the rule; empty when it can be used.</summary>
    public static IEnumerable<string> Broken(StrategyDescription description)
    {
        if (!Names().IsMatch(description.Name ?? "") || description.Name!.Length > 48)
            yield return $"Name is '{description.Name}': {NameRule}.";
        foreach (var (what, text) in new[] { ("Summary", description.Summary), ("Source", description.Source) })
            if (string.IsNullOrWhiteSpace(text)) yield return $"{what} is '{text}': it must say something.";
        if (description.BaseBatchSize < 1) yield return $"BaseBatchSize is '{description.BaseBatchSize}': it must be at least 1.";
        if (description.WarmupFraction is not (>= 0 and <= 1))
            yield return $"WarmupFraction is '{Number(description.WarmupFraction)}': it must be from 0 to 1.";
        if (description.Capabilities is null || description.Capabilities.MatrixWork.IsDefault)
            yield return "Capabilities is null, or its MatrixWork is: leave out what does not apply.";
        if (description.Continuations.IsDefault) yield return "Continuations is null: leave it out where there is none.";
        if (description.Hyperparameters.IsDefault) yield return "Hyperparameters is null: it must be a list, be it empty.";
        else
            foreach (var broken in BrokenValues(description)) yield return broken;
    }

    private static IEnumerable<string> BrokenValues(StrategyDescription description)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var h in description.Hyperparameters)
        {
            if (!HyperparameterNames().IsMatch(h.Name ?? ""))
                yield return $"A hyperparameter is called '{h.Name}': it must be letters and digits, beginning with a lower-case letter.";
            if (!names.Add(h.Name ?? "")) yield return $"Two hyperparameters are called '{h.Name}': names must be unique.";
            if (!double.IsFinite(h.Minimum) || !double.IsFinite(h.Maximum) || !(h.Default >= h.Minimum && h.Default <= h.Maximum))
                yield return $"{h.Name} has default '{Number(h.Default)}': it must lie in its range, {Number(h.Minimum)} to "
                    + $"{Number(h.Maximum)}, whose ends must be finite.";
            if (h.Scale == HyperparameterScale.Logarithmic && !(h.Minimum > 0))
                yield return $"{h.Name} has minimum '{Number(h.Minimum)}': a logarithmic range must begin above 0.";
            if (h.Scale == HyperparameterScale.Integer && !double.IsInteger(h.Default))
                yield return $"{h.Name} has default '{Number(h.Default)}': it must be a whole number.";
        }
        foreach (var named in Named(description).OfType<string>().Where(name => !names.Contains(name)))
            yield return $"Continuations or MatrixWork name '{named}': the strategy has no such hyperparameter.";
    }

    private static IEnumerable<string?> Named(StrategyDescription description) =>
        (description.Continuations.IsDefault ? [] : description.Continuations.Select(rule => rule.WarmStepsOver))
            .Concat(description.Capabilities?.MatrixWork is { IsDefault: false } work
                ? work.SelectMany(w => new[] { w.Interval, w.LongestSide, w.Examples }) : []);

    private static string Number(double value) => Wording.Number(value);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex("^[a-z][A-Za-z0-9]*$", RegexOptions.CultureInvariant)]
    private static partial Regex HyperparameterNames();
}
