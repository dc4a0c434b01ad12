using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Programs;

/// <summary>The answer of a job whose workload is a program: the winner's last files, as the program saved them.</summary>
internal static class ProgramExport
{
    /// <param name="checkpoint">Of the winner.</param>
    /// <param name="path">Folder that gets them; replaced where it is there.</param>
    /// <exception cref="UnusableCheckpointException">The checkpoint is missing or corrupt.</exception>
    /// <exception cref="CheckpointException">They cannot be written.</exception>
    public static FinalWeights Write(Checkpoint checkpoint, string path)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            Directory.CreateDirectory(temporary);
            var manifest = ProgramCheckpoint.Unpack(checkpoint, temporary);
            DurableFile.Rename(temporary, full);
            return new FinalWeights { Uri = full, Value = manifest.Value ?? double.NaN, IsAveraged = false };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"'{full}' could not be written: {e.Message} The checkpoint is intact; free space, then resume.", e);
        }
    }
}
