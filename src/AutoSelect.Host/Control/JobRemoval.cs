using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control;

/// <summary>
/// Takes jobs out of a store, with all that they have left. What is to go is noted beside the jobs' folders first: once a job's events are
/// gone nobody could tell its files from those of a store that is away.
/// </summary>
internal sealed partial class JobRemoval(IJobStore jobs, ControlPaths paths, ILogger logger)
{
    /// <summary>
    /// Removes a job's events, then its folder and its checkpoints: files without a job cost space, a job without its files would mislead.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such job is stored.</exception>
    /// <exception cref="InvalidOperationException">It has neither ended nor is it paused.</exception>
    /// <exception cref="IOException">
    /// Nothing is removed; or its events are gone, its folder or its checkpoints could not be removed and are by <see cref="Finish"/>.
    /// </exception>
    public async Task Remove(JobId id)
    {
        var job = await jobs.Find(id) ?? throw new KeyNotFoundException($"No job '{id}' is stored in {paths.Root}.");
        if (!job.Phase.HasEnded() && job.Phase != JobPhase.Paused)
            throw new InvalidOperationException(
                $"Job '{id}' is in phase {job.Phase}: only a job that has ended or is paused can be deleted.");
        var place = (await jobs.Changes(id, since: 0, most: 1)).Select(e => e.Change).OfType<JobSubmitted>().FirstOrDefault()?.Checkpoints;
        Directory.CreateDirectory(paths.Removed);
        await File.WriteAllTextAsync(Note(id), place ?? "");
        await jobs.Delete(id);
        await RemoveFiles(id, place ?? "");
    }

    /// <summary>Removes what earlier removals have left; what cannot be removed is told, and tried again the next time.</summary>
    public async Task Finish(CancellationToken ct)
    {
        if (!Directory.Exists(paths.Removed)) return;
        foreach (var note in Directory.GetFiles(paths.Removed))
        {
            ct.ThrowIfCancellationRequested();
            var id = new JobId(Path.GetFileName(note));
            // Not removed yet, or there again after the store of before was put back.
            if (await jobs.Find(id) is not null) continue;
            try
            {
                await RemoveFiles(id, await File.ReadAllTextAsync(note, ct));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogLeft(id, e);
            }
        }
    }

    private async Task RemoveFiles(JobId id, string place)
    {
        // Of the id that the store gave it: a record may name a folder of another machine, or one that is none of the store's.
        var folder = Path.Combine(paths.Jobs, id.Value);
        await Task.Run(() =>
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        });
        if (place.Length > 0 && CheckpointUri.Name(place) == id.Value)
        {
            using var stores = new CheckpointStores();
            var (store, name) = stores.Locate(place);
            await store.Remove(name, CancellationToken.None);
        }
        File.Delete(Note(id));
    }

    /// <summary>Has the place of its checkpoints in it.</summary>
    private string Note(JobId id) => Path.Combine(paths.Removed, id.Value);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} was removed, but not all of its files; trying again")]
    private partial void LogLeft(JobId job, Exception exception);
}
