using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using static TorchSharp.torch;

namespace AutoSelect.Training.Checkpoints;

/// <summary>
/// Writes tensors and scalars in the safetensors format (8 bytes header length, JSON header padded to 8 bytes, little-endian
/// data), so that Python and any other tool can read them. Scalars and a CRC-32C of the data go into <c>__metadata__</c>.
/// </summary>
internal static class SafetensorsWriter
{
    public const string ScalarPrefix = "scalar.";
    public const string ChecksumKey = "crc32c";

    /// <returns>Length and hash of the file.</returns>
    /// <exception cref="CheckpointException">The file could not be written; an earlier one of that name is intact.</exception>
    public static WrittenFile Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, double> scalars)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Checkpoints are little-endian; this machine is not.");
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var parts = tensors.OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => (Name: t.Key, Tensor: t.Value.detach().cpu().contiguous())).ToList();
        var checksum = new Checksum();
        foreach (var (_, tensor) in parts) checksum.Add(BytesOf(tensor));
        var header = Header(parts, scalars, checksum.Text);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        // Beside the writing, most of which is waiting for the disk.
        var hashing = Task.Run(() => Hash(length, header, parts));
        long bytes;
        string hash;
        try
        {
            bytes = DurableFile.Write(path, stream =>
            {
                stream.Write(length);
                stream.Write(header);
                foreach (var (_, tensor) in parts) stream.Write(BytesOf(tensor));
            });
        }
        finally
        {
            // The tensors must not go while they are read.
            hash = hashing.GetAwaiter().GetResult();
        }
        return new WrittenFile(bytes, hash);
    }

    private static string Hash(byte[] length, byte[] header, List<(string Name, Tensor Tensor)> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(length);
        hash.AppendData(header);
        foreach (var (_, tensor) in parts) hash.AppendData(BytesOf(tensor));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Header(List<(string Name, Tensor Tensor)> parts, IReadOnlyDictionary<string, double> scalars, string checksum)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteString(ChecksumKey, checksum);
            foreach (var (name, value) in scalars.OrderBy(s => s.Key, StringComparer.Ordinal))
                json.WriteString(ScalarPrefix + name, value.ToString("R", CultureInfo.InvariantCulture));
            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, tensor) in parts)
            {
                var size = tensor.numel() * SafetensorsTypes.SizeOf(tensor.dtype);
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsTypes.NameOf(tensor.dtype));
                json.WriteStartArray("shape");
                foreach (var extent in tensor.shape) json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += size);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Data that begins at a multiple of 8 can be mapped into memory as it is.
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static Span<byte> BytesOf(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.bytes;
}
