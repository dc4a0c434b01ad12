using System.Collections.Concurrent;
using AutoSelect.Contracts;
using AutoSelect.Training.Programs.Ranks;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>One run of a segment's program, from its start to its end.</summary>
/// <param name="assignment">What it trains.</param>
/// <param name="observer">Who is told, and gives orders.</param>
/// <param name="progress">How far the segment has come.</param>
/// <param name="output">What the program writes.</param>
/// <param name="place">Where it works, and as whom.</param>
/// <param name="time">The clock.</param>
/// <param name="ranks">The devices that run it together; null for this one alone.</param>
internal sealed class ProgramRun(
    SegmentAssignment assignment, ISegmentObserver observer, ProgramProgress progress, ProgramOutput output, ProgramPlace place,
    TimeProvider time, ProgramRanks? ranks) : IDisposable
{
    /// <summary>Exit codes above are those of programs that a signal ended.</summary>
    private const int FirstSignal = 128;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(.1);

    private readonly ProgramReference program = assignment.Workload.Program!;

    // What other ranks tell and write is theirs.
    private readonly bool leads = ranks is null or { Leads: true };

    private readonly ProgramLog? log = ranks is null or { Leads: true } && assignment.Workload.Program!.Points is { } source
        ? new ProgramLog(source, assignment.Workload.Program.Metric, time) : null;

    // Whoever writes faster than is read waits; also when all is over, what it writes to is memory alone.
    private readonly BlockingCollection<Happening> happenings = new(1000);
    private readonly CancellationTokenSource over = new();

    /// <param name="At">When it was read, as a timestamp of the clock.</param>
    private abstract record Happening(long At)
    {
        public sealed record Line(long At, string Text, bool IsCut) : Happening(At);

        public sealed record Output(long At, string Text) : Happening(At);

        public sealed record AllRead(long At) : Happening(At);

        public sealed record Packed(long At) : Happening(At);
    }

    /// <summary>Trains on the calling thread.</summary>
    /// <param name="part">The program's part among several; null where it trains alone.</param>
    /// <param name="port">
    /// Where the first rank's program is to listen; null for another rank, and where it is not started again for want of a port.
    /// </param>
    /// <returns>What became of the segment; null where the program is to be started again.</returns>
    public SegmentOutcome? Train(RankSetting? part, MasterPort? port)
    {
        using var workspace = new ProgramWorkspace(place);
        using var packing = new ProgramPacking(
            workspace, progress.Checkpoints, observer, place.Pack, () => Add(new Happening.Packed(time.GetTimestamp())));
        if (assignment.From is { } from) workspace.Unpack(from);
        using var pipes = new NamedPipes(
            workspace.Root, (line, isCut) => Add(new Happening.Line(time.GetTimestamp(), line, isCut)),
            () => Add(new Happening.AllRead(time.GetTimestamp())));
        workspace.HandOver();
        var start = new ProgramStart(
            ProgramWords.Command(program, assignment.Candidate.Arguments), workspace.Work,
            ProgramWords.Environment(assignment, workspace, pipes, place, part), workspace.Root, program.DiskBytes,
            program.ProcessLimit, place.Account);
        using var process = new ProgramProcess(start, line => Add(new Happening.Output(time.GetTimestamp(), line)), pipes.Finish, time);
        using var exchange = ranks is null ? null
            : new RankExchange(ranks, assignment.LastStep(), program.CanResume, pipes.Say, time);
        try
        {
            return Follow(workspace, packing, pipes, process, exchange, port);
        }
        finally
        {
            // Before the others go: whoever waits to be heard would hold up their end.
            over.Cancel();
        }
    }

    public void Dispose() => over.Dispose();

    private SegmentOutcome? Follow(
        ProgramWorkspace workspace, ProgramPacking packing, NamedPipes pipes, ProgramProcess process, RankExchange? exchange,
        MasterPort? port)
    {
        var orders = new ProgramOrders(assignment, pipes, process, exchange, leads, time);
        var disk = new ProgramDisk(workspace, process, program.DiskBytes, place.Space, time);
        var processes = new ProgramProcessLimit(process, program.ProcessLimit, time);
        var (began, looked) = (progress.Step, time.GetTimestamp());
        int? ended = null;
        SegmentOutcome? own = null;
        while (true)
        {
            if (happenings.TryTake(out var happening, Look) && ended is null)
            {
                if (happening is Happening.AllRead && process.ExitCode is { } code)
                {
                    ended = code;
                    progress.Heard(process.ExitedAt);
                    ReadFiles(workspace, packing, orders, process.ExitedAt, isLast: true);
                    if (leads && !program.CanResume && code == 0 && !orders.IsStopped && progress is { HasPoints: true, Divergence: null })
                        progress.TakeAnswer(packing);
                    progress.Ended(process.ExitedAt);
                }
                else if (happening is Happening.Line or Happening.Output)
                {
                    progress.Heard(happening.At);
                    Take(happening, packing, orders, exchange);
                }
                if (progress.Divergence is { } diverged) return new(SegmentEnd.Diverged, diverged);
            }
            if (packing.TakeOver() && !packing.IsBusy) orders.Kept();
            if (ended is { } exit && own is null && IsSettled(packing, orders, exchange))
            {
                own = Ended(exit, orders, exchange?.Order ?? observer.Order, packing, disk);
                var isPortTaken = IsFailure(own) && progress.Step == began && port is { IsTaken: true };
                if (exchange is null) return isPortTaken ? null : own;
                if (!IsFailure(own)) exchange.Ended(process.ExitedAt);
                else exchange.Failed(process.ExitedAt, Kind(own.Value, exit), own.Value.Reason, isPortTaken);
            }
            if (exchange is not null && Concluded(exchange, own, out var conclusion)) return conclusion;
            if (time.GetElapsedTime(looked) < Look) continue;
            looked = time.GetTimestamp();
            exchange?.Told(observer.Order);
            if (own is not null) continue;
            if (ended is not null)
            {
                progress.Tell();
                continue;
            }
            ReadFiles(workspace, packing, orders, looked, isLast: false);
            if (progress.Divergence is { } found) return new(SegmentEnd.Diverged, found);
            processes.Check();
            disk.Check();
            orders.Follow(exchange?.Order ?? observer.Order, progress.IsTargetReached);
            if (orders.Patience is { } lost)
            {
                if (lost.End == SegmentEnd.Failed) return lost with { Reason = output.After(lost.Reason) };
                if (exchange is null) return lost;
                // Its end is taken note of as others are.
                process.EndAll();
            }
            progress.Tell();
        }
    }

    /// <summary>True where all that a program has filled before its end is kept, or nobody wants it.</summary>
    private bool IsSettled(ProgramPacking packing, ProgramOrders orders, RankExchange? exchange) =>
        !packing.IsBusy || orders.IsStopped || (exchange?.Order ?? observer.Order) == SegmentOrder.Abandon;

    /// <summary>What the ends of all ranks' programs come to for the segment.</summary>
    /// <returns>False while that is open.</returns>
    private bool Concluded(RankExchange exchange, SegmentOutcome? own, out SegmentOutcome? conclusion)
    {
        conclusion = own;
        if (exchange.Lost is { } lost)
        {
            // What the first rank has done is done, whoever goes then.
            if (IsFailure(own)) conclusion = new(SegmentEnd.RankLost, lost.Message);
            return true;
        }
        if (exchange.Verdict is not { } verdict) return false;
        if (verdict.Kind == RankVerdictKind.Again) conclusion = null;
        else if (verdict.Kind == RankVerdictKind.Ended && IsFailure(own)) conclusion = new(SegmentEnd.BudgetReached);
        else if (verdict.Kind == RankVerdictKind.Failed && (verdict.Rank != ranks!.Rank || own is null))
            conclusion = new(SegmentEnd.RankLost, $"The program of rank {verdict.Rank} of {ranks!.Size} failed, and the others with it.");
        else if (verdict.Kind == RankVerdictKind.Failed)
            conclusion = own!.Value with { Reason = string.Join('\n', OthersFaults(exchange).Prepend(own.Value.Reason)) };
        return true;
    }

    /// <summary>Which of several failed first is a guess: what the others say stands beside it.</summary>
    private IEnumerable<string> OthersFaults(RankExchange exchange) => exchange.Faults.Select((fault, rank) => (fault, rank))
        .Where(f => f.rank != ranks!.Rank && f.fault.Length > 0).Select(f => $"Rank {f.rank} then: {f.fault}");

    private static RankFault Kind(SegmentOutcome outcome, int code) => outcome.End == SegmentEnd.OutOfMemory ? RankFault.OutOfMemory
        : code > FirstSignal ? RankFault.Signal : RankFault.ExitCode;

    /// <summary>True for an end that is none of those that a segment is to come to.</summary>
    public static bool IsFailure(SegmentOutcome? outcome) =>
        outcome?.End is not (SegmentEnd.BudgetReached or SegmentEnd.TargetReached or SegmentEnd.Interrupted);

    private void Add(Happening happening)
    {
        try
        {
            happenings.Add(happening, over.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }

    private void Take(Happening happening, ProgramPacking packing, ProgramOrders orders, RankExchange? exchange)
    {
        switch (happening)
        {
            case Happening.Output(_, var text):
                output.Add(text);
                if (log is { IsOutput: true } && log.Read(text) is { } point && progress.TakeLogged(point, packing)) orders.Advanced();
                break;
            case Happening.Line(_, _, true):
                throw new ProtocolBrokenException($"The program wrote a line of over {ProgramProtocol.LongestLine} bytes.");
            case Happening.Line(_, var text, false):
                Take(ProgramMessage.Parse(text), packing, orders, exchange);
                break;
        }
    }

    private void Take(ProgramMessage message, ProgramPacking packing, ProgramOrders orders, RankExchange? exchange)
    {
        if (message is ProgramMessage.Halting halting)
        {
            if (exchange?.Promised(halting.Step) != true)
                throw new ProtocolBrokenException($"The program says that it can halt after step {halting.Step}: it was not asked.");
            return;
        }
        if (!leads) return;
        if (progress.Take(message, packing)) orders.Advanced();
        if (message is ProgramMessage.Saved) orders.Saved();
    }

    /// <param name="workspace">Where they are.</param>
    /// <param name="packing">Takes what comes with it.</param>
    /// <param name="orders">Told where the program has come further.</param>
    /// <param name="at">When they are looked at, as a timestamp of the clock.</param>
    /// <param name="isLast">True when the program has ended.</param>
    private void ReadFiles(
        ProgramWorkspace workspace, ProgramPacking packing, ProgramOrders orders, long at, bool isLast)
    {
        foreach (var point in log?.NewPoints(workspace.Work, isLast) ?? [])
        {
            progress.Heard(at);
            if (progress.TakeLogged(point, packing)) orders.Advanced();
        }
    }

    /// <summary>What the end of the process means.</summary>
    private SegmentOutcome Ended(int code, ProgramOrders orders, SegmentOrder order, ProgramPacking packing, ProgramDisk disk)
    {
        if (progress.Divergence is { } diverged) return new(SegmentEnd.Diverged, diverged);
        if (orders.IsStopped || packing.IsBusy)
            return new(SegmentEnd.Interrupted, "The lease is gone or the trial was stopped; no checkpoint was written.");
        if (leads && !program.CanResume && code == 0 && !progress.HasPoints)
            return new(SegmentEnd.Failed, output.After($"The program ended without a value of {program.Metric}."));
        if (progress.IsTargetReached && progress.IsSaved) return new(SegmentEnd.TargetReached);
        if (leads ? progress.IsDone && progress.IsSaved : code == 0) return new(SegmentEnd.BudgetReached);
        if (orders.IsPaused && order == SegmentOrder.Interrupt && code == 0 && progress.IsNothingLost) return new(SegmentEnd.Interrupted);
        var fault = Fault(code, orders.IsPaused);
        if (code != 0 && output.SaysOutOfMemory()) return new(SegmentEnd.OutOfMemory, output.After(fault));
        // Where nothing can be written programs do not get far, whosever fault that is.
        return code != 0 && disk.Shortage is { } shortage
            ? new(SegmentEnd.StorageFailed, output.After($"{fault} {shortage}"))
            : new(SegmentEnd.Failed, output.After(fault));
    }

    private string Fault(int code, bool wasAskedToSave) => code != 0
        ? $"The program ended with exit code {code}" + (leads ? $" after step {progress.Step} of {assignment.HorizonSteps}." : ".")
        : wasAskedToSave ? $"The program was asked to save and end; it ended after step {progress.Step} without a checkpoint of it."
        : progress.IsDone || progress.IsTargetReached
            ? $"The program ended after step {progress.Step} without a checkpoint of it."
            : $"The program ended after step {progress.Step}; it was to go on to step {assignment.LastStep()}.";
}
