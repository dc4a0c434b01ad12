using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoSelect.Host.Api;

/// <summary>What can be asked of jobs.</summary>
internal static class JobRoutes
{
    /// <summary>Most jobs of one answer.</summary>
    private const int LargestPage = 1000;

    public static void Map(IEndpointRouteBuilder routes, ApiJobs jobs, CancellationToken stopping)
    {
        routes.MapGet("/v1/jobs", context => List(context, jobs));
        routes.MapGet("/v1/jobs/{id}", context => Show(context, jobs));
        routes.MapGet("/v1/jobs/{id}/events", context => new EventStream(jobs.Store, stopping).Write(context, Job(context)));
        routes.MapPost("/v1/jobs/{id}/requests", context => Ask(context, jobs));
        routes.MapDelete("/v1/jobs/{id}", context => Delete(context, jobs));
    }

    private static async Task List(HttpContext context, ApiJobs jobs)
    {
        var size = Number(context, "size", LargestPage);
        if (size is < 1 or > LargestPage) throw new ArgumentException($"size is '{size}': it must be from 1 to {LargestPage}.");
        var page = await jobs.Store.List(new JobQuery { Size = (int)size, After = context.Request.Query["after"].FirstOrDefault() });
        await Json(context, page);
    }

    private static async Task Show(HttpContext context, ApiJobs jobs)
    {
        var id = Job(context);
        await Json(context, JobFold.FromEvents(await jobs.Store.Changes(id, 0)) ?? throw Unknown(id));
    }

    private static async Task Ask(HttpContext context, ApiJobs jobs)
    {
        var id = Job(context);
        var request = await JsonSerializer.DeserializeAsync<JobRequest>(context.Request.Body, RecordJson.Options, context.RequestAborted)
            ?? throw new ArgumentException("The body is null: it must be a request, such as {\"kind\": \"pause\"}.");
        var kinds = string.Join(", ", Enum.GetNames<JobRequestKind>());
        if (!Enum.IsDefined(request.Kind)) throw new ArgumentException($"kind is '{request.Kind}': it must be one of {kinds}.");
        // Only then: what the store does not know must not wake anything.
        if (await jobs.Store.Find(id) is null) throw Unknown(id);
        await jobs.Request(id, request);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static async Task Delete(HttpContext context, ApiJobs jobs)
    {
        await jobs.Remove(Job(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>A whole number of the query, at least 0.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static long Number(HttpContext context, string name, long otherwise) =>
        context.Request.Query[name].FirstOrDefault() is not { } text ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"{name} is '{text}': it must be an integer of at least 0.");

    public static KeyNotFoundException Unknown(JobId id) => new($"No job '{id}' is stored.");

    private static JobId Job(HttpContext context) => new((string)context.Request.RouteValues["id"]!);

    private static Task Json<T>(HttpContext context, T value)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, RecordJson.Options, context.RequestAborted);
    }
}
