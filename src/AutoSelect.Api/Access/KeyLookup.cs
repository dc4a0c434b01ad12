using System.Collections.Concurrent;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Api.Access;

/// <summary>
/// Looks API keys up. Those of devices are remembered for a moment, as each asks several times a second; those of people are not, so that
/// theirs are refused at once when they are revoked. While the store is away devices are known by what it said last: turned away at the
/// door they would count as silent, and lose what they train when it is back.
/// </summary>
internal sealed class KeyLookup(IKeyStore keys, TimeProvider time)
{
    /// <summary>How long the key of a device may be let in after it was revoked.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>How long a device is let in that the store cannot be asked about: longer than it goes on without an answer.</summary>
    public static readonly TimeSpan LongestAway = TimeSpan.FromMinutes(2);

    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (KeyDescription Key, long AskedAt)> known = new();

    /// <summary>The key of a digest, expired and revoked ones too; null where there is none.</summary>
    public async ValueTask<KeyDescription?> Find(string digest)
    {
        if (known.TryGetValue(digest, out var found) && time.GetElapsedTime(found.AskedAt) < Longest) return found.Key;
        // Before: what the store answers may be as old as the question.
        var askedAt = time.GetTimestamp();
        KeyDescription? key;
        try
        {
            key = await keys.Find(digest);
        }
        catch (StoreUnavailableException) when (found.Key is not null && time.GetElapsedTime(found.AskedAt) < LongestAway)
        {
            return found.Key;
        }
        if (key is not { Role: KeyRole.Device }) return key;
        if (known.Count >= Most) known.Clear();
        known[digest] = (key, askedAt);
        return key;
    }
}
