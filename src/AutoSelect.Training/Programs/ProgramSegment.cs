using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Programs.Ranks;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>
/// Runs the segment of a trial that a program of the user's own trains. Call on a thread of its own; errors end the segment.
/// </summary>
/// <param name="assignment">What to train; its workload names a program.</param>
/// <param name="observer">Who is told.</param>
/// <param name="place">Where it works, and as whom.</param>
/// <param name="time">Clock of what is charged.</param>
/// <param name="ranks">The devices that run it together; null where the assignment has none.</param>
public sealed class ProgramSegment(
    SegmentAssignment assignment, ISegmentObserver observer, ProgramPlace place, TimeProvider time, ProgramRanks? ranks = null)
{
    /// <summary>Starts of programs that do not find each other, by no fault of theirs.</summary>
    private const int MostStarts = 3;

    private readonly ProgramProgress progress = new(assignment, observer, time);
    private readonly ProgramOutput output = new();

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
            outcome = new(SegmentEnd.Failed, output.After(e.Message));
        }
        catch (ProgramNotStartedException e)
        {
            outcome = new(e.End, e.Message);
        }
        catch (RankLostException e)
        {
            outcome = new(SegmentEnd.RankLost, e.Message);
        }
        catch (UnusableCheckpointException e)
        {
            outcome = new(SegmentEnd.CheckpointUnusable, e.Message);
        }
        catch (Exception e) when (e is CheckpointException or SpaceShortException or IOException or UnauthorizedAccessException)
        {
            outcome = new(SegmentEnd.StorageFailed, e.Message);
        }
        // The others would wait for this one.
        if (ProgramRun.IsFailure(outcome)) ranks?.Abort();
        return progress.Report(outcome) with { Final = final };
    }

    private SegmentOutcome Run()
    {
        // One of several ranks that trains on its own for want of devices is still told that it is the only one.
        var leads = ranks is null ? assignment.Candidate.Ranks > 1 : ranks.Leads;
        for (var start = 1; ; start++)
        {
            using var port = leads ? MasterPort.Choose() : null;
            var part = ranks?.Meet(port?.Number ?? 0) ?? (port is null ? null : new RankSetting(0, 1, "127.0.0.1", port.Number));
            using var run = new ProgramRun(assignment, observer, progress, output, place, time, ranks);
            if (run.Train(part, start < MostStarts ? port : null) is { } outcome) return outcome;
        }
    }
}
