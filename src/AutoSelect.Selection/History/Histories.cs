using System.Security.Cryptography;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>
/// Recordings of earlier jobs in a folder, each named by the SHA-256 of its content: a job that names one learns from the same bytes
/// whenever its decisions are taken or repeated. Several processes may put and open at once.
/// </summary>
/// <param name="folder">Made when something is put into it.</param>
public sealed class Histories(string folder)
{
    private const char Separator = '+';

    /// <summary>The name of a recording: its SHA-256 in lower-case hex.</summary>
    public static string Sha256(ReadOnlySpan<byte> recording) => Convert.ToHexStringLower(SHA256.HashData(recording));

    /// <summary>Keeps a recording, once however often it is put.</summary>
    /// <param name="recording">Gzipped JSON lines, as <see cref="RecordedCurves.Pack"/> makes them.</param>
    /// <returns>Its SHA-256.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public string Put(ReadOnlySpan<byte> recording)
    {
        var hash = Sha256(recording);
        var path = PathOf(hash);
        if (IsWhole(path, hash)) return hash;
        Directory.CreateDirectory(folder);
        var unfinished = Path.Combine(folder, $"unfinished-{Guid.NewGuid():N}");
        File.WriteAllBytes(unfinished, recording);
        File.Move(unfinished, path, overwrite: true);
        return hash;
    }

    /// <summary>The recording of that SHA-256.</summary>
    /// <exception cref="ArgumentException">Not the hex of a SHA-256.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file has other content than its name says.</exception>
    public byte[] Open(string hash)
    {
        // Only then: the hash comes with a job, and nothing that a job brings may lead to another file.
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException($"history is '{hash}': it must be a SHA-256, 64 lower-case hex digits.", nameof(hash));
        var bytes = File.ReadAllBytes(PathOf(hash));
        var found = Sha256(bytes);
        if (found == hash) return bytes;
        throw new InvalidDataException(
            $"The recording {PathOf(hash)} has the SHA-256 {found}: it was changed since the job was submitted.");
    }

    /// <summary>The name of several recordings that a job learns from together: their hashes joined by "+".</summary>
    public static string Join(IEnumerable<string> hashes) => string.Join(Separator, hashes);

    /// <summary>What the recordings of a name teach together; exceptions as of <see cref="Open"/>.</summary>
    /// <param name="name">One SHA-256, or several as <see cref="Join"/> writes them.</param>
    public SelectionHistory Read(string name) => SelectionHistory.Joined([.. Parts(name).Select(ReadOne)]);

    /// <summary>The hashes of a name.</summary>
    public static string[] Parts(string name) => name.Split(Separator);

    /// <summary>What the recording of one SHA-256 teaches; exceptions as of <see cref="Open"/>.</summary>
    public SelectionHistory ReadOne(string hash)
    {
        using var recording = new MemoryStream(Open(hash));
        return SelectionHistory.FromCurves(RecordedCurves.Read(recording, PathOf(hash)));
    }

    private static bool IsWhole(string path, string hash) => File.Exists(path) && Sha256(File.ReadAllBytes(path)) == hash;

    private string PathOf(string hash) => Path.Combine(folder, hash + ".jsonl.gz");
}
