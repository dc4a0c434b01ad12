using System.Net;
using System.Net.Sockets;
using AutoSelect.Training.Programs.Ranks;

namespace AutoSelect.Training.Tests.Programs.Ranks;

public sealed class MasterPortTests
{
    [Fact]
    public void It_is_free_and_known_to_be_taken_once_somebody_listens_there()
    {
        using var port = MasterPort.Choose();
        Assert.False(port.IsTaken);
        using var stranger = new TcpListener(IPAddress.Loopback, port.Number);
        stranger.Start();
        Assert.True(port.IsTaken);
    }

    [Fact]
    public void Two_at_a_time_are_never_the_same()
    {
        var ports = Enumerable.Range(0, 200).Select(_ => MasterPort.Choose()).ToList();
        Assert.Equal(200, ports.Select(p => p.Number).Distinct().Count());
        ports.ForEach(p => p.Dispose());
    }
}
