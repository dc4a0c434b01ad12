using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Replay;

/// <summary>
/// The devices of a simulated job: as many as it asks for, up to those there are, each a while after it was asked for. Simulated.
/// </summary>
internal sealed class SimulatedLanes(int most, double arrivalSeconds)
{
    private readonly SortedDictionary<int, (long Token, double From)> held = [];
    private long lastToken;

    public LeaseSet At(double now) => new(lastToken, [.. held.Where(h => h.Value.From <= now).Select(h => Held(h.Key, h.Value.Token))], []);

    /// <summary>When the next device that was asked for arrives; infinite where none is on its way.</summary>
    public double NextArrival(double now) =>
        held.Values.Where(h => h.From > now).Select(h => h.From).DefaultIfEmpty(double.PositiveInfinity).Min();

    /// <summary>Asks for what the job wants and gives back what it does not.</summary>
    public void Match(JobRecord record, JobFacts facts)
    {
        foreach (var token in Lanes.ToRelease(record, facts)) held.Remove(held.First(h => h.Value.Token == token).Key);
        var wanted = Math.Min(most, Lanes.Wanted(record).Most);
        for (var device = 0; device < most && held.Count < wanted; device++)
            if (!held.ContainsKey(device)) held[device] = (++lastToken, facts.Now + arrivalSeconds);
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
