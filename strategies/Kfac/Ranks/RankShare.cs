using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Which examples of the whole batch this rank has: parts are equal and stand in the order of the ranks.</summary>
/// <param name="Rank">Of so many ranks.</param>
/// <param name="Own">Examples of each rank.</param>
internal readonly record struct RankShare(int Rank, int Ranks, long Own)
{
    /// <summary>How many of so many examples to take here, so that they come from all ranks evenly: at least 1; 0 stands for all.</summary>
    public int Part(int samples) =>
        samples == 0 || samples >= Own * Ranks ? 0 : Math.Max(1, ((Rank + 1) * samples / Ranks) - (Rank * samples / Ranks));

    /// <summary>
    /// Targets for the own output as they would be drawn for the whole batch's: every rank draws for all, so that the sample does not
    /// depend on how many ranks there are, and the generators stay in step. Independent draws for each example are taken for granted; what
    /// the others' outputs are does not matter to them, so it is not exchanged.
    /// </summary>
    /// <param name="output">Own examples' output, [own, …].</param>
    /// <returns>[own, …], or null where there are no targets to draw.</returns>
    public Tensor? Sample(Func<Tensor, Tensor?> sample, Tensor output)
    {
        var whole = output.new_zeros([Own * Ranks, .. output.shape[1..]]);
        whole.narrow(0, Rank * Own, Own).copy_(output);
        return sample(whole)?.narrow(0, Rank * Own, Own);
    }
}
