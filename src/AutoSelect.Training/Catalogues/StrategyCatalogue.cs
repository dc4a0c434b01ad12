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

    /// <exception cref="ArgumentException">Two strategies share a name, or one has no public parameterless constructor.</exception>
    public StrategyCatalogue(params Assembly[] assemblies) : this(assemblies.SelectMany(In)) { }

    /// <summary>A catalogue of given strategies, for tests.</summary>
    /// <exception cref="ArgumentException">Two strategies share a name.</exception>
    public StrategyCatalogue(IEnumerable<TrainingStrategy> strategies)
    {
        foreach (var strategy in strategies)
        {
            if (!byName.TryAdd(strategy.Description.Name, strategy))
                throw new ArgumentException(
                    $"Strategies {byName[strategy.Description.Name].GetType()} and {strategy.GetType()} are both called "
                    + $"'{strategy.Description.Name}': names must be unique.", nameof(strategies));
        }
    }

    /// <summary>Descriptions in order of name.</summary>
    public ImmutableArray<StrategyDescription> Descriptions => [.. byName.Values.Select(s => s.Description)];

    /// <exception cref="ArgumentException">No strategy has this name.</exception>
    public TrainingStrategy this[string name] => byName.TryGetValue(name, out var strategy) ? strategy
        : throw new ArgumentException($"'{name}' is not a training strategy; there are {string.Join(", ", byName.Keys)}.");

    /// <summary>These strategies and others, such as those of a user's own.</summary>
    /// <exception cref="ArgumentException">Two strategies share a name.</exception>
    public StrategyCatalogue With(IEnumerable<TrainingStrategy> others) => new(byName.Values.Concat(others));

    /// <summary>The strategies of an assembly.</summary>
    /// <exception cref="ArgumentException">One has no public parameterless constructor.</exception>
    internal static IEnumerable<TrainingStrategy> In(Assembly assembly) =>
        assembly.GetTypes().Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(TrainingStrategy))).Select(Create);

    private static TrainingStrategy Create(Type type) => type.GetConstructor(Type.EmptyTypes) is { } constructor
        ? (TrainingStrategy)constructor.Invoke(null)
        : throw new ArgumentException(
            $"{type} in {type.Assembly.GetName().Name} has no public parameterless constructor: a strategy is stateless and needs one.");
}
