using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Replay;

/// <summary>
/// The devices of a simulated job: as many as it asks for, up to those that are there, each a while after it was asked for. Simulated.
/// </summary>
internal sealed class SimulatedLanes(SimulatedConditions conditions)
{
    private readonly SortedDictionary<int, (long Token, double From)> held = [];
    private readonly List<LostLease> lost = [];
    private long lastToken;
    private int here;

    /// <summary>Since when the same devices have been held.</summary>
    public double Since { get; private set; }

    public LeaseSet At(double now) =>
        new(lastToken, [.. held.Where(h => h.Value.From <= now).Select(h => Held(h.Key, h.Value.Token))], [.. lost]);

    /// <summary>When a device next comes or goes; infinite where none does.</summary>
    public double NextChange(double now) => held.Values.Select(h => h.From)
        .Concat(conditions.Presences.SelectMany(p => new[] { p.From, p.Until })).Where(t => t > now)
        .DefaultIfEmpty(double.PositiveInfinity).Min();

    /// <summary>Asks for what the job wants and gives back what it does not.</summary>
    public void Match(JobRecord record, JobFacts facts)
    {
        var now = facts.Now;
        var busy = Lanes.Busy(record);
        foreach (var token in Lanes.ToRelease(record, facts).Where(t => !busy.Contains(t)))
        {
            // What was lost is told until nothing runs there any more.
            lost.RemoveAll(l => l.Lease.Token == token);
            foreach (var (device, _) in held.Where(h => h.Value.Token == token).ToList()) held.Remove(device);
        }
        foreach (var (device, (token, from)) in held.Where(h => !conditions.IsThere(h.Key, now)).ToList())
        {
            held.Remove(device);
            if (from <= now) lost.Add(new LostLease(Held(device, token).Lease, "it went away", IsBlameless: false));
        }
        var wanted = Lanes.Wanted(record).Most;
        for (var device = 0; device < conditions.Devices && held.Count < wanted; device++)
            if (!held.ContainsKey(device) && conditions.IsThere(device, now))
                held[device] = (++lastToken, now + conditions.Costs.ArrivalSeconds);
        var count = held.Count(h => h.Value.From <= now);
        if (count != here) (here, Since) = (count, now);
    }

    /// <summary>A lease with a new token.</summary>
    public Lease Renew(Lease lease)
    {
        var device = held.First(h => h.Value.Token == lease.Token).Key;
        held[device] = (++lastToken, held[device].From);
        return lease with { Token = lastToken };
    }

    private static HeldLease Held(int device, long token)
    {
        var id = new DeviceId($"simulated-{device}");
        return new HeldLease(new Lease { Device = id, Job = SimulatedJob.Id, Token = token },
            new DeviceDescription { Id = id, Kind = DeviceKind.Cpu, Index = device, Model = "simulated", Host = "simulated" });
    }
}
