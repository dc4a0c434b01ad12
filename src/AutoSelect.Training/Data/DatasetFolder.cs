using System.IO.Compression;
using System.Security.Cryptography;
using AutoSelect.Training.Workloads;

namespace AutoSelect.Training.Data;

/// <summary>Reads the files of a data set from a folder, packed or not, and checks them.</summary>
internal static class DatasetFolder
{
    /// <summary>The unpacked contents, checked by SHA-256.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="dataset">What to look for.</param>
    /// <param name="setup">Is told of the files.</param>
    /// <param name="problem">Why the folder does not do.</param>
    public static IReadOnlyDictionary<IdxFileName, byte[]>? TryRead(
        string folder, ImageDataset dataset, WorkloadSetup setup, out string problem)
    {
        problem = "";
        if (!Directory.Exists(folder))
        {
            problem = "there is no such folder";
            return null;
        }
        var contents = new Dictionary<IdxFileName, byte[]>();
        foreach (var file in dataset.Files)
        {
            var plain = Path.Combine(folder, file.Name);
            var path = File.Exists(plain) ? plain : plain + ".gz";
            if (!File.Exists(path))
            {
                problem = $"{file.Name}.gz is missing";
                return null;
            }
            setup.Reads(path);
            try
            {
                using var stream = File.OpenRead(path);
                contents[file] = Checked(file, path == plain ? stream : new GZipStream(stream, CompressionMode.Decompress));
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                problem = $"{Path.GetFileName(path)}: {e.Message}";
                return null;
            }
        }
        return contents;
    }

    /// <exception cref="InvalidDataException">The content is another one.</exception>
    public static byte[] Checked(IdxFileName file, Stream stream)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        var content = buffer.ToArray();
        var found = Convert.ToHexStringLower(SHA256.HashData(content));
        return found == file.Sha256 ? content
            : throw new InvalidDataException($"its unpacked content has the SHA-256 {found}; {file.Sha256} is expected.");
    }
}
