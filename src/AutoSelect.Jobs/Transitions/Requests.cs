using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Transitions;

/// <summary>What follows from what people ask. Pure.</summary>
public static class Requests
{
    /// <returns>Nothing where what is asked for is so already.</returns>
    /// <exception cref="KeyNotFoundException">No such trial.</exception>
    /// <exception cref="ArgumentException">What is asked for names nothing, or a value that cannot be.</exception>
    /// <exception cref="InvalidOperationException">The job or the trial has ended, or stands where it cannot be done.</exception>
    public static ImmutableArray<JobChange> Changes(JobRecord record, JobRequest request, double now)
    {
        if (record.HasEnded)
            throw new InvalidOperationException(
                $"Job '{record.Id}' has ended: {record.Outcome?.Summary} Only a job that has not ended can be changed."
                + (request.Kind == JobRequestKind.Extend ? Extensions.HowToGoOn(record) : ""));
        var requested = new JobRequested(request);
        return request.Kind switch
        {
            JobRequestKind.Pause when record.Pausing || record.Phase == JobPhase.Paused => [],
            JobRequestKind.Resume when record.IsRunning && !record.Pausing => [],
            JobRequestKind.Pause or JobRequestKind.Resume => [requested],
            JobRequestKind.Cancel => [requested, new JobEnded(JobPhase.Cancelled, Outcomes.Cancelled(record, request.Reason))],
            JobRequestKind.StopTrial =>
                [requested, new TrialEnded(Alive(record, request).Id, TrialState.Stopped, Why(request, "stopped by request"))],
            JobRequestKind.CommitTo => [requested, .. Committing(record, Alive(record, request), now, Why(request, "chosen by request"))],
            JobRequestKind.Extend => Extensions.Changed(record, request, now) is { } objective
                ? [requested, new ObjectiveChanged(objective)] : [],
            JobRequestKind.AddCandidates =>
                [requested with { Request = request with { Addition = null } }, Additions.Added(record, request)],
            _ => throw new InvalidOperationException($"Unknown request {request.Kind}."),
        };
    }

    private static ImmutableArray<JobChange> Committing(JobRecord record, Trial trial, double now, string reason)
    {
        if (record.Exporting is not null)
            throw new InvalidOperationException($"Job '{record.Id}' has its answer already and writes it: its commit cannot be changed.");
        if (!Branches.IsShown(trial))
            throw new InvalidOperationException(
                $"Trial {trial.Id} ({trial.Candidate.Name}) continues {trial.Candidate.Continues!.Candidate}, which has not come there "
                + "yet: what has no beginning cannot be chosen.");
        var rung = RungRecords.Asked(record, trial, now, reason);
        return [new JobDecided(
            rung, RungRecords.CommitTo(record, rung, trial.Id, record.Commit?.Winner is { } other && other != trial.Id ? other : null))];
    }

    private static Trial Alive(JobRecord record, JobRequest request)
    {
        var id = request.Trial
            ?? throw new InvalidOperationException($"{request.Kind} names no trial: it must name one of {record.Trials.Length}.");
        var trial = record.Find(id) ?? throw new KeyNotFoundException(
            $"Job '{record.Id}' has no trial '{id}'; it has {record.Trials.Length}, from {TrialId.At(0)} on.");
        return trial.IsAlive ? trial
            : throw new InvalidOperationException(
                $"Trial {id} ({trial.Candidate.Name}) is {trial.State}: {trial.Reason} It must be alive.");
    }

    private static string Why(JobRequest request, string otherwise) => request.Reason.Length > 0 ? request.Reason : otherwise;
}
