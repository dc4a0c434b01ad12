using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>
/// A simulated device: speaks the protocol of a device process, but computes its points from a formula and takes no time. Steps
/// cost what <see cref="SimulatedTraining.SecondsPerStep"/> says, in virtual seconds.
/// </summary>
/// <param name="control">What it calls.</param>
/// <param name="id">Its id.</param>
/// <param name="training">What comes of its segments.</param>
/// <param name="model">Name of its processor.</param>
public sealed class SimulatedDevice(IDeviceControl control, string id, SimulatedTraining training, string model = "simulated")
    : IAsyncDisposable
{
    public SimulatedDevice(IGrainFactory grains, string id, SimulatedTraining training, string model = "simulated")
        : this(new GrainControl(grains, id), id, training, model) { }

    // Each stands for a process of its own.
    private static int processes;

    private readonly CancellationTokenSource stopping = new();
    private Task loop = Task.CompletedTask;
    private long session;
    private RunningSegment? running;

    /// <summary>Assignments taken, in order.</summary>
    public List<SegmentAssignment> Taken { get; } = [];

    /// <summary>How a rank ends a segment of several; null as its training does. Ranks other than the first tell nothing else.</summary>
    public Func<SegmentAssignment, (SegmentEnd End, string Reason)?> EndsRank { get; set; } = _ => null;

    /// <summary>How a segment that it trains alone ends, after its points and without a checkpoint; null as its training does.</summary>
    public Func<SegmentAssignment, (SegmentEnd End, string Reason)?> EndsSegment { get; set; } = _ => null;

    /// <summary>Called with each assignment before it runs; what it returns is awaited, so a test can hold a segment.</summary>
    public Func<SegmentAssignment, Task> BeforeSegment { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called when a segment has left a checkpoint for another trial and told so; what it returns is awaited.</summary>
    public Func<SegmentAssignment, Task> AfterBranch { get; set; } = _ => Task.CompletedTask;

    /// <summary>
    /// Whether the device reports while a test holds a segment that it trains alone, as one that computes does; default false, as one that
    /// hangs.
    /// </summary>
    public bool ReportsWhileHeld { get; set; }

    public DeviceDescription Description { get; } = new()
    {
        Id = new DeviceId(id),
        Kind = DeviceKind.Cpu,
        Index = 0,
        Model = model,
        Host = "simulated",
        ProcessId = Interlocked.Increment(ref processes),
    };

    public void Start() => loop = Task.Run(Run);

    /// <summary>Falls silent, as a killed process does.</summary>
    public async Task Die()
    {
        await stopping.CancelAsync();
        await loop;
    }

    public async ValueTask DisposeAsync()
    {
        await Die();
        stopping.Dispose();
    }

    private async Task Run()
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (await Call(() => control.NextWork(session, TimeSpan.FromMilliseconds(50))) is not { } assignment) continue;
                lock (Taken) Taken.Add(assignment);
                running = new RunningSegment { Job = assignment.Job, Trial = assignment.Trial, LeaseToken = assignment.LeaseToken };
                var isAlone = assignment.Placement is null && !ReportsWhileHeld;
                if (isAlone) await BeforeSegment(assignment).WaitAsync(stopping.Token);
                if (isAlone || await TakesPart(assignment)) await Train(assignment);
                running = null;
            }
        }
        catch (OperationCanceledException)
        {
            // Died.
        }
    }

    private Task<ReportReply> Report(SegmentReport report) => Call(() => control.Report(session, report));

    /// <summary>Calls until there is an answer. Whatever went wrong, it registers again first, as a device process does.</summary>
    private async Task<T> Call<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                if (session == 0) session = (await control.Register(Description, running)).Session;
                return await call();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                session = 0;
                await Task.Delay(10, stopping.Token);
            }
        }
    }

    /// <summary>Waits for the test and the other ranks, reporting meanwhile; true for the first rank once all have come.</summary>
    private async Task<bool> TakesPart(SegmentAssignment assignment)
    {
        var placement = assignment.Placement;
        var news = new SegmentReport
        {
            Job = assignment.Job,
            Trial = assignment.Trial,
            LeaseToken = assignment.LeaseToken,
            Step = assignment.From?.Step ?? 0,
        };
        async Task End(SegmentEnd end, string reason) => await Report(news with { End = end, Reason = reason });
        (SegmentEnd End, string Reason)? Own() => placement is null ? null : EndsRank(assignment);

        var held = BeforeSegment(assignment);
        var address = new RankAddress(id, 1, "simulated");
        while (!held.IsCompleted || (placement is not null
            && await Call(() => control.Meet(placement, address, TimeSpan.FromMilliseconds(20))) is null))
        {
            stopping.Token.ThrowIfCancellationRequested();
            if ((await Report(news)).Order is var order and not SegmentOrder.Continue)
            {
                // The others may have met, and one of them may have ended the segment, before this one was told that they had.
                var (end, reason) = Own()
                    ?? (order == SegmentOrder.Interrupt ? SegmentEnd.Interrupted : SegmentEnd.RankLost, "the group did not form");
                await End(end, reason);
                return false;
            }
            await Task.Delay(5, stopping.Token);
        }
        if (Own() is { } last) await End(last.End, last.Reason);
        else if (placement?.Leads != false) return true;
        else await End(SegmentEnd.BudgetReached, "");
        return false;
    }

    private async Task Train(SegmentAssignment assignment)
    {
        var from = assignment.From?.Step ?? 0;
        var points = ImmutableArray.CreateBuilder<CurvePoint>();
        var (step, end, reason) = (from, SegmentEnd.BudgetReached, "");
        SegmentReport News() => new()
        {
            Job = assignment.Job,
            Trial = assignment.Trial,
            LeaseToken = assignment.LeaseToken,
            Step = step,
            Points = points.ToImmutable(),
            DeviceSeconds = (step - from) * training.SecondsPerStep(assignment.Candidate),
            StepTime = new StepTime
            {
                Steps = Math.Max(1, step - from),
                LowerQuartileSeconds = training.SecondsPerStep(assignment.Candidate),
                MeanSeconds = training.SecondsPerStep(assignment.Candidate),
                StandardErrorSeconds = 0.01 * training.SecondsPerStep(assignment.Candidate),
            },
        };

        while (step < assignment.UntilStep && end == SegmentEnd.BudgetReached)
        {
            step++;
            if (training.DivergesAt(assignment.Candidate) is { } at && step >= at)
                (end, reason) = (SegmentEnd.Diverged, $"loss is NaN at step {step}");
            else if (step % training.EvaluateEvery == 0 || step == assignment.HorizonSteps)
                points.Add(training.Point(assignment.Candidate, step));
            if (assignment.Branches.Any(b => b.Step == step)) await LeaveBranches(assignment, News());
            if (points.Count > 0 && assignment.StopsAt(points[^1].Value))
                end = SegmentEnd.TargetReached;
        }
        // News first, then the order of the control side, then the end: as a device does it.
        var report = News();
        var reply = await Report(report);
        if (reply.Order == SegmentOrder.Abandon || EndsSegment(assignment) is not null)
        {
            var last = EndsSegment(assignment) ?? (SegmentEnd.Interrupted, "told to end");
            await Report(report with { End = last.End, Reason = last.Reason });
            return;
        }
        await Report(report with
        {
            End = reply.Order == SegmentOrder.Interrupt && end == SegmentEnd.BudgetReached ? SegmentEnd.Interrupted : end,
            Reason = reason,
            Checkpoint = end == SegmentEnd.Diverged ? null : WriteCheckpoint(assignment, step),
            Final = assignment.ExportTo is { } path
                ? new FinalWeights { Uri = path, Value = training.Point(assignment.Candidate, step).Value, IsAveraged = false }
                : null,
        });
    }

    /// <summary>Writes what others begin with and the run's own checkpoint beside it, and trains on.</summary>
    private async Task LeaveBranches(SegmentAssignment assignment, SegmentReport news)
    {
        foreach (var branch in assignment.Branches.Where(b => b.Step == news.Step)) Write(branch.Uri);
        await Report(news with { Checkpoint = WriteCheckpoint(assignment, news.Step) });
        await AfterBranch(assignment).WaitAsync(stopping.Token);
    }

    private static Checkpoint WriteCheckpoint(SegmentAssignment assignment, long step)
    {
        var path = Path.Combine(assignment.Folder, $"{step:D9}-{assignment.LeaseToken}.simulated");
        Write(path);
        return new Checkpoint { Uri = path, Step = step, Bytes = 9 };
    }

    /// <summary>Whoever sweeps checkpoints may take the folder away before the file is in it: then it is made again.</summary>
    private static void Write(string path)
    {
        for (var left = 100; ; left--)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                File.WriteAllText(path, "simulated");
                return;
            }
            catch (DirectoryNotFoundException) when (left > 0)
            {
                // Once more.
            }
        }
    }
}
