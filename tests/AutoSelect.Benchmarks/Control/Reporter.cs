using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Benchmarks;

/// <summary>A simulated device that does nothing but report: a batch of points as soon as the one before is stored.</summary>
internal sealed class Reporter(IDeviceGrain grain, long session, SegmentAssignment assignment, int points)
{
    private static readonly SimulatedTraining Training = new();

    public static async Task<Reporter> Start(ControlUnderLoad control, int number, int points)
    {
        var grain = control.Grains.GetGrain<IDeviceGrain>($"reporter-{number}");
        var description = new DeviceDescription
        {
            Id = new DeviceId($"reporter-{number}"),
            Kind = DeviceKind.Cpu,
            Index = number,
            Model = "simulated",
            Host = "simulated",
            ProcessId = number + 1,
        };
        var spec = SimulatedJobs.BestAtHorizon("a") with { Policy = "exhaustive", Probe = new ProbeBudget { Devices = 1 } };
        var candidate = spec.Candidates[0] with { Schedule = spec.Candidates[0].Schedule with { HorizonEpochs = 1e6 } };
        await control.Submit(spec with { Candidates = [candidate] });
        var session = (await grain.Register(description, null)).Session;
        SegmentAssignment? assignment = null;
        while (assignment is null) assignment = await grain.NextWork(session, TimeSpan.FromSeconds(1));
        return new Reporter(grain, session, assignment, points);
    }

    /// <returns>Points that were acknowledged.</returns>
    public async Task<long> Run(CancellationToken over)
    {
        var step = 0L;
        while (!over.IsCancellationRequested)
        {
            var batch = Enumerable.Range(1, points).Select(i => Training.Point(assignment.Candidate, step + i)).ToArray();
            step += points;
            var reply = await grain.Report(session, new SegmentReport
            {
                Job = assignment.Job,
                Trial = assignment.Trial,
                LeaseToken = assignment.LeaseToken,
                Step = step,
                Points = [.. batch],
            });
            if (reply.AcknowledgedStep != step)
                throw new InvalidOperationException($"Step {step} was reported and {reply.AcknowledgedStep} acknowledged.");
        }
        return step;
    }
}
