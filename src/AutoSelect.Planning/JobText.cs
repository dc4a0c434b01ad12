using AutoSelect.Contracts;

namespace AutoSelect.Planning;

/// <summary>A job as somebody wrote it: YAML, or the same as JSON.</summary>
/// <param name="Text">The content.</param>
/// <param name="File">What errors call it, such as the path as the user gave it. A job without a name is named after it.</param>
/// <param name="Folder">Absolute path that relative paths in the text count from.</param>
public sealed record JobText(string Text, string File, string Folder)
{
    /// <summary>Which files of the machine it may name; default any, for a job of one's own.</summary>
    public AllowedPlaces Places { get; init; } = AllowedPlaces.Everything;

    /// <summary>Reads a file; relative paths in it count from its folder.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static async Task<JobText> ReadFile(string path, CancellationToken ct) =>
        new(await System.IO.File.ReadAllTextAsync(path, ct), path, Path.GetDirectoryName(Path.GetFullPath(path))!);
}
