using System.Diagnostics;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Time to encode and decode gradients on one core, and the bandwidth of a link below which a format is worth its casts: an all-reduce
/// between two ranks sends n values; a format saves bytes and costs 1.5 encodings and 2 decodings of n values.
/// </summary>
internal sealed class CodecsBenchmark : Benchmark
{
    private const int Count = 25_000_000;
    private const int Rounds = 7;

    public override string Name => "codecs";

    public override string Summary => "time of casting 25M values in every format, both ways, and the bandwidth it breaks even at";

    public override int Run(string[] arguments)
    {
        var random = new Random(1);
        var values = new float[Count];
        for (var i = 0; i < Count; i++) values[i] = (float)(random.NextDouble() - .5);
        GradientCodec[] codecs = [new Fp16Codec(), new Bf16Codec(), Fp8Codec.E4M3, Fp8Codec.E5M2];
        var decoded = new float[Count];
        Console.WriteLine($"{"format",-10} {"encode ms",10} {"decode ms",10} {"break-even GB/s",16}");
        foreach (var codec in codecs)
        {
            var encoded = new byte[codec.EncodedBytes(Count)];
            var (encode, decode) = (double.MaxValue, double.MaxValue);
            for (var round = 0; round < Rounds; round++)
            {
                encode = Math.Min(encode, Seconds(() => codec.Encode(values, encoded, (ulong)round)));
                decode = Math.Min(decode, Seconds(() => codec.Decode(encoded, decoded)));
            }
            // Two ranks: all values are encoded, the sum of the own half again; both halves of the sum and two halves of addends are
            // decoded.
            var casts = 1.5 * encode + 2 * decode;
            Console.WriteLine(
                $"{codec.Name,-10} {1e3 * encode,10:F1} {1e3 * decode,10:F1} "
                + $"{Count * (double)(sizeof(float) - codec.BytesPerValue) / casts * 1e-9,16:F2}");
        }
        return 0;
    }

    private static double Seconds(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
