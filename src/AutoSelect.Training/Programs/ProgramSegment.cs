using System.Collections.Concurrent;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>
/// Runs the segment of a trial that a program of the user's own trains. Call on a thread of its own; errors end the segment.
/// </summary>
/// <param name="assignment">What to train; its workload names a program.</param>
/// <param name="observer">Who is told.</param>
/// <param name="place">Where it works, and as whom.</param>
/// <param name="time">Clock of what is charged.</param>
#pragma warning disable CA1001 // Readers of the output may still write when the segment is over; what they write to is memory alone.
public sealed class ProgramSegment(SegmentAssignment assignment, ISegmentObserver observer, ProgramPlace place, TimeProvider time)
#pragma warning restore CA1001
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(.1);

    private readonly ProgramReference program = assignment.Workload.Program!;
    private readonly ProgramOutput output = new();
    private readonly ProgramProgress progress = new(assignment, observer, time);
    private readonly ProgramLog? log = assignment.Workload.Program!.Points is { } source
        ? new ProgramLog(source, assignment.Workload.Program.Metric) : null;

    // Whoever writes faster than is read waits.
    private readonly BlockingCollection<Happening> happenings = new(1000);

    private abstract record Happening
    {
        public sealed record Line(string Text, bool IsCut) : Happening;

        public sealed record Output(string Text) : Happening;

        public sealed record AllRead : Happening;
    }

    /// <summary>Trains on the calling thread.</summary>
    /// <returns>The segment's last report.</returns>
    public SegmentReport Train()
    {
        SegmentOutcome outcome;
        FinalWeights? final = null;
        try
        {
            progress.Begin();
            outcome = progress.IsDone ? new(SegmentEnd.BudgetReached) : Run();
            if (assignment.ExportTo is { } path && outcome.End is SegmentEnd.BudgetReached or SegmentEnd.TargetReached)
                final = ProgramExport.Write(progress.Newest!, path);
        }
        catch (ProtocolBrokenException e)
        {
            outcome = new(SegmentEnd.Failed, WithOutput(e.Message));
        }
        catch (ProgramNotStartedException e)
        {
            outcome = new(SegmentEnd.Failed, e.Message);
        }
        catch (UnusableCheckpointException e)
        {
            outcome = new(SegmentEnd.CheckpointUnusable, e.Message);
        }
        catch (Exception e) when (e is CheckpointException or IOException or UnauthorizedAccessException)
        {
            outcome = new(SegmentEnd.StorageFailed, e.Message);
        }
        return progress.Report(outcome) with { Final = final };
    }

    private SegmentOutcome Run()
    {
        using var workspace = new ProgramWorkspace(place);
        if (assignment.From is { } from) workspace.Unpack(from);
        using var over = new CancellationTokenSource();
        using var pipes = new NamedPipes(
            workspace.Root, (line, isCut) => Add(new Happening.Line(line, isCut), over.Token),
            () => Add(new Happening.AllRead(), over.Token));
        workspace.HandOver();
        var start = new ProgramStart(
            ProgramWords.Command(program, assignment.Candidate.Arguments), workspace.Work,
            ProgramWords.Environment(assignment, workspace, pipes, place.Account), workspace.Root, program.DiskBytes, place.Account);
        using var process = new ProgramProcess(start, line => Add(new Happening.Output(line), over.Token), pipes.Finish, time);
        try
        {
            return Follow(workspace, pipes, process);
        }
        finally
        {
            // Before the others go: whoever waits to be heard would hold up their end.
            over.Cancel();
        }
    }

    private SegmentOutcome Follow(ProgramWorkspace workspace, NamedPipes pipes, ProgramProcess process)
    {
        var orders = new ProgramOrders(assignment, program, pipes, process, time);
        var disk = new ProgramDisk(workspace, program.DiskBytes, time);
        var looked = time.GetTimestamp();
        while (true)
        {
            if (happenings.TryTake(out var happening, Look))
            {
                if (happening is Happening.AllRead && process.ExitCode is { } code)
                {
                    ReadFiles(workspace, orders, isLast: true);
                    return Ended(code, orders, workspace);
                }
                Take(happening, workspace, orders);
                if (progress.Divergence is { } diverged) return new(SegmentEnd.Diverged, diverged);
            }
            if (time.GetElapsedTime(looked) < Look) continue;
            looked = time.GetTimestamp();
            ReadFiles(workspace, orders, isLast: false);
            if (progress.Divergence is { } found) return new(SegmentEnd.Diverged, found);
            disk.Check();
            orders.Follow(observer.Order, progress.IsTargetReached);
            if (orders.Patience is { } lost)
                return lost.End == SegmentEnd.Failed ? lost with { Reason = WithOutput(lost.Reason) } : lost;
            progress.Tell();
        }
    }

    private void Add(Happening happening, CancellationToken over)
    {
        try
        {
            happenings.Add(happening, over);
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    private void Take(Happening happening, ProgramWorkspace workspace, ProgramOrders orders)
    {
        switch (happening)
        {
            case Happening.Output(var text):
                output.Add(text);
                if (log is { IsOutput: true } && log.Read(text) is { } point && progress.TakeLogged(point, workspace)) orders.Advanced();
                break;
            case Happening.Line(_, true):
                throw new ProtocolBrokenException($"The program wrote a line of over {ProgramProtocol.LongestLine} bytes.");
            case Happening.Line(var text, false):
                var message = ProgramMessage.Parse(text);
                if (progress.Take(message, workspace)) orders.Advanced();
                if (message is ProgramMessage.Saved) orders.Saved();
                break;
        }
    }

    private void ReadFiles(ProgramWorkspace workspace, ProgramOrders orders, bool isLast)
    {
        foreach (var point in log?.NewPoints(workspace.Work, isLast) ?? [])
            if (progress.TakeLogged(point, workspace)) orders.Advanced();
    }

    /// <summary>What the end of the process means.</summary>
    private SegmentOutcome Ended(int code, ProgramOrders orders, ProgramWorkspace workspace)
    {
        if (progress.Divergence is { } diverged) return new(SegmentEnd.Diverged, diverged);
        if (orders.IsStopped) return new(SegmentEnd.Interrupted, "The lease is gone or the trial was stopped; no checkpoint was written.");
        if (!program.CanResume && code == 0)
        {
            if (!progress.HasPoints) return new(SegmentEnd.Failed, WithOutput($"The program ended without a value of {program.Metric}."));
            progress.TakeAnswer(workspace);
        }
        if (progress.IsTargetReached && progress.IsSaved) return new(SegmentEnd.TargetReached);
        if (progress.IsDone && progress.IsSaved) return new(SegmentEnd.BudgetReached);
        if (orders.IsPaused && observer.Order == SegmentOrder.Interrupt && code == 0) return new(SegmentEnd.Interrupted);
        if (code != 0)
        {
            var end = output.SaysOutOfMemory() ? SegmentEnd.OutOfMemory : SegmentEnd.Failed;
            return new(end, WithOutput(
                $"The program ended with exit code {code} after step {progress.Step} of {assignment.HorizonSteps}."));
        }
        return new(SegmentEnd.Failed, WithOutput(progress.IsDone || progress.IsTargetReached
            ? $"The program ended after step {progress.Step} without a checkpoint of it."
            : $"The program ended after step {progress.Step}; it was to go on to step "
                + $"{Math.Min(assignment.UntilStep, assignment.HorizonSteps)}."));
    }

    private string WithOutput(string reason) =>
        output.Tail() is { Length: > 0 } tail ? $"{reason} Its last output:\n{tail}" : $"{reason} It wrote nothing.";
}
