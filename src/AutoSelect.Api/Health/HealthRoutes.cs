using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Health;

/// <summary>
/// Tells whoever starts and balances servers whether this one lives, and whether it can do what it is asked for. They have no key and ask
/// under any name, so little is said: neither hosts nor paths.
/// </summary>
internal sealed class HealthRoutes(Readiness readiness)
{
    /// <summary>The process answers: another start would mend nothing. It says nothing of the database.</summary>
    public const string Live = "/livez";

    /// <summary>Requests may be sent here.</summary>
    public const string Ready = "/readyz";

    public async Task Answer(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value;
        if (path is not (Live or Ready))
        {
            await next(context);
            return;
        }
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await ApiProblems.Write(context, StatusCodes.Status405MethodNotAllowed,
                $"The method is {context.Request.Method}: for {path} it must be GET or HEAD.");
            return;
        }
        var reasons = path == Ready ? await readiness.Reasons() : [];
        if (reasons.IsEmpty)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(path == Ready ? "ready\n" : "alive\n", context.RequestAborted);
            return;
        }
        await ApiProblems.Write(context, StatusCodes.Status503ServiceUnavailable, $"Not ready: {string.Join("; ", reasons)}.");
    }
}
