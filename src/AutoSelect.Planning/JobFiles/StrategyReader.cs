using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Reads one item of <c>candidates</c>: a strategy's name, or a section with fixed values and search spaces.</summary>
internal static class StrategyReader
{
    public static StrategyRequest? Read(YamlValue item, Catalogue? catalogue)
    {
        if (item.IsScalar)
        {
            if (item.Text() is not { } plain) return null;
            Describe(plain, item, catalogue);
            return new StrategyRequest { Strategy = plain };
        }
        if (item.Section(JobFileKeys.Candidate) is not { } section) return null;
        var name = section.Required("strategy", "name a strategy, such as nadamw")?.Text();
        var description = name is null ? null : Describe(name, section["strategy"]!, catalogue);
        var values = Values(section["values"], description);
        var ranges = Ranges(section["search"], description);
        foreach (var both in ranges.Keys.Intersect(values.Keys))
        {
            section["search"]!.Fail(
                $"'{both}' stands in both values and search of {item.Path}: a hyperparameter is either fixed or searched.");
        }
        return name is null ? null : new StrategyRequest
        {
            Strategy = name,
            Values = values,
            Ranges = ranges,
            BatchSizes = CandidatesReader.BatchSizes(section["batchSizes"]),
            Points = (int?)section["points"]?.Integer(1, 64),
            Modifiers = ModifiersReader.Read(section["modifiers"]),
            Ranks = RanksReader.Read(section["ranks"], section["communication"]),
            Continues = ContinuesReader.Read(section["continues"]),
            Schedule = section["schedule"]?.OneOf("constant", "cosine", "linear") is { } kind
                ? Enum.Parse<ScheduleKind>(kind, ignoreCase: true)
                : null,
        };
    }

    /// <summary>The strategy of a name, which is refused where the catalogue has none of it.</summary>
    public static StrategyDescription? Describe(string name, YamlValue at, Catalogue? catalogue)
    {
        var description = catalogue?.Strategies.FirstOrDefault(s => s.Name == name);
        if (catalogue is not null && description is null)
        {
            at.Fail($"{at.Path} is '{name}': no such strategy.{NearestName.Suggest(name, catalogue.Strategies.Select(s => s.Name))}");
        }
        return description;
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<double>> Values(YamlValue? value, StrategyDescription? strategy)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<double>>(StringComparer.Ordinal);
        foreach (var (name, entry) in value?.Entries("it must be a section of hyperparameter: value or list of values") ?? [])
        {
            var hyperparameter = Find(name, entry, strategy);
            var (rule, isAllowed) = Rule(hyperparameter);
            all[name] = [.. entry.Items().Select(item => item.Number(rule, isAllowed)).OfType<double>()];
        }
        return all.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, SearchRange> Ranges(YamlValue? value, StrategyDescription? strategy)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, SearchRange>(StringComparer.Ordinal);
        foreach (var (name, entry) in value?.Entries("it must be a section of hyperparameter: 'default' or { min, max, scale }") ?? [])
        {
            var range = SearchRangeReader.Read(entry, Find(name, entry, strategy), isBound: strategy is not null);
            if (range is not null) all[name] = range;
        }
        return all.ToImmutable();
    }

    private static (string Rule, Func<double, bool> IsAllowed) Rule(HyperparameterDescription? hyperparameter)
    {
        if (hyperparameter is not { Minimum: var low, Maximum: var high } known) return ("a finite number", _ => true);
        var isInteger = known.Scale == HyperparameterScale.Integer;
        return ($"{(isInteger ? "an integer" : "a number")} from {Wording.Number(low)} to {Wording.Number(high)}", v => v >= low
            && v <= high && (!isInteger || double.IsInteger(v)));
    }

    private static HyperparameterDescription? Find(string name, YamlValue at, StrategyDescription? strategy)
    {
        var found = strategy?.Hyperparameters.FirstOrDefault(h => h.Name == name);
        if (strategy is not null && found is null)
        {
            at.Fail(
                $"'{name}' is not a hyperparameter of "
                + $"{strategy.Name}.{NearestName.Suggest(name, strategy.Hyperparameters.Select(h => h.Name))}");
        }
        return found;
    }
}
