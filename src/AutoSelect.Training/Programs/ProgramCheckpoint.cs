using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Programs;

/// <summary>What AutoSelect keeps with a program's files.</summary>
internal sealed record ProgramManifest
{
    public required long Step { get; init; }

    /// <summary>Sums of the run until then, in seconds.</summary>
    public required ProgramAccounts Accounts { get; init; }

    /// <summary>Value of the metric at the newest point up to the step; null where there was none.</summary>
    public double? Value { get; init; }
}

/// <summary>
/// What a program saved as one file, so that it is there as a whole or not at all and goes to every store as other checkpoints do: a tar
/// archive with the manifest first and the program's files below <c>files/</c>.
/// </summary>
internal static class ProgramCheckpoint
{
    public const string Extension = "tar";
    public const string ManifestName = "autoselect.json";

    private const string Below = "files/";

    /// <summary>Writes an archive.</summary>
    /// <param name="path">Its file; replaces one of that name.</param>
    /// <param name="folder">Filled by the program.</param>
    /// <param name="manifest">What is kept with it.</param>
    /// <param name="isAnswer">True where the folder was not filled to be kept: what is no file is passed over.</param>
    /// <param name="ct">Gives it up, with nothing left of it.</param>
    /// <exception cref="ProtocolBrokenException">The folder holds what a checkpoint cannot.</exception>
    /// <exception cref="CheckpointException">It cannot be made durable; an earlier one is intact.</exception>
    public static WrittenFile Write(string path, string folder, ProgramManifest manifest, bool isAnswer, CancellationToken ct = default)
    {
        var files = ProgramFolder.Files(folder, isAnswer);
        var hash = "";
        var bytes = DurableFile.Write(path, stream =>
        {
            using (var archive = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                using (var text = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, RecordJson.Options)))
                    Add(archive, ManifestName, text, ct);
                foreach (var file in files)
                {
                    var entry = Path.Combine(folder, file);
                    using var content = isAnswer ? ProgramFolder.TryOpen(entry, out _) : ProgramFolder.Open(entry);
                    if (content is not null) Add(archive, Below + file, content, ct);
                }
            }
            stream.Position = 0;
            hash = Convert.ToHexStringLower(SHA256.HashDataAsync(stream, ct).AsTask().GetAwaiter().GetResult());
        });
        return new WrittenFile(bytes, hash);
    }

    /// <summary>Reads what is kept with a program's files.</summary>
    /// <exception cref="UnusableCheckpointException">The archive is missing, or not what was written.</exception>
    public static ProgramManifest Read(Checkpoint checkpoint)
    {
        using var archive = Open(checkpoint);
        return Manifest(archive, checkpoint);
    }

    /// <summary>Unpacks a program's files.</summary>
    /// <param name="checkpoint">Where they are.</param>
    /// <param name="folder">Gets them; is made.</param>
    /// <exception cref="UnusableCheckpointException">The archive is missing, or not what was written.</exception>
    /// <exception cref="CheckpointException">They cannot be written.</exception>
    public static ProgramManifest Unpack(Checkpoint checkpoint, string folder)
    {
        using var archive = Open(checkpoint);
        var manifest = Manifest(archive, checkpoint);
        while (Next(archive, checkpoint) is { } entry)
        {
            var path = Path.GetFullPath(Path.Combine(folder, entry.Name[Math.Min(entry.Name.Length, Below.Length)..]));
            if (entry.EntryType != TarEntryType.RegularFile || !entry.Name.StartsWith(Below, StringComparison.Ordinal)
                || !path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new UnusableCheckpointException($"The checkpoint '{checkpoint.Uri}' holds '{entry.Name}', which was not written so.");
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                entry.DataStream?.CopyTo(file);
                file.Flush(flushToDisk: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CheckpointException(
                    $"'{path}' could not be written: {e.Message} The checkpoint is intact; free space, then resume.", e);
            }
        }
        return manifest;
    }

    private static void Add(TarWriter archive, string name, Stream content, CancellationToken ct)
    {
        var length = content.Length;
        var entry = new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = content,
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        };
        // Only so it can be given up within a file.
        archive.WriteEntryAsync(entry, ct).GetAwaiter().GetResult();
        if (content.Position != length || content.Length != length)
            throw new ProtocolBrokenException($"The checkpoint's file '{name}' was changed after the program had said that it is saved.");
    }

    private static TarReader Open(Checkpoint checkpoint)
    {
        try
        {
            var stream = new FileStream(checkpoint.Uri, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (checkpoint.Sha256 is { } expected && Convert.ToHexStringLower(SHA256.HashData(stream)) is var found && found != expected)
            {
                var bytes = stream.Length;
                stream.Dispose();
                throw new UnusableCheckpointException($"The checkpoint '{checkpoint.Uri}' has {bytes} bytes and SHA-256 {found}; it was "
                    + $"stored with {checkpoint.Bytes} and {expected}.");
            }
            stream.Position = 0;
            return new TarReader(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableCheckpointException($"The checkpoint '{checkpoint.Uri}' cannot be read: {e.Message}", e);
        }
    }

    private static ProgramManifest Manifest(TarReader archive, Checkpoint checkpoint)
    {
        try
        {
            if (Next(archive, checkpoint) is { Name: ManifestName, DataStream: { } text }
                && JsonSerializer.Deserialize<ProgramManifest>(text, RecordJson.Options) is { } manifest) return manifest;
            throw new UnusableCheckpointException($"The checkpoint '{checkpoint.Uri}' does not begin with '{ManifestName}'.");
        }
        catch (JsonException e)
        {
            throw new UnusableCheckpointException($"The checkpoint '{checkpoint.Uri}' cannot be read: {e.Message}", e);
        }
    }

    private static TarEntry? Next(TarReader archive, Checkpoint checkpoint)
    {
        try
        {
            return archive.GetNextEntry();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or ArgumentException)
        {
            throw new UnusableCheckpointException($"The checkpoint '{checkpoint.Uri}' cannot be read: {e.Message}", e);
        }
    }
}
