using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>What a borrower is told of the control side at each round.</summary>
/// <param name="Wants">What jobs lack; see <see cref="DeviceWants"/>.</param>
/// <param name="Devices">All devices that are registered, with their leases in force.</param>
public sealed record PoolView(ImmutableArray<DeviceWant> Wants, IReadOnlyList<DeviceStatus> Devices)
{
    /// <summary>
    /// Devices that are borrowed of other providers: they count for the limit of all. Null where one of them has not told yet: then nothing
    /// more is asked for. Default 0.
    /// </summary>
    public int? Elsewhere { get; init; } = 0;
}

/// <summary>What became of a borrowed device between two rounds.</summary>
/// <param name="Label">Which; its device's id is <see cref="BorrowLabel.Device"/>.</param>
/// <param name="Class">Name of its class.</param>
/// <param name="State">
/// Gone; Queued where it was put back into the queue; Ending where it is preempted and has notice still, which comes before one of these.
/// </param>
/// <param name="Reason">Why it is lost. None but <see cref="EndReason.Failed"/> may be blamed on a trial.</param>
/// <param name="Detail">The scheduler's own words.</param>
public sealed record LostDevice(BorrowLabel Label, string Class, BorrowState State, EndReason Reason, string Detail);

/// <summary>What one round of a borrower came to.</summary>
/// <param name="Borrowed">
/// What is borrowed or asked for, before the moves; as it was seen last, where the scheduler does not answer.
/// </param>
/// <param name="Moves">What was decided.</param>
/// <param name="Lost">What is gone since the round before.</param>
/// <param name="Faults">What the scheduler would not do, for people; the next round tries again.</param>
public sealed record BorrowingRound(
    ImmutableArray<BorrowedDevice> Borrowed, BorrowingMoves Moves, ImmutableArray<LostDevice> Lost, ImmutableArray<string> Faults)
{
    /// <summary>Names of the classes of those requests that the scheduler refused, once for each request.</summary>
    public ImmutableArray<string> Refused { get; init; } = [];
}
