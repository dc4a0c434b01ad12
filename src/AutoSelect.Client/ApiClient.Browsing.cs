using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AutoSelect.Contracts;

namespace AutoSelect.Client;

public sealed partial class ApiClient
{
    /// <summary>The chances that each trial was given at each rung.</summary>
    public Task<ChanceHistory> ListChances(JobId job, CancellationToken ct = default) => Get<ChanceHistory>($"{Path(job)}/chances", ct);

    /// <summary>Speed against accuracy, the baseline alone, and whether forecasts were right.</summary>
    public Task<JobAnalysis> AnalyseJob(JobId job, CancellationToken ct = default) => Get<JobAnalysis>($"{Path(job)}/analysis", ct);

    /// <summary>When jobs trained on which devices.</summary>
    /// <param name="hours">How far to look back, 1 to 168; null for 24.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<ImmutableArray<DeviceStretch>> ListDeviceUse(int? hours = null, CancellationToken ct = default) =>
        Get<ImmutableArray<DeviceStretch>>("v1/use" + new QueryText().Add("hours", hours), ct);

    /// <summary>What happens to jobs, and where asked for to the list of jobs and to the devices, as it comes.</summary>
    /// <param name="jobs">Each with the number of the last event that is known; 0 for none.</param>
    /// <param name="tellsJobs">Whether jobs of the list that are new or have changed are told.</param>
    /// <param name="tellsDevices">Whether devices and queue are told when they have changed.</param>
    /// <param name="ct">Ends the stream.</param>
    public async IAsyncEnumerable<Happening> FollowAll(
        IEnumerable<(JobId Job, long Since)> jobs, bool tellsJobs, bool tellsDevices, [EnumeratorCancellation] CancellationToken ct)
    {
        var query = new QueryText();
        foreach (var (job, since) in jobs) query.Add("job", $"{job}:{since}");
        query.Add("jobs", tellsJobs ? "true" : null).Add("devices", tellsDevices ? "true" : null);
        using var answer = await Open("v1/events" + query, ct);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(ct));
        while (await NextLine(lines, ct) is { } line) yield return Parsed<Happening>(line);
    }

    /// <summary>Opens a session, whose cookie is in the answer's header and of no use to this client.</summary>
    public async Task<SessionDescription> BeginSession(CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/session");
        return await Read<SessionDescription>(await Send(request, ct), ct);
    }

    /// <summary>Who the caller is.</summary>
    public Task<SessionDescription> DescribeSession(CancellationToken ct = default) => Get<SessionDescription>("v1/session", ct);

    /// <summary>Ends the session of the caller's cookie, if there is one.</summary>
    public async Task EndSession(CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "v1/session");
        (await Send(request, ct)).Dispose();
    }

    /// <summary>Makes a link that signs its first user in as the caller.</summary>
    public async Task<SignInLink> CreateSignInLink(CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/session/links");
        return await Read<SignInLink>(await Send(request, ct), ct);
    }
}
