namespace AutoSelect.Campaigns.Replay;

/// <summary>How the jobs of a replayed campaign choose their candidates.</summary>
internal enum ReplayedChoice
{
    /// <summary>By what earlier jobs taught.</summary>
    Learning,

    /// <summary>Each job is the template as it is.</summary>
    Template,

    /// <summary>All candidates, under asynchronous successive halving, the variant that stops.</summary>
    Asha,

    /// <summary>The baseline alone.</summary>
    Baseline,
}
