namespace AutoSelect.Contracts;

/// <summary>What goes together with training on several ranks. Pure.</summary>
public static class RankRules
{
    /// <summary>Every rule a candidate's ranks and communication break, as sentences with the value and the rule.</summary>
    internal static IEnumerable<string> Broken(Candidate candidate, StrategyCapabilities can)
    {
        GradientCommunication communication = default;
        string? unreadable = null;
        try
        {
            communication = GradientCommunication.Parse(candidate.Communication);
        }
        catch (FormatException e)
        {
            unreadable = e.Message;
        }
        if (unreadable is not null)
        {
            yield return unreadable;
            yield break;
        }
        if (candidate.Ranks < 1) yield return $"ranks is '{candidate.Ranks}': it must be at least 1.";
        else if (candidate.Ranks == 1 && communication.Kind != CommunicationKind.None)
            yield return $"communication is '{communication}': one rank has nobody to communicate with; set ranks to at least 2.";
        else if (candidate.Ranks > 1 && communication.Kind == CommunicationKind.None)
            yield return $"communication is 'none': {candidate.Ranks} ranks need one of "
                + $"{string.Join(", ", GradientCommunication.Words.Skip(1))}.";
        if (candidate.Ranks > 1 && candidate.BatchSize % candidate.Ranks != 0)
            yield return $"ranks is '{candidate.Ranks}': it must divide the batch size, {candidate.BatchSize}.";
        if (communication.IsLocal && can.AveragesWeights) yield return $"communication is '{communication}': {CannotAverage}";
        if (communication.IsAsynchronous && can.NeedsLayerCapture)
            yield return $"communication is '{communication}': the strategy reads layers in the passes, and asynchronous ranks pass on "
                + "another instance of the model than is updated.";
        if (communication.IsAsynchronous && MovesWeights(candidate.Modifiers) is { } modifier)
            yield return $"communication is '{communication}': {modifier} takes gradients around the weights of the update, and "
                + "asynchronous ranks take them at others.";
        if (communication.IsLocal && can.NeedsLayerCapture)
            yield return $"communication is '{communication}': the strategy's factors are those of the whole batch, which local steps do "
                + "not see.";
    }

    /// <summary>
    /// Ranks of a candidate's committed run. One that has ranks of its own keeps its communication and gets at least those; one without
    /// goes on with the exact exchange in fp32, unless what its modifiers draw or perturb for each pass would be another draw on a part of
    /// the batch.
    /// </summary>
    /// <param name="candidate">The winner.</param>
    /// <param name="devices">Devices that a committed run may have, at least 1.</param>
    public static int CommitRanks(Candidate candidate, int devices)
    {
        if (candidate.Ranks == 1 && PartsDiffer(candidate.Modifiers)) return 1;
        return MostRanks(candidate, Math.Max(candidate.Ranks, devices));
    }

    /// <summary>
    /// Why a committed run cannot be spread over more devices than its candidate has ranks; null where it can, or where none would be.
    /// </summary>
    /// <param name="candidates">The job's.</param>
    /// <param name="devices">Devices that a committed run may have.</param>
    /// <param name="traits">What the workload allows; null where that is not known.</param>
    public static string? BrokenCommit(IEnumerable<Candidate> candidates, int devices, WorkloadTraits? traits) =>
        traits is { HasBatchNorm: true } && candidates.FirstOrDefault(c => CommitRanks(c, devices) != c.Ranks) is { } spread
            ? $"commit.devices is '{devices}': the model has BatchNorm layers, whose statistics would be those of smaller parts of a batch "
                + $"than {spread.Name} was tried with; leave it out, and set ranks to try candidates on several devices."
            : null;

    /// <summary>
    /// The candidate as it is trained on a number of ranks: one that was to communicate with nobody exchanges gradients as they are.
    /// </summary>
    public static Candidate OnRanks(Candidate candidate, int ranks) =>
        candidate.Ranks == 1 && ranks > 1
            ? candidate with { Ranks = ranks, Communication = new GradientCommunication(CommunicationKind.Fp32).ToString() }
            : candidate;

    private static bool PartsDiffer(Modifiers modifiers) =>
        modifiers.MixupAlpha is not null || modifiers.PerturbationSigma is not null || modifiers.SamRho is not null;

    private static string? MovesWeights(Modifiers modifiers) =>
        modifiers.SamRho is not null ? "sam"
            : modifiers.PerturbationSigma is not null ? "perturbation"
            : modifiers.Averaging == WeightAveraging.Gpa ? "averaging gpa"
            : null;

    /// <summary>
    /// The most ranks up to a number that divide a candidate's batch evenly. What the batches of a program are it alone knows: they can be
    /// divided by its own ranks, and so by whatever divides these.
    /// </summary>
    public static int MostRanks(Candidate candidate, int atMost)
    {
        // A program counts in steps, a strategy in examples, of which each of its ranks has at least one.
        var parts = Math.Max(candidate.BatchSize, candidate.Ranks);
        var ranks = Math.Max(1, Math.Min(atMost, parts));
        while (parts % ranks != 0) ranks--;
        return ranks;
    }

    private const string CannotAverage = "the strategy moves several sequences of weights, of which only one would be exchanged.";
}
