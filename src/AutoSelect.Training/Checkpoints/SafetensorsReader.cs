using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using static TorchSharp.torch;

namespace AutoSelect.Training.Checkpoints;

/// <summary>Reads what <see cref="SafetensorsWriter"/> wrote, into CPU tensors that belong to the caller's dispose scope.</summary>
internal static class SafetensorsReader
{
    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);

    /// <param name="path">The file.</param>
    /// <param name="sha256">The hash that it must have; null where that is not known.</param>
    /// <exception cref="InvalidDataException">Missing, truncated or corrupt file; the message names it.</exception>
    public static StateDictionary Read(string path, string? sha256 = null)
    {
        try
        {
            using var stream = Open(path);
            // Beside the reading, of the same pages.
            var hashing = sha256 is null ? null : Task.Run(() => Hash(path));
            void CheckHash()
            {
                if (hashing?.GetAwaiter().GetResult() is { } hash && hash != sha256)
                    throw new InvalidDataException($"its SHA-256 is {hash} and not {sha256}: it is corrupt.");
            }
            StateDictionary state;
            try
            {
                state = Read(stream);
            }
            catch (Exception)
            {
                // What cannot be read for that reason says so.
                CheckHash();
                throw;
            }
            CheckHash();
            return state;
        }
        catch (Exception e)
            when (e is InvalidDataException or IOException or UnauthorizedAccessException or JsonException or FormatException
                or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"The checkpoint '{path}' cannot be read: {e.Message}", e);
        }
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);

    private static string Hash(string path)
    {
        using var stream = Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static StateDictionary Read(FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < 8) throw new InvalidDataException($"it has {stream.Length} bytes, fewer than the 8 of the header's length.");
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerLength < 2 || headerLength > Math.Min(stream.Length - 8, 100_000_000))
            throw new InvalidDataException($"its header would have {headerLength} bytes; the file has {stream.Length}.");
        var header = new byte[headerLength];
        stream.ReadExactly(header);

        using var json = JsonDocument.Parse(header);
        var state = new StateDictionary();
        string? expected = null;
        var entries = new List<Entry>();
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__") expected = ReadMetadata(property.Value, state);
            else entries.Add(ReadEntry(property));
        }

        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end) throw new InvalidDataException($"tensor '{entry.Name}' begins at {entry.Begin}, not at {end}.");
            end = entry.End;
        }
        if (stream.Length != 8 + headerLength + end)
            throw new InvalidDataException(
                $"it has {stream.Length} bytes and not {8 + headerLength + end}: it is truncated or was written to.");

        var checksum = new Checksum();
        foreach (var entry in entries)
        {
            var tensor = empty(entry.Shape, dtype: entry.Type);
            if (entry.End > entry.Begin)
            {
                stream.ReadExactly(tensor.bytes);
                checksum.Add(tensor.bytes);
            }
            state.Set(entry.Name, tensor);
        }
        if (expected is not null && expected != checksum.Text)
            throw new InvalidDataException($"the CRC-32C of its data is {checksum.Text} and not {expected}: the data is corrupt.");
        return state;
    }

    private static string? ReadMetadata(JsonElement metadata, StateDictionary state)
    {
        foreach (var item in metadata.EnumerateObject())
        {
            if (item.Name.StartsWith(SafetensorsWriter.ScalarPrefix, StringComparison.Ordinal))
                state.SetScalar(item.Name[SafetensorsWriter.ScalarPrefix.Length..],
                    double.Parse(item.Value.GetString()!, CultureInfo.InvariantCulture));
        }
        return metadata.TryGetProperty(SafetensorsWriter.ChecksumKey, out var checksum) ? checksum.GetString() : null;
    }

    private static Entry ReadEntry(JsonProperty property)
    {
        var name = property.Value.GetProperty("dtype").GetString()!;
        if (!SafetensorsTypes.TryParse(name, out var type))
            throw new InvalidDataException($"tensor '{property.Name}' has the unknown type '{name}'.");
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())];
        var offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw new InvalidDataException($"tensor '{property.Name}' has {offsets.GetArrayLength()} offsets, not its begin and its end.");
        var entry = new Entry(property.Name, type, shape, offsets[0].GetInt64(), offsets[1].GetInt64());
        if (shape.Any(extent => extent < 0) || entry.End - entry.Begin != Bytes(type, shape))
            throw new InvalidDataException(
                $"tensor '{entry.Name}' has {entry.End - entry.Begin} bytes, not the {Bytes(type, shape)} of its shape.");
        return entry;
    }

    private static long Bytes(ScalarType type, long[] shape) =>
        shape.Aggregate((long)SafetensorsTypes.SizeOf(type), (n, extent) => checked(n * extent));
}
