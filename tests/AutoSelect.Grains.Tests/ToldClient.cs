using AutoSelect.Contracts;

namespace AutoSelect.Grains.Tests;

/// <summary>A client that trains elsewhere: what it tells is made up, and so is what it keeps.</summary>
/// <param name="cluster">Where its job runs.</param>
/// <param name="job">Name of the job.</param>
/// <param name="name">Its own.</param>
internal sealed class ToldClient(ControlCluster cluster, string job, string name)
{
    public DeviceDescription Device { get; } = new()
    {
        Id = new DeviceId($"elsewhere:{ControlCluster.IdOf(job)}:{name}"),
        Kind = DeviceKind.Elsewhere,
        Index = 0,
        Model = "trained elsewhere",
        Host = name,
        Elsewhere = new ElsewhereClient(ControlCluster.IdOf(job), name, PatienceSeconds: 600),
    };

    public IDeviceGrain Grain => cluster.Grains.GetGrain<IDeviceGrain>(Device.Id.Value);

    /// <summary>Waits for a piece; the deadline only bounds a failing test.</summary>
    public async Task<SegmentAssignment> Ask()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            if (await Grain.Ask(Device, TimeSpan.FromSeconds(.5)) is { } work) return work;
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    public Task<TellReply> Tell(SegmentAssignment work, long step, double? value = null, string? checkpoint = null, TellEnd? end = null) =>
        Grain.Tell(Device, new TellCall
        {
            Client = name,
            Trial = work.Trial,
            Token = work.LeaseToken,
            Step = step,
            Points = value is { } v ? [new ToldPoint(step, v)] : [],
            Checkpoint = checkpoint,
            End = end,
        });

    /// <summary>Trains what there is until the job has ended: ten steps at a time, of which each tells its value and saves.</summary>
    /// <param name="value">Of a candidate after so many steps.</param>
    public async Task Train(Func<Candidate, long, double> value)
    {
        while (!(await cluster.Record(job)).HasEnded)
        {
            if (await Grain.Ask(Device, TimeSpan.FromSeconds(.2)) is not { } work) continue;
            for (var step = (work.From?.Step ?? 0) + 10; ; step += 10)
            {
                var reply = await Tell(work, step, value(work.Candidate, step), $"{name}/{work.Candidate.Name}/{step}");
                if (reply.Order is TellOrder.Done or TellOrder.Stop) break;
            }
        }
    }
}
