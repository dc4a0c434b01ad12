namespace AutoSelect.Communication;

/// <summary>
/// How the values of one bucket in host memory are summed over all ranks, with the state that goes with the bucket; the same bits on all
/// ranks.
/// </summary>
public abstract class AllReduceMethod : AllReduceState
{
    /// <summary>Sums over all ranks, in place.</summary>
    /// <exception cref="ArgumentException">The number of values is not the bucket's.</exception>
    /// <exception cref="RankLostException">A rank was lost.</exception>
    public abstract void Run(Span<float> values);
}
