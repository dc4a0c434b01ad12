using System.Collections.Immutable;

namespace AutoSelect.Selection;

/// <summary>Selection policies by the name they have in job files.</summary>
public static class PolicyCatalogue
{
    private static readonly ImmutableSortedDictionary<string, ISelectionPolicy> ByName =
        new ISelectionPolicy[] { new RegretPolicy(), new ExhaustivePolicy() }.ToImmutableSortedDictionary(p => p.Name, p => p, StringComparer.Ordinal);

    public static ImmutableArray<string> Names { get; } = [.. ByName.Keys];

    public static bool Contains(string name) => ByName.ContainsKey(name);

    /// <summary>The policy of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ISelectionPolicy Get(string name) => ByName.TryGetValue(name, out var policy)
        ? policy
        : throw new ArgumentException($"'{name}' is no selection policy: it must be one of {string.Join(", ", Names)}.", nameof(name));
}
