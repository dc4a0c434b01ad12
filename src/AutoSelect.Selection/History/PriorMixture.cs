using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.History;

/// <summary>
/// Which earlier problem a draw takes: one of the job's own workload with chance n/(n + <see cref="Workload"/>), n being how many there
/// are, else one of its family, n being the family's workloads, else one of the store's, n being its families, else one of those that come
/// with AutoSelect. Counts of families are weights, see <see cref="PriorFamilies"/>.
/// </summary>
internal sealed class PriorMixture
{
    /// <summary>Earlier problems of the same workload at which they are taken half the time.</summary>
    private const double Workload = 0.5;

    /// <summary>The same for the family's other workloads.</summary>
    private const double Family = 1;

    /// <summary>Families in the store at which its problems and those that came with AutoSelect are taken alike.</summary>
    private const double Store = 3;

    private readonly PriorProblem[] same;
    private readonly PriorFamilies related, own, shipped;
    private readonly int workloads;

    /// <param name="same">Of the job's workload, at its target.</param>
    /// <param name="others">All others, at their own targets; not empty unless <paramref name="same"/> is not.</param>
    /// <param name="family">Of the job.</param>
    /// <param name="horizonSteps">Steps of the job's baseline.</param>
    public PriorMixture(
        IReadOnlyCollection<PriorProblem> same, IReadOnlyCollection<PriorProblem> others, string family, double horizonSteps)
    {
        this.same = [.. same];
        related = new(others.Where(p => p.Family == family), horizonSteps);
        workloads = others.Where(p => p.Family == family).Select(p => p.Workload).Distinct().Count();
        (own, shipped) = (new(others.Where(p => !p.IsShipped), horizonSteps), new(others.Where(p => p.IsShipped), horizonSteps));
    }

    /// <summary>True for a problem of the job's own workload, at its target.</summary>
    public bool IsHome(PriorProblem problem) => same.Contains(problem);

    public PriorProblem Draw(SeededNumbers numbers)
    {
        var hasOthers = !own.IsEmpty || !shipped.IsEmpty;
        if (same.Length > 0 && (!hasOthers || IsTaken(same.Length, Workload, numbers))) return same[numbers.Below(same.Length)];
        if (!related.IsEmpty && IsTaken(workloads, Family, numbers)) return related.Draw(numbers);
        return (shipped.IsEmpty || (!own.IsEmpty && IsTaken(own.Weight, Store, numbers)) ? own : shipped).Draw(numbers);
    }

    /// <summary>True with chance n/(n + half).</summary>
    public static bool IsTaken(double n, double half, SeededNumbers numbers) => numbers.Uniform() < n / (n + half);
}
