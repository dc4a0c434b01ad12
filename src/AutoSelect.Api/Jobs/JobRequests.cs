using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// What can be asked of a job. It is stored and answered at once; the job acts when it can, and tells of it by its events.
/// </summary>
internal static class JobRequests
{
    public static Task<IResult> Pause(ApiCall call) => Ask(call, JobRequest.Pause);

    public static async Task<IResult> Resume(ApiCall call)
    {
        JobPlaces.Check(call, await call.Record());
        return await Ask(call, reason => JobRequest.Resume() with { Reason = reason });
    }

    public static Task<IResult> Cancel(ApiCall call) => Ask(call, JobRequest.Cancel);

    public static Task<IResult> Stop(ApiCall call) => AskOfTrial(call, JobRequest.StopTrial);

    public static Task<IResult> Commit(ApiCall call) => AskOfTrial(call, JobRequest.CommitTo);

    public static async Task<IResult> Extend(ApiCall call)
    {
        var asked = await ApiBody.Json<JobExtension>(call);
        var record = await call.Record();
        JobPlaces.Check(call, record);
        if (asked.Target is { } target && await call.Parts.Planner.BrokenTarget(record.Spec, target, call.Aborted) is { } broken)
            throw new ArgumentException(broken);
        double? deadline = asked.Deadline is { } text ? DeadlineText.Seconds(text, record, call.Run.Time.GetUtcNow()) : null;
        if (asked is { Target: null, Deadline: null })
            throw new ArgumentException("Neither target nor deadline is given: at least one of them must be.");
        await call.Parts.Control.Request(record.Id, JobRequest.Extend(asked.Target, deadline, CheckedReason(asked.Reason)));
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Ask(ApiCall call, Func<string, JobRequest> request)
    {
        var reason = await Reason(call);
        // Only then: what the store does not know must not wake anything.
        await call.Parts.Control.Request((await call.Job()).Id, request(reason));
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> AskOfTrial(ApiCall call, Func<TrialId, string, JobRequest> request)
    {
        var trial = ApiCall.Trial(await call.Record(), call.Part("trial")).Id;
        return await Ask(call, reason => request(trial, reason));
    }

    private static async Task<string> Reason(ApiCall call)
    {
        return CheckedReason((await ApiBody.Json(call, new RequestReason())).Reason);
    }

    private static string CheckedReason(string? given)
    {
        var reason = given ?? "";
        return reason.Length <= ApiLimits.Reason ? reason
            : throw new ArgumentException($"reason has {reason.Length} characters: it must have at most {ApiLimits.Reason}.");
    }
}
