using System.Collections.Immutable;
using System.Reflection;
using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Catalogues;

/// <summary>
/// All training strategies of some assemblies: every concrete <see cref="TrainingStrategy"/> with a parameterless constructor.
/// </summary>
public sealed class StrategyCatalogue
{
    private readonly SortedDictionary<string, TrainingStrategy> byName = new(StringComparer.Ordinal);

    /// <summary>The strategies of some assemblies.</summary>
    /// <exception cref="ArgumentException">Two strategies share a name, one has no public parameterless constructor, or its description
    /// breaks a rule.</exception>
    public StrategyCatalogue(params Assembly[] assemblies) : this(assemblies.SelectMany(In)) { }

    /// <summary>A catalogue of given strategies.</summary>
    /// <exception cref="ArgumentException">Two strategies share a name, or a description breaks a rule.</exception>
    public StrategyCatalogue(IEnumerable<TrainingStrategy> strategies)
    {
        foreach (var strategy in strategies)
        {
            var name = Checked(strategy).Name;
            if (!byName.TryAdd(name, strategy))
                throw new ArgumentException(
                    $"Strategies {byName[name].GetType()} and {strategy.GetType()} are both called '{name}': names must be unique.");
        }
    }

    /// <summary>Descriptions in order of name.</summary>
    public ImmutableArray<StrategyDescription> Descriptions => [.. byName.Values.Select(s => s.Description)];

    /// <summary>The strategy of a name.</summary>
    /// <exception cref="ArgumentException">No strategy has this name.</exception>
    public TrainingStrategy this[string name] => byName.TryGetValue(name, out var strategy) ? strategy
        : throw new ArgumentException($"'{name}' is not a training strategy; there are {string.Join(", ", byName.Keys)}.");

    /// <summary>These strategies and others, such as those of a user's own.</summary>
    /// <exception cref="ArgumentException">Two strategies share a name, or a description breaks a rule.</exception>
    public StrategyCatalogue With(IEnumerable<TrainingStrategy> others) => new(byName.Values.Concat(others));

    /// <summary>The strategies of an assembly.</summary>
    /// <exception cref="ArgumentException">One cannot be made.</exception>
    internal static IEnumerable<TrainingStrategy> In(Assembly assembly) => assembly.GetTypes()
        .Where(t => !t.IsAbstract && !t.ContainsGenericParameters && t.IsAssignableTo(typeof(TrainingStrategy))).Select(Create);

    private static TrainingStrategy Create(Type type)
    {
        if (type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw new ArgumentException(
                $"{type} in {type.Assembly.GetName().Name} has no public parameterless constructor: a strategy is stateless and needs "
                + "one.");
        return Asked(type, () => (TrainingStrategy)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null));
    }

    private static StrategyDescription Checked(TrainingStrategy strategy)
    {
        var description = Asked(strategy.GetType(), () => strategy.Description)
            ?? throw new ArgumentException($"Strategy {strategy.GetType()} has no description.");
        return StrategyRules.Broken(description).ToList() is { Count: > 0 } broken
            ? throw new ArgumentException($"Strategy {strategy.GetType()}: {string.Join(' ', broken)}") : description;
    }

    private static T Asked<T>(Type type, Func<T> ask)
    {
        try
        {
            return ask();
        }
#pragma warning disable CA1031 // A strategy may be other people's code, which may throw anything.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new ArgumentException($"Strategy {type} threw {e.GetType().Name}: {e.Message}", e);
        }
    }
}
