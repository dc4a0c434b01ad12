using System.Runtime.CompilerServices;
using AutoSelect.Contracts;

namespace AutoSelect.Client;

/// <summary>Follows a job through cut connections and restarts of its server, without gap or repetition.</summary>
/// <param name="client">Of the server.</param>
/// <param name="time">Clock of the waits between attempts.</param>
public sealed class EventFollower(ApiClient client, TimeProvider time)
{
    /// <summary>How long a server may be away before it is given up.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The events of a job after a number, to its last.</summary>
    /// <exception cref="ApiRefusalException">The job is gone, or the key is no longer good.</exception>
    /// <exception cref="HttpRequestException">The server has been away for too long.</exception>
    public async IAsyncEnumerable<JobEvent> Follow(JobId job, long since, [EnumeratorCancellation] CancellationToken ct)
    {
        var heard = time.GetTimestamp();
        while (true)
        {
            var events = client.FollowEvents(job, since, ct).GetAsyncEnumerator(ct);
            await using (events)
            {
                while (await Next(events, heard))
                {
                    (since, heard) = (events.Current.Number, time.GetTimestamp());
                    yield return events.Current;
                    if (events.Current.Change is JobEnded) yield break;
                }
            }
            await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>False where the connection ended, or could not be made yet.</summary>
    private async Task<bool> Next(IAsyncEnumerator<JobEvent> events, long heard)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (HttpRequestException) when (time.GetElapsedTime(heard) < Longest)
        {
            return false;
        }
        catch (ApiRefusalException refusal) when ((int)refusal.Status >= 500 && time.GetElapsedTime(heard) < Longest)
        {
            return false;
        }
    }
}
