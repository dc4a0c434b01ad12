using System.Net.Sockets;
using Npgsql;

namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>The way to a server, which can be cut where it hurts: before a request arrives, or before its answer does.</summary>
internal sealed class CutConnection : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("autoselect-cut-").FullName;
    private readonly string server;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;
    private readonly Lock gate = new();
    private Cut cut;
    private int spared;

    public CutConnection(string connection)
    {
        var text = new NpgsqlConnectionStringBuilder(connection);
        server = Socket(text.Host!);
        listener.Bind(new UnixDomainSocketEndPoint(Socket(folder)));
        listener.Listen();
        accepting = Task.Run(Accept);
        text.Host = folder;
        Connection = text.ToString();
    }

    private enum Cut { None, BeforeRequest, BeforeAnswer }

    /// <summary>Leads here.</summary>
    public string Connection { get; }

    /// <summary>Cuts made.</summary>
    public int Cuts { get; private set; }

    /// <summary>The next request is lost with its connection.</summary>
    public void BeforeRequest() => Next(Cut.BeforeRequest, after: 0);

    /// <summary>The next request is carried out, but its connection is lost before the answer comes.</summary>
    /// <param name="after">Requests that are answered before it.</param>
    public void BeforeAnswer(int after = 0) => Next(Cut.BeforeAnswer, after);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        Directory.Delete(folder, recursive: true);
        stopping.Dispose();
    }

    private void Next(Cut next, int after)
    {
        lock (gate) (spared, cut) = (after, next);
    }

    /// <summary>True for the one request that is to be lost.</summary>
    private bool TryCut(Cut here)
    {
        lock (gate)
        {
            if (cut != here || spared-- > 0) return false;
            cut = Cut.None;
            Cuts++;
            return true;
        }
    }

    private static string Socket(string folder) => Path.Combine(folder, ".s.PGSQL.5432");

    private async Task Accept()
    {
        var pairs = new List<Task>();
        try
        {
            while (true) pairs.Add(Carry(await listener.AcceptAsync(stopping.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task Carry(Socket client)
    {
        using var one = client;
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await other.ConnectAsync(new UnixDomainSocketEndPoint(server));
        await Task.WhenAny(Copy(client, other, Cut.BeforeRequest), Copy(other, client, Cut.BeforeAnswer));
    }

    private async Task Copy(Socket from, Socket to, Cut here)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, stopping.Token) is > 0 and var count)
            {
                if (TryCut(here)) return;
                await to.SendAsync(buffer.AsMemory(0, count), stopping.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other end went first.
        }
    }
}
