using AutoSelect.Chaos.Devices;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Checking;

/// <summary>
/// A device trains one lease at a time: a token is given out once, a device has one lease in every answer, and what it said under an older
/// token after it was given work under a newer one is not stored.
/// </summary>
internal sealed class DeviceRule : Rule
{
    public override string Name => "one lease a device";

    protected override void Look(Evidence evidence, Findings found)
    {
        var segments = evidence.Jobs.SelectMany(j => j.Events.Select(e => e.Change).OfType<SegmentStarted>()
            .SelectMany(s => s.Segment.Members().Select(m => (Job: j.Id, s.Trial, m.Device, m.LeaseToken)))).ToList();
        foreach (var token in segments.GroupBy(s => s.LeaseToken))
        {
            found.Expect(token.Count() == 1, token.First().Device,
                () => $"token {token.Key} was given to {string.Join(" and ", token.Select(s => $"{s.Trial} of {s.Job} on {s.Device}"))}");
        }
        foreach (var answer in evidence.Of(Whats.Leases, EntryKind.Note).GroupBy(e => (e.Client, e.Operation)))
        {
            foreach (var device in answer.GroupBy(e => e.Device))
            {
                found.Expect(device.Count() == 1, device.Key!,
                    () => $"leased to {string.Join(" and ", device.Select(d => d.Job))} at once");
            }
        }
        var deviceOf = segments.GroupBy(s => s.LeaseToken).ToDictionary(g => g.Key, g => g.First().Device);
        var given = evidence.Of(Whats.Work, EntryKind.Done).Where(e => e.Device is not null).ToLookup(e => e.Device!.Value);
        var said = evidence.Of(Whats.Report, EntryKind.Asked)
            .SelectMany(e => (e.Points ?? []).Select(step => (Key: (e.Job, e.Trial, e.Token, Step: step), e.At)))
            .GroupBy(s => s.Key).ToDictionary(g => g.Key, g => g.Min(s => s.At));
        foreach (var job in evidence.Jobs)
        {
            foreach (var reported in job.Events.Select(e => e.Change).OfType<SegmentReported>())
            {
                foreach (var point in reported.Points)
                {
                    if (point.Diagnostics?.TryGetValue(SimulatedCurve.TokenFigure, out var figure) != true) continue;
                    var token = (long)figure;
                    if (!deviceOf.TryGetValue(token, out var device)) continue;
                    if (!said.TryGetValue((job.Id, reported.Trial, token, point.Step), out var at)) continue;
                    var newer = given[device].FirstOrDefault(g => g.Token > token && g.At < at);
                    found.Expect(newer is null, device, () => $"{job.Id}: step {point.Step} of {reported.Trial} was reported under token "
                        + $"{token} after work under {newer!.Token} was given");
                }
            }
        }
    }
}
