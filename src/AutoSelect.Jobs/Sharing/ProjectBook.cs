using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>The limits of all projects; one that has none of its own is limited by nothing.</summary>
public sealed class ProjectBook(IEnumerable<ProjectLimits> projects)
{
    private readonly Dictionary<string, ProjectLimits> known = projects.ToDictionary(p => p.Project, StringComparer.Ordinal);

    public static ProjectBook Empty { get; } = new([]);

    public ProjectLimits Of(string project) =>
        known.TryGetValue(project, out var limits) ? limits : new ProjectLimits { Project = project };

    /// <summary>One of the limits of a demand's project and user.</summary>
    public AccountLimits Most(Demand demand, Func<UseLimits, int?> limit)
    {
        var (project, user) = Account.Of(demand);
        return new AccountLimits(limit(Of(project)), limit(Of(user)));
    }

    /// <summary>The limits of a project as a whole, or of a user in it.</summary>
    public UseLimits Of(Account account) => account.Owner is { } owner ? Of(account.Project).Of(owner) : Of(account.Project).Whole;
}

/// <summary>Whose use counts together: a project, or a user in one.</summary>
/// <param name="Project">Which project.</param>
/// <param name="Owner">Who in it; null for all.</param>
public readonly record struct Account(string Project, string? Owner = null)
{
    /// <summary>The two accounts that a demand counts in, the project first.</summary>
    public static (Account Project, Account User) Of(Demand demand) => (new(demand.Project), new(demand.Project, demand.Owner));

    /// <summary>True where a demand counts in it.</summary>
    public bool Covers(Demand demand) => demand.Project == Project && (Owner is null || demand.Owner == Owner);

    public override string ToString() =>
        Owner is null ? $"project {Project}" : $"user {(Owner.Length > 0 ? Owner : "(none)")} in project {Project}";
}
