using System.Net;
using System.Security.Cryptography.X509Certificates;
using AutoSelect.Api.Access;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AutoSelect.Api;

/// <summary>Has the web server listen where it is to, and keep to <see cref="ApiLimits"/>.</summary>
internal static class Limit
{
    /// <param name="kestrel">The web server.</param>
    /// <param name="listening">Where others find it.</param>
    /// <param name="hasOwner">Whether somebody has the owner's token, who knows no certificate.</param>
    public static void Kestrel(KestrelServerOptions kestrel, ApiListening listening, bool hasOwner)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = ApiLimits.BodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = ApiLimits.HeaderBytes;
        kestrel.Limits.MaxRequestLineSize = ApiLimits.LineBytes;
        kestrel.Limits.RequestHeadersTimeout = ApiLimits.HeaderTime;
        kestrel.Limits.MaxConcurrentConnections = ApiLimits.Connections;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(ApiLimits.BodyBytesPerSecond, ApiLimits.BodyGrace);
        kestrel.Listen(listening.Address, listening.Port, endpoint =>
        {
            if (listening.Certificate is not { } certificate) return;
            endpoint.UseHttps(certificate, https =>
            {
                https.HandshakeTimeout = ApiLimits.HandshakeTime;
                Ask(https, listening.DeviceAuthority);
            });
        });
        if (hasOwner && listening.Certificate is not null) kestrel.Listen(IPAddress.Loopback, 0);
    }

    /// <summary>
    /// Asks for a certificate, which people have none of. One that is given must be of the authority: a connection with another one is not
    /// made.
    /// </summary>
    private static void Ask(HttpsConnectionAdapterOptions https, X509Certificate2Collection? authority)
    {
        if (authority is null) return;
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (certificate, chain, _) => DeviceCertificates.IsOf(authority, certificate, chain);
    }
}
