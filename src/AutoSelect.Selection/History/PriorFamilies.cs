using System.Collections.Immutable;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.History;

/// <summary>
/// Earlier problems by family and workload. A family counts the less the longer or shorter its runs were planned than the job's: a few
/// hundred steps of a small network order training algorithms otherwise than a hundred thousand do.
/// </summary>
internal sealed class PriorFamilies
{
    private readonly ImmutableArray<(double Weight, PriorProblem[][] Workloads)> families;

    /// <param name="problems">Any; none makes a list that cannot be drawn from.</param>
    /// <param name="horizonSteps">Steps of the job's baseline.</param>
    public PriorFamilies(IEnumerable<PriorProblem> problems, double horizonSteps)
    {
        families = [.. problems.GroupBy(p => p.Family).OrderBy(g => g.Key, StringComparer.Ordinal).Select(family =>
            (Likeness(family, horizonSteps), family.GroupBy(p => p.Workload).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.ToArray()).ToArray()))];
        Weight = families.Sum(f => f.Weight);
    }

    /// <summary>How many families of the job's own length they are worth.</summary>
    public double Weight { get; }

    public bool IsEmpty => families.IsEmpty;

    /// <summary>A problem, families by their weights, workloads of a family and problems of a workload alike.</summary>
    public PriorProblem Draw(SeededNumbers numbers)
    {
        var (left, at) = (numbers.Uniform() * Weight, 0);
        while (at < families.Length - 1 && (left -= families[at].Weight) >= 0) at++;
        var workload = families[at].Workloads[numbers.Below(families[at].Workloads.Length)];
        return workload[numbers.Below(workload.Length)];
    }

    /// <summary>1 for the same length, a half for a tenth of it or ten times.</summary>
    private static double Likeness(IEnumerable<PriorProblem> family, double horizonSteps)
    {
        var decades = family.Average(p => Math.Log10(p.HorizonSteps)) - Math.Log10(horizonSteps);
        return 1 / (1 + decades * decades);
    }
}
