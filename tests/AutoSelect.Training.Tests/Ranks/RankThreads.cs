using System.Net;
using AutoSelect.Communication;
using AutoSelect.Training.Ranks;

namespace AutoSelect.Training.Tests;

/// <summary>Ranks of one group as threads of this process.</summary>
internal static class RankThreads
{
    /// <summary>Far longer than anything here takes on a busy machine: a test that would hang fails instead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs what each rank does on a thread of its own.</summary>
    /// <returns>What the ranks returned, in their order.</returns>
    public static T[] Run<T>(int size, Func<TrainingRanks, T> body, GroupOptions? options = null, IExchangePlanner? planner = null)
    {
        // A rank that a busy machine keeps waiting is not lost.
        var groups = Form(size, options ?? new() { JoinTimeout = Patience, SilenceTimeout = Patience });
        try
        {
            return Finish([.. groups.Select(group => OnThread(() => RunOrAbort(group, body, planner)))]);
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

    private static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Throws what a rank threw that failed: rather the failure than what the others were told of it.</summary>
    private static T[] Finish<T>(Task<T>[] ranks)
    {
        try
        {
            return Task.WhenAll(ranks).WaitAsync(Patience).GetAwaiter().GetResult();
        }
        catch (Exception)
        {
            ranks.Where(r => r.IsFaulted).MinBy(r => r.Exception!.InnerException is RankLostException)?.GetAwaiter().GetResult();
            throw;
        }
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
