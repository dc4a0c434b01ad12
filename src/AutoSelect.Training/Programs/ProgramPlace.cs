namespace AutoSelect.Training.Programs;

/// <summary>Where a program works on this machine, and as whom.</summary>
/// <param name="Folder">For files of its trial, of this process alone.</param>
/// <param name="Account">Whom it runs as; null for the account of this process.</param>
/// <param name="CudaDevice">Number of the CUDA device that it is to see, among those that this process sees; null for none.</param>
public sealed record ProgramPlace(string Folder, ProgramAccount? Account = null, int? CudaDevice = null)
{
    /// <summary>Says what the file system of a folder has left.</summary>
    internal Func<string, FileSystemSpace> Space { get; init; } = FileSystemSpace.Of;

    /// <summary>How its checkpoints are packed.</summary>
    internal PackFolder Pack { get; init; } = ProgramCheckpoint.Write;
}
