using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;

namespace AutoSelect.Jobs.Tests.Sharing;

/// <summary>
/// A pool over virtual time, in rounds: jobs come, train and end, devices come and go, and every plan is carried out as the ledger and the
/// jobs would. Whatever a plan must not do fails at once.
/// </summary>
internal sealed class PoolWorld(SharingOptions options, IReadOnlyList<ProjectLimits> limits)
{
    public static readonly TimeSpan Round = TimeSpan.FromMinutes(10);

    private readonly ProjectBook book = new(limits);
    private readonly Dictionary<(string, string, DateTimeOffset), double> uses = [];
    private readonly Dictionary<DeviceId, DeviceStatus> devices = [];
    private readonly List<WorldJob> jobs = [];
    private readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private int named;
    private long lastToken;

    public int Rounds { get; private set; }

    public IReadOnlyList<WorldJob> Jobs => jobs;

    public int Devices => devices.Count;

    public IEnumerable<WorldJob> Unfinished => jobs.Where(j => j.Left > 0);

    private DateTimeOffset Now => start + Rounds * Round;

    /// <summary>Device rounds that a project has had.</summary>
    public double Had(string project) => uses.Where(u => u.Key.Item1 == project).Sum(u => u.Value) / Round.TotalSeconds;

    public void Submit(Demand demand, int rounds)
    {
        var job = new JobId($"job-{jobs.Count}");
        jobs.Add(new WorldJob(new StatedDemand(demand with { Job = job }, Now), rounds));
    }

    public void Join(DeviceKind kind, string provider = DeviceStatus.OwnProvider)
    {
        var id = new DeviceId($"d{named++}");
        var device = new DeviceDescription { Id = id, Kind = kind, Index = named, Model = "simulated", Host = "simulated" };
        devices.Add(id, new DeviceStatus { Device = device, Provider = provider });
    }

    public void Leave(Random random)
    {
        if (devices.Count > 0) devices.Remove(devices.Keys.ElementAt(random.Next(devices.Count)));
    }

    /// <summary>One plan, carried out, and what jobs do in the time until the next one.</summary>
    public void Step()
    {
        var facts = Facts();
        var plan = PoolPlan.Make(facts, options);
        foreach (var admitted in plan.Admitted) Change(admitted.Job, d => d with { AdmittedAt = Now, Waits = "" });
        foreach (var (job, reason) in plan.Held) Change(job, d => d with { Waits = reason });
        foreach (var (device, demand) in plan.Grants) Grant(device, demand);
        foreach (var (job, recall) in plan.Recalls) Change(job, d => d with { Recall = recall });
        CheckQuotas();
        CheckRecalls();
        CheckNothingLiesIdle(facts);
        Train();
        GiveBack();
        Rounds++;
    }

    public int HeldBy(JobId job) => devices.Values.Count(d => d.Lease?.Job == job);

    private PoolFacts Facts() => new(Now, [.. Unfinished.Select(j => j.Stated)], [.. devices.Values], book,
        new UseBook(uses.Select(u => new DeviceUse(u.Key.Item1, u.Key.Item2, u.Key.Item3, u.Value)), Now, options.HalfLife, book));

    private void Change(JobId job, Func<StatedDemand, StatedDemand> change)
    {
        var at = jobs.Find(j => j.Stated.Job == job)!;
        at.Stated = change(at.Stated);
    }

    private void Grant(DeviceId device, Demand demand)
    {
        Assert.Null(devices[device].Lease);
        Assert.True(demand.Class is null || demand.Class == devices[device].Device.Kind, "a device of another class was granted");
        devices[device] = devices[device] with
        {
            Lease = new Lease
            {
                Device = device,
                Job = demand.Job,
                Token = ++lastToken,
                Since = Now,
                Project = demand.Project,
                Owner = demand.Owner,
            },
        };
    }

    private void CheckQuotas()
    {
        var accounts = Unfinished.Select(j => Account.Of(j.Stated.Demand)).SelectMany(a => (Account[])[a.Project, a.User]);
        foreach (var account in accounts.Distinct())
        {
            var of = book.Of(account);
            var running = Unfinished.Count(j => j.Stated.AdmittedAt is not null && account.Covers(j.Stated.Demand));
            var held = devices.Values.Count(d => d.Lease is { } l && l.Project == account.Project && (account.Owner ?? l.Owner) == l.Owner);
            Assert.True(running <= (of.RunningJobs ?? int.MaxValue), $"{account} has {running} jobs running");
            Assert.True(held <= (of.Devices ?? int.MaxValue), $"{account} holds {held} devices");
        }
        Assert.All(devices.Values.Where(d => d.Lease is not null),
            d => Assert.NotNull(jobs.Find(j => j.Stated.Job == d.Lease!.Job)!.Stated.AdmittedAt));
    }

    /// <summary>No job is asked for what its main run has, and none is asked for a device that it has just been given.</summary>
    private void CheckRecalls()
    {
        foreach (var job in Unfinished.Where(j => j.Stated.Recall is { } recall && HeldBy(j.Stated.Job) > recall.Keep))
        {
            var (keep, demand) = (job.Stated.Recall!.Keep, job.Stated.Demand);
            var core = Math.Min(demand.Most, Math.Max(demand.Least, demand.Core));
            Assert.True(keep >= core, $"{demand.Job} is to keep {keep} of {core}");
        }
    }

    /// <summary>No device is free that a job lacks which nothing stands against.</summary>
    private void CheckNothingLiesIdle(PoolFacts before)
    {
        if (!devices.Values.Any(d => d.Lease is null)) return;
        var tally = new Tally([.. devices.Values]);
        foreach (var job in Unfinished.Where(j => j.Stated.AdmittedAt is not null && HeldBy(j.Stated.Job) < j.Stated.Demand.Least))
            Assert.True(
                Quotas.OnDevice(before, job.Stated.Demand, tally, isLeast: true) is not null
                    || !devices.Values.Any(d => d.Lease is null && DeviceMatching.Fits(d, job.Stated)),
                $"{job.Stated.Job} lacks a device that is free");
    }

    private void Train()
    {
        foreach (var status in devices.Values.Where(d => d.Lease is not null))
        {
            var lease = status.Lease!;
            var hour = new DateTimeOffset(Now.Ticks - Now.Ticks % TimeSpan.TicksPerHour, TimeSpan.Zero);
            var key = (lease.Project, lease.Owner, hour);
            uses[key] = uses.GetValueOrDefault(key) + Round.TotalSeconds;
        }
        foreach (var job in Unfinished)
        {
            if (HeldBy(job.Stated.Job) < job.Stated.Demand.Least)
            {
                job.Starved += job.Stated.AdmittedAt is null ? 0 : 1;
                continue;
            }
            job.FirstServed ??= Rounds;
            job.Left--;
        }
    }

    private void GiveBack()
    {
        foreach (var job in jobs)
        {
            var keep = job.Left <= 0 ? 0 : job.Stated.Recall?.Keep ?? int.MaxValue;
            var held = devices.Values.Where(d => d.Lease?.Job == job.Stated.Job)
                .OrderByDescending(d => job.Stated.Recall?.Kind is not { } kind || d.Device.Kind == kind).ToList();
            foreach (var status in held.Take(held.Count - keep)) devices[status.Device.Id] = status with { Lease = null };
        }
    }
}

/// <summary>A job of the world.</summary>
internal sealed class WorldJob(StatedDemand stated, int rounds)
{
    public StatedDemand Stated { get; set; } = stated;

    /// <summary>Rounds with what it needs at least until it ends.</summary>
    public int Left { get; set; } = rounds;

    public int? FirstServed { get; set; }

    /// <summary>Rounds in which it was admitted and lacked what it needs at least.</summary>
    public int Starved { get; set; }
}
