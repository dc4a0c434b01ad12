using System.Net;

namespace AutoSelect.Communication.Tests;

/// <summary>Ranks of one group as threads of this process.</summary>
internal static class Ranks
{
    /// <summary>Far longer than anything here takes on a busy machine: a test that would hang fails instead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static GroupDescription[] Describe(GroupListener[] listeners, Guid? token = null, long generation = 0)
    {
        var endpoints = listeners.Select(l => l.Endpoint).ToList();
        var shared = token ?? Guid.NewGuid();
        return [.. listeners.Select((_, rank) => new GroupDescription(shared, generation, rank, endpoints))];
    }

    public static GroupListener[] Listen(int ranks) => [.. Enumerable.Range(0, ranks).Select(_ => GroupListener.Open(IPAddress.Loopback))];

    public static Task<ProcessGroup> JoinAsync(GroupDescription group, GroupListener listener, GroupOptions? options = null) =>
        ProcessGroup.JoinAsync(group, listener, Patient(options ?? new()), TestContext.Current.CancellationToken);

    public static async Task<ProcessGroup[]> FormAsync(int ranks, GroupOptions? options = null)
    {
        var listeners = Listen(ranks);
        return await Task.WhenAll(Describe(listeners).Zip(listeners, (group, listener) => JoinAsync(group, listener, options)));
    }

    /// <summary>
    /// Waits for the other ranks outside of the group. When a rank leaves a collective the others may still be in it, and are told there
    /// if that rank breaks the group then.
    /// </summary>
    public static void Meet(Barrier place) => Assert.True(place.SignalAndWait(Patience), "A rank did not come.");

    /// <summary>
    /// Runs what each rank does on a thread of its own, and throws what a rank threw that failed: rather the failure than what the others
    /// were told of it.
    /// </summary>
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

    public static async Task RunAsync(IEnumerable<ProcessGroup> groups, Action<ProcessGroup> body)
    {
        var ranks = groups.Select(group => OnThread(() => RunOrAbort(group, body))).ToList();
        try
        {
            await Task.WhenAll(ranks).WaitAsync(Patience);
        }
        catch (Exception)
        {
            await (ranks.Where(r => r.IsFaulted).MinBy(r => r.Exception!.InnerException is RankLostException) ?? Task.CompletedTask);
            throw;
        }
    }

    /// <summary>A rank that a busy machine keeps waiting is not lost: where nothing else is said, it has all the time.</summary>
    private static GroupOptions Patient(GroupOptions options)
    {
        var given = new GroupOptions();
        return options with
        {
            JoinTimeout = options.JoinTimeout == given.JoinTimeout ? Patience : options.JoinTimeout,
            SilenceTimeout = options.SilenceTimeout == given.SilenceTimeout ? Patience : options.SilenceTimeout,
        };
    }

    private static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

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
