using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AutoSelect.Training.Checkpoints;
using CsCheck;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

/// <summary>
/// Whatever lies where a checkpoint is expected is read or refused with its name, without a crash of libtorch and without taking more
/// memory than the file has. AUTOSELECT_BAD_INPUT is the number of files, by default few; a failure tells the seed, for CsCheck_Seed.
/// </summary>
public sealed class BadCheckpointTests : TrainingTest
{
    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.OneOf(
            "0", "1", "3", "-1", "9223372036854775807", "9223372036854775808", "4611686018427387904", "1e2", "\"1\"", "null", "[]", "0.5"),
        Gen.Int[0, 64].Select(n => n.ToString(CultureInfo.InvariantCulture)));

    private static readonly Gen<string> Type = Gen.OneOf(
        "\"F32\"", "\"F16\"", "\"BF16\"", "\"I64\"", "\"U8\"", "\"BOOL\"", "\"F99\"", "1", "null", "\"\"");

    private static readonly Gen<string> Entry = Gen.Select(
        Gen.OneOf("a", "b", "", "__metadata__", "\\u0000", "a/b"), Type, Number.Array[0, 4], Number.Array[0, 3]).Select(
        (name, type, shape, offsets) =>
            $"\"{name}\": {{\"dtype\": {type}, \"shape\": [{string.Join(", ", shape)}], "
                + $"\"data_offsets\": [{string.Join(", ", offsets)}]}}");

    private static readonly Gen<byte[]> Made = Gen.Select(Entry.Array[0, 3], Gen.Int[0, 64], Gen.OneOf(0L, 0L, 0L, 1L, -1L, long.MaxValue))
        .Select((entries, data, off) =>
        {
            var header = Encoding.UTF8.GetBytes("{" + string.Join(", ", entries) + "}");
            var file = new byte[8 + header.Length + data];
            BinaryPrimitives.WriteInt64LittleEndian(file, unchecked(header.Length + off));
            header.CopyTo(file, 8);
            return file;
        });

    private static long Count { get; } =
        long.TryParse(Environment.GetEnvironmentVariable("AUTOSELECT_BAD_INPUT"), CultureInfo.InvariantCulture, out var given)
            ? given : 400;

    [Fact]
    public void Whatever_lies_there_is_read_or_refused()
    {
        var path = System.IO.Path.Combine(Folder, "x.safetensors");
        var whole = Whole(path);
        // A sound file with bytes changed, cut out and put in.
        var broken = Gen.Select(Gen.Int[0, whole.Length], Gen.Int[0, 12], Gen.Byte.Array[0, 6]).Array[1, 3].Select(changes =>
            changes.Aggregate(whole, (file, change) =>
            {
                var at = Math.Min(change.Item1, file.Length);
                return [.. file[..at], .. change.Item3, .. file[Math.Min(file.Length, at + change.Item2)..]];
            }));
        var (read, refused) = (0, 0);
        Gen.OneOf(broken, Made, Gen.Byte.Array[0, 60]).Sample(file =>
        {
            File.WriteAllBytes(path, file);
            try
            {
                using var scope = NewDisposeScope();
                var state = SafetensorsReader.Read(path);
                Assert.True(state.Tensors.Sum(t => t.Value.numel() * t.Value.element_size()) <= file.Length);
                read++;
            }
            catch (InvalidDataException e)
            {
                refused++;
                Assert.Contains(path, e.Message);
            }
        }, iter: Count, threads: 1);
        TestContext.Current.SendDiagnosticMessage($"{read} read, {refused} refused");
        Assert.True(refused > 0, $"{read} read, {refused} refused");
    }

    private static byte[] Whole(string path)
    {
        using var scope = NewDisposeScope();
        var state = new StateDictionary();
        state.Set("a", arange(7).to(ScalarType.Float32));
        state.Set("b", arange(6).reshape(2, 3).to(ScalarType.Int64));
        state.SetScalar("step", 7);
        SafetensorsWriter.Write(path, state.Tensors, state.Scalars);
        return File.ReadAllBytes(path);
    }
}
