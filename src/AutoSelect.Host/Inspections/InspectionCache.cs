using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Inspections;

/// <summary>
/// Inspections in a folder, one file each, with the fingerprint of the files they depend on. A file is written whole or not at all; one
/// that cannot be read is ignored, and so is a folder that cannot be written: then things are found out anew.
/// </summary>
/// <param name="folder">Made when something is kept.</param>
internal sealed class InspectionCache(string folder)
{
    /// <summary>Most inspections that are kept; those used least lately go.</summary>
    public const int MostEntries = 64;

    /// <summary>Most bytes that they take together.</summary>
    public const long MostBytes = 32 << 20;

    /// <summary>What was found under a key; null where nothing was, or a file it depends on has changed since.</summary>
    public Inspection? Find(string key)
    {
        var path = PathOf(key);
        try
        {
            if (!File.Exists(path)) return null;
            var entry = JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(path), RecordJson.Options);
            if (entry is not { Inspection: { } inspection, Files.IsDefault: false }) return null;
            if (Fingerprint.Take(entry.Files).Hash != entry.Fingerprint) return null;
            // The time of use, by which the oldest go.
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime);
            return inspection;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Keeps an inspection.</summary>
    /// <param name="key">What it answers, as hex.</param>
    /// <param name="inspection">The answer.</param>
    /// <param name="files">Files and folders that it depends on.</param>
    /// <param name="unchangedSince">When the files were read: the answer is not kept where one has changed since.</param>
    public void Put(string key, Inspection inspection, ImmutableArray<string> files, DateTimeOffset unchangedSince)
    {
        try
        {
            var fingerprint = Fingerprint.Take(files);
            if (fingerprint.Newest >= unchangedSince) return;
            Directory.CreateDirectory(folder);
            var unfinished = Path.Combine(folder, $"unfinished-{Guid.NewGuid():N}");
            var entry = new Entry(fingerprint.Hash, files, inspection);
            File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(entry, RecordJson.Options));
            File.Move(unfinished, PathOf(key), overwrite: true);
            Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Found out anew next time.
        }
    }

    private void Trim()
    {
        var bytes = 0L;
        foreach (var (file, at) in new DirectoryInfo(folder).GetFiles().OrderByDescending(f => f.LastWriteTimeUtc).Select((f, i) => (f, i)))
        {
            bytes += file.Length;
            // Also what a process that was killed has left.
            if (at >= MostEntries || bytes > MostBytes) file.Delete();
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key + ".json");

    private sealed record Entry(string Fingerprint, ImmutableArray<string> Files, Inspection Inspection);
}
