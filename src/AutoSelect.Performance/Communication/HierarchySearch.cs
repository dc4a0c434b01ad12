using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>A hierarchy and the time the model gives it: nothing was measured at these ranks.</summary>
public sealed record ModelledHierarchy(Hierarchy Hierarchy, double Seconds);

/// <summary>Finds the hierarchy with the least modelled time. It changes only the order of summation, so time alone decides.</summary>
public static class HierarchySearch
{
    /// <summary>Every hierarchy with its time, fastest first; ties go to fewer levels.</summary>
    public static IReadOnlyList<ModelledHierarchy> Exhaustive(
        Topology topology, double bytes, Collective collective = Collective.AllReduce) =>
        [.. Hierarchy.All(topology.Ranks)
            .Select(h => new ModelledHierarchy(h, CollectiveTime.Seconds(topology, collective, h, bytes))).OrderBy(m => m.Seconds)];

    /// <summary>
    /// The best hierarchy of p ranks is the best of q ranks, q dividing p, with one more level of p/q: what the outer level costs
    /// depends on the inner ones through q alone. So a table over the divisors finds it in O(d(p)²) steps instead of one
    /// for each ordered factorisation.
    /// </summary>
    /// <remarks>Ueno and Yokota, CCGRID 2019, observed that the best large hierarchies contain the best small ones.</remarks>
    public static ModelledHierarchy Pruned(Topology topology, double bytes, Collective collective = Collective.AllReduce)
    {
        var best = new Dictionary<int, ModelledHierarchy> { [1] = new(Hierarchy.Ring(1), 0) };
        foreach (var ranks in Hierarchy.Divisors(topology.Ranks).Skip(1))
        {
            best[ranks] = Hierarchy.Divisors(ranks).Where(inner => inner < ranks)
                .Select(inner => new ModelledHierarchy(
                    best[inner].Hierarchy.With(ranks / inner),
                    best[inner].Seconds + CollectiveTime.LevelSeconds(topology, collective, inner, ranks / inner, bytes)))
                .OrderBy(m => m.Seconds).ThenBy(m => m.Hierarchy.Count).First();
        }
        return best[topology.Ranks];
    }
}
