using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AutoSelect.Host.Control.Cluster;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>A certificate authority of the test's own and what it issues, as PEM files of a folder.</summary>
internal sealed class ClusterCertificates : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly string folder;
    private readonly X509Certificate2 authority;
    private int issued;

    public ClusterCertificates(string folder)
    {
        this.folder = Directory.CreateDirectory(folder).FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=cluster authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(2));
        File.WriteAllText(Authority, authority.ExportCertificatePem());
    }

    /// <summary>Path of the authority's certificate.</summary>
    public string Authority => Path.Combine(folder, "authority.pem");

    /// <summary>Issues a certificate.</summary>
    /// <param name="usages">What it is good for: 1 a server, 2 a client; both where none is named.</param>
    /// <param name="validFor">Days from now until it expires.</param>
    /// <returns>Paths of the certificate and of its key.</returns>
    public (string Certificate, string Key) Issue(int[]? usages = null, double validFor = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=silo {++issued}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var oids = new OidCollection();
        foreach (var usage in usages ?? [1, 2]) oids.Add(new Oid($"1.3.6.1.5.5.7.3.{usage}"));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, true));
        using var certificate = request.Create(authority, Now.AddDays(-1), Now.AddDays(validFor), RandomNumberGenerator.GetBytes(8));
        var paths = (Path.Combine(folder, $"silo{issued}.pem"), Path.Combine(folder, $"silo{issued}.key"));
        File.WriteAllText(paths.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(paths.Item2, key.ExportPkcs8PrivateKeyPem());
        return paths;
    }

    /// <summary>A silo's part of mutual TLS, with a certificate of its own.</summary>
    public ClusterTls Silo()
    {
        var (certificate, key) = Issue();
        return ClusterTls.Read(certificate, key, Authority);
    }

    public void Dispose() => authority.Dispose();
}
