using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Retention;

/// <summary>Carries a plan out. What cannot be removed is told and tried again by the next run.</summary>
internal sealed partial class RetentionRun(IJobStore jobs, ControlPaths paths, ILogger logger)
{
    /// <summary>Makes the removals of a plan.</summary>
    /// <returns>Those that were made.</returns>
    public async Task<IReadOnlyList<Removal>> Carry(RetentionPlan plan, CancellationToken ct)
    {
        var made = new List<Removal>();
        foreach (var removal in plan.Removals)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                await Remove(removal);
                LogRemoved(removal.Kind, removal.Name, RetentionPlan.Size(removal.Bytes), removal.Reason);
                made.Add(removal);
            }
            catch (KeyNotFoundException)
            {
                // Somebody else has deleted it.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                LogNotRemoved(removal.Kind, removal.Name, e);
            }
        }
        return made;
    }

    private async Task Remove(Removal removal)
    {
        if (removal.Kind == Kept.Logs)
        {
            File.Delete(Path.Combine(paths.Logs, removal.Name));
            return;
        }
        var id = new JobId(removal.Name);
        if (removal.Kind == Kept.Jobs)
        {
            await new JobRemoval(jobs, paths, logger).Remove(id);
            return;
        }
        var job = await jobs.Find(id) ?? throw new KeyNotFoundException($"No job '{id}' is stored.");
        // Seen once more: it is no matter of the plan's age.
        if (!job.Phase.HasEnded())
            throw new InvalidOperationException($"Job '{id}' is in phase {job.Phase}: only what has ended is removed.");
        var folder = Path.Combine(paths.Jobs, removal.Name);
        if (removal.Kind == Kept.Checkpoints) Directory.Delete(Path.Combine(folder, RetentionFacts.Checkpoints), recursive: true);
        else foreach (var file in Directory.EnumerateFiles(folder, RetentionFacts.WeightsPattern)) File.Delete(file);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Kind} of {Name} ({Size}): {Reason}")]
    private partial void LogRemoved(Kept kind, string name, string size, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} of {Name} could not be removed")]
    private partial void LogNotRemoved(Kept kind, string name, Exception exception);
}
