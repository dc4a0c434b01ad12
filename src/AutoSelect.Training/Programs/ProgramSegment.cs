using System.Collections.Concurrent;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>Runs the segment of a trial that a program of the user's own trains. Call on a thread of its own; errors end the segment.</summary>
/// <param name="assignment">What to train; its workload names a program.</param>
/// <param name="observer">Who is told.</param>
/// <param name="time">Clock of what is charged.</param>
public sealed partial class ProgramSegment(SegmentAssignment assignment, ISegmentObserver observer, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(.1);
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(5);

    private readonly BlockingCollection<Happening> happenings = [];
    private readonly ProgramOutput output = new();
    private readonly ProgramProgress progress = new(assignment, observer, time);
    private readonly ProgramLog? log = assignment.Workload.Program!.Points is { } source
        ? new ProgramLog(source, assignment.Workload.Program.Metric) : null;

    private abstract record Happening
    {
        public sealed record Line(string? Text) : Happening;

        public sealed record Output(string Text) : Happening;

        public sealed record Exited : Happening;

        public sealed record AllRead : Happening;
    }

    /// <summary>Trains on the calling thread.</summary>
    /// <returns>The segment's last report.</returns>
    public SegmentReport Train()
    {
        SegmentOutcome outcome;
        try
        {
            progress.Begin();
            outcome = progress.IsDone ? new(SegmentEnd.BudgetReached) : Run();
        }
        catch (ProtocolBrokenException e)
        {
            outcome = new(SegmentEnd.Failed, WithOutput(e.Message));
        }
        catch (ProgramNotStartedException e)
        {
            outcome = new(SegmentEnd.Failed, e.Message);
        }
        catch (CheckpointException e)
        {
            outcome = new(SegmentEnd.StorageFailed, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            outcome = new(SegmentEnd.StorageFailed, e.Message);
        }
        return progress.Report(outcome);
    }

    private SegmentOutcome Run()
    {
        using var workspace = new ProgramWorkspace(assignment.Folder, assignment.LeaseToken);
        using var pipes = new NamedPipes(
            workspace.Pipes, line => happenings.Add(new Happening.Line(line)), () => happenings.Add(new Happening.AllRead()));
        var program = assignment.Workload.Program!;
        var start = new ProgramStart(
            ProgramWords.Command(program, assignment.Candidate.Arguments), workspace.Work,
            ProgramWords.Environment(assignment, workspace, pipes));
        using var process = new ProgramProcess(
            start, line => happenings.Add(new Happening.Output(line)), () => happenings.Add(new Happening.Exited()));
        var orders = new ProgramOrders(assignment, program, pipes, process, time);
        while (true)
        {
            if (happenings.TryTake(out var happening, Look))
            {
                orders.Heard();
                if (happening is Happening.AllRead && process.ExitCode is { } code)
                {
                    ReadFiles(workspace, orders);
                    return Ended(code, orders);
                }
                if (happening is Happening.Exited) pipes.Finish();
                Take(happening, workspace, orders);
            }
            ReadFiles(workspace, orders);
            orders.Follow(observer.Order, progress.IsTargetReached);
            if (progress.Divergence is { } diverged) return new(SegmentEnd.Diverged, diverged);
            if (orders.Patience is { } lost) return new(lost.End, WithOutput(lost.Reason));
            progress.Tell();
        }
    }

    private void Take(Happening happening, ProgramWorkspace workspace, ProgramOrders orders)
    {
        switch (happening)
        {
            case Happening.Output(var text):
                output.Add(text);
                if (log is { File: null }) TakePoints(log.Read(text), workspace);
                break;
            case Happening.Line(null):
                throw new ProtocolBrokenException($"The program wrote a line of over {ProgramProtocol.LongestLine} bytes.");
            case Happening.Line(var text):
                var message = ProgramMessage.Parse(text!);
                progress.Take(message, workspace);
                if (message is ProgramMessage.Saved) orders.Saved();
                break;
        }
    }

    private void ReadFiles(ProgramWorkspace workspace, ProgramOrders orders)
    {
        if (log is not { File: { } pattern }) return;
        foreach (var line in log.NewLines(workspace.Work, pattern))
        {
            orders.Heard();
            TakePoints(log.Read(line), workspace);
        }
    }

    private void TakePoints(ProgramMessage.Progress? point, ProgramWorkspace workspace)
    {
        if (point is not null) progress.Take(point, workspace);
    }

    /// <summary>What the end of the process means.</summary>
    private SegmentOutcome Ended(int code, ProgramOrders orders)
    {
        if (orders.IsStopped) return new(SegmentEnd.Interrupted, "The lease is gone or the trial was stopped; no checkpoint was written.");
        if (progress.IsTargetReached && progress.IsSaved) return new(SegmentEnd.TargetReached);
        if (progress.IsDone && progress.IsSaved) return new(SegmentEnd.BudgetReached);
        if (orders.IsPaused && observer.Order == SegmentOrder.Interrupt) return new(SegmentEnd.Interrupted);
        if (code != 0)
        {
            var end = output.SaysOutOfMemory() ? SegmentEnd.OutOfMemory : SegmentEnd.Failed;
            return new(end, WithOutput($"The program ended with exit code {code} after step {progress.Step} of {assignment.HorizonSteps}."));
        }
        return new(SegmentEnd.Failed, WithOutput(progress.IsDone || progress.IsTargetReached
            ? $"The program ended after step {progress.Step} without a checkpoint of it."
            : $"The program ended after step {progress.Step}; it was to go on to step "
                + $"{Math.Min(assignment.UntilStep, assignment.HorizonSteps)}."));
    }

    private string WithOutput(string reason) =>
        output.Tail() is { Length: > 0 } tail ? $"{reason} Its last output:\n{tail}" : $"{reason} It wrote nothing.";
}
