using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>
/// The probe budget: of the device time of the whole job, losers and winner together, the losers may take at most the share s,
/// so they may take s/(1−s) of what the winner takes.
/// </summary>
internal static class ProbeAccount
{
    /// <summary>Device seconds the losers may take in all.</summary>
    public static double Allowance(double share, double winnerSeconds) => share switch
    {
        >= 1 => double.PositiveInfinity,
        > 0 => share / (1 - share) * winnerSeconds,
        _ => 0,
    };

    /// <summary>Device seconds charged to every trial but one.</summary>
    public static double SpentOnLosers(ImmutableArray<TrialEvidence> trials, TrialId front) =>
        trials.Where(t => t.Trial != front).Sum(t => double.IsFinite(t.ChargedSeconds) ? Math.Max(0, t.ChargedSeconds) : 0);
}
