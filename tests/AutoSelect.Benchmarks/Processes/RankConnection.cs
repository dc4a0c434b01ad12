using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AutoSelect.Communication;

namespace AutoSelect.Benchmarks;

/// <summary>A rank's end of <see cref="RankProcesses"/>, joined to its group.</summary>
internal sealed class RankConnection : IDisposable
{
    private readonly TcpClient connection;
    private readonly StreamReader reader;
    private readonly StreamWriter writer;

    /// <param name="arguments">Address, port and rank first, then the group's token.</param>
    /// <param name="options">How the ranks talk to each other.</param>
    public RankConnection(string[] arguments, GroupOptions options)
    {
        var rank = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        connection = new TcpClient(arguments[0], int.Parse(arguments[1], CultureInfo.InvariantCulture)) { NoDelay = true };
        (reader, writer) = (new StreamReader(connection.GetStream()), new StreamWriter(connection.GetStream()) { AutoFlush = true });
        if (!ThreadAffinity.TryPin(rank % Environment.ProcessorCount))
            throw new InvalidOperationException("The system does not let a thread be pinned.");
        // In a network of its own a rank listens where it came from.
        var listener = GroupListener.Open(((IPEndPoint)connection.Client.LocalEndPoint!).Address.MapToIPv4());
        writer.WriteLine($"{rank} {listener.Endpoint.Host} {listener.Endpoint.Port} {listener.Endpoint.Machine}");
        var endpoints = reader.ReadLine()!.Split(';').Select(e => e.Split(' '))
            .Select(e => new RankEndpoint(e[0], int.Parse(e[1], CultureInfo.InvariantCulture), e[2])).ToList();
        Group = ProcessGroup.JoinAsync(new(Guid.Parse(arguments[3]), 0, rank, endpoints), listener, options).GetAwaiter().GetResult();
    }

    public ProcessGroup Group { get; }

    /// <summary>The next command; null when there are no more.</summary>
    public string? Hear() => reader.ReadLine();

    public void Answer(string line) => writer.WriteLine(line);

    public void Dispose()
    {
        Group.Dispose();
        writer.Dispose();
        reader.Dispose();
        connection.Dispose();
    }
}
