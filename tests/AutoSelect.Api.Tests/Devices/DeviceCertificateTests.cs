using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using AutoSelect.Api.Tests.Access;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests.Devices;

/// <summary>A server that asks devices for certificates of its authority, with certificates made here.</summary>
public sealed class DeviceCertificateTests : IDisposable
{
    private readonly X509Certificate2 server = Certificates.Loopback();
    private readonly X509Certificate2 authority = Certificates.Authority("the authority");
    private readonly X509Certificate2 other = Certificates.Authority("another authority");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        server.Dispose();
        authority.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task A_device_with_a_certificate_of_the_authority_is_let_in_with_its_key()
    {
        await using var served = await Start();
        using var certificate = Certificates.Client("CN=node7", authority);
        using var http = Http(served, await served.Key(KeyRole.Device, name: "node7"), certificate);
        using var answer = await Register(http);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        using var keyless = Http(served, "autoselect_00", certificate);
        using var refused = await Register(keyless);
        await refused.IsProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_device_without_one_is_refused_and_people_need_none()
    {
        await using var served = await Start();
        using var http = Http(served, await served.Key(KeyRole.Device, name: "node7"), null);
        using var answer = await Register(http);
        await answer.IsProblem(HttpStatusCode.Forbidden, "client certificate");
        Assert.Equal(["refused"], served.Audited().Select(e => e.Kind));
        using var viewer = Http(served, await served.Key(KeyRole.Viewer), null);
        using var jobs = await viewer.GetAsync("v1/jobs", Cancelled);
        Assert.Equal(HttpStatusCode.OK, jobs.StatusCode);
        Assert.Equal(0, served.Devices.Changes);
    }

    [Theory]
    [InlineData("another authority")]
    [InlineData("itself")]
    [InlineData("expired")]
    [InlineData("for servers")]
    public async Task A_certificate_that_is_no_good_makes_no_connection(string what)
    {
        await using var served = await Start();
        using var certificate = what switch
        {
            "another authority" => Certificates.Client("CN=node7", other),
            "itself" => Certificates.Loopback(),
            "expired" => Certificates.Client("CN=node7", authority, until: DateTimeOffset.UtcNow.AddMinutes(-5)),
            _ => Certificates.Client("CN=node7", authority, use: "1.3.6.1.5.5.7.3.1"),
        };
        using var http = Http(served, await served.Key(KeyRole.Device, name: "node7"), certificate);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Register(http));
        Assert.Equal(0, served.Devices.Changes);
    }

    [Fact]
    public async Task Processes_of_this_machine_come_by_loopback_with_the_owners_token_and_need_none()
    {
        await using var served = await Start();
        Assert.Equal(("https", "http"), (served.Address.Scheme, served.Local.Scheme));
        using var http = new HttpClient { BaseAddress = served.Local };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Served.OwnerToken);
        using var answer = await Register(http);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public void Without_tls_nobody_can_show_one() => Assert.Contains("only over TLS", Assert.Throws<ArgumentException>(
        () => new ApiListening(IPAddress.Loopback, 0, certificate: null, [], [authority])).Message);

    private Task<Served> Start() => Served.Start(listening: new ApiListening(IPAddress.Loopback, 0, server, ["jobs.example"], [authority]));

    private HttpClient Http(Served served, string key, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, given, _, _) => given!.GetCertHashString() == server.Thumbprint;
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        // Without it, one that the server has not asked for by name is kept back.
        if (certificate is not null) handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        var http = new HttpClient(handler) { BaseAddress = served.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static Task<HttpResponseMessage> Register(HttpClient http) =>
        http.PostAsync("v1/devices/node7/sessions", DeviceBodies.Of("registerDevice", "node7"), Cancelled);
}
