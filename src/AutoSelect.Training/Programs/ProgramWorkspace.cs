using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Programs;

/// <summary>The folders of one segment of a program, of this machine: where it works, and where it fills its checkpoints.</summary>
internal sealed class ProgramWorkspace : IDisposable
{
    private readonly ProgramAccount? account;

    /// <param name="place">Where to make them.</param>
    /// <exception cref="CheckpointException">They cannot be made.</exception>
    public ProgramWorkspace(ProgramPlace place)
    {
        account = place.Account;
        // What a piece before could not remove is in nobody's way.
        Root = Path.Combine(Canonical(place.Folder), $"program-{Guid.NewGuid():N}");
        Work = Path.Combine(Root, "work");
        Checkpoints = Path.Combine(Root, "checkpoints");
        Temporary = Path.Combine(Root, "tmp");
        ResumeFrom = Path.Combine(Root, "resume");
        try
        {
            OwnerFile.MakeFolder(Root);
            Directory.CreateDirectory(Work);
            Directory.CreateDirectory(Checkpoints);
            Directory.CreateDirectory(Temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The folder '{Root}' cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Holds all of it, and the pipes. The device's own, so that what is in it has its names for good.</summary>
    public string Root { get; }

    /// <summary>The program's working folder, empty at the beginning.</summary>
    public string Work { get; }

    /// <summary>Where the program makes folders and fills them.</summary>
    public string Checkpoints { get; }

    /// <summary>The program's folder for temporary files.</summary>
    public string Temporary { get; }

    /// <summary>The files of the checkpoint that it goes on from.</summary>
    public string ResumeFrom { get; }

    /// <summary>Unpacks the checkpoint to go on from.</summary>
    /// <exception cref="UnusableCheckpointException">It is missing or corrupt.</exception>
    /// <exception cref="CheckpointException">Its files cannot be written.</exception>
    public void Unpack(Checkpoint from)
    {
        Directory.CreateDirectory(ResumeFrom);
        ProgramCheckpoint.Unpack(from, ResumeFrom);
    }

    /// <summary>Gives what is in it to the program's account; once the pipes are there.</summary>
    public void HandOver()
    {
        if (account is null || OperatingSystem.IsWindows()) return;
        foreach (var entry in Directory.EnumerateFileSystemEntries(Root)) account.Own(entry);
        File.SetUnixFileMode(Root, File.GetUnixFileMode(Root) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    /// <summary>Removes a folder that the program has filled, while it runs; what cannot be removed stays.</summary>
    public void Remove(string folder)
    {
        // On the way to it the program can put links meanwhile: it is removed with no more rights than the program has.
        if (account is null) ProgramFolder.Remove(folder);
        else account.Remove(folder, Root);
    }

    /// <summary>Bytes that its files take.</summary>
    /// <exception cref="ProtocolBrokenException">The program has locked a folder, so that nobody knows what it holds.</exception>
    public long Bytes()
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        var (bytes, left) = (0L, new Stack<DirectoryInfo>([new DirectoryInfo(Root)]));
        while (left.TryPop(out var folder))
        {
            try
            {
                foreach (var entry in folder.EnumerateFileSystemInfos("*", options))
                {
                    if (entry is DirectoryInfo inner) left.Push(inner);
                    else bytes += Length((FileInfo)entry);
                }
            }
            catch (UnauthorizedAccessException)
            {
                throw new ProtocolBrokenException(
                    $"The program's folder '{ProgramOutput.Printable(folder.FullName)}' cannot be looked into: what it holds would not "
                    + "count (workload.disk).");
            }
            catch (IOException)
            {
                // It went while it was looked at.
            }
        }
        return bytes;
    }

    /// <summary>Removes all of it; what cannot be removed goes with the process's folder.</summary>
    public void Dispose() => ProgramFolder.Remove(Root);

    private static string Canonical(string folder)
    {
        try
        {
            return ProgramFolder.Canonical(Directory.CreateDirectory(folder).FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The folder '{folder}' cannot be made: {e.Message}", e);
        }
    }

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
