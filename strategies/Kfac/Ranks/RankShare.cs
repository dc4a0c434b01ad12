using AutoSelect.Training;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Which examples of the whole batch this rank has; the ranks' parts stand in the order of the ranks.</summary>
/// <param name="Before">Examples of the ranks before.</param>
/// <param name="Own">Examples of this rank.</param>
/// <param name="All">Examples of all ranks.</param>
internal readonly record struct RankShare(long Before, long Own, long All)
{
    /// <summary>Own examples over all.</summary>
    public double Share => (double)Own / All;

    /// <summary>Learns how many examples each rank has.</summary>
    public static RankShare Exchange(TrainingRanks ranks, long own)
    {
        using var counts = zeros(ranks.Size);
        counts[ranks.Rank] = own;
        ranks.AllGather(counts, [.. Enumerable.Repeat(1, ranks.Size)]);
        var all = counts.data<float>().ToArray();
        return new((long)all.Take(ranks.Rank).Sum(), own, (long)all.Sum());
    }

    /// <summary>How many of the first so many examples, spread evenly over the whole batch, are here: at least 1; 0 stands for all.</summary>
    public int Part(int samples) => samples == 0 || samples >= All ? 0 : (int)Math.Max(1, (samples * (Before + Own) / All) - (samples * Before / All));

    /// <summary>
    /// Targets for the own output as they would be drawn for the whole batch's: every rank draws for all, so that the sample does not depend on how
    /// many ranks there are, and the generators stay in step. Independent draws for each example are taken for granted; what the others' outputs
    /// are does not matter to them, so it is not exchanged.
    /// </summary>
    /// <param name="output">Own examples' output, [own, …].</param>
    /// <returns>[own, …], or null where there are no targets to draw.</returns>
    public Tensor? Sample(Func<Tensor, Tensor?> sample, Tensor output)
    {
        var whole = output.new_zeros([All, .. output.shape[1..]]);
        whole.narrow(0, Before, Own).copy_(output);
        return sample(whole)?.narrow(0, Before, Own);
    }
}
