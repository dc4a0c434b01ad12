using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>What a project, or a user in it, may use; null limits nothing.</summary>
public sealed record UseLimits
{
    /// <summary>Longest period of device-hours.</summary>
    public const double MostPeriodHours = 90 * 24;

    public static UseLimits None { get; } = new();

    /// <summary>Most jobs that run at once; those beyond are accepted and wait. At least 0.</summary>
    public int? RunningJobs { get; init; }

    /// <summary>Most jobs that wait for that; those beyond are refused. At least 0.</summary>
    public int? WaitingJobs { get; init; }

    /// <summary>Most devices held at once. At least 0.</summary>
    public int? Devices { get; init; }

    /// <summary>
    /// Device-hours in the period that ends now, above 0. Once they are used up no job is admitted and nothing but what running jobs need
    /// at least is granted.
    /// </summary>
    public double? DeviceHours { get; init; }

    /// <summary>Hours of that period, above 0 and up to <see cref="MostPeriodHours"/>; default a week.</summary>
    public double PeriodHours { get; init; } = 7 * 24;

    /// <summary>Its part of the devices where there are not enough, in proportion to the others' weights: 0.01 to 100, default 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The first of the limits that breaks its rule, as "devices is -1: it must be at least 0"; null where none does.</summary>
    public string? Fault() =>
        Count(RunningJobs, "runningJobs") ?? Count(WaitingJobs, "waitingJobs") ?? Count(Devices, "devices")
        ?? (DeviceHours is { } hours && !(hours > 0 && double.IsFinite(hours))
            ? $"deviceHours is {Wording.Number(hours)}: it must be above 0" : null)
        ?? (!(PeriodHours is > 0 and <= MostPeriodHours)
            ? $"periodHours is {Wording.Number(PeriodHours)}: it must be above 0 and up to {MostPeriodHours}" : null)
        ?? (!(Weight is >= 0.01 and <= 100) ? $"weight is {Wording.Number(Weight)}: it must be from 0.01 to 100" : null);

    private static string? Count(int? value, string name) => value < 0 ? $"{name} is {value}: it must be at least 0" : null;
}

/// <summary>The limits of one project and of the users in it.</summary>
public sealed record ProjectLimits
{
    public required string Project { get; init; }

    /// <summary>Of all its jobs together.</summary>
    public UseLimits Whole { get; init; } = UseLimits.None;

    /// <summary>Of each user in it that <see cref="Users"/> does not name.</summary>
    public UseLimits EachUser { get; init; } = UseLimits.None;

    /// <summary>Of single users in it, by their names.</summary>
    public ImmutableSortedDictionary<string, UseLimits> Users { get; init; } = ImmutableSortedDictionary<string, UseLimits>.Empty;

    /// <summary>The limits of a user in it.</summary>
    public UseLimits Of(string owner) => Users.GetValueOrDefault(owner, EachUser);

    /// <summary>The first limit that breaks its rule, with whose it is; null where none does.</summary>
    public string? Fault() =>
        Named("whole", Whole) ?? Named("eachUser", EachUser)
        ?? Users.Select(u => Named($"users.{u.Key}", u.Value)).FirstOrDefault(f => f is not null);

    private static string? Named(string name, UseLimits? limits) =>
        limits is null ? $"{name} is null: it must have limits" : limits.Fault() is { } fault ? $"{name}.{fault}" : null;
}

/// <summary>Device time that was used in one hour, as it was charged from leases.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Owner">Who in it.</param>
/// <param name="Hour">Begin of the hour, UTC.</param>
/// <param name="Seconds">Seconds of devices.</param>
public sealed record DeviceUse(string Project, string Owner, DateTimeOffset Hour, double Seconds);

/// <summary>Most of something that a project and a user in it may have; null limits nothing.</summary>
public readonly record struct AccountLimits(int? OfProject, int? OfUser);
