using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;

namespace AutoSelect.Campaigns.Replay;

/// <summary>The same campaign chosen otherwise, over the one that learned.</summary>
/// <param name="Name">Of the choice.</param>
/// <param name="DeviceTime">Device seconds of all jobs over those with learning.</param>
/// <param name="Time">
/// Geometric mean of times to the target over those with learning, of jobs that reached it in both; NaN where none did.
/// </param>
/// <param name="Missed">Jobs that missed the target.</param>
internal sealed record ReplayTotals(string Name, double DeviceTime, double Time, int Missed)
{
    /// <param name="learned">The campaign with learning.</param>
    /// <param name="others">Others of the same points, with their names.</param>
    public static ImmutableArray<ReplayTotals> Of(CampaignRecord learned, ImmutableArray<(string Name, CampaignRecord Campaign)> others) =>
    [
        .. others.Select(o =>
        {
            var whole = ReplayComparison.Of(o.Campaign, learned, stretches: 1)[^1];
            return new ReplayTotals(o.Name, whole.DeviceTime, whole.Time, whole.Missed);
        }),
    ];
}
