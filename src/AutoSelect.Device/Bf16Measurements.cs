using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Training.Modification;
using TorchSharp;

namespace AutoSelect.Device;

/// <summary>How fast the devices are at bf16, measured once for each model and kept beside the data sets.</summary>
internal static class Bf16Measurements
{
    public static IEnumerable<DeviceDescription> AddTo(IReadOnlyList<DeviceDescription> devices, string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "bf16.json");
        var known = Read(path);
        var before = known.Count;
        foreach (var device in devices.DistinctBy(d => d.Model).Where(d => !known.ContainsKey(d.Model)))
            known[device.Model] = Bf16Probe.Measure(
                device.Kind == DeviceKind.Cuda ? torch.device(DeviceType.CUDA, device.Index) : torch.CPU);
        if (known.Count > before) Write(path, known);
        return devices.Select(d => d with { Bf16 = known[d.Model] });
    }

    private static Dictionary<string, Bf16Speed> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, Bf16Speed>>(File.ReadAllText(path), RecordJson.Options) ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private static void Write(string path, Dictionary<string, Bf16Speed> known)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, JsonSerializer.Serialize(known, RecordJson.Indented));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Measured anew next time.
        }
    }
}
