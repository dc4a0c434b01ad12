namespace AutoSelect.Communication;

/// <summary>Why a rank counts as lost.</summary>
public enum RankLoss : byte
{
    /// <summary>Its connection closed without a farewell: the process ended or the network broke.</summary>
    Closed = 1,

    /// <summary>Nothing was heard from it within the silence timeout.</summary>
    Silent = 2,

    /// <summary>It is alive but took no part in a collective within the stall timeout.</summary>
    Stalled = 3,

    /// <summary>It left the group while others still expected data from it.</summary>
    Left = 4,

    /// <summary>It aborted the group itself.</summary>
    Aborted = 5,
}
