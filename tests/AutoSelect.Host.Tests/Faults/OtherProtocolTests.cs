using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>A real device process at a server of another build.</summary>
public sealed class OtherProtocolTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_device_that_speaks_another_protocol_ends_with_a_clear_message_and_an_exit_code_of_its_own()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromMinutes(2));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = Refuse(listener, "protocol is 1 (build of the device): this server speaks 9 (build 9.9).", stop.Token);
        File.WriteAllText(folder["key"], "autoselect_00");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);

        using var device = DeviceExecutable.StartDetached(folder["log"],
            "serve", "--server", $"http://{listener.LocalEndpoint}", "--token-file", folder["key"],
            "--device", "cpu-0", "--kind", "cpu", "--index", "0", "--data", folder.Path);
        await device.WaitForExitAsync(stop.Token);

        Assert.Equal(3, device.ExitCode);
        Assert.Contains("this server speaks 9 (build 9.9)", await File.ReadAllTextAsync(folder["log"], stop.Token));
        Assert.Contains($"\"protocol\":{DeviceProtocol.Version}", await asked);
        Assert.DoesNotContain("autoselect_00", await File.ReadAllTextAsync(folder["log"], stop.Token));
    }

    /// <summary>Answers one request as a server of another protocol does.</summary>
    /// <returns>The request.</returns>
    private static async Task<string> Refuse(TcpListener listener, string detail, CancellationToken ct)
    {
        using var client = await listener.AcceptTcpClientAsync(ct);
        var (stream, request, buffer) = (client.GetStream(), new StringBuilder(), new byte[8192]);
        while (!request.ToString().EndsWith('}')) request.Append(Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, ct)));
        var problem = new ApiProblem { Type = ApiProblemTypes.DeviceProtocol, Title = "Upgrade Required", Status = 426, Detail = detail };
        var body = JsonSerializer.Serialize(problem, RecordJson.Options);
        var head = $"HTTP/1.1 426 Upgrade Required\r\nContent-Type: application/problem+json\r\nContent-Length: {body.Length}";
        var answer = $"{head}\r\n\r\n{body}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), ct);
        return request.ToString();
    }
}
