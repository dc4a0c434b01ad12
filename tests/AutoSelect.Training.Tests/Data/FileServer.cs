using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AutoSelect.Training.Tests;

/// <summary>Serves files by HTTP on the loopback interface, at a port that it never lets go for another to take.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly IReadOnlyDictionary<string, byte[]> files;
    private readonly Task serving;

    public FileServer(IReadOnlyDictionary<string, byte[]> files)
    {
        this.files = files;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/data/");
        serving = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>Names of the files that were given, in their order.</summary>
    public List<string> Served { get; } = [];

    public void Dispose()
    {
        ending.Cancel();
        serving.GetAwaiter().GetResult();
        listener.Dispose();
        ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(ending.Token);
                await AnswerAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has gone, or this ends.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        // "GET /data/name HTTP/1.1", then headers up to an empty line.
        if ((await reader.ReadLineAsync(ending.Token))?.Split(' ')[1].Split('/')[^1] is not { } name) return;
        while (await reader.ReadLineAsync(ending.Token) is { Length: > 0 }) { }
        var status = "404 Not Found";
        if (files.TryGetValue(name, out var content))
        {
            status = "200 OK";
            Served.Add(name);
        }
        var head = $"HTTP/1.1 {status}\r\nContent-Length: {content?.Length ?? 0}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), ending.Token);
        await stream.WriteAsync(content ?? [], ending.Token);
    }
}
