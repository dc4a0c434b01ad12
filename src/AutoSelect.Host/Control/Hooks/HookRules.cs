using System.Collections.Immutable;
using System.Net;

namespace AutoSelect.Host.Control.Hooks;

/// <summary>
/// Where notices may go. Whoever submits a job names the address, and the control side may stand in a network that they cannot reach: only
/// public addresses are allowed, and what the operator names.
/// </summary>
internal sealed class HookRules
{
    public const string Rule = "it must be the name of a host, or a network such as 10.1.0.0/16";

    private readonly ImmutableArray<string> hosts;
    private readonly ImmutableArray<IPNetwork> networks;

    private HookRules(IEnumerable<string> hosts, IEnumerable<IPNetwork> networks) =>
        (this.hosts, this.networks) = ([.. hosts], [.. networks]);

    /// <summary>Public addresses alone.</summary>
    public static HookRules Public { get; } = new([], []);

    /// <summary>Those and the machine's own: whoever runs jobs on a machine of their own may tell themselves.</summary>
    public static HookRules Loopback { get; } = new([], [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")]);

    /// <summary>Public addresses and what an operator names.</summary>
    /// <param name="allowed">Names of hosts, and networks with their length.</param>
    /// <exception cref="ArgumentException">One is neither; the message gives the value and the rule.</exception>
    public static HookRules Parse(IEnumerable<string> allowed)
    {
        var (hosts, networks) = (new List<string>(), new List<IPNetwork>());
        foreach (var text in allowed)
        {
            if (IPAddress.TryParse(text, out var single))
                networks.Add(new IPNetwork(single, single.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128));
            else if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else if (Uri.CheckHostName(text) == UriHostNameType.Dns) hosts.Add(text);
            else throw new ArgumentException($"'{text}': {Rule}.");
        }
        return new HookRules(hosts, networks);
    }

    /// <summary>True where a connection to an address that a host's name leads to may be made.</summary>
    public bool Allows(string host, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return PublicAddresses.Contains(plain) || hosts.Contains(host, StringComparer.OrdinalIgnoreCase)
            || networks.Any(n => n.BaseAddress.AddressFamily == plain.AddressFamily && n.Contains(plain));
    }
}
