using AutoSelect.Contracts;

namespace AutoSelect.Benchmarks;

/// <summary>Whoever submits simulated jobs.</summary>
/// <param name="Project">In which project.</param>
/// <param name="Name">Who.</param>
/// <param name="Arrivals">Part of all arrivals.</param>
/// <param name="MedianHours">Median length of a job's baseline on its own devices.</param>
internal sealed record SimulatedUser(string Project, string Name, double Arrivals, double MedianHours)
{
    public static IReadOnlyList<SimulatedUser> All { get; } =
    [
        new("vision", "ann", .15, 1),
        new("vision", "bob", .10, 2),
        // Sends more than a third of all.
        new("speech", "cid", .35, .5),
        new("speech", "dan", .10, 1),
        new("text", "eve", .20, 1),
        new("text", "fay", .10, 3),
    ];

    /// <summary>Vision counts thrice, speech twice, text once; text has quotas beside.</summary>
    public static IReadOnlyList<ProjectLimits> Limits { get; } =
    [
        new() { Project = "vision", Whole = new UseLimits { Weight = 3 } },
        new()
        {
            Project = "speech",
            Whole = new UseLimits { Weight = 2, WaitingJobs = 400 },
            EachUser = new UseLimits { RunningJobs = 120 },
        },
        new() { Project = "text", Whole = new UseLimits { Weight = 1, RunningJobs = 40, Devices = 96 } },
    ];
}

/// <summary>A simulated job: a baseline that trains on its own devices, and for a part of its time probing lanes beside it.</summary>
internal sealed class SimulatedClusterJob(StatedDemand stated, string user, double seconds, double at)
{
    /// <summary>Part of the baseline's time in which challengers are tried.</summary>
    public const double Probing = .3;

    public StatedDemand Stated { get; set; } = stated;
    public string User => user;
    public double SubmittedAt { get; } = at;
    public double? StartedAt { get; set; }
    public bool IsOver => Progress >= seconds - 1e-6;
    public List<DeviceId> Held { get; } = [];

    /// <summary>Seconds of the baseline that are done.</summary>
    public double Progress { get; private set; }

    /// <summary>Counts what changes when it is through with something; what was planned before is void.</summary>
    public int Version { get; private set; }

    public bool IsAnswering { get; set; }

    private double since = at;

    /// <summary>Seconds until it is through with probing, or ends; infinite while it holds nothing.</summary>
    public double Left => Rate == 0 ? double.PositiveInfinity
        : ((Progress < Probing * seconds - 1e-6 ? Probing : 1) * seconds - Progress) / Rate;

    public bool IsProbing => Progress < Probing * seconds - 1e-6;

    private double Rate => Math.Min(Held.Count, Stated.Demand.Core) / (double)Stated.Demand.Core;

    /// <summary>Trains up to a time, before what it holds changes.</summary>
    public void Advance(double now)
    {
        (Progress, since) = (Progress + (now - since) * Rate, now);
        Version++;
    }
}
