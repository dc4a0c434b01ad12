using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AutoSelect.Api;

/// <summary>Has the web server listen where it is to, and keep to <see cref="ApiLimits"/>.</summary>
internal static class Limit
{
    public static void Kestrel(KestrelServerOptions kestrel, ApiListening listening)
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
            if (listening.Certificate is { } certificate) endpoint.UseHttps(certificate);
        });
    }
}
