using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace AutoSelect.Api;

/// <summary>Where the API listens.</summary>
public sealed record ApiListening
{
    /// <summary>Loopback, on a port that is free.</summary>
    public static ApiListening Loopback { get; } = new(IPAddress.Loopback, 0, certificate: null, []);

    /// <param name="address">Address to listen at.</param>
    /// <param name="port">0 for one that is free.</param>
    /// <param name="certificate">With its private key; null for none, which only loopback may do without.</param>
    /// <param name="hosts">Names under which it is asked for, beside those of loopback; at least 1 where it is not loopback.</param>
    /// <param name="deviceAuthority">Whose certificates devices must have; null for none.</param>
    /// <exception cref="ArgumentException">The message gives the value and the rule.</exception>
    public ApiListening(
        IPAddress address, int port, X509Certificate2? certificate, IEnumerable<string> hosts,
        X509Certificate2Collection? deviceAuthority = null)
    {
        (Address, Port, Certificate, Hosts, DeviceAuthority) = (address, port, certificate, [.. hosts], deviceAuthority);
        if (port is < 0 or > IPEndPoint.MaxPort)
            throw new ArgumentException($"The port is {port}: it must be from 0 to {IPEndPoint.MaxPort}.", nameof(port));
        if (certificate is { HasPrivateKey: false })
            throw new ArgumentException($"The certificate {certificate.Subject} has no private key: it must have one.");
        if (certificate is null && deviceAuthority is not null)
            throw new ArgumentException("There is an authority of devices and no certificate: only over TLS can they show theirs.");
        if (IPAddress.IsLoopback(address)) return;
        if (certificate is null)
        {
            throw new ArgumentException(
                $"The address is {address}: without a certificate it must be that of loopback, since keys would pass the network in plain "
                + "text.", nameof(address));
        }
        if (Hosts.IsEmpty)
            throw new ArgumentException($"The address is {address}: at least 1 name of this host must be given.", nameof(hosts));
    }

    public IPAddress Address { get; }
    public int Port { get; }
    public X509Certificate2? Certificate { get; }
    public ImmutableArray<string> Hosts { get; }

    /// <summary>
    /// Certificates of the authority that devices must have a certificate of, to be given with <see cref="Certificate"/>; null where their
    /// keys are enough.
    /// </summary>
    public X509Certificate2Collection? DeviceAuthority { get; }

    /// <summary>The address by which others find it: by the first of its names, where it has any.</summary>
    /// <param name="port">The port that it has got.</param>
    public Uri PublicAddress(int port) => new UriBuilder(
        Certificate is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps, Hosts.IsEmpty ? Address.ToString() : Hosts[0], port).Uri;

    /// <summary>Reads the certificates of an authority.</summary>
    /// <param name="path">A file in PEM.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="ArgumentException">It holds no certificate.</exception>
    public static X509Certificate2Collection ReadAuthority(string path)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(File.ReadAllText(path));
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new ArgumentException($"The authority is {path}: it must be certificates in PEM ({e.Message})", e);
        }
        return found.Count > 0 ? found : throw new ArgumentException($"The authority is {path}: it must be at least 1 certificate in PEM.");
    }

    /// <summary>Reads a certificate in PEM with its key.</summary>
    /// <param name="certificate">Path of the certificate, or of the chain with it at the head.</param>
    /// <param name="key">Path of the key; null where the certificate's file holds it too.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="ArgumentException">They are no certificate and key.</exception>
    public static X509Certificate2 ReadCertificate(string certificate, string? key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key ?? certificate);
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new ArgumentException($"The certificate is {certificate}: it must be PEM with its private key ({e.Message})", e);
        }
    }
}
