using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AutoSelect.Device;

/// <summary>Sends what this process asks of the control side: connections that are kept, by TLS as the options say.</summary>
internal static class ControlHandler
{
    /// <exception cref="ArgumentException">A file of the options is not what it must be; the message gives path and rule.</exception>
    public static SocketsHttpHandler Create(ServeOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            Proxy = new DirectToLoopback(HttpClient.DefaultProxy),
            // The key is for nobody else.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.LongestConnect,
            // So that a name that leads elsewhere by now is followed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = DecompressionMethods.None,
        };
        try
        {
            if (options.Authority is { } authority) handler.SslOptions.CertificateChainPolicy = Trust(authority);
            if (options.Certificate is { } own) handler.SslOptions.ClientCertificateContext = Own(own, options.CertificateKey ?? own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The certificates cannot be used: {e.Message}", e);
        }
        return handler;
    }

    private static X509ChainPolicy Trust(string path)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(File.ReadAllText(path));
        return policy.CustomTrustStore.Count > 0 ? policy
            : throw new ArgumentException($"The authority is {path}: it must be at least 1 certificate in PEM.");
    }

    /// <summary>With those in between that its file holds, which the server may not know.</summary>
    private static SslStreamCertificateContext Own(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(File.ReadAllText(certificate));
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificate, key), chain, offline: true);
    }

    /// <summary>Asks no proxy for what is on this machine.</summary>
    private sealed class DirectToLoopback(IWebProxy usual) : IWebProxy
    {
        public ICredentials? Credentials { get => usual.Credentials; set => usual.Credentials = value; }

        public Uri? GetProxy(Uri destination) => usual.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || usual.IsBypassed(host);
    }
}
