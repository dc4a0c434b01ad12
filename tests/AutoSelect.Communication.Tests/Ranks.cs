using System.Net;

namespace AutoSelect.Communication.Tests;

/// <summary>Ranks of one group as threads of this process.</summary>
internal static class Ranks
{
    /// <summary>Longer than anything here takes: a test that would hang fails instead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static GroupDescription[] Describe(GroupListener[] listeners, Guid? token = null, long generation = 0)
    {
        var endpoints = listeners.Select(l => l.Endpoint).ToList();
        var shared = token ?? Guid.NewGuid();
        return [.. listeners.Select((_, rank) => new GroupDescription(shared, generation, rank, endpoints))];
    }

    public static GroupListener[] Listen(int ranks) => [.. Enumerable.Range(0, ranks).Select(_ => GroupListener.Open(IPAddress.Loopback))];

    public static Task<ProcessGroup> JoinAsync(GroupDescription group, GroupListener listener, GroupOptions? options = null) =>
        ProcessGroup.JoinAsync(group, listener, options, TestContext.Current.CancellationToken);

    public static async Task<ProcessGroup[]> FormAsync(int ranks, GroupOptions? options = null)
    {
        var listeners = Listen(ranks);
        return await Task.WhenAll(Describe(listeners).Zip(listeners, (group, listener) => JoinAsync(group, listener, options)));
    }

    /// <summary>Runs what each rank does on a thread of its own, and throws what the first rank that failed threw.</summary>
    public static async Task RunAsync(int ranks, GroupOptions? options, Action<ProcessGroup> body)
    {
        var groups = await FormAsync(ranks, options);
        try
        {
            await RunAsync(groups, body);
        }
        finally
        {
            foreach (var group in groups) group.Dispose();
        }
    }

    public static async Task RunAsync(IEnumerable<ProcessGroup> groups, Action<ProcessGroup> body) =>
        await Task.WhenAll(groups.Select(group => Task.Factory.StartNew(() => RunOrAbort(group, body), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default))).WaitAsync(Patience);

    private static void RunOrAbort(ProcessGroup group, Action<ProcessGroup> body)
    {
        try
        {
            body(group);
        }
        catch (Exception e) when (e is not RankLostException)
        {
            // A failed assertion would leave the others waiting.
            group.Abort();
            throw;
        }
    }
}
