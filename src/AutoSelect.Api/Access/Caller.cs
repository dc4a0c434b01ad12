using AutoSelect.Contracts;

namespace AutoSelect.Api.Access;

/// <summary>Who asks.</summary>
/// <param name="Id">Id of the key, or "owner".</param>
/// <param name="Name">Who holds it; owner of what is submitted.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Project">Where: one project, or <see cref="KeyDescription.AllProjects"/>.</param>
internal sealed record Caller(string Id, string Name, KeyRole Role, string Project)
{
    /// <summary>Digest of the key that they came with, or that their session was opened with; null for the owner's token.</summary>
    public string? Digest { get; init; }

    /// <summary>Digest of their session's secret; null for a caller who has come with a key.</summary>
    public string? SessionDigest { get; init; }

    /// <summary>End of their session; null for a caller who has come with a key.</summary>
    public DateTimeOffset? SessionExpires { get; init; }
    private const string OwnerId = "owner";

    /// <summary>The only project; null for a caller of all of them.</summary>
    public string? OnlyProject => Project == KeyDescription.AllProjects ? null : Project;

    public bool Covers(string project) => OnlyProject is not { } only || only == project;

    /// <summary>Whether they are whoever can read the owner's file.</summary>
    public bool IsOwner => Id == OwnerId;

    /// <summary>Whether they may speak for a device: a device's key for those named after it alone.</summary>
    public bool SpeaksFor(string device) => Role != KeyRole.Device
        || device == Name || device.StartsWith(Name + "-", StringComparison.Ordinal);

    public static Caller OfKey(KeyDescription key) => new(key.Id, key.Name, key.Role, key.Project);

    public static Caller OfOwner(string name) => new(OwnerId, name, KeyRole.Operator, KeyDescription.AllProjects);
}
