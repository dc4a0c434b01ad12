using AutoSelect.Contracts;

namespace AutoSelect.Jobs;

/// <summary>Where a job's checkpoints and weights lie, as <see cref="CheckpointUri"/> names it. Pure.</summary>
public static class CheckpointPaths
{
    /// <summary>What all checkpoints of a job have names below, with a slash behind it.</summary>
    public const string Checkpoints = "checkpoints/";

    private const string Branches = "branches";

    /// <summary>Where all that a job's devices write has its names below.</summary>
    public static string Place(JobRecord record) => record.CheckpointStore ?? record.Folder;

    public static string TrialFolder(JobRecord record, TrialId trial) => CheckpointUri.Below(Place(record), TrialName(trial));

    /// <summary>
    /// The checkpoint that another trial leaves for one that continues it: outside both their folders, which come and go with them.
    /// </summary>
    public static string BranchPath(JobRecord record, TrialId trial) => CheckpointUri.Below(Place(record), BranchName(trial));

    /// <summary>A file of weights, or the folder of what a program has left.</summary>
    public static string ExportPath(JobRecord record) =>
        CheckpointUri.Below(Place(record), record.Spec.Workload.Program is null ? "final.safetensors" : "final");

    /// <summary>Names below the job's place that no decision needs any more, of folders and files.</summary>
    public static IEnumerable<string> Discarded(JobRecord record)
    {
        foreach (var trial in record.Trials)
        {
            var isDiscarded = IsDiscarded(record, trial);
            if (isDiscarded) yield return TrialName(trial.Id);
            if (isDiscarded || (trial.Checkpoint is { } own && own.Uri != BranchPath(record, trial.Id))) yield return BranchName(trial.Id);
        }
        if (record.HasEnded) yield return Checkpoints + Branches;
    }

    /// <summary>True when no decision needs a trial's checkpoint any more.</summary>
    public static bool IsDiscarded(JobRecord record, Trial trial) => trial.OpenSegment() is null
        && (record.Outcome is { } outcome
            ? outcome.Checkpoint is null || outcome.Checkpoint != trial.Checkpoint?.Uri
            : trial.State is TrialState.Stopped or TrialState.Failed);

    private static string TrialName(TrialId trial) => Checkpoints + trial;

    private static string BranchName(TrialId trial) => $"{Checkpoints}{Branches}/{trial}.safetensors";
}
