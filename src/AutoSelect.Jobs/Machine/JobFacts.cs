using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Machine;

/// <summary>What the machine has to know beside the record. All of it may be forgotten: it is read again or comes anew.</summary>
public sealed record JobFacts
{
    /// <summary>Seconds of the job's clock.</summary>
    public required double Now { get; init; }

    public required ISelectionPolicy Policy { get; init; }

    /// <summary>What the ledger holds for the job.</summary>
    public required LeaseSet Leases { get; init; }

    /// <summary>Since when, by the job's clock, it has held the devices that it holds.</summary>
    public double LeasesSince { get; init; } = double.NegativeInfinity;

    /// <summary>True while a decision is computed.</summary>
    public bool IsDeciding { get; init; }

    /// <summary>How far open segments have come since the last event of them.</summary>
    public IReadOnlyDictionary<TrialId, SegmentProgress> Progress { get; init; } = new Dictionary<TrialId, SegmentProgress>();

    /// <summary>Seconds within which a device that was started anew joins again; so long a trial short of ranks waits for it.</summary>
    public double JoinSeconds { get; init; } = 5;

    /// <summary>
    /// Seconds after which a segment that was told to end, and whose device still answers, is taken to hang; evaluations may take long.
    /// </summary>
    public double OverdueSeconds { get; init; } = 600;

    /// <summary>Seconds after which a device that does not end what was broken off is no longer waited for.</summary>
    public double GraceSeconds { get; init; } = 60;
}
