using AutoSelect.Contracts;
using AutoSelect.Training.Programs;

namespace AutoSelect.Device.Checkpoints;

/// <summary>
/// Files of the one trial that this process has in memory, on their way to or from a store: in a folder of the process's own below the
/// system's for temporary files (TMPDIR), which goes with the process. Those that a killed process left are removed by the next one.
/// </summary>
internal sealed class CheckpointCache : IDisposable
{
    private const string Prefix = "autoselect-device-";
    private const string LockFile = "lock";

    private readonly string root;
    private readonly FileStream held;

    /// <param name="parent">Folder for temporary files.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public CheckpointCache(string parent)
    {
        // As programs have it in their environments, by which they are found.
        parent = ProgramFolder.Canonical(parent);
        foreach (var left in Directory.EnumerateDirectories(parent, Prefix + "*")) RemoveUnused(left);
        var name = $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}";
        root = Path.Combine(parent, name);
        // Under a name that nobody looks for, until its lock is held.
        var made = Directory.CreateDirectory(Path.Combine(parent, $"new-{name}")).FullName;
        held = new FileStream(Path.Combine(made, LockFile), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        try
        {
            Directory.Move(made, root);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The folder of a trial; those of others go.</summary>
    public string Folder(JobId job, TrialId trial)
    {
        var own = Path.Combine(root, $"{job}.{trial}");
        foreach (var other in Directory.EnumerateDirectories(root))
            if (other != own) ProgramFolder.Remove(other);
        return Directory.CreateDirectory(own).FullName;
    }

    public void Dispose()
    {
        held.Dispose();
        RemoveUnused(root);
    }

    // A lock that can be had is held by nobody.
    private static void RemoveUnused(string folder)
    {
        try
        {
            using (new FileStream(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.Write, FileShare.None)) { }
            ProgramProcesses.End(folder);
            ProgramFolder.Remove(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use, or another user's.
        }
    }
}
