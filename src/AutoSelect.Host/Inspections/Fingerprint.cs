using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AutoSelect.Host.Inspections;

/// <summary>
/// What files and folders are told apart by: of every file its path, size and time of change; where there are few, of small ones the
/// content too, for a tool may set times as it likes.
/// </summary>
/// <param name="Hash">SHA-256 in lower-case hex.</param>
/// <param name="Newest">When the file changed last that changed last.</param>
internal sealed record Fingerprint(string Hash, DateTimeOffset Newest)
{
    /// <summary>Bytes up to which a file is small.</summary>
    private const long SmallFile = 64 << 10;

    /// <summary>Files up to which they are few: reading tens of thousands would take as long as what is saved.</summary>
    private const int FewFiles = 256;

    /// <param name="paths">Files, and folders with all that lies in them; what is missing counts as missing.</param>
    /// <exception cref="IOException">Something cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be read.</exception>
    public static Fingerprint Take(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var newest = DateTimeOffset.MinValue;
        var files = 0;
        foreach (var path in paths)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\n"));
            foreach (var file in Files(path))
            {
                var changed = new DateTimeOffset(file.LastWriteTimeUtc);
                if (changed > newest) newest = changed;
                hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(path, file.FullName)}\n"));
                Append(hash, file.Length);
                Append(hash, changed.UtcTicks);
                if (++files <= FewFiles && file.Length <= SmallFile) hash.AppendData(SHA256.HashData(File.ReadAllBytes(file.FullName)));
            }
        }
        return new Fingerprint(Convert.ToHexStringLower(hash.GetHashAndReset()), newest);
    }

    private static IEnumerable<FileInfo> Files(string path) =>
        File.Exists(path) ? [new FileInfo(path)]
        : Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", Everything).OrderBy(f => f.FullName, StringComparer.Ordinal)
        : [];

    private static EnumerationOptions Everything { get; } = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
