using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Planning.EarlierJobs;
using AutoSelect.Selection.History;

namespace AutoSelect.Host.Commands;

/// <summary>What a stored job learned from.</summary>
internal static class EarlierRuns
{
    /// <summary>On which earlier runs a job's choices stand; null where its recordings are not to be had any more.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="spec">The job.</param>
    public static JobStanding? Standing(string store, JobSpec spec)
    {
        try
        {
            var history = spec.History is { Length: > 0 } name ? new Histories(new ControlPaths(store).Histories).Read(name)
                : SelectionHistory.Empty;
            return JobStanding.FromHistory(history, spec);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
