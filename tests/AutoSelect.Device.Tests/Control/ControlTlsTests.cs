using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AutoSelect.Testing;

namespace AutoSelect.Device.Tests;

/// <summary>A device and its server with certificates of an authority of their own, made here.</summary>
public sealed class ControlTlsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly X509Certificate2 authority = Authority();

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_device_trusts_the_authority_and_shows_its_certificate()
    {
        var control = new StandInControl();
        using var certificate = Issued("CN=localhost");
        await using var server = await StandInServer.Start(control, StandInServer.Tls(certificate, [authority]));
        await File.WriteAllTextAsync(folder["ca.pem"], authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        using var own = Issued("CN=d");
        var pem = $"{own.ExportCertificatePem()}\n{own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n";
        await File.WriteAllTextAsync(folder["own.pem"], pem, TestContext.Current.CancellationToken);
        var options = LoopRun.Options(server.Address) with { Authority = folder["ca.pem"], Certificate = folder["own.pem"] };

        await using (var device = new LoopRun(options)) await control.Hears<StandInControl.Registered>();

        await using var without = new LoopRun(options with { Certificate = null });
        Assert.Equal(ExitCodes.Refused, await without.ExitCode());
        Assert.Contains("client certificate", without.Log.ToString());
    }

    [Fact]
    public async Task A_server_that_nobody_vouches_for_is_not_told_the_key()
    {
        var control = new StandInControl();
        using var certificate = Issued("CN=localhost");
        await using var server = await StandInServer.Start(control, StandInServer.Tls(certificate));
        var options = LoopRun.Options(server.Address);
        using var client = new ControlClient(options, new ControlServers(options), ControlHandler.Create(options), TimeProvider.System);
        var fault = await Assert.ThrowsAsync<HttpRequestException>(
            () => client.Register(options.Describe(), null, TestContext.Current.CancellationToken));
        Assert.Equal(HttpRequestError.SecureConnectionError, fault.HttpRequestError);
    }

    [Theory]
    [InlineData("none.pem", "none.pem")]
    [InlineData("empty.pem", "at least 1 certificate in PEM")]
    public void A_file_that_is_no_authority_is_refused_with_its_path(string file, string rule)
    {
        File.WriteAllText(folder["empty.pem"], "");
        var options = LoopRun.Options() with { Authority = folder[file] };
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => ControlHandler.Create(options)).Message);
    }

    [Fact]
    public void What_is_on_this_machine_is_asked_without_a_proxy()
    {
        using var handler = ControlHandler.Create(LoopRun.Options());
        Assert.True(handler.Proxy!.IsBypassed(new Uri("http://127.0.0.1:8080")));
        Assert.False(handler.AllowAutoRedirect);
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=the authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>Good for localhost, as server and as client.</summary>
    private X509Certificate2 Issued(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var issued = request.Create(
            authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
