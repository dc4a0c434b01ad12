using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Requests;

/// <summary>One request to an operation, by somebody whose role allows it.</summary>
internal sealed class ApiCall(HttpContext context, ApiOperation operation, Caller caller, ApiParts parts, ApiRun run)
{
    public HttpContext Context => context;
    public Caller Caller => caller;
    public ApiParts Parts => parts;
    public ApiRun Run => run;
    public CancellationToken Aborted => context.RequestAborted;

    /// <exception cref="ArgumentException">A parameter breaks its rule.</exception>
    public ApiQuery Query { get; } = new(context.Request, operation);

    /// <summary>What was made, for the audit log.</summary>
    public string? Made { get; set; }

    /// <summary>The file of the machine that was refused, with the rule, for the audit log.</summary>
    public string? RefusedPlace { get; set; }

    /// <summary>The part of the path of a name.</summary>
    public string Part(string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>
    /// The job that the path names, where the caller may see it: there is no telling a job of others from one that is none.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such job is stored for the caller.</exception>
    public async Task<JobSummary> Job()
    {
        var id = new JobId(Part("job"));
        return await parts.Jobs.Find(id) is { } job && caller.Covers(job.Project) ? job
            : throw new KeyNotFoundException($"No job '{id}' is stored.");
    }

    /// <summary>The record of the same job.</summary>
    /// <exception cref="KeyNotFoundException">No such job is stored for the caller.</exception>
    public async Task<JobRecord> Record()
    {
        var id = (await Job()).Id;
        return await run.Records.Find(id) ?? throw new KeyNotFoundException($"No job '{id}' is stored.");
    }

    /// <summary>The trial that a text names.</summary>
    /// <exception cref="KeyNotFoundException">The job has no such trial.</exception>
    public static Trial Trial(JobRecord job, string id) => job.Trials.FirstOrDefault(t => t.Id.Value == id)
        ?? throw new KeyNotFoundException($"Job '{job.Id}' has no trial '{id}': it must be one of {Range(job)}.");

    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, RecordJson.Options, "application/json", status);

    private static string Range(JobRecord job) => job.Trials.Length == 1 ? job.Trials[0].Id.Value
        : $"{job.Trials[0].Id} to {job.Trials[^1].Id}";
}
