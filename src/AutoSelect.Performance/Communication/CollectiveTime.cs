using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>The time of a collective over a hierarchy of rings.</summary>
/// <remarks>
/// n bytes; level i has rings of pᵢ ranks over a link (αᵢ, βᵢ) and works on nᵢ = n/∏_{j&lt;i} pⱼ bytes; γ seconds to sum a byte:
/// <code>
/// reduce-scatter  Σᵢ (pᵢ-1)αᵢ + ((pᵢ-1)/pᵢ) nᵢ (βᵢ + γ)
/// all-gather      Σᵢ (pᵢ-1)αᵢ + ((pᵢ-1)/pᵢ) nᵢ βᵢ
/// all-reduce      their sum;   broadcast   scatter and all-gather: twice the all-gather
/// </code>
/// A link with a cache of C bytes takes δ more for the share 1 - C/w of the bytes, w = nᵢ times the ranks of a host where that exceeds C;
/// one with a buffer of D bytes takes ε more for the share 1 - D/(nᵢ/pᵢ) where a piece exceeds D. All this is linear in (α, β, δ, ε, γ), so
/// <see cref="Terms"/> gives the coefficients a fit needs.
/// </remarks>
public static class CollectiveTime
{
    /// <summary>Seconds on a topology.</summary>
    /// <param name="bytes">n, not negative.</param>
    /// <exception cref="ArgumentException">Hierarchy and topology differ in their ranks, or the bytes are negative.</exception>
    public static double Seconds(Topology topology, Collective collective, Hierarchy hierarchy, double bytes) =>
        Seconds(topology, Terms(topology, collective, hierarchy, bytes));

    /// <summary>Coefficients of α₀, β₀, δ₀, ε₀, α₁, …, γ with α₀ to ε₀ those of the innermost link.</summary>
    internal static double[] Terms(Topology topology, Collective collective, Hierarchy hierarchy, double bytes)
    {
        if (hierarchy.Ranks != topology.Ranks)
            throw new ArgumentException(
                $"Hierarchy {hierarchy} has {hierarchy.Ranks} ranks and the topology {topology.Ranks}; they must be equal",
                nameof(hierarchy));
        if (collective == Collective.DirectAllReduce) return DirectTerms(topology, bytes);
        var terms = NoTerms(topology, bytes);
        var stride = 1;
        foreach (var size in hierarchy)
        {
            AddLevel(terms, topology, collective, stride, size, bytes);
            stride *= size;
        }
        return terms;
    }

    /// <summary>
    /// Coefficients of the direct all-reduce, in which every rank gives every other its n bytes at once: α + (p-1)n(β + γ) where all are
    /// joined alike; over hosts of h ranks the (p-h)n bytes of each rank that leave it.
    /// </summary>
    internal static double[] DirectTerms(Topology topology, double bytes)
    {
        var terms = NoTerms(topology, bytes);
        if (topology.Ranks == 1) return terms;
        var route = topology.Outermost(out var near);
        Add(terms, topology, route, steps: 1, (topology.Ranks - near) * bytes, bytes, bytes);
        terms[^1] = (topology.Ranks - 1) * bytes * route.ReductionFactor;
        return terms;
    }

    /// <summary>Seconds of one level: rings of <paramref name="size"/> ranks that are <paramref name="stride"/> apart.</summary>
    internal static double LevelSeconds(Topology topology, Collective collective, int stride, int size, double bytes)
    {
        if (collective == Collective.DirectAllReduce) throw new ArgumentException("A direct all-reduce has no levels", nameof(collective));
        var terms = NoTerms(topology, bytes);
        AddLevel(terms, topology, collective, stride, size, bytes);
        return Seconds(topology, terms);
    }

    internal static double Seconds(Topology topology, double[] terms)
    {
        var seconds = terms[^1] * topology.ReductionSecondsPerByte;
        for (var k = 0; k < topology.Levels.Length; k++)
        {
            var link = topology.Levels[k].Link;
            seconds += terms[Link.Times * k] * link.LatencySeconds + terms[Link.Times * k + 1] * link.SecondsPerByte
                + terms[Link.Times * k + 2] * link.BeyondCacheSecondsPerByte + terms[Link.Times * k + 3] * link.BeyondBufferSecondsPerByte;
        }
        return seconds;
    }

    /// <summary>
    /// Coefficients of recursive doubling, in which log₂ p times all n bytes are swapped and summed. Where p is no power of two, the ranks
    /// above one are folded in before and out after: α + n(β + γ), and α + nβ; every step is then taken to go over the outermost link.
    /// </summary>
    internal static double[] DoublingTerms(Topology topology, double bytes) => Recursive(topology, bytes, (terms, route) =>
    {
        Add(terms, topology, route, steps: 1, bytes, bytes, bytes);
        terms[^1] += bytes * route.ReductionFactor;
    });

    /// <summary>
    /// Coefficients of recursive halving and doubling, folded in the same way: between two ranks that are s apart 2α + (n/s)(β + ½γ).
    /// </summary>
    internal static double[] HalvingDoublingTerms(Topology topology, double bytes)
    {
        var held = 2 * bytes;
        return Recursive(topology, bytes, (terms, route) =>
        {
            held /= 2;
            Add(terms, topology, route, steps: 2, held, held, held / 2);
            terms[^1] += held / 2 * route.ReductionFactor;
        });
    }

    private static double[] Recursive(Topology topology, double bytes, Action<double[], RingRoute> addStep)
    {
        var terms = NoTerms(topology, bytes);
        if (topology.Ranks == 1) return terms;
        var steps = int.Log2(topology.Ranks);
        var folds = topology.Ranks > 1 << steps;
        var outermost = topology.Outermost(out _);
        for (var step = 0; step < steps; step++) addStep(terms, folds ? outermost : topology.Route(1 << step, 2));
        if (!folds) return terms;
        Add(terms, topology, outermost, steps: 2, 2 * bytes, bytes, bytes);
        terms[^1] += bytes * outermost.ReductionFactor;
        return terms;
    }

    private static double[] NoTerms(Topology topology, double bytes) => bytes >= 0 && double.IsFinite(bytes)
        ? new double[Link.Times * topology.Levels.Length + 1]
        : throw new ArgumentException($"A message has {bytes} bytes; finite and not negative", nameof(bytes));

    private static void AddLevel(double[] terms, Topology topology, Collective collective, int stride, int size, double bytes)
    {
        var passes = collective is Collective.AllReduce or Collective.Broadcast ? 2 : 1;
        var sums = collective is Collective.AllReduce or Collective.ReduceScatter ? 1 : 0;
        var route = topology.Route(stride, size);
        var sent = (size - 1.0) / size * bytes / stride;
        Add(terms, topology, route, passes * (size - 1), passes * sent, bytes / stride, bytes / stride / size);
        terms[^1] += sums * sent * route.ReductionFactor;
    }

    private static void Add(double[] terms, Topology topology, RingRoute route, int steps, double sent, double held, double piece)
    {
        var working = held * topology.RanksPerHost;
        var link = topology.Levels[route.Level].Link;
        var first = Link.Times * route.Level;
        terms[first] += steps * route.LatencyFactor;
        terms[first + 1] += sent * route.ByteFactor;
        if (working > link.CacheBytes) terms[first + 2] += sent * route.ByteFactor * (1 - link.CacheBytes / working);
        if (piece > link.BufferBytes) terms[first + 3] += sent * route.ByteFactor * (1 - link.BufferBytes / piece);
    }
}
