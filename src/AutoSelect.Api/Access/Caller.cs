using AutoSelect.Contracts;

namespace AutoSelect.Api.Access;

/// <summary>Who asks.</summary>
/// <param name="Id">Id of the key, or "owner".</param>
/// <param name="Name">Who holds it; owner of what is submitted.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Project">Where: one project, or <see cref="KeyDescription.AllProjects"/>.</param>
internal sealed record Caller(string Id, string Name, KeyRole Role, string Project)
{
    /// <summary>The only project; null for a caller of all of them.</summary>
    public string? OnlyProject => Project == KeyDescription.AllProjects ? null : Project;

    public bool Covers(string project) => OnlyProject is not { } only || only == project;

    public static Caller OfKey(KeyDescription key) => new(key.Id, key.Name, key.Role, key.Project);
}
