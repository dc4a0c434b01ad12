using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AutoSelect.Chaos.Cluster;

/// <summary>A certificate of the run's own, good for the addresses of its silos and for nothing else.</summary>
internal static class TestCertificate
{
    /// <summary>Writes the certificate with its key, and the certificate alone.</summary>
    /// <param name="path">PEM file of both.</param>
    /// <param name="shown">PEM file of the certificate, for those who are to trust it.</param>
    /// <param name="addresses">Of the silos.</param>
    public static void Write(string path, string shown, IEnumerable<IPAddress> addresses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=autoselect chaos", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var address in addresses) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        // Clocks of silos jump.
        using var certificate = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
        File.WriteAllText(shown, certificate.ExportCertificatePem());
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
    }
}
