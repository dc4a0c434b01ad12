using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// Mutual TLS between silos: each shows a certificate of the cluster's authority and takes nobody without one. The authority is the
/// cluster's own, so a certificate of it is all that makes a member; names in it do not matter.
/// </summary>
internal sealed class ClusterTls
{
    /// <summary>A silo calls and is called, so its certificate must be good for both.</summary>
    private static readonly string[] Usages = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];

    private readonly X509Certificate2 certificate;
    private readonly X509Certificate2Collection authority;

    private ClusterTls(X509Certificate2 certificate, X509Certificate2Collection authority) =>
        (this.certificate, this.authority) = (certificate, authority);

    /// <summary>Reads PEM files. They are read once: a silo shows a new certificate after its next start.</summary>
    /// <param name="certificate">Path of this silo's certificate.</param>
    /// <param name="key">Path of its private key.</param>
    /// <param name="authority">Path of the authority's certificate, with those between it and the silos' where there are any.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="ArgumentException">They do not belong together; the message gives the value and the rule.</exception>
    public static ClusterTls Read(string certificate, string key, string authority)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(authority);
        }
        catch (CryptographicException e) when (File.Exists(authority))
        {
            throw new ArgumentException($"The authority is {authority}: it must be certificates in PEM ({e.Message})", e);
        }
        if (!roots.Any(IsRoot))
        {
            throw new ArgumentException(
                $"The authority is {authority}: it must hold a certificate in PEM that has signed itself; it holds {roots.Count} others.");
        }
        var tls = new ClusterTls(ReadOwn(certificate, key), roots);
        if (tls.WhyNoMember(tls.certificate) is { } why)
        {
            throw new ArgumentException(
                $"The certificate is {certificate}: it must be one that {authority} has issued for servers and clients, and valid now "
                + $"({why}).");
        }
        return tls;
    }

    /// <exception cref="ArgumentException">Others reach the address, and nothing keeps them out.</exception>
    public static void CheckAddress(IPAddress address, ClusterTls? tls)
    {
        if (tls is not null || IPAddress.IsLoopback(address)) return;
        throw new ArgumentException(
            $"--address is '{address}': without --cluster-certificate, --cluster-certificate-key and --cluster-authority it must be that "
            + "of loopback, since silos would trust whoever reaches them.");
    }

    /// <summary>Has a silo speak it at its ports, and to the others.</summary>
    public void Secure(ISiloBuilder silo) => silo.UseTls(options =>
    {
        options.LocalCertificate = certificate;
        (options.RemoteCertificateMode, options.ClientCertificateMode) =
            (RemoteCertificateMode.RequireCertificate, RemoteCertificateMode.RequireCertificate);
        options.RemoteCertificateValidation = (shown, _, _) => WhyNoMember(shown) is null;
        options.OnAuthenticateAsClient = (_, client) => client.TargetHost = ClusterMembers.Name;
    });

    /// <summary>What a silo calls others with.</summary>
    public SslClientAuthenticationOptions AsClient() => new()
    {
        TargetHost = ClusterMembers.Name,
        ClientCertificates = [certificate],
        RemoteCertificateValidationCallback =
            (_, shown, _, _) => shown is not null && WhyNoMember(shown as X509Certificate2 ?? new X509Certificate2(shown)) is null,
    };

    /// <summary>Null where the authority has issued a certificate and it is valid.</summary>
    private string? WhyNoMember(X509Certificate2 shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // Nothing is fetched: what is not in the authority's file does not count.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var known in authority)
            (IsRoot(known) ? chain.ChainPolicy.CustomTrustStore : chain.ChainPolicy.ExtraStore).Add(known);
        foreach (var usage in Usages) chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
        return chain.Build(shown) ? null : string.Join(" ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()).Distinct());
    }

    private static X509Certificate2 ReadOwn(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ArgumentException(
                $"The certificate is {certificate}: it must be PEM, and {key} its private key ({e.Message.Split(" (Parameter")[0]}).", e);
        }
    }

    private static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
