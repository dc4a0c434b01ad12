using AutoSelect.Host.Control.Cluster;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>The order in which the parts of a silo end.</summary>
public sealed class EndingsTests
{
    private readonly List<string> ended = [];
    private readonly Endings endings = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_takes_its_time_ends_side_by_side_before_all_else_which_ends_in_reverse()
    {
        var (one, two) = (new TaskCompletionSource(), new TaskCompletionSource());
        endings.Add(() => Note("store"));
        endings.Add(() => Note("silo"));
        // Each waits for the other: in turn they would never end.
        endings.AddFirst(async () =>
        {
            one.SetResult();
            await two.Task;
            ended.Add("devices");
        });
        endings.AddFirst(async () =>
        {
            two.SetResult();
            await one.Task;
        });
        endings.Add(() => Note("api"));
        await endings.Run().WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal(["devices", "api", "silo", "store"], ended);
        await endings.Run();
        Assert.Equal(4, ended.Count);
    }

    [Fact]
    public async Task What_fails_keeps_nothing_else_from_its_end()
    {
        endings.Add(() => Note("silo"));
        endings.Add(() => throw new UnauthorizedAccessException("not yours"));
        endings.AddFirst(() => throw new IOException("the disk is full"));
        endings.AddFirst(() => Note("courier"));
        await endings.Run();
        Assert.Equal(["courier", "silo"], ended);
    }

    private ValueTask Note(string what)
    {
        ended.Add(what);
        return ValueTask.CompletedTask;
    }
}
