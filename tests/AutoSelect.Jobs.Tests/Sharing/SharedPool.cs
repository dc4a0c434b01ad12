using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;

namespace AutoSelect.Jobs.Tests.Sharing;

/// <summary>A pool at one moment, put together by hand.</summary>
internal sealed class SharedPool
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private readonly List<StatedDemand> demands = [];
    private readonly List<DeviceStatus> devices = [];
    private readonly List<ProjectLimits> limits = [];
    private readonly List<DeviceUse> uses = [];

    public SharingOptions Options { get; init; } = new();

    public PoolFacts Facts
    {
        get
        {
            var book = new ProjectBook(limits);
            return new PoolFacts(Now, [.. demands.OrderBy(d => d.Since)], devices, book, new UseBook(uses, Now, Options.HalfLife, book));
        }
    }

    public PoolPlan Plan() => PoolPlan.Make(Facts, Options);

    /// <summary>Ids of jobs in the order in which they are granted devices.</summary>
    public string Grants() => string.Join(' ', Plan().Grants.Select(g => g.Demand.Job.Value));

    /// <summary>What jobs are to keep: "a=1 b=2".</summary>
    public string Recalls() => string.Join(' ', Plan().Recalls.Select(r => $"{r.Job}={r.Recall?.Keep}"));

    /// <param name="job">Its id.</param>
    /// <param name="project">Whose.</param>
    /// <param name="owner">Who.</param>
    /// <param name="waited">Seconds since it first asked.</param>
    /// <param name="isAdmitted">False for one that waits.</param>
    /// <param name="with">Changes its demand of at least 1 device and at most 1.</param>
    public SharedPool Job(
        string job, string project = "p", string owner = "o", double waited = 0, bool isAdmitted = true, Func<Demand, Demand>? with = null)
    {
        var demand = new Demand { Job = new JobId(job), Least = 1, Most = 1, Project = project, Owner = owner };
        var since = Now.AddSeconds(-waited - 1e-3 * (100 - demands.Count));
        demands.Add(new StatedDemand((with ?? (d => d))(demand), since, isAdmitted ? since : null));
        return this;
    }

    public SharedPool AskedBack(string job, int keep)
    {
        var at = demands.FindIndex(d => d.Job.Value == job);
        demands[at] = demands[at] with { Recall = new DeviceRecall(keep, null, "") };
        return this;
    }

    /// <param name="count">How many.</param>
    /// <param name="holder">Job that holds them; null for free ones.</param>
    /// <param name="held">Seconds that it has held them.</param>
    /// <param name="kind">Their kind.</param>
    /// <param name="provider">Where they come from.</param>
    /// <param name="price">What they cost.</param>
    public SharedPool Devices(
        int count, string? holder = null, double held = 1e6, DeviceKind kind = DeviceKind.Cpu,
        string provider = DeviceStatus.OwnProvider, double price = 0)
    {
        for (var i = 0; i < count; i++)
        {
            var id = new DeviceId($"{provider}{devices.Count}");
            var demand = demands.Find(d => d.Job.Value == holder)?.Demand;
            devices.Add(new DeviceStatus
            {
                Device = new DeviceDescription { Id = id, Kind = kind, Index = i, Model = "simulated", Host = "simulated" },
                Provider = provider,
                Price = price,
                Lease = demand is null ? null : new Lease
                {
                    Device = id,
                    Job = demand.Job,
                    Token = devices.Count + 1,
                    Since = Now.AddSeconds(-held),
                    Project = demand.Project,
                    Owner = demand.Owner,
                    Provider = provider,
                },
            });
        }
        return this;
    }

    /// <summary>One that stands for a client of a job which trains elsewhere.</summary>
    /// <param name="job">Of the job.</param>
    /// <param name="holder">The job where it has a lease on it; null where it is free.</param>
    public SharedPool Clients(string job, string? holder = null)
    {
        Devices(1, holder, kind: DeviceKind.Elsewhere, provider: DeviceStatus.ElsewhereProvider);
        var client = new ElsewhereClient(new JobId(job), $"c{devices.Count}", 60);
        devices[^1] = devices[^1] with { Device = devices[^1].Device with { Elsewhere = client } };
        return this;
    }

    public SharedPool Limit(string project, UseLimits whole, UseLimits? eachUser = null)
    {
        limits.Add(new ProjectLimits { Project = project, Whole = whole, EachUser = eachUser ?? UseLimits.None });
        return this;
    }

    public SharedPool Used(string project, double hours, string owner = "o", double ago = 1)
    {
        uses.Add(new DeviceUse(project, owner, Now.AddHours(-ago), hours * 3600));
        return this;
    }
}
