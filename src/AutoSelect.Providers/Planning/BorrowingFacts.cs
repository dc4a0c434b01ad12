using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>All that a borrowing plan depends on.</summary>
/// <param name="Now">The time.</param>
/// <param name="Wants">What jobs lack, the dearest first.</param>
/// <param name="Borrowed">What is borrowed or asked for and not gone.</param>
/// <param name="Offers">What can be asked for, one a class.</param>
public sealed record BorrowingFacts(
    DateTimeOffset Now, ImmutableArray<DeviceWant> Wants, ImmutableArray<BorrowedDevice> Borrowed, ImmutableArray<ClassOffer> Offers)
{
    /// <summary>Devices borrowed of other providers, which count for the limit of all; null where that is not known. Default 0.</summary>
    public int? Elsewhere { get; init; } = 0;
}

/// <summary>Devices that a job has a use for and does not hold.</summary>
/// <param name="Job">Which.</param>
/// <param name="Missing">How many, at least 1.</param>
/// <param name="Kind">Of which kind; null takes any.</param>
/// <param name="Price">What a second of one is worth to it, in seconds of the job.</param>
/// <param name="UsefulUntil">When they are of no more use, such as its deadline or forecast end; null where that is not known.</param>
public sealed record DeviceWant(JobId Job, int Missing, DeviceKind? Kind, double Price, DateTimeOffset? UsefulUntil);

/// <summary>What can be asked for now.</summary>
/// <param name="Class">Of which class.</param>
/// <param name="QueueTime">Time until a request made now would start, as far as that is known; at least 0.</param>
/// <param name="Refusal">Why nothing of it is asked for at present; empty where something may be.</param>
public sealed record ClassOffer(DeviceClass Class, TimeSpan QueueTime, string Refusal = "");

/// <summary>One device that is borrowed or asked for.</summary>
/// <param name="Label">Its name in the scheduler.</param>
/// <param name="Class">Of which class.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Since">When that began.</param>
/// <param name="ExpectedStart">When the scheduler means to start it; null where it does not say, or has started it.</param>
public sealed record BorrowedDevice(
    BorrowLabel Label, DeviceClass Class, BorrowStage Stage, DateTimeOffset Since, DateTimeOffset? ExpectedStart = null);
