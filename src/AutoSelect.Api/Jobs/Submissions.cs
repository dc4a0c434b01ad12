using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>Takes jobs in, and says what they would do.</summary>
internal static class Submissions
{
    /// <summary>Header with the submitter's own id of a call, so that one whose answer got lost can be repeated.</summary>
    public const string KeyHeader = "Idempotency-Key";

    public static async Task<IResult> Submit(ApiCall call)
    {
        var text = await JobBody(call);
        var submission = SubmissionId(call);
        var (plan, complete) = await JobPlans.Make(call, text, async made => (made, await call.Parts.Control.Complete(made)));
        var digest = submission is null ? null : Digest(plan.Spec, text, call.Query.Text("priority"));
        var job = await call.Parts.Control.Submit(complete with { SubmissionDigest = digest }, submission);
        if (submission is not null) await CheckSame(call.Parts.Jobs, job, digest!, call);
        call.Made = job.Value;
        call.Context.Response.Headers.Location = $"/v1/jobs/{job}";
        return ApiCall.Json(new SubmittedJob(job, JobPlans.Notes(plan.Warnings)), StatusCodes.Status201Created);
    }

    public static async Task<IResult> Preview(ApiCall call)
    {
        var control = call.Parts.Control;
        var preview = await JobPlans.Make(call, await JobBody(call), control.Preview);
        // Not in the same turn: a scheduler that takes its time is none of the business of those who submit.
        return ApiCall.Json(!control.CanBorrow(preview) ? preview
            : preview with { Borrowing = await call.Run.Foreseeing.Take(call, () => control.Foresee(preview, call.Aborted)) });
    }

    /// <summary>A body of YAML, or of the same as JSON.</summary>
    public static async Task<string> JobBody(ApiCall call)
    {
        var text = await ApiBody.Text(call);
        if (call.Context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true) return text;
        // JSON is YAML but for tabs, which stand in it only between values; lines stay what they are.
        using var _ = JsonDocument.Parse(text);
        return text.Replace('\t', ' ');
    }

    /// <summary>Of this caller's key: nobody can find out by theirs what others have submitted.</summary>
    private static string? SubmissionId(ApiCall call)
    {
        if (call.Query.Text(KeyHeader) is not { } key) return null;
        if (key.Length == 0 || key.Any(c => c is < '!' or > '~'))
            throw new ArgumentException($"{KeyHeader} is '{key}': it must be 1 to {ApiLimits.SubmissionId} visible ASCII characters.");
        return $"{call.Caller.Id}/{key}";
    }

    private static string Digest(JobSpec spec, string text, string? priority)
    {
        var whole = JsonSerializer.Serialize(
            new { spec.Project, spec.Name, spec.Labels, Text = text, spec.Notify, priority }, RecordJson.Options);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)));
    }

    /// <exception cref="ApiFaultException">The id was used for something else, or for a job that is gone.</exception>
    private static async Task CheckSame(IJobStore jobs, JobId job, string digest, ApiCall call)
    {
        var key = call.Query.Text(KeyHeader);
        if (await jobs.Changes(job, 0, 1) is not [{ Change: JobSubmitted submitted }])
        {
            throw new ApiFaultException(StatusCodes.Status409Conflict,
                $"{KeyHeader} is '{key}': it was used for job '{job}', which has been deleted since; a new job needs a new one.");
        }
        if (submitted.Spec.SubmissionDigest != digest)
        {
            throw new ApiFaultException(StatusCodes.Status422UnprocessableEntity,
                $"{KeyHeader} is '{key}': it was used for job '{job}', which was submitted with another text, name, project, priority or "
                + "labels.");
        }
    }
}
