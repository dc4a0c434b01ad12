using AutoSelect.Contracts;

namespace AutoSelect.Client;

/// <summary>What clients ask for that train the runs of a job elsewhere.</summary>
public sealed partial class ApiClient
{
    /// <summary>Waits for a piece of a run to train; null when there was none for that long.</summary>
    /// <param name="job">Of which job; its workload says trained: elsewhere.</param>
    /// <param name="asked">Who asks.</param>
    /// <param name="patienceSeconds">Longest wait, up to <see cref="DeviceProtocol.LongestPatience"/>.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<AskReply?> AskJob(JobId job, AskCall asked, int patienceSeconds, CancellationToken ct = default) =>
        Exchange<AskReply>(HttpMethod.Post, $"{Path(job)}/ask?patience={Number(patienceSeconds)}", asked, ct);

    /// <summary>Tells how such a piece goes.</summary>
    public async Task<TellReply> TellJob(JobId job, TellCall tell, CancellationToken ct = default) =>
        (await Exchange<TellReply>(HttpMethod.Post, $"{Path(job)}/tell", tell, ct))!;
}
