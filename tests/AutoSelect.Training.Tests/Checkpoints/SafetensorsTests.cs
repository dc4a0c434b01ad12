using System.Diagnostics;
using System.Text.Json;
using AutoSelect.Training.Checkpoints;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

public sealed class SafetensorsTests : TrainingTest
{
    private string Path => System.IO.Path.Combine(Folder, "x.safetensors");

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Every_number_format_is_read_back_as_it_was_written(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var state = new StateDictionary();
        state.Set("a", arange(7).to(type));
        state.Set("transposed", arange(6).reshape(2, 3).to(type).t());
        state.Set("empty", empty([0, 3], dtype: type));
        state.Set("scalar", ones([], dtype: type));
        SafetensorsWriter.Write(Path, state.Tensors, state.Scalars);
        var read = SafetensorsReader.Read(Path);
        foreach (var (name, tensor) in state.Tensors)
        {
            Assert.Equal(type, read.Get(name).dtype);
            Assert.Equal(tensor.shape, read.Get(name).shape);
            Assert.True(tensor.to(float64).eq(read.Get(name).to(float64)).all().item<bool>());
        }
    }

    [Fact]
    public void Scalars_keep_every_bit()
    {
        var state = new StateDictionary();
        double[] values = [0.1, -0.0, double.NaN, double.PositiveInfinity, double.Epsilon, 1e308, 123456789012];
        for (var i = 0; i < values.Length; i++) state.SetScalar($"s{i}", values[i]);
        SafetensorsWriter.Write(Path, state.Tensors, state.Scalars);
        var read = SafetensorsReader.Read(Path);
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits),
            values.Select((_, i) => BitConverter.DoubleToInt64Bits(read.GetScalar($"s{i}"))));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(-1)]
    [InlineData(-40)]
    public void A_truncated_file_is_refused_and_named(int length)
    {
        Write();
        var bytes = File.ReadAllBytes(Path);
        File.WriteAllBytes(Path, bytes[..(length < 0 ? bytes.Length + length : length)]);
        Assert.Contains(Path, Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(Path)).Message);
    }

    [Fact]
    public void A_flipped_bit_in_the_data_is_noticed()
    {
        Write();
        var bytes = File.ReadAllBytes(Path);
        var dataBegins = 8 + BitConverter.ToInt64(bytes);
        for (var i = dataBegins; i < bytes.Length; i += 5)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 0x10;
            File.WriteAllBytes(Path, damaged);
            Assert.Contains("CRC-32C", Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(Path)).Message);
        }
    }

    [Fact]
    public void A_missing_file_is_refused_and_named() =>
        Assert.Contains(Path, Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(Path)).Message);

    [Fact]
    public void Python_reads_the_file_with_its_standard_library()
    {
        using var scope = NewDisposeScope();
        var state = new StateDictionary();
        state.Set("weight", tensor(new float[] { 1.5f, -2, 3, 4, 5, 6 }).reshape(2, 3));
        state.Set("steps", tensor(new long[] { 1L << 40 }));
        SafetensorsWriter.Write(Path, state.Tensors, state.Scalars);
        const string Script = """
            import json, struct, sys
            b = open(sys.argv[1], 'rb').read()
            n, = struct.unpack('<Q', b[:8])
            assert n % 8 == 0
            h = json.loads(b[8:8 + n])
            w, s = h['weight'], h['steps']
            read = lambda t, f: struct.unpack(f, b[8 + n + t['data_offsets'][0]:8 + n + t['data_offsets'][1]])
            print(json.dumps([w['dtype'], w['shape'], read(w, '<6f'), s['dtype'], read(s, '<q'), h['__metadata__']['format']]))
            """;
        var output = Python(Script, Path);
        var expected = JsonSerializer.Serialize(
            new object[] { "F32", new[] { 2, 3 }, new[] { 1.5, -2, 3, 4, 5, 6 }, "I64", new[] { 1L << 40 }, "pt" });
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(output).RootElement), output);
    }

    private void Write()
    {
        using var scope = NewDisposeScope();
        var state = new StateDictionary();
        state.Set("a", arange(20));
        state.Set("b", ones([3, 3]));
        SafetensorsWriter.Write(Path, state.Tensors, state.Scalars);
    }

    private static string Python(string script, string argument)
    {
        Process? process;
        try
        {
            process = Process.Start(
                new ProcessStartInfo("python3", ["-c", script, argument]) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            process = null;
        }
        if (process is null) Assert.Skip("python3 is not installed.");
        var (output, error) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        return output;
    }
}
