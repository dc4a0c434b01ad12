using System.Net;

namespace AutoSelect.Client;

/// <summary>A server, and the secret that lets its caller in.</summary>
public sealed record ApiAddress
{
    /// <param name="server">Absolute address, http or https; its path is left out.</param>
    /// <param name="key">An API key, or the token of a process of the same user.</param>
    /// <exception cref="ArgumentException">The message gives the value and the rule.</exception>
    public ApiAddress(Uri server, string key)
    {
        if (!server.IsAbsoluteUri || server.Scheme is not ("http" or "https"))
            throw new ArgumentException($"The server is '{server}': it must be an address such as https://host:8443.", nameof(server));
        if (server.Scheme == "http" && !server.IsLoopback)
        {
            throw new ArgumentException(
                $"The server is '{server}': it must be https, since the key would pass the network in plain text.", nameof(server));
        }
        if (key.Length == 0 || key.Any(c => c is < '!' or > '~'))
            throw new ArgumentException("The key has characters that no key has: it must be visible ASCII, without spaces.", nameof(key));
        (Server, Key) = (new Uri(server.GetLeftPart(UriPartial.Authority)), key);
    }

    public Uri Server { get; }

    /// <summary>Never shown: a record would print it.</summary>
    internal string Key { get; }

    /// <summary>Another server that takes the same key.</summary>
    /// <exception cref="ArgumentException">It must not be told the key.</exception>
    public ApiAddress WithServer(Uri server) => new(server, Key);

    /// <summary>The address without the key.</summary>
    public override string ToString() => Server.ToString();

    /// <summary>How long a connection may take to be made.</summary>
    internal static TimeSpan LongestConnect { get; } = TimeSpan.FromSeconds(10);

    internal SocketsHttpHandler Handler() => new()
    {
        // The secret is for nobody else: no proxy where the address is this machine's own, and no redirection.
        UseProxy = !Server.IsLoopback,
        AllowAutoRedirect = false,
        ConnectTimeout = LongestConnect,
        AutomaticDecompression = DecompressionMethods.None,
    };
}
