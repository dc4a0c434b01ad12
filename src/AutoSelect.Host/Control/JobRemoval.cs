using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control;

/// <summary>Takes jobs out of a store, with all that they have left.</summary>
internal sealed class JobRemoval(IJobStore jobs, ControlPaths paths)
{
    /// <summary>
    /// Removes a job's events, then its folder and its checkpoints: files without a job cost space, a job without its files would mislead.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such job is stored.</exception>
    /// <exception cref="InvalidOperationException">It has neither ended nor is it paused.</exception>
    /// <exception cref="IOException">Its events are gone, its folder or its checkpoints could not be removed.</exception>
    public async Task Remove(JobId id)
    {
        var job = await jobs.Find(id) ?? throw new KeyNotFoundException($"No job '{id}' is stored in {paths.Root}.");
        if (!job.Phase.HasEnded() && job.Phase != JobPhase.Paused)
            throw new InvalidOperationException(
                $"Job '{id}' is in phase {job.Phase}: only a job that has ended or is paused can be deleted.");
        var place = (await jobs.Changes(id, since: 0)).Select(e => e.Change).OfType<JobSubmitted>().FirstOrDefault()?.Checkpoints;
        await jobs.Delete(id);
        // Of the id that the store gave it: a record may name a folder of another machine, or one that is none of the store's.
        var folder = Path.Combine(paths.Jobs, job.Id.Value);
        await Task.Run(() =>
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        });
        if (place is null || CheckpointUri.Name(place) != id.Value) return;
        using var stores = new CheckpointStores();
        var (store, name) = stores.Locate(place);
        await store.Remove(name, CancellationToken.None);
    }
}
