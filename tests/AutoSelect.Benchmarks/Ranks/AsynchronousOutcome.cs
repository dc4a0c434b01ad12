namespace AutoSelect.Benchmarks;

/// <summary>Seconds.</summary>
internal sealed record Times(long Count, double Mean, double Deviation);

/// <summary>What a rank of <see cref="AsynchronousStatisticsBenchmark"/> found.</summary>
/// <param name="GradientsPerRound">Rounds by how many gradients they carried.</param>
/// <param name="Staleness">Own gradients by how many rounds overtook them.</param>
/// <param name="Seconds">From the first gradient to the last.</param>
internal sealed record AsynchronousOutcome(Times Gradient, Times Round, long[] GradientsPerRound, long[] Staleness, double Seconds);
