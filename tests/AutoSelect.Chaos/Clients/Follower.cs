using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Clients;

/// <summary>
/// Reads the events of one job, each time it is cut off from the next silo and from the number on that it knows, and writes down each.
/// </summary>
internal sealed class Follower(Servers servers, string key, string folder, string name, int first)
{
    /// <summary>A stream that says nothing may be one of a silo that hangs.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(.5);

    /// <summary>Follows the job from its first event to its last.</summary>
    public async Task Run(JobId job, CancellationToken ct)
    {
        using var history = new HistoryFile(folder, name);
        using var client = new HistoryClient(servers, key, history, first);
        var reading = history.New(EntryKind.Note, Whats.Event).Operation;
        var known = 0L;
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
            silence.CancelAfter(LongestSilence);
            try
            {
                await foreach (var e in client.Current.FollowEvents(job, known, silence.Token))
                {
                    silence.CancelAfter(LongestSilence);
                    history.Add(history.New(EntryKind.Done, Whats.Event, reading) with
                    {
                        Job = job,
                        Number = e.Number,
                        Digest = EventDigest.Of(e),
                        Target = client.Target,
                    });
                    known = e.Number;
                    if (e.Change is JobEnded) return;
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested && IsOfServer(e))
            {
                // The next one.
            }
            client.Turn();
            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>A line that was cut in the middle is no event.</summary>
    private static bool IsOfServer(Exception e) =>
        e is HttpRequestException or ApiRefusalException or IOException or OperationCanceledException or System.Text.Json.JsonException;
}
