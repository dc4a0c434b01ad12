using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Programs;

/// <summary>What AutoSelect writes beside a program's files when it takes a checkpoint over.</summary>
internal sealed record ProgramManifest
{
    public required long Step { get; init; }

    /// <summary>Sums of the run until then, in seconds.</summary>
    public required ProgramAccounts Accounts { get; init; }

    /// <summary>Value of the metric at the newest point up to the step; null where there was none.</summary>
    public double? Value { get; init; }

    /// <summary>The program's files by path within the folder, in order.</summary>
    public required ImmutableArray<ProgramFile> Files { get; init; }
}

/// <summary>A file of a checkpoint.</summary>
/// <param name="Path">Within the folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its content, in lower-case hex.</param>
internal sealed record ProgramFile(string Path, long Bytes, string Sha256);

/// <summary>A folder that a program has filled: made durable, described and named, so that it is there as a whole or not at all.</summary>
internal static class ProgramCheckpoint
{
    public const string ManifestName = "autoselect-manifest.json";

    /// <summary>Most files of a checkpoint.</summary>
    public const int MostFiles = 10_000;

    /// <summary>Takes a folder over.</summary>
    /// <param name="folder">Filled by the program, within its <paramref name="place"/>.</param>
    /// <param name="place">Where the program may make folders.</param>
    /// <param name="path">What the checkpoint is to be called; replaces one of that name.</param>
    /// <param name="describe">Makes the manifest from the files.</param>
    /// <exception cref="ProtocolBrokenException">The folder is not where it must be, or holds what a checkpoint cannot.</exception>
    /// <exception cref="CheckpointException">It cannot be made durable; an earlier one is intact.</exception>
    public static Checkpoint Take(string folder, string place, string path, Func<ImmutableArray<ProgramFile>, ProgramManifest> describe)
    {
        var full = Path.GetFullPath(folder);
        if (!full.StartsWith(place + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !Directory.Exists(full))
            throw new ProtocolBrokenException(
                $"The program saved to '{folder}': a checkpoint must be a folder within {ProgramProtocol.CheckpointsVariable} ('{place}').");
        try
        {
            var files = Files(full);
            var manifest = describe([.. files.Select(f => Read(full, f, isSynced: true))]);
            DurableFile.Write(
                Path.Combine(full, ManifestName), stream => JsonSerializer.Serialize(stream, manifest, RecordJson.Options));
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            DurableFile.Rename(full, path);
            return new Checkpoint { Uri = path, Step = manifest.Step, Bytes = manifest.Files.Sum(f => f.Bytes) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The checkpoint '{path}' could not be written: {e.Message} The one before is intact.", e);
        }
    }

    /// <summary>Reads a checkpoint's manifest and checks its files against it.</summary>
    /// <exception cref="CheckpointException">Something is missing or was changed.</exception>
    public static ProgramManifest Verify(string path)
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(path, ManifestName));
            var manifest = JsonSerializer.Deserialize<ProgramManifest>(stream, RecordJson.Options)
                ?? throw new InvalidDataException($"'{ManifestName}' is empty.");
            foreach (var file in manifest.Files)
                if (Read(path, file.Path, isSynced: false) is var found && found != file)
                    throw new InvalidDataException($"'{file.Path}' has {found.Bytes} bytes and SHA-256 {found.Sha256}; it was stored with "
                        + $"{file.Bytes} and {file.Sha256}.");
            return manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
        {
            throw new CheckpointException($"The checkpoint '{path}' cannot be used: {e.Message}", e);
        }
    }

    private static string[] Files(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };
        var files = Directory.EnumerateFileSystemEntries(folder, "*", options).Take(MostFiles + 1).Select(entry =>
        {
            var attributes = File.GetAttributes(entry);
            var isLink = attributes.HasFlag(FileAttributes.ReparsePoint);
            if (isLink || (!attributes.HasFlag(FileAttributes.Directory) && !IsRegular(entry)))
                throw new ProtocolBrokenException($"The checkpoint holds '{entry}': only files and folders can be kept, no links or devices.");
            return attributes.HasFlag(FileAttributes.Directory) ? null : Path.GetRelativePath(folder, entry);
        }).OfType<string>().Where(f => f != ManifestName).Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0) throw new ProtocolBrokenException($"The checkpoint '{folder}' is empty: it must hold at least one file.");
        return files.Length <= MostFiles ? files
            : throw new ProtocolBrokenException($"The checkpoint '{folder}' has more than {MostFiles} files.");
    }

    // A pipe or a device would be read for ever.
    private static bool IsRegular(string path) => new FileInfo(path) is { Exists: true } && !File.GetAttributes(path).HasFlag(FileAttributes.Device);

    private static ProgramFile Read(string folder, string file, bool isSynced)
    {
        using var stream = new FileStream(
            Path.Combine(folder, file), FileMode.Open, isSynced ? FileAccess.ReadWrite : FileAccess.Read, FileShare.Read);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (isSynced) stream.Flush(flushToDisk: true);
        return new ProgramFile(file, stream.Length, hash);
    }
}
