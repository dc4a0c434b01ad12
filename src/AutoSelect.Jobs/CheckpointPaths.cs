using AutoSelect.Contracts;

namespace AutoSelect.Jobs;

/// <summary>Where a job's checkpoints and weights lie. Pure.</summary>
public static class CheckpointPaths
{
    public static string TrialFolder(JobRecord record, TrialId trial) => Path.Combine(record.Folder, "checkpoints", trial.Value);

    /// <summary>
    /// The checkpoint that another trial leaves for one that continues it: outside both their folders, which come and go with them.
    /// </summary>
    public static string BranchPath(JobRecord record, TrialId trial) => Path.Combine(BranchFolder(record), $"{trial}.safetensors");

    public static string BranchFolder(JobRecord record) => Path.Combine(record.Folder, "checkpoints", "branches");

    /// <summary>A file of weights, or the folder that a program's checkpoint is copied to.</summary>
    public static string ExportPath(JobRecord record) =>
        Path.Combine(record.Folder, record.Spec.Workload.Program is null ? "final.safetensors" : "final");

    /// <summary>True when no decision needs a trial's checkpoint any more.</summary>
    public static bool IsDiscarded(JobRecord record, Trial trial) => trial.OpenSegment() is null
        && (record.Outcome is { } outcome
            ? outcome.Checkpoint is null || outcome.Checkpoint != trial.Checkpoint?.Uri
            : trial.State is TrialState.Stopped or TrialState.Failed);
}
