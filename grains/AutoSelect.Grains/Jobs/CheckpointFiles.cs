using AutoSelect.Contracts;
using AutoSelect.Jobs;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>
/// Removes the checkpoints that no decision needs any more. What to remove is read off the record, so it can be done again at any time.
/// </summary>
public sealed partial class CheckpointFiles(ILogger<CheckpointFiles> logger)
{
    /// <summary>
    /// Removes the folders of trials without a use for them, and what others left for trials that need it no more. What cannot be removed
    /// is logged and left.
    /// </summary>
    public Task Sweep(JobRecord record) => Task.Run(() =>
    {
        foreach (var trial in record.Trials)
        {
            var isDiscarded = CheckpointPaths.IsDiscarded(record, trial);
            if (isDiscarded) Remove(CheckpointPaths.TrialFolder(record, trial.Id));
            var branch = CheckpointPaths.BranchPath(record, trial.Id);
            if ((isDiscarded || (trial.Checkpoint is { } own && own.Uri != branch)) && File.Exists(branch)) Remove(branch);
        }
        if (record.HasEnded) Remove(CheckpointPaths.BranchFolder(record));
    });

    private void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Its folder is gone, and so is it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(path, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoints in {Path} could not be removed")]
    private partial void LogNotRemoved(string path, Exception exception);
}
