using System.Net;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Client;

namespace AutoSelect.Chaos.Clients;

/// <summary>Asks silos, the next one after each failure, and writes down what it asked and was told.</summary>
/// <param name="servers">The silos.</param>
/// <param name="key">API key.</param>
/// <param name="history">Its history.</param>
/// <param name="first">The silo that is asked first.</param>
internal sealed class HistoryClient(Servers servers, string key, HistoryFile history, int first) : IDisposable
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(15);

    /// <summary>The longest call that has a workload looked at, which starts a process and reads data.</summary>
    public static readonly TimeSpan LongestSubmission = TimeSpan.FromMinutes(2);

    private readonly ApiClient[] clients = [.. Enumerable.Range(0, servers.Count).Select(i => servers.Client(i, key))];
    private int turn = first;

    public HistoryFile History => history;

    /// <summary>The silo that is asked next.</summary>
    public ApiClient Current => clients[(turn & int.MaxValue) % clients.Length];

    public string Target => $"silo-{(turn & int.MaxValue) % clients.Length}";

    public void Turn() => Interlocked.Increment(ref turn);

    /// <summary>Asks once.</summary>
    /// <param name="asked">What; it is added to the history.</param>
    /// <param name="call">Asks.</param>
    /// <param name="answered">Adds what was told.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="longest">How long it is waited for; null for 15 s.</param>
    /// <returns>What was told, and whether there is any use in asking again.</returns>
    public async Task<(T? Answer, EntryKind Kind)> Ask<T>(
        HistoryEntry asked, Func<ApiClient, CancellationToken, Task<T>> call, Func<HistoryEntry, T, HistoryEntry> answered,
        CancellationToken ct, TimeSpan? longest = null)
    {
        var (client, target) = (Current, Target);
        asked = history.Add(asked with { Target = target });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(longest ?? LongestCall);
        try
        {
            var answer = await call(client, patience.Token);
            history.Answer(asked, EntryKind.Done, e => answered(e, answer));
            return (answer, EntryKind.Done);
        }
        catch (ApiRefusalException e)
        {
            // 5xx: it may have been done before it went wrong. 429: not yet.
            var kind = (int)e.Status >= 500 ? EntryKind.Unknown : EntryKind.Refused;
            history.Answer(asked, kind, a => a with { Reason = $"{(int)e.Status}: {e.Message}" });
            if (kind == EntryKind.Unknown) Turn();
            return (default, e.Status == HttpStatusCode.TooManyRequests ? EntryKind.Unknown : kind);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            history.Answer(asked, EntryKind.Unknown, a => a with { Reason = e.Message });
            Turn();
            ct.ThrowIfCancellationRequested();
            return (default, EntryKind.Unknown);
        }
    }

    public void Dispose()
    {
        foreach (var client in clients) client.Dispose();
    }
}
