using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Providers;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>How a scheduler starts a device.</summary>
internal static class BorrowedDeviceCommand
{
    /// <param name="place">What the provider's nodes have where.</param>
    /// <param name="servers">Where the device reaches the control side.</param>
    /// <param name="token">File with its key: keys are on no command line, and in no record of a scheduler.</param>
    public static DeviceCommand Make(DevicePlace place, IEnumerable<Uri> servers, string token) => new(
    [
        place.Dotnet ?? DeviceExecutable.DotnetHost(), place.Executable ?? DeviceExecutable.Find(), "serve",
        .. servers.SelectMany(server => new[] { "--server", server.ToString() }),
        "--token-file", place.Token ?? token,
        // Of the devices that the scheduler shows to its job there is one.
        "--device", "{device}", "--kind", "{kind}", "--index", "0",
        "--data", place.Data ?? ControlPaths.DataSets,
        .. Option("--authority", place.Authority), .. Option("--certificate", place.Certificate),
        .. Option("--certificate-key", place.CertificateKey),
        .. Option("--grace", place.Grace?.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
    ]);

    /// <summary>All that the device finds in its environment, beside what the scheduler adds.</summary>
    public static ImmutableSortedDictionary<string, string> Environment(DevicePlace place)
    {
        var all = DeviceExecutable.OneThread.ToImmutableSortedDictionary()
            .SetItem("DOTNET_ROOT", place.Dotnet is { } host ? Path.GetDirectoryName(host)! : DeviceExecutable.DotnetRoot)
            .SetItem("HOME", place.Home ?? System.Environment.GetEnvironmentVariable("HOME") ?? "/");
        if ((place.Data ?? System.Environment.GetEnvironmentVariable("AUTOSELECT_DATA")) is { Length: > 0 } data)
            all = all.SetItem("AUTOSELECT_DATA", data);
        return all.SetItems(place.Environment);
    }

    private static string[] Option(string name, string? value) => value is null ? [] : [name, value];
}
