using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AutoSelect.Training.Tests;

/// <summary>Serves files by HTTP on the loopback interface, at a port that the system gives it and nobody else can take in between.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly IReadOnlyDictionary<string, byte[]> files;
    private readonly Thread thread;

    public FileServer(IReadOnlyDictionary<string, byte[]> files)
    {
        this.files = files;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/data/");
        thread = new(Serve) { IsBackground = true, Name = "file server" };
        thread.Start();
    }

    public Uri Address { get; }

    /// <summary>Names of the files that were given, in their order.</summary>
    public List<string> Served { get; } = [];

    public void Dispose()
    {
        listener.Stop();
        thread.Join();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using var client = listener.AcceptTcpClient();
                try
                {
                    Answer(client.GetStream());
                }
                catch (IOException)
                {
                    // The client has gone.
                }
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private void Answer(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        // "GET /data/name HTTP/1.1", then headers up to an empty line.
        if (reader.ReadLine()?.Split(' ')[1].Split('/')[^1] is not { } name) return;
        while (reader.ReadLine() is { Length: > 0 }) { }
        var status = "404 Not Found";
        if (files.TryGetValue(name, out var content))
        {
            status = "200 OK";
            Served.Add(name);
        }
        stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {content?.Length ?? 0}\r\nConnection: close\r\n\r\n"));
        stream.Write(content ?? []);
    }
}
