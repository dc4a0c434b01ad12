using System.Diagnostics;
using AutoSelect.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>Measures how fast a device is at bf16: a processor may take the format and still emulate it, so flags say too little.</summary>
public static class Bf16Probe
{
    private const int Repetitions = 7;

    /// <summary>
    /// Times a matrix product of 512³ and a 3x3 convolution of 64 channels, with one thread on a CPU; a few tenths of a second.
    /// </summary>
    public static Bf16Speed Measure(torch.Device device)
    {
        if (Autocast.Unavailable is { } reason) return new Bf16Speed(0, 0, reason);
        if (device.type == DeviceType.CPU) set_num_threads(1);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (matrix, images, kernels) =
            (zeros(512, 512, device: device), zeros(16, 64, 28, 28, device: device), zeros(64, 64, 3, 3, device: device));
        return new Bf16Speed(
            Gain(device, () => mm(matrix, matrix)),
            Gain(device, () => nn.functional.conv2d(images, kernels, padding: [1, 1])));
    }

    private static double Gain(torch.Device device, Func<Tensor> kernel)
    {
        double Low()
        {
            using (Autocast.Bf16(device.type)) return Seconds(device, kernel);
        }
        // Alternating, so that other load meets both alike; the fastest of each is the least disturbed.
        var (full, low) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var i = 0; i < Repetitions; i++) (full, low) = (Math.Min(full, Seconds(device, kernel)), Math.Min(low, Low()));
        return full / low;
    }

    private static double Seconds(torch.Device device, Func<Tensor> kernel)
    {
        var began = Stopwatch.GetTimestamp();
        using var result = kernel();
        if (device.type == DeviceType.CUDA) cuda.synchronize(device);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
