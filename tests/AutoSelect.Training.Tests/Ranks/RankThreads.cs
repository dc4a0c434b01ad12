using System.Net;
using AutoSelect.Communication;
using AutoSelect.Training.Ranks;

namespace AutoSelect.Training.Tests;

/// <summary>Ranks of one group as threads of this process.</summary>
internal static class RankThreads
{
    /// <summary>Longer than anything here takes: a test that would hang fails instead.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(120);

    /// <summary>Runs what each rank does on a thread of its own.</summary>
    /// <returns>What the ranks returned, in their order.</returns>
    public static T[] Run<T>(int size, Func<TrainingRanks, T> body, GroupOptions? options = null, IExchangePlanner? planner = null)
    {
        var groups = Form(size, options);
        try
        {
            var ranks = groups.Select(group => Task.Factory.StartNew(
                () => RunOrAbort(group, body, planner), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            return Task.WhenAll(ranks).WaitAsync(patience).GetAwaiter().GetResult();
        }
        finally
        {
            foreach (var group in groups) group.Dispose();
        }
    }

    private static ProcessGroup[] Form(int size, GroupOptions? options)
    {
        var listeners = Enumerable.Range(0, size).Select(_ => GroupListener.Open(IPAddress.Loopback)).ToList();
        var endpoints = listeners.ConvertAll(l => l.Endpoint);
        var token = Guid.NewGuid();
        return Task.WhenAll(listeners.Select(
            (listener, rank) =>
                ProcessGroup.JoinAsync(new GroupDescription(token, 0, rank, endpoints), listener, options))).GetAwaiter().GetResult();
    }

    private static T RunOrAbort<T>(ProcessGroup group, Func<TrainingRanks, T> body, IExchangePlanner? planner)
    {
        try
        {
            return body(new TrainingRanks(group, planner));
        }
        catch (Exception e) when (e is not RankLostException)
        {
            // A failed assertion would leave the others waiting.
            group.Abort();
            throw;
        }
    }
}
