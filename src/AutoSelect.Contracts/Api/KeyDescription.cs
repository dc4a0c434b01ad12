namespace AutoSelect.Contracts;

/// <summary>All that is known of an API key. The key itself is shown once, when it is made, and kept nowhere.</summary>
public sealed record KeyDescription
{
    /// <summary>The project of a key that is good for all of them.</summary>
    public const string AllProjects = "*";

    /// <summary>Names the key in lists and in the audit log; tells nothing of the key itself.</summary>
    public required string Id { get; init; }

    /// <summary>Who holds it, for people; owner of the jobs that are submitted with it.</summary>
    public required string Name { get; init; }

    public required KeyRole Role { get; init; }

    /// <summary>The only project that it is good for, or <see cref="AllProjects"/>.</summary>
    public required string Project { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is refused.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Since when it is refused whatever its expiry; null while nobody has revoked it.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Set where the key is that of a browser's session; null for keys that people hold.</summary>
    public SessionOrigin? Session { get; init; }

    /// <summary>True while it lets its holder in.</summary>
    public bool IsGoodAt(DateTimeOffset time) => RevokedAt is null && time < ExpiresAt;

    /// <summary>True where jobs of the project may be seen with it.</summary>
    public bool Covers(string project) => Project == AllProjects || Project == project;
}

/// <summary>What a browser's session was opened with.</summary>
/// <param name="Caller">Id of the key, or "owner".</param>
/// <param name="Digest">Digest of that key, without which the session is over; null for the owner's token.</param>
public sealed record SessionOrigin(string Caller, string? Digest);

/// <summary>A key to be made.</summary>
public sealed record NewKey
{
    /// <summary>Who is to hold it: 1 to 64 letters, digits, dashes, dots, underscores and at signs.</summary>
    public required string Name { get; init; }

    public required KeyRole Role { get; init; }

    /// <summary>The only project that it is to be good for; null for <see cref="KeyDescription.AllProjects"/>.</summary>
    public string? Project { get; init; }

    /// <summary>Days until it expires, above 0 and up to 3660; default 90.</summary>
    public double Days { get; init; } = 90;
}

/// <summary>A key that was made.</summary>
/// <param name="Key">The secret. Not to be had again.</param>
/// <param name="Description">What is kept of it.</param>
public sealed record CreatedKey(string Key, KeyDescription Description);
