namespace AutoSelect.Selection.History;

/// <summary>How like a candidate the runs are that a draw is taken from.</summary>
internal enum PriorLevel
{
    /// <summary>The same strategy, values and batch size.</summary>
    Candidate,

    Strategy,

    /// <summary>See <see cref="StrategyKind"/>.</summary>
    Kind,
}
