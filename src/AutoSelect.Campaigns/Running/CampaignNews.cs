using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Running;

/// <summary>
/// Listens to the news of the place where a campaign's jobs are. They are hints: what is lost of them, the next look finds out.
/// </summary>
/// <param name="client">Of the place.</param>
/// <param name="time">Clock of the waits between attempts.</param>
internal sealed class CampaignNews(ApiClient client, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource ending = new();
    private Task? listening;
    private string campaign = "";
    private int devices = -1;

    // 1 until the first news, so that what was before is looked at.
    private int isNew = 1;

    /// <summary>Whether something may have changed since this was last asked.</summary>
    /// <param name="name">The campaign.</param>
    public bool Take(string name)
    {
        campaign = name;
        listening ??= Listen();
        return Interlocked.Exchange(ref isNew, 0) == 1;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        if (listening is not null) await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task Listen()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await foreach (var news in client.FollowAll([], tellsJobs: true, tellsDevices: true, ending.Token))
                    if (IsOfConcern(news)) isNew = 1;
            }
            catch (Exception away) when (away is HttpRequestException or IOException or JsonException or ApiRefusalException)
            {
                // The look that follows says what is the matter.
            }
            // The first news of the next stream is how many devices there are: what happened in between is looked at then.
            (devices, isNew) = (-1, 1);
            await Task.Delay(Pause, time, ending.Token);
        }
    }

    private bool IsOfConcern(Happening news)
    {
        if (news.Listed is { } job) return job.Labels.GetValueOrDefault(JobLabels.Campaign) == campaign;
        if (news.Pool is not { } pool || pool.Devices.Length == devices) return false;
        devices = pool.Devices.Length;
        return true;
    }
}
