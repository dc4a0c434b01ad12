using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Api;

/// <summary>The process that has a store open, as another process of the same user reaches it.</summary>
internal static class RunningProcess
{
    /// <summary>Its API; null where no process has the store open.</summary>
    public static async Task<ApiClient?> Connect(string store)
    {
        if (ApiFile.Read(new ControlPaths(store).Api) is not { } file) return null;
        var client = new ApiClient(file.ToAddress());
        try
        {
            await client.ListJobs(new JobListQuery { Size = 1 });
            return client;
        }
        catch (Exception e) when (e is HttpRequestException or ApiRefusalException)
        {
            // The file of a process that was killed.
        }
        client.Dispose();
        return null;
    }

    /// <summary>Has a request stored.</summary>
    /// <exception cref="ApiRefusalException">It was refused.</exception>
    public static Task Request(this ApiClient client, JobId job, JobRequest request) => request.Kind switch
    {
        JobRequestKind.Pause => client.PauseJob(job, request.Reason),
        JobRequestKind.Resume => client.ResumeJob(job, request.Reason),
        JobRequestKind.Cancel => client.CancelJob(job, request.Reason),
        JobRequestKind.StopTrial => client.StopTrial(job, request.Trial!.Value, request.Reason),
        JobRequestKind.CommitTo => client.CommitTrial(job, request.Trial!.Value, request.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "It must be one of the kinds there are."),
    };
}
