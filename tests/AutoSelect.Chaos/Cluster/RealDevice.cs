namespace AutoSelect.Chaos.Cluster;

/// <summary>How a real device is lent, as a user does it: <c>autoselect device</c> with one device process.</summary>
internal static class RealDevice
{
    public static IReadOnlyList<string> Arguments(ChaosPaths paths, Servers servers, string name) =>
    [
        paths.Program, "device", .. Enumerable.Range(0, servers.Count).SelectMany(i => (string[])["--join", servers.At(i).ToString()]),
        "--name", name, "--kind", "cpu", "--devices", "1", "--store", Path.Combine(paths.Results, name),
        .. servers.Certificate is { } authority ? (string[])["--authority", authority] : [],
    ];

    public static Dictionary<string, string> Environment(ChaosPaths paths, string key) => new()
    {
        ["AUTOSELECT_TOKEN"] = key,
        ["AUTOSELECT_DEVICE"] = ChaosPaths.DeviceProgram,
        ["XDG_DATA_HOME"] = paths.Home,
    };
}
