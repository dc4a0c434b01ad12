using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AutoSelect.Client;

namespace AutoSelect.Chaos.Cluster;

/// <summary>The silos' HTTP addresses, and how to speak to them.</summary>
/// <param name="addresses">In the order of the silos.</param>
/// <param name="certificate">PEM file of the only certificate that they may show; null where they speak plain HTTP on loopback.</param>
internal sealed class Servers(IReadOnlyList<Uri> addresses, string? certificate)
{
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(2);

    public int Count => addresses.Count;

    public string? Certificate => certificate;

    public Uri At(int turn) => addresses[turn % addresses.Count];

    /// <summary>A client of any of them, which sends a key.</summary>
    public HttpClient Http(string key)
    {
        var http = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    /// <summary>A client of one of them.</summary>
    public ApiClient Client(int turn, string key) => new(new ApiAddress(At(turn), key), Handler());

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = LongestConnect, AllowAutoRedirect = false };
        if (certificate is null) return handler;
        var expected = X509Certificate2.CreateFromPem(File.ReadAllText(certificate)).RawData;
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().SequenceEqual(expected),
        };
        return handler;
    }
}
