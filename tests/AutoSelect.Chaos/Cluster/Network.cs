using System.Net;

namespace AutoSelect.Chaos.Cluster;

/// <summary>
/// A network namespace for each silo, and one for a part of the devices (eng/network-namespaces), whose links can be cut.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    private static readonly string Tool = ChaosPaths.Tool("network-namespaces");

    private Network(IReadOnlyList<IPAddress> addresses) => Addresses = addresses;

    /// <summary>Of the hosts.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Brings it up.</summary>
    /// <returns>Null where it cannot be made; the reason is why.</returns>
    public static async Task<(Network? Network, string Reason)> Try(int hosts)
    {
        var (code, _, error) = await Command.Try(Tool, ["up", $"{hosts}", "1gbit"]);
        if (code != 0) return (null, error.Trim());
        var addresses = new List<IPAddress>();
        for (var i = 0; i < hosts; i++) addresses.Add(IPAddress.Parse((await Command.Run(Tool, ["address", $"{i}"])).Trim()));
        return (new Network(addresses), "");
    }

    /// <summary>A command on a host; it becomes the command itself, so that signals reach it.</summary>
    public static IReadOnlyList<string> On(int host, string program, IReadOnlyList<string> arguments) =>
        ["nsenter", $"--net=/run/netns/autoselect-host-{host}", program, .. arguments];

    public static Task Cut(int host) => Command.Run(Tool, ["run", $"{host}", "ip", "link", "set", "net", "down"]);

    public static Task Join(int host) => Command.Run(Tool, ["run", $"{host}", "ip", "link", "set", "net", "up"]);

    public async ValueTask DisposeAsync() => await Command.Try(Tool, ["down"]);
}
