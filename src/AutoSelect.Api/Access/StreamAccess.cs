using AutoSelect.Api.Requests;
using AutoSelect.Storage;

namespace AutoSelect.Api.Access;

/// <summary>
/// Whether whoever has asked for a stream would still be let in: it may last for months, and its key no longer. Their key is looked at as
/// often as silence is broken.
/// </summary>
internal sealed class StreamAccess(ApiCall call)
{
    /// <summary>How long a stream may go on after its key was revoked, or its session signed out.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private long askedAt = call.Run.Time.GetTimestamp();
    private bool isOver;

    /// <summary>False from when they are let in no longer.</summary>
    public async ValueTask<bool> Lasts()
    {
        var (caller, time) = (call.Caller, call.Run.Time);
        if (caller.SessionExpires is { } end && end <= time.GetUtcNow()) isOver = true;
        if (isOver || time.GetElapsedTime(askedAt) < Longest) return !isOver;
        askedAt = time.GetTimestamp();
        isOver = !(await IsGood(caller.SessionDigest) && await IsGood(caller.Digest));
        return !isOver;
    }

    /// <summary>Null is the owner's token, which is good for as long as the server is.</summary>
    private async Task<bool> IsGood(string? digest)
    {
        try
        {
            return digest is null || (await call.Parts.Keys.Find(digest))?.IsGoodAt(call.Run.Time.GetUtcNow()) == true;
        }
        catch (StoreUnavailableException)
        {
            // Nothing that is worth keeping from them can be read either.
            return true;
        }
    }
}
