using System.Collections.Immutable;

namespace AutoSelect.Communication;

/// <summary>
/// An ordered factorisation of the number of ranks: rings of p₁ neighbouring ranks, rings of p₂ over those, and so on. One level is a plain
/// ring, all levels 2 is Rabenseifner's recursive halving and doubling.
/// </summary>
public sealed class Hierarchy : IEquatable<Hierarchy>
{
    /// <param name="levels">Ranks p₁, p₂, … of the rings of each level, innermost first, each at least 2; none for a single rank.</param>
    public Hierarchy(params ImmutableArray<int> levels)
    {
        if (levels.FirstOrDefault(p => p < 2, 2) is var small and < 2) throw new ArgumentException($"A level of a hierarchy has at least 2 ranks, not {small}.");
        Levels = levels;
        Ranks = levels.Aggregate(1, (product, p) => checked(product * p));
    }

    public ImmutableArray<int> Levels { get; }

    /// <summary>Product of the levels.</summary>
    public int Ranks { get; }

    /// <summary>One level.</summary>
    public static Hierarchy Ring(int ranks) => ranks == 1 ? new() : new(ranks);

    /// <summary>Every ordered factorisation: 1 for 2 ranks, 2 for 4, 4 for 8 ({8}, {2,4}, {4,2}, {2,2,2}).</summary>
    public static IEnumerable<Hierarchy> All(int ranks)
    {
        if (ranks < 1) throw new ArgumentOutOfRangeException(nameof(ranks), ranks, "There is at least 1 rank.");
        return Factorisations(ranks).Select(levels => new Hierarchy(levels));
    }

    public bool Equals(Hierarchy? other) => other is not null && Levels.AsSpan().SequenceEqual(other.Levels.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as Hierarchy);

    public override int GetHashCode() => Levels.Aggregate(17, HashCode.Combine);

    public override string ToString() => string.Join('x', Levels.DefaultIfEmpty(1));

    private static IEnumerable<ImmutableArray<int>> Factorisations(int ranks)
    {
        if (ranks == 1)
        {
            yield return [];
            yield break;
        }
        for (var first = 2; first <= ranks; first++)
            if (ranks % first == 0)
                foreach (var rest in Factorisations(ranks / first))
                    yield return [first, .. rest];
    }
}
