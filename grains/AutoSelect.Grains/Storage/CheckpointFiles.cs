using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>Where a job's checkpoints lie, and the removal of those no decision needs any more.</summary>
public sealed partial class CheckpointFiles(ILogger<CheckpointFiles> logger)
{
    public static string TrialFolder(JobRecord record, TrialId trial) => Path.Combine(record.Folder, "checkpoints", trial.Value);

    /// <summary>The checkpoint that another trial leaves for one that continues it: outside both their folders, which come and go with them.</summary>
    public static string BranchPath(JobRecord record, TrialId trial) => Path.Combine(BranchFolder(record), $"{trial}.safetensors");

    /// <summary>The record without the checkpoints of trials that will never go on; once a job is complete, of all its trials.</summary>
    public static JobRecord WithoutDiscarded(JobRecord record) => (record with
    {
        Trials = [.. record.Trials.Select(t => IsDiscarded(record, t) ? t with { Checkpoint = null } : t)],
    }).WithCheckpointBytes();

    /// <summary>Removes the folders of trials without a use for them, and what others left for trials that need it no more. What cannot be removed is logged and left.</summary>
    public Task Sweep(JobRecord record)
    {
        var folders = record.Trials.Where(t => IsDiscarded(record, t)).Select(t => TrialFolder(record, t.Id)).ToList();
        if (record.Outcome is not null) folders.Add(BranchFolder(record));
        var files = record.Trials.Where(t => IsDiscarded(record, t) || (t.Checkpoint is { } own && own.Uri != BranchPath(record, t.Id))).Select(t => BranchPath(record, t.Id)).ToList();
        return Task.Run(() =>
        {
            foreach (var folder in folders.Where(Directory.Exists)) Remove(folder, () => Directory.Delete(folder, recursive: true));
            foreach (var file in files.Where(File.Exists)) Remove(file, () => File.Delete(file));
        });
    }

    private void Remove(string path, Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(path, e);
        }
    }

    private static string BranchFolder(JobRecord record) => Path.Combine(record.Folder, "checkpoints", "branches");

    private static bool IsDiscarded(JobRecord record, Trial trial) =>
        trial.OpenSegment() is null && (record.Outcome is not null || trial.State is TrialState.Stopped or TrialState.Failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoints in {Path} could not be removed")]
    private partial void LogNotRemoved(string path, Exception exception);
}
