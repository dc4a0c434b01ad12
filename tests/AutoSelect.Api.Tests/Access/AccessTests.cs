using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Access;

public sealed class AccessTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer 00")]
    [InlineData("Bearer autoselect_00")]
    [InlineData("Basic " + Served.OwnerToken)]
    [InlineData("bearer " + Served.OwnerToken)]
    [InlineData("Bearer " + Served.OwnerToken + "0")]
    [InlineData("Bearer  " + Served.OwnerToken)]
    public async Task Who_has_no_key_is_not_let_in(string? authorization)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        var before = await served.State();
        http.DefaultRequestHeaders.Remove("Authorization");
        if (authorization is not null) http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await http.PostAsync($"v1/jobs/{job}/cancel", null, Cancelled);
        await answer.IsProblem(HttpStatusCode.Unauthorized, "key");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal(before, await served.State());
    }

    [Fact]
    public async Task A_key_is_good_until_it_expires_or_is_revoked()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var served = await Served.Start(time);
        using var http = served.Http(await served.Key(KeyRole.Viewer));
        Assert.Equal(HttpStatusCode.OK, await Status(http));
        time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(http));
        using var second = served.Http(await served.Key(KeyRole.Viewer));
        Assert.Equal(HttpStatusCode.OK, await Status(second));
        await served.Keys.Revoke((await served.Keys.List())[1].Id, time.GetUtcNow());
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(second));
    }

    [Theory]
    [InlineData("Host", "pages.example", "'pages.example'")]
    [InlineData("Host", "127.0.0.1.pages.example", "127.0.0.1.pages.example")]
    [InlineData("Origin", "http://pages.example", "'http://pages.example'")]
    [InlineData("Origin", "null", "'null'")]
    [InlineData("Origin", "http://127.0.0.1:1", "'http://127.0.0.1:1'")]
    public async Task Another_host_or_origin_is_refused_also_with_the_token(string header, string value, string detail)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        var before = await served.State();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/jobs/{job}/cancel");
        request.Headers.Add(header, value);
        using var answer = await http.SendAsync(request, Cancelled);
        await answer.IsProblem(HttpStatusCode.Forbidden, detail);
        Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(before, await served.State());
    }

    [Fact]
    public async Task A_page_of_the_server_itself_is_let_in()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        http.DefaultRequestHeaders.Add("Origin", served.Address.GetLeftPart(UriPartial.Authority));
        Assert.Equal(HttpStatusCode.OK, await Status(http));
    }

    [Fact]
    public void Without_a_certificate_only_loopback_may_listen()
    {
        foreach (var address in (IPAddress[])[IPAddress.Any, IPAddress.IPv6Any, IPAddress.Parse("192.0.2.1")])
        {
            var refused = Assert.Throws<ArgumentException>(() => new ApiListening(address, 0, certificate: null, ["host"]));
            Assert.Contains($"The address is {address}: without a certificate it must be that of loopback", refused.Message);
        }
        Assert.Throws<ArgumentException>(() => new ApiListening(IPAddress.Any, 0, Certificates.Loopback(), []));
        Assert.Throws<ArgumentException>(() => new ApiListening(IPAddress.Loopback, 65536, null, []));
    }

    [Fact]
    public async Task A_certificate_is_read_with_its_key_or_not_at_all()
    {
        await using var served = await Served.Start();
        using var certificate = Certificates.Loopback();
        var (chain, key, both) = (served["c.pem"], served["k.pem"], served["both.pem"]);
        var secret = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        await File.WriteAllTextAsync(chain, certificate.ExportCertificatePem(), Cancelled);
        await File.WriteAllTextAsync(key, secret, Cancelled);
        await File.WriteAllTextAsync(both, $"{certificate.ExportCertificatePem()}\n{secret}\n", Cancelled);
        Assert.True(ApiListening.ReadCertificate(chain, key).HasPrivateKey);
        Assert.Equal(certificate.Thumbprint, ApiListening.ReadCertificate(both, null).Thumbprint);
        Assert.Contains(chain, Assert.Throws<ArgumentException>(() => ApiListening.ReadCertificate(chain, null)).Message);
        Assert.ThrowsAny<IOException>(() => ApiListening.ReadCertificate(served["none.pem"], null));
    }

    [Fact]
    public async Task With_a_certificate_it_speaks_tls_and_nothing_else()
    {
        using var certificate = Certificates.Loopback();
        await using var served = await Served.Start(listening: new ApiListening(IPAddress.Loopback, 0, certificate, ["jobs.example"]));
        Assert.Equal("https", served.Address.Scheme);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, given, _, _) => given!.Thumbprint == certificate.Thumbprint,
        };
        using var http = new HttpClient(handler) { BaseAddress = served.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Served.OwnerToken);
        http.DefaultRequestHeaders.Host = "jobs.example";
        Assert.Equal(HttpStatusCode.OK, await Status(http));
        using var plain = new HttpClient { BaseAddress = new UriBuilder(served.Address) { Scheme = "http" }.Uri };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => plain.GetAsync("v1/jobs", Cancelled));
    }

    [Theory]
    [InlineData("GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {16k}\r\n\r\n", "431")]
    [InlineData("GET /v1/jobs?name={16k} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "414")]
    [InlineData("GET /v1/jobs HTTP/1.1\r\n\r\n", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    [InlineData("GET /v1/jobs/%00%ff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "400")]
    [InlineData("POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", "400")]
    public async Task What_is_no_request_of_a_decent_size_is_refused(string request, string status)
    {
        await using var served = await Served.Start();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, served.Address.Port, Cancelled);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("{16k}", new string('x', 16 * 1024))), Cancelled);
        using var reader = new StreamReader(stream);
        Assert.StartsWith($"HTTP/1.1 {status}", await reader.ReadLineAsync(Cancelled));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_given_up()
    {
        await using var served = await Served.Start();
        var before = await served.State();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, served.Address.Port, Cancelled);
        var stream = socket.GetStream();
        var head = $"POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {Served.OwnerToken}\r\n"
            + "Content-Type: application/yaml\r\nContent-Length: 100\r\n\r\nname: x";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Cancelled);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 408", await reader.ReadLineAsync(Cancelled));
        Assert.Contains("application/problem+json", await reader.ReadToEndAsync(Cancelled));
        Assert.Equal(before, await served.State());
    }

    [Fact]
    public async Task Keys_are_stored_by_their_digests_in_a_file_of_the_owner()
    {
        await using var served = await Served.Start();
        var key = await served.Key(KeyRole.Operator);
        Assert.Matches("^autoselect_[0-9a-f]{64}$", key);
        Assert.NotNull(await served.Keys.Find(ApiKeys.Digest(key)));
        await served.Keys.DisposeAsync();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(served["keys.db"]));
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(served["keys.db"])!, "keys.db*"))
            Assert.DoesNotContain(key["autoselect_".Length..], Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancelled)));
    }

    private static async Task<HttpStatusCode> Status(HttpClient http)
    {
        using var answer = await http.GetAsync("v1/jobs", Cancelled);
        return answer.StatusCode;
    }
}
