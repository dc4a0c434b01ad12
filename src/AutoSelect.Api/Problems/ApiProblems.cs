using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Planning.Inspections;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Api;

/// <summary>Says errors as problem details (RFC 9457); the detail gives the value and the rule.</summary>
internal sealed partial class ApiProblems(ILogger<ApiProblems> logger)
{
    public const string MediaType = "application/problem+json";

    public async Task Tell(HttpContext context, RequestDelegate next)
    {
        // Nothing here is a page, whatever a browser makes of its beginning.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
            var (request, response) = (context.Request, context.Response);
            if (response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed })
                await Write(context, response.StatusCode, $"{request.Method} {request.Path}: there is nothing of that name and method.");
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var status = StatusOf(e);
            var detail = e.Message;
            if (status == StatusCodes.Status500InternalServerError)
            {
                LogUnexpected(context.Request.Method, context.Request.Path, e);
                // The message may name what the caller must not know.
                detail = "An unexpected error; the log of the server has it.";
            }
            // These name the inside of the cluster, down to its code.
            else if (e is Orleans.Runtime.OrleansException or TimeoutException)
                detail = "Another silo of the cluster does not answer: try again.";
            await Write(context, status, detail, (e as ApiFaultException)?.Errors, TypeOf(e));
        }
    }

    public static Task Write(
        HttpContext context, int status, string detail, ImmutableArray<JobNote>? errors = null, string? type = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaType;
        var problem = new ApiProblem
        {
            Title = ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = detail,
            Errors = errors,
        };
        if (type is not null) problem = problem with { Type = type };
        return JsonSerializer.SerializeAsync(context.Response.Body, problem, RecordJson.Options, context.RequestAborted);
    }

    public static int StatusOf(Exception fault) => fault switch
    {
        ApiFaultException told => told.Status,
        BadHttpRequestException bad => bad.StatusCode,
        JsonException or ArgumentException or FormatException => StatusCodes.Status400BadRequest,
        KeyNotFoundException => StatusCodes.Status404NotFound,
        QueueFullException => StatusCodes.Status429TooManyRequests,
        StoreUnavailableException or InspectionFailedException or ObjectDisposedException or TimeoutException =>
            StatusCodes.Status503ServiceUnavailable,
        // Cancelled by nobody who asked: Orleans gave a call up that it found no silo for in time.
        IOException or OperationCanceledException or Orleans.Runtime.OrleansException => StatusCodes.Status503ServiceUnavailable,
        ForeignLeaseException => StatusCodes.Status403Forbidden,
        InvalidOperationException => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string? TypeOf(Exception fault) => fault switch
    {
        StaleSessionException => ApiProblemTypes.StaleSession,
        ForeignLeaseException => ApiProblemTypes.ForeignLease,
        ApiFaultException told => told.Type,
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: unexpected")]
    private partial void LogUnexpected(string method, string path, Exception exception);
}
