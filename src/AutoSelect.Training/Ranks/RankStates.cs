using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Ranks;

/// <summary>State that every rank has its own of, in one checkpoint.</summary>
internal static class RankStates
{
    /// <summary>Collects the ranks' states on all ranks. All ranks have entries of the same names, shapes and types.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="own">This rank's state.</param>
    /// <param name="all">Gets everybody's, with the number of ranks.</param>
    public static void Gather(TrainingRanks ranks, StateDictionary own, StateDictionary all)
    {
        all.SetScalar("ranks", ranks.Size);
        foreach (var (name, tensor) in own.Tensors)
        {
            var gathered = ranks.Gather(tensor);
            for (var rank = 0; rank < ranks.Size; rank++) all.Part($"{rank}").Set(name, gathered[rank]);
        }
        foreach (var (name, value) in own.Scalars)
        {
            var gathered = ranks.Gather(value);
            for (var rank = 0; rank < ranks.Size; rank++) all.Part($"{rank}").SetScalar(name, gathered[rank]);
        }
    }

    /// <summary>Number of ranks whose states were collected; 0 for none.</summary>
    public static int CountIn(StateDictionary all) => all.HasScalar("ranks") ? (int)all.GetScalar("ranks") : 0;

    /// <summary>A rank's state as it was collected.</summary>
    public static StateDictionary StateOfRank(StateDictionary all, int rank) => all.Part($"{rank}");

    /// <summary>
    /// What was left over on all ranks, in equal parts for another number of them: error feedback lost nothing, so the parts have to add up
    /// to what the ranks had.
    /// </summary>
    public static StateDictionary Redivided(StateDictionary all, int ranks)
    {
        var before = CountIn(all);
        var divided = new StateDictionary();
        foreach (var name in StateOfRank(all, 0).Names)
        {
            var sum = StateOfRank(all, 0).Get(name).clone();
            for (var rank = 1; rank < before; rank++) sum.add_(StateOfRank(all, rank).Get(name));
            divided.Set(name, sum.div_(ranks));
        }
        return divided;
    }
}
