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
        else if (candidate.Ranks == 1 && communication.Kind != CommunicationKind.None) yield return $"communication is '{communication}': one rank has nobody to communicate with; set ranks to at least 2.";
        else if (candidate.Ranks > 1 && communication.Kind == CommunicationKind.None) yield return $"communication is 'none': {candidate.Ranks} ranks need one of {string.Join(", ", GradientCommunication.Words.Skip(1))}.";
        if (candidate.Ranks > 1 && candidate.BatchSize % candidate.Ranks != 0) yield return $"ranks is '{candidate.Ranks}': it must divide the batch size, {candidate.BatchSize}.";
        if (communication.IsLocal && can.AveragesWeights) yield return $"communication is '{communication}': {CannotAverage}";
        if (communication.IsLocal && can.NeedsLayerCapture) yield return $"communication is '{communication}': the strategy's factors are those of the whole batch, which local steps do not see.";
    }

    /// <summary>The most ranks up to a number that divide a batch evenly.</summary>
    public static int MostRanks(int batchSize, int atMost)
    {
        var ranks = Math.Max(1, Math.Min(atMost, batchSize));
        while (batchSize % ranks != 0) ranks--;
        return ranks;
    }

    private const string CannotAverage = "the strategy moves several sequences of weights, of which only one would be exchanged.";
}
