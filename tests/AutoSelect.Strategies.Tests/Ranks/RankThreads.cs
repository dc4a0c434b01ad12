using System.Net;
using AutoSelect.Communication;
using AutoSelect.Training;

namespace AutoSelect.Strategies.Tests;

/// <summary>Ranks of one group as threads of this process.</summary>
internal static class RankThreads
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs what each rank does on a thread of its own.</summary>
    /// <returns>What each rank returned.</returns>
    public static async Task<T[]> RunAsync<T>(int ranks, Func<TrainingRanks, T> body)
    {
        GroupListener[] listeners = [.. Enumerable.Range(0, ranks).Select(_ => GroupListener.Open(IPAddress.Loopback))];
        var (token, endpoints) = (Guid.NewGuid(), listeners.Select(listener => listener.Endpoint).ToList());
        var groups = await Task.WhenAll(listeners.Select((listener, rank) => ProcessGroup.JoinAsync(new(token, 0, rank, endpoints), listener, cancellationToken: TestContext.Current.CancellationToken)));
        try
        {
            return await Task.WhenAll(groups.Select(group => Task.Factory.StartNew(() => Run(group, body), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).WaitAsync(patience);
        }
        finally
        {
            foreach (var group in groups) group.Dispose();
        }
    }

    private static T Run<T>(ProcessGroup group, Func<TrainingRanks, T> body)
    {
        try
        {
            return body(new TrainingRanks(group));
        }
        catch (Exception e) when (e is not RankLostException)
        {
            group.Abort(); // a failure would leave the others waiting
            throw;
        }
    }
}
