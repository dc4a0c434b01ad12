using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Inspections;

/// <summary>All of this machine that an inspection depends on besides the workload.</summary>
/// <param name="Build">Fingerprint of the device executable and its libraries.</param>
/// <param name="Surroundings">The devices and the variables that data sets are looked for by.</param>
/// <param name="Files">Files that device processes keep what they measured of the devices in.</param>
internal sealed record InspectedMachine(string Build, string Surroundings, ImmutableArray<string> Files)
{
    /// <summary>This machine; null where the device executable or its libraries cannot be read.</summary>
    public static InspectedMachine? Describe()
    {
        try
        {
            var folder = Path.GetDirectoryName(DeviceExecutable.Find())!;
            var libraries = Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f) is ".dll" or ".json" or ".so");
            var build = Fingerprint.Take(libraries.Order(StringComparer.Ordinal));
            var devices = HostDevices.List(DeviceExecutable.LibraryFolders());
            var data = Environment.GetEnvironmentVariable("AUTOSELECT_DATA");
            var surroundings = JsonSerializer.Serialize(new { Devices = devices, Data = data, ControlPaths.DataSets }, RecordJson.Options);
            return new InspectedMachine(build.Hash, surroundings, [Path.Combine(ControlPaths.DataSets, "bf16.json")]);
        }
        catch (Exception e) when (e is EnvironmentFaultException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
