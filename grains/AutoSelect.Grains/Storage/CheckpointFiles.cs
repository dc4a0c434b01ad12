using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>Where a job's checkpoints lie, and the removal of those no decision needs any more.</summary>
public sealed partial class CheckpointFiles(ILogger<CheckpointFiles> logger)
{
    public static string TrialFolder(JobRecord record, TrialId trial) => Path.Combine(record.Folder, "checkpoints", trial.Value);

    /// <summary>The record without the checkpoints of trials that will never go on; once a job is complete, of all its trials.</summary>
    public static JobRecord WithoutDiscarded(JobRecord record) => (record with
    {
        Trials = [.. record.Trials.Select(t => IsDiscarded(record, t) ? t with { Checkpoint = null } : t)],
    }).WithCheckpointBytes();

    /// <summary>Removes the folders of trials without a use for them. A folder that cannot be removed is logged and left.</summary>
    public Task Sweep(JobRecord record)
    {
        var folders = record.Trials.Where(t => IsDiscarded(record, t)).Select(t => TrialFolder(record, t.Id)).ToList();
        return Task.Run(() =>
        {
            foreach (var folder in folders.Where(Directory.Exists))
            {
                try
                {
                    Directory.Delete(folder, recursive: true);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    LogNotRemoved(folder, e);
                }
            }
        });
    }

    private static bool IsDiscarded(JobRecord record, Trial trial) =>
        trial.OpenSegment() is null && (record.Outcome is not null || trial.State is TrialState.Stopped or TrialState.Failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoints in {Folder} could not be removed")]
    private partial void LogNotRemoved(string folder, Exception exception);
}
