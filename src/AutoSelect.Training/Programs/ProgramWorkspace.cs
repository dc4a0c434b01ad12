using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Programs;

/// <summary>The folders of one segment of a program: where it works, and where it fills its checkpoints.</summary>
internal sealed class ProgramWorkspace : IDisposable
{
    private readonly string root;

    /// <param name="trialFolder">Folder of the trial's checkpoints.</param>
    /// <param name="token">Of the segment's lease: two segments of a trial never share a folder.</param>
    /// <exception cref="CheckpointException">The folders cannot be made.</exception>
    public ProgramWorkspace(string trialFolder, long token)
    {
        // What the program writes beside its checkpoints goes on with the trial.
        Work = Path.Combine(Path.GetFullPath(trialFolder), "work");
        root = Path.Combine(Path.GetFullPath(trialFolder), $"open-{token}");
        Checkpoints = Path.Combine(root, "checkpoints");
        try
        {
            if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
            Directory.CreateDirectory(Work);
            Directory.CreateDirectory(Checkpoints);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The folder '{root}' cannot be made: {e.Message}", e);
        }
    }

    /// <summary>The program's working folder, the same for all segments of the trial.</summary>
    public string Work { get; }

    /// <summary>Where the program makes folders and fills them.</summary>
    public string Checkpoints { get; }

    /// <summary>Where the pipes are.</summary>
    public string Pipes => root;

    public void Dispose()
    {
        try
        {
            Directory.Delete(root, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Leftovers go with the trial's folder.
        }
    }
}
