using System.Collections;
using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AutoSelect.Communication;

/// <summary>
/// An ordered factorisation p = p₁·p₂·…·p_m of the ranks of a collective. Level i works in rings of pᵢ ranks that are
/// ∏_{j&lt;i} pⱼ apart: the first level joins neighbours and carries the whole message, each further level carries 1/pᵢ of what
/// the one before carried. One level is the ring, all levels of two ranks is Rabenseifner's algorithm.
/// </summary>
/// <remarks>Ueno and Yokota, CCGRID 2019 (hierarchies); Thakur, Rabenseifner and Gropp, IJHPCA 2005 (the two ends).</remarks>
[JsonConverter(typeof(HierarchyJsonConverter))]
public sealed class Hierarchy : IReadOnlyList<int>, IEquatable<Hierarchy>
{
    /// <param name="levels">Ranks of a ring at each level, first the level of neighbours; each at least 2; none for a single rank.</param>
    /// <exception cref="ArgumentException">A level has fewer than two ranks.</exception>
    public Hierarchy(params IEnumerable<int> levels)
    {
        Levels = [.. levels];
        foreach (var size in Levels)
            if (size < 2) throw new ArgumentException($"A level of a hierarchy has {size} ranks; it needs at least 2", nameof(levels));
        Ranks = Levels.Aggregate(1, (product, size) => checked(product * size));
    }

    /// <summary>Ranks of a ring at each level, first the level of neighbours.</summary>
    public ImmutableArray<int> Levels { get; }

    /// <summary>The product of the levels.</summary>
    public int Ranks { get; }

    /// <summary>Number of levels.</summary>
    public int Count => Levels.Length;

    public int this[int index] => Levels[index];

    /// <summary>One level: the ring of all ranks, the least latency-bound use of bandwidth.</summary>
    public static Hierarchy Ring(int ranks) => new(AtLeastOne(ranks) == 1 ? [] : [ranks]);

    /// <summary>Prime levels, smallest first. For a power of two it is Rabenseifner's recursive halving and doubling.</summary>
    public static Hierarchy Finest(int ranks)
    {
        var primes = new List<int>();
        var rest = AtLeastOne(ranks);
        for (var prime = 2; rest > 1; prime++)
            for (; rest % prime == 0; rest /= prime) primes.Add(prime);
        return new Hierarchy(primes);
    }

    /// <summary>Every ordered factorisation of a number of ranks into levels of at least two, the ring first.</summary>
    public static IEnumerable<Hierarchy> All(int ranks) =>
        Factorisations(AtLeastOne(ranks)).OrderBy(f => f.Length).Select(f => new Hierarchy(f));

    /// <summary>Whether the first levels of this one are the levels of another.</summary>
    public bool Contains(Hierarchy inner) => inner.Count <= Count && Levels.AsSpan(0, inner.Count).SequenceEqual(inner.Levels.AsSpan());

    /// <summary>This hierarchy with one more, outermost, level.</summary>
    public Hierarchy With(int outer) => new(Levels.Add(outer));

    /// <summary>All divisors of a number from 1, ascending.</summary>
    public static IEnumerable<int> Divisors(int number) => Enumerable.Range(1, number).Where(d => number % d == 0);

    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Levels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(Hierarchy? other) => other is not null && Levels.AsSpan().SequenceEqual(other.Levels.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as Hierarchy);

    public override int GetHashCode() => Levels.Aggregate(17, HashCode.Combine);

    public override string ToString() => Count == 0 ? "1" : string.Join('x', Levels);

    private static IEnumerable<int[]> Factorisations(int ranks)
    {
        if (ranks == 1) return [[]];
        return Divisors(ranks).Where(d => d > 1).SelectMany(first => Factorisations(ranks / first).Select(rest => (int[])[first, .. rest]));
    }

    private static int AtLeastOne(int ranks) =>
        ranks >= 1 ? ranks : throw new ArgumentOutOfRangeException(nameof(ranks), ranks, "A collective needs at least one rank");
}
