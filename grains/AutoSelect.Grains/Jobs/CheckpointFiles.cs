using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>
/// Removes the checkpoints that no decision needs any more. What to remove is read off the record, so it can be done again at any time; but
/// nobody looks at a job that has ended again, so that its own process ends only after the last sweep.
/// </summary>
public sealed partial class CheckpointFiles : IDisposable
{
    /// <summary>Places that are swept at a time.</summary>
    private const int SideBySide = 4;

    /// <summary>The longest time that a process which ends waits for its sweeps.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CheckpointStores stores;
    private readonly ILogger<CheckpointFiles> logger;
    private readonly JobSweeps sweeps;

    public CheckpointFiles(CheckpointStores stores, ILogger<CheckpointFiles> logger)
    {
        (this.stores, this.logger) = (stores, logger);
        sweeps = new JobSweeps(Remove, SideBySide);
    }

    /// <summary>
    /// Removes the folders of trials without a use for them, and what others left for trials that need it no more. What cannot be removed
    /// is logged and left.
    /// </summary>
    public Task Sweep(JobRecord record) => sweeps.Sweep(record);

    public void Dispose()
    {
        try
        {
            Task.WhenAll(sweeps.Running).WaitAsync(Patience, TimeProvider.System).GetAwaiter().GetResult();
            sweeps.Dispose();
        }
        catch (TimeoutException e)
        {
            LogNotRemoved("use by jobs of this process", e);
        }
    }

    private async Task Remove(JobRecord record)
    {
        var place = CheckpointPaths.Place(record);
        try
        {
            var store = stores.Open(place);
            // Asked once: most of what is not needed any more has been removed by an earlier sweep.
            var present = new List<string>();
            await foreach (var file in store.List(CheckpointPaths.Checkpoints, CancellationToken.None)) present.Add(file.Name);
            foreach (var name in CheckpointPaths.Discarded(record))
                if (IsPresent(name, present, store)) await Remove(store, name);
        }
        catch (Exception e) when (e is CheckpointStoreException or ArgumentException)
        {
            LogNotRemoved(place, e);
        }
    }

    // An empty folder is no file, and goes too.
    private static bool IsPresent(string name, List<string> present, ICheckpointStore store) =>
        (CheckpointUri.IsPath(store.Uri) && Directory.Exists(CheckpointUri.Below(store.Uri, name)))
        || present.Exists(p => p == name || p.StartsWith(name + "/", StringComparison.Ordinal));

    private async Task Remove(ICheckpointStore store, string name)
    {
        try
        {
            await store.Remove(name, CancellationToken.None);
        }
        catch (CheckpointStoreException e)
        {
            LogNotRemoved(CheckpointUri.Below(store.Uri, name), e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoints in {Place} could not be removed")]
    private partial void LogNotRemoved(string place, Exception exception);
}
