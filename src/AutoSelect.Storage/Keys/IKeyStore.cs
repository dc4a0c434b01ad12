using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>
/// Keeps API keys by their digests, never the keys themselves. All implementations pass one suite of tests.
/// </summary>
public interface IKeyStore
{
    /// <summary>Adds a key.</summary>
    /// <param name="key">What is known of it.</param>
    /// <param name="digest">SHA-256 of the key in lower-case hex; a key has 256 random bits, so no slower digest is needed.</param>
    /// <exception cref="InvalidOperationException">There is a key of that id or digest.</exception>
    /// <exception cref="StoreUnavailableException">Nothing was stored.</exception>
    Task Add(KeyDescription key, string digest);

    /// <summary>The key of a digest, expired and revoked ones too; null where there is none.</summary>
    Task<KeyDescription?> Find(string digest);

    /// <summary>All keys, by the time they were made.</summary>
    Task<IReadOnlyList<KeyDescription>> List();

    /// <summary>Has a key refused from now on; one that is revoked already stays as it is.</summary>
    /// <returns>The key; null where there is none of that id.</returns>
    Task<KeyDescription?> Revoke(string id, DateTimeOffset time);

    /// <summary>Removes what is left of sessions of browsers that are over at a time; keys are kept, and revoked ones among them.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="StoreUnavailableException">Nothing was removed.</exception>
    Task<int> RemoveSessions(DateTimeOffset time);

    /// <summary>A secret of the store's own, which is made when it is first asked for and stays the same.</summary>
    /// <param name="name">Which.</param>
    /// <param name="made">What it is where there is none yet.</param>
    /// <exception cref="StoreUnavailableException">It cannot be read or stored.</exception>
    Task<string> Secret(string name, string made);
}
