using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Api;

/// <summary>Says errors as problem details (RFC 9457); the detail gives the value and the rule.</summary>
internal sealed partial class ApiProblems(ILogger<ApiProblems> logger)
{
    public async Task Tell(HttpContext context, RequestDelegate next)
    {
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
            var status = Status(e);
            if (status == StatusCodes.Status500InternalServerError) LogUnexpected(context.Request.Method, context.Request.Path, e);
            await Write(context, status, e.Message);
        }
    }

    public static Task Write(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        var problem = new { Type = "about:blank", Title = ReasonPhrases.GetReasonPhrase(status), Status = status, Detail = detail };
        return JsonSerializer.SerializeAsync(context.Response.Body, problem, RecordJson.Options, context.RequestAborted);
    }

    private static int Status(Exception fault) => fault switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        JsonException or ArgumentException or FormatException => StatusCodes.Status400BadRequest,
        KeyNotFoundException => StatusCodes.Status404NotFound,
        StoreUnavailableException or EnvironmentFaultException => StatusCodes.Status503ServiceUnavailable,
        InvalidOperationException => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status500InternalServerError,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: unexpected")]
    private partial void LogUnexpected(string method, string path, Exception exception);
}
