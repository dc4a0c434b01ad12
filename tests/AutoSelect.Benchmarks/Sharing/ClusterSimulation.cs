using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Providers;

namespace AutoSelect.Benchmarks;

/// <summary>
/// A cluster in virtual time. Jobs and lender are simulated; what is decided is decided by the real matching, quotas and borrowing plan,
/// and carried out as ledger and jobs would. Plans are made whenever something has changed, borrowing ones every half minute.
/// </summary>
internal sealed class ClusterSimulation(int devices, double arrivalsPerHour, double hours, int seed)
{
    /// <summary>Spread of the logarithm of lengths: the longest of a hundred is eight times the median.</summary>
    private const double LengthSpread = .9;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly Random random = new(seed);
    private readonly SharingOptions options = new();
    private readonly ProjectBook book = new(SimulatedUser.Limits);
    private readonly PriorityQueue<Action, (double Time, long Order)> events = new();
    private readonly Dictionary<JobId, SimulatedClusterJob> jobs = [];
    private readonly SortedDictionary<DeviceId, DeviceStatus> pool =
        new(Comparer<DeviceId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)));
    private readonly Dictionary<DeviceId, double> changed = [];
    private readonly Dictionary<DeviceId, double> charged = [];
    private readonly Dictionary<(string Project, string Owner, DateTimeOffset Hour), double> use = [];
    private SimulatedLender lender = null!;
    private UseBook used = UseBook.Empty;
    private double now;
    private long order;
    private bool isDirty;

    public ClusterFigures Figures { get; } = new();

    private DateTimeOffset Time => Start.AddSeconds(now);

    public void Run()
    {
        lender = new SimulatedLender(new Random(seed + 1));
        for (var i = 0; i < devices; i++) Join(new DeviceId($"own-{i:d4}"), DeviceStatus.OwnProvider, 0);
        At(NextArrival(), Arrive);
        At(60, Charge);
        At(30, Borrow);
        while (events.TryPeek(out _, out var next))
        {
            if (isDirty && next.Time > now)
            {
                isDirty = false;
                Share();
                continue;
            }
            Pass(next.Time);
            events.Dequeue()();
        }
        Figures.Waiting = jobs.Values.Count(j => !j.IsOver);
        Figures.Leaks = lender.Open + pool.Values.Count(d => d.Lease is not null || d.Provider != DeviceStatus.OwnProvider);
        Figures.Asked = lender.Asked;
    }

    private bool IsOpen => now < hours * 3600;

    private void At(double seconds, Action action) => events.Enqueue(action, (now + seconds, order++));

    private double NextArrival() => -Math.Log(1 - random.NextDouble()) * 3600 / arrivalsPerHour;

    private void Pass(double time)
    {
        var held = pool.Values.Count(d => d.Lease is not null);
        var own = pool.Values.Count(d => d is { Lease: not null, Provider: DeviceStatus.OwnProvider });
        // Until the last arrival: what is left to do afterwards says nothing of a cluster in use.
        var span = Math.Max(0, Math.Min(time, hours * 3600) - now);
        var borrowed = lender.Borrowed(Start, now, Since).Count(b => b.Stage is not BorrowStage.Queued);
        Figures.OwnHeld += span * own;
        Figures.BorrowedHeld += span * (held - own);
        Figures.Borrowed += span * borrowed;
        foreach (var project in pool.Values.Where(d => d.Lease is not null).CountBy(d => d.Lease!.Project))
            Figures.Had[project.Key] = Figures.Had.GetValueOrDefault(project.Key) + span * project.Value;
        now = time;
    }

    private void Arrive()
    {
        if (!IsOpen) return;
        At(NextArrival(), Arrive);
        var draw = random.NextDouble();
        var user = SimulatedUser.All.First(u => (draw -= u.Arrivals) < 0 || u == SimulatedUser.All[^1]);
        var core = random.Next(10) == 0 ? 4 : 1;
        var seconds = user.MedianHours * 3600 * Math.Exp(LengthSpread * SimulatedLender.Normal(random));
        var demand = new Demand
        {
            Job = new JobId($"job-{jobs.Count}"),
            Least = 1,
            Core = core,
            Most = core + 3,
            Price = .08,
            Project = user.Project,
            Owner = user.Name,
            Priority = random.Next(20) == 0 ? JobPriority.High : JobPriority.Normal,
        };
        Figures.Arrived++;
        var account = new Account(user.Project);
        var ofProject = jobs.Values.Where(j => !j.IsOver && account.Covers(j.Stated.Demand)).ToList();
        var admitted = ofProject.Count(j => j.Stated.AdmittedAt is not null);
        if (Quotas.OnWaiting(book.Of(account), account, ofProject.Count, admitted, used) is not null)
        {
            Figures.Refused++;
            return;
        }
        jobs.Add(demand.Job, new SimulatedClusterJob(new StatedDemand(demand, Time), $"{user.Project}/{user.Name}", seconds, now));
        isDirty = true;
    }

    private void Share()
    {
        List<StatedDemand> demands = [.. jobs.Values.Where(j => !j.IsOver).Select(j => j.Stated)];
        var plan = PoolPlan.Make(new PoolFacts(Time, demands, [.. pool.Values], book, used), options);
        Figures.Plans++;
        foreach (var stated in plan.Admitted) Change(stated.Job, d => d with { AdmittedAt = Time, Waits = "" });
        foreach (var (job, reason) in plan.Held)
        {
            Change(job, d => d with { Waits = reason });
            Figures.Held++;
        }
        foreach (var grant in plan.Grants) Grant(grant);
        foreach (var (job, recall) in plan.Recalls)
        {
            Change(job, d => d with { Recall = recall });
            if (recall is null || jobs[job].IsAnswering) continue;
            // Until the next checkpoint.
            jobs[job].IsAnswering = true;
            At(1 + 29 * random.NextDouble(), () => Answer(jobs[job]));
        }
    }

    private void Change(JobId job, Func<StatedDemand, StatedDemand> change) => jobs[job].Stated = change(jobs[job].Stated);

    private void Grant(DeviceGrant grant)
    {
        var job = jobs[grant.Demand.Job];
        job.Advance(now);
        if (job.StartedAt is null)
        {
            job.StartedAt = now;
            Figures.Queued(job.User, now - job.SubmittedAt);
        }
        job.Held.Add(grant.Device);
        pool[grant.Device] = pool[grant.Device] with
        {
            Lease = new Lease
            {
                Device = grant.Device,
                Job = grant.Demand.Job,
                Token = order,
                Since = Time,
                Project = grant.Demand.Project,
                Owner = grant.Demand.Owner,
                Provider = pool[grant.Device].Provider,
            },
        };
        changed[grant.Device] = now;
        Plan(job);
    }

    /// <summary>Gives back what is asked for: borrowed devices first, of these the youngest.</summary>
    private void Answer(SimulatedClusterJob job)
    {
        job.IsAnswering = false;
        if (job.IsOver || job.Stated.Recall is not { } recall || job.Held.Count <= recall.Keep) return;
        var given = job.Held.OrderBy(d => pool[d].Provider == DeviceStatus.OwnProvider).ThenByDescending(d => pool[d].Lease!.Since)
            .Take(job.Held.Count - recall.Keep).ToList();
        Figures.Recalled += given.Count;
        job.Advance(now);
        foreach (var device in given) Free(job, device);
        Plan(job);
    }

    private void Free(SimulatedClusterJob job, DeviceId device)
    {
        job.Held.Remove(device);
        ChargeOne(pool[device]);
        pool[device] = pool[device] with { Lease = null };
        changed[device] = now;
        isDirty = true;
    }

    /// <summary>Looks again when the job is through with probing, or at its end.</summary>
    private void Plan(SimulatedClusterJob job)
    {
        var (version, left) = (job.Version, job.Left);
        if (double.IsFinite(left)) At(left, () => Continue(job, version));
    }

    private void Continue(SimulatedClusterJob job, int version)
    {
        if (job.Version != version) return;
        job.Advance(now);
        if (job.IsOver)
        {
            Figures.Ended++;
            foreach (var device in job.Held.ToList()) Free(job, device);
            isDirty = true;
            return;
        }
        // The race is decided: the challengers' devices go back.
        var demand = job.Stated.Demand with { Most = job.Stated.Demand.Core };
        job.Stated = job.Stated with { Demand = demand };
        foreach (var device in job.Held.OrderBy(d => pool[d].Provider == DeviceStatus.OwnProvider)
            .Take(job.Held.Count - demand.Most).ToList()) Free(job, device);
        Plan(job);
    }

    private void Join(DeviceId device, string provider, double price)
    {
        var description = new DeviceDescription { Id = device, Kind = DeviceKind.Cuda, Index = 0, Model = "simulated", Host = "simulated" };
        pool.Add(device, new DeviceStatus { Device = description, Provider = provider, Price = price });
        changed[device] = now;
        isDirty = true;
    }

    private void Borrow()
    {
        if (IsOpen || lender.Open > 0 || jobs.Values.Any(j => !j.IsOver)) At(30, Borrow);
        List<Demand> demands = [.. jobs.Values.Where(j => !j.IsOver && j.Stated.AdmittedAt is not null).Select(j => Borrowable(j.Stated))];
        var wants = DeviceWants.Missing(
            demands, [.. pool.Values], job => jobs[job].Left is var left && double.IsFinite(left) ? Time.AddSeconds(left) : null);
        var moves = BorrowingPlan.Make(new BorrowingOptions { Most = 64 },
            new BorrowingFacts(Time, wants, lender.Borrowed(Start, now, Since), [SimulatedLender.Offer]));
        foreach (var move in moves.Requests)
        {
            var loan = lender.Ask(move, now);
            At(loan.Ready - now, () =>
            {
                if (lender.Find(loan.Label) is not null)
                    Join(loan.Label.Device, SimulatedLender.Provider, SimulatedLender.Class.Price);
            });
            At(loan.End - now, () => TakeBack(loan.Label));
        }
        foreach (var move in moves.Releases) TakeBack(move.Label);
    }

    /// <summary>What a quota would not let a job hold is not borrowed for it.</summary>
    private Demand Borrowable(StatedDemand stated) => Quotas.OnDevice(
        new PoolFacts(Time, [], [], book, used), stated.Demand, new Tally([.. pool.Values]), isLeast: false) is null
        ? stated.Demand : stated.Demand with { Most = jobs[stated.Job].Held.Count };

    private void TakeBack(BorrowLabel label)
    {
        if (lender.Find(label) is null) return;
        lender.Remove(label);
        if (!pool.TryGetValue(label.Device, out var status)) return;
        if (status.Lease is { } lease)
        {
            var job = jobs[lease.Job];
            job.Advance(now);
            Free(job, label.Device);
            Plan(job);
        }
        pool.Remove(label.Device);
        isDirty = true;
    }

    private (bool, double) Since(DeviceId device) =>
        pool.TryGetValue(device, out var status) ? (status.Lease is not null, changed[device]) : (false, now);

    private void Charge()
    {
        if (IsOpen || jobs.Values.Any(j => !j.IsOver)) At(60, Charge);
        foreach (var status in pool.Values) ChargeOne(status);
        used = new UseBook(use.Select(u => new DeviceUse(u.Key.Project, u.Key.Owner, u.Key.Hour, u.Value)), Time, options.HalfLife, book);
    }

    private void ChargeOne(DeviceStatus status)
    {
        if (status.Lease is not { } lease) return;
        var from = Math.Max((lease.Since - Start).TotalSeconds, charged.GetValueOrDefault(status.Device.Id));
        var key = (lease.Project, lease.Owner, Start.AddHours(Math.Floor(now / 3600)));
        use[key] = use.GetValueOrDefault(key) + now - from;
        charged[status.Device.Id] = now;
    }
}
