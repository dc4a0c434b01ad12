using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Cluster;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>Silos with certificates that the test has issued, over a real PostgreSQL.</summary>
public sealed class ClusterTlsTests(SharedPostgres shared) : IDisposable
{
    private const string Active = "select count(*) from autoselect.silos where status = 3";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Silos_with_certificates_of_one_authority_join_and_others_do_not()
    {
        var database = await (await shared.Server()).CreateDatabase();
        using var ours = new ClusterCertificates(folder["ours"]);
        using var theirs = new ClusterCertificates(folder["theirs"]);
        await using var one = await Serve(database, "one", ours.Silo());
        await using var two = await Serve(database, "two", ours.Silo());
        // A silo becomes active once it has called all others that are.
        Assert.Equal(2L, await PostgresServer.Execute(database, Active));

        var error = await Assert.ThrowsAsync<EnvironmentFaultException>(() => Serve(database, "three", theirs.Silo()));
        Assert.Contains("do not take each other's certificates", error.Message);
        // Without any it does not know that it should ask.
        using var four = SiloProcess.Launch(database, folder["four"], folder["four"]);
        await IsNotAnswered(folder["four"]);
        Assert.Equal(2L, await PostgresServer.Execute(database, Active));
        Assert.False(one.Ended.IsCompleted || two.Ended.IsCompleted);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(null, false)]
    public async Task A_silo_talks_to_who_shows_a_certificate_of_its_authority(bool? isOurs, bool isLetIn)
    {
        var database = await (await shared.Server()).CreateDatabase();
        using var ours = new ClusterCertificates(folder["ours"]);
        using var theirs = new ClusterCertificates(folder["theirs"]);
        await using var session = await Serve(database, "one", ours.Silo());
        var shown = new X509CertificateCollection();
        if (isOurs is { } mine)
        {
            var (certificate, key) = (mine ? ours : theirs).Issue();
            shown.Add(X509Certificate2.CreateFromPemFile(certificate, key));
        }
        using var socket = new TcpClient();
        await socket.ConnectAsync(session.Endpoint.Address, session.Endpoint.SiloPort, Ct);
        await using var stream = new SslStream(socket.GetStream(), false, (_, server, _, _) => server is not null);
        var reading = Task.Run(async () =>
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "silo", ClientCertificates = shown }, Ct);
            // With TLS 1.3 it is the first answer that shows whether the other side took the certificate; a silo begins to speak.
            return await stream.ReadAsync(new byte[1], Ct);
        }, Ct);
        if (isLetIn) Assert.Equal(1, await reading.WaitAsync(TimeSpan.FromMinutes(2), Ct));
        else Assert.True(await Task.Run(() => IsRefused(reading), Ct));
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused_with_the_rule()
    {
        using var ours = new ClusterCertificates(folder["ours"]);
        using var theirs = new ClusterCertificates(folder["theirs"]);
        var (certificate, key) = ours.Issue();
        File.WriteAllText(folder["text"], "no certificate");
        Assert.Contains("has issued", Refusal(certificate, key, theirs.Authority));
        Assert.Contains("private key", Refusal(certificate, ours.Issue().Key, ours.Authority));
        Assert.Contains("in PEM", Refusal(certificate, key, folder["text"]));
        Assert.Contains("signed itself", Refusal(certificate, key, certificate));
        foreach (var (wrong, wrongKey) in ((string, string)[])[ours.Issue([1]), ours.Issue([2]), ours.Issue(validFor: -0.5)])
            Assert.Contains("for servers and clients, and valid now", Refusal(wrong, wrongKey, ours.Authority));
        Assert.ThrowsAny<IOException>(() => ClusterTls.Read(folder["nothing"], key, ours.Authority));
    }

    [Fact]
    public async Task Beyond_loopback_a_silo_needs_a_certificate()
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run("serve", "--database", "Host=127.0.0.1;Port=1", "--address", "10.0.0.5"));
        Assert.Contains("--address is '10.0.0.5'", run.Error);
        Assert.Contains("--cluster-certificate", run.Error);
        Assert.Contains("must be that of loopback", run.Error);
    }

    [Fact]
    public async Task Parts_of_what_makes_a_member_are_refused()
    {
        using var run = new CommandRun();
        Assert.Equal(ExitCodes.BadInput, await run.Run("serve", "--database", "Host=127.0.0.1;Port=1", "--cluster-authority", "a.pem"));
        Assert.Contains("must be given together: they are missing, missing, 'a.pem'", run.Error);
    }

    private static string Refusal(string certificate, string key, string authority) =>
        Assert.Throws<ArgumentException>(() => ClusterTls.Read(certificate, key, authority)).Message;

    private static async Task<bool> IsRefused(Task<int> reading)
    {
        try
        {
            return await reading.WaitAsync(TimeSpan.FromMinutes(2), Ct) == 0;
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return true;
        }
    }

    /// <summary>Waits until a silo that wants to join has asked the others in vain.</summary>
    private static async Task IsNotAnswered(string store)
    {
        var log = Path.Combine(new ControlPaths(store).Logs, ControlPaths.ControlLog);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while (!File.Exists(log) || !Read(log).Contains("Failed to get ping responses from 2 of 2", StringComparison.Ordinal))
            await Task.Delay(50, patience.Token);
    }

    private static string Read(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private Task<ServeSession> Serve(string database, string name, ClusterTls? tls) => ServeSession.Start(
        new ServeOptions
        {
            Database = database,
            Paths = new ControlPaths(folder[name]),
            Address = IPAddress.Loopback,
            Tls = tls,
        },
        TimeProvider.System, Ct);
}
