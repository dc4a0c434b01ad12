namespace AutoSelect.Storage.Tests;

public sealed class LeaseHistoryTests
{
    [Theory]
    [InlineData("grant 0 1, grant 0 2", false)]
    [InlineData("grant 0 1, grant 0 0, end 1 1, grant 0 2", true)]
    [InlineData("grant 0 1, end 1 1, end 1 1", false)]
    [InlineData("grant 0 1, renew 1 2, end 1 1", false)]
    [InlineData("grant 0 1, renew 1 2, end 1 0, end 2 1", true)]
    [InlineData("grant 0 0", false)]
    [InlineData("grant 0 1, end 1 0", false)]
    public async Task Calls_one_after_another_have_one_order(string calls, bool isLinearizable)
    {
        var history = new LeaseHistory();
        foreach (var call in calls.Split(", ").Select(c => c.Split(' ')))
            await Add(history, call[0], long.Parse(call[1]), Task.FromResult(long.Parse(call[2])));
        Assert.Equal(isLinearizable, history.IsLinearizable());
    }

    [Fact]
    public async Task Calls_at_once_have_any_order()
    {
        var history = new LeaseHistory();
        var (slow, slower) = (new TaskCompletionSource<long>(), new TaskCompletionSource<long>());
        // The grant that fails began and ended while the one that succeeds was under way, before the lease of before was given back.
        await Add(history, "grant", 0, Task.FromResult(1L));
        var ended = Add(history, "end", 1, slow.Task);
        var granted = Add(history, "grant", 0, slower.Task);
        await Add(history, "grant", 0, Task.FromResult(0L));
        slow.SetResult(1);
        slower.SetResult(2);
        await Task.WhenAll(ended, granted);
        Assert.True(history.IsLinearizable());
    }

    private static Task<long> Add(LeaseHistory history, string kind, long token, Task<long> result) =>
        history.Add(kind, token, () => result);
}
