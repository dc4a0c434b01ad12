using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AutoSelect.Api.Access;

/// <summary>Certificates by which devices prove, beside their key, that they are of the cluster's owner.</summary>
internal static class DeviceCertificates
{
    /// <summary>id-kp-clientAuth of RFC 5280, 4.2.1.12.</summary>
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>True for a certificate for clients that chains to one of an authority's and is valid now.</summary>
    /// <param name="authority">The authority's own certificates.</param>
    /// <param name="certificate">What the client has shown.</param>
    /// <param name="shown">What it has shown beside it, such as the certificates in between; null for nothing.</param>
    public static bool IsOf(X509Certificate2Collection authority, X509Certificate2 certificate, X509Chain? shown)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authority);
        policy.ApplicationPolicy.Add(new Oid(ClientUse));
        // A private authority commonly has no list of what it takes back; what it has issued is good until it expires.
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        foreach (var between in shown?.ChainPolicy.ExtraStore ?? []) policy.ExtraStore.Add(between);
        return chain.Build(certificate);
    }
}
