using System.Text;
using AutoSelect.Api.Access;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>The lines of the logs on this host that name a job, once or as they come.</summary>
internal sealed class JobLogs(ApiCall call, JobId job)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(.5);

    private readonly StreamAccess access = new(call);
    private readonly JobLogLines lines = new(call.Parts.LogsFolder, job);

    public static async Task<IResult> Read(ApiCall call)
    {
        var job = (await call.Job()).Id;
        var follows = call.Query.Flag("follow");
        call.Context.Response.Headers["X-Accel-Buffering"] = "no";
        call.Context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(body => new JobLogs(call, job).Write(body, follows), "text/plain; charset=utf-8");
    }

    private async Task Write(Stream body, bool follows)
    {
        using var end = new StreamEnd(call);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.Run.Stopping, call.Aborted);
        while (await access.Lasts())
        {
            // Seen before the lines are read, so that the last ones are told.
            var isLast = !follows || ending.IsCancellationRequested || (await call.Parts.Jobs.Find(job))?.Phase.HasEnded() != false;
            foreach (var line in lines.Next()) await body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), call.Aborted);
            await body.FlushAsync(call.Aborted);
            if (isLast) return;
            await Task.Delay(Pause, call.Run.Time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
