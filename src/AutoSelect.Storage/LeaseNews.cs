using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>What has changed in a ledger since a version of it.</summary>
/// <param name="Version">The ledger's own now: that of a <see cref="LeaseSet"/> which was read with it.</param>
/// <param name="Jobs">
/// Jobs whose set has changed, each with the version since which it is as it is; null where that is not known any more, and it may be any.
/// </param>
public sealed record LeaseNews(long Version, IReadOnlyDictionary<JobId, long>? Jobs)
{
    /// <summary>Changes that are told one by one; who knows only an older version than these are long knows nothing.</summary>
    public const int Kept = 10_000;

    /// <summary>Whether what has changed since a version is known. One that has not been yet is of a ledger that was put back.</summary>
    internal static bool IsKnown(long version, long since) => since <= version && version - since <= Kept;
}
