using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>What a project may use, and what it uses.</summary>
public sealed record ProjectStanding
{
    public required ProjectLimits Limits { get; init; }

    /// <summary>Of all its jobs together.</summary>
    public required AccountUse Use { get; init; }

    /// <summary>Of each user that has a job or has used something, by name.</summary>
    public required ImmutableArray<UserUse> Users { get; init; }
}

/// <summary>What one user in a project uses.</summary>
/// <param name="User">Name; empty for jobs whose submitter is not known.</param>
/// <param name="Use">Of their jobs in the project.</param>
public sealed record UserUse(string User, AccountUse Use);

/// <summary>What is used, now and in the past.</summary>
/// <param name="RunningJobs">Jobs that are admitted.</param>
/// <param name="WaitingJobs">Jobs that wait to be admitted.</param>
/// <param name="Devices">Devices held.</param>
/// <param name="DeviceHours">Device-hours in the period of the quota, up to the last charge a minute or two ago.</param>
/// <param name="DecayedDeviceHours">Device-hours as they count for the share: those of a half-life ago count half.</param>
public sealed record AccountUse(int RunningJobs, int WaitingJobs, int Devices, double DeviceHours, double DecayedDeviceHours);

/// <summary>Limits to be set; what is left out stays as it is.</summary>
public sealed record NewLimits
{
    /// <summary>Of the project as a whole; set by operators of all projects alone.</summary>
    public UseLimits? Whole { get; init; }

    /// <summary>Of each user that <see cref="Users"/> does not name.</summary>
    public UseLimits? EachUser { get; init; }

    /// <summary>Of single users, by name, in place of all that were set before.</summary>
    public ImmutableSortedDictionary<string, UseLimits>? Users { get; init; }
}
