using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Programs;

/// <summary>The answer of a job whose workload is a program: a copy of the winner's checkpoint, as the program wrote it.</summary>
public static class ProgramExport
{
    /// <param name="checkpoint">Of the winner.</param>
    /// <param name="path">Folder of the copy; replaced where it is there.</param>
    /// <exception cref="CheckpointException">The checkpoint cannot be used, or the copy cannot be written.</exception>
    public static FinalWeights Write(Checkpoint checkpoint, string path)
    {
        var manifest = ProgramCheckpoint.Verify(checkpoint.Uri);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            foreach (var file in manifest.Files)
            {
                var target = Path.Combine(temporary, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                using var from = File.OpenRead(Path.Combine(checkpoint.Uri, file.Path));
                using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
                from.CopyTo(to);
                to.Flush(flushToDisk: true);
            }
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            DurableFile.Rename(temporary, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"'{path}' could not be written: {e.Message} The checkpoint is intact; free space, then resume.", e);
        }
        return new FinalWeights { Uri = Path.GetFullPath(path), Value = manifest.Value ?? double.NaN, IsAveraged = false };
    }
}
