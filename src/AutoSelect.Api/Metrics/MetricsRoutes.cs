using AutoSelect.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Metrics;

/// <summary>What a Prometheus scrapes.</summary>
internal static class MetricsRoutes
{
    public static Task<IResult> Read(ApiCall call) => Task.FromResult<IResult>(new Written(call.Parts.Metrics));

    /// <summary>An answer that its writer negotiates the form of.</summary>
    private sealed class Written(RequestDelegate write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-store";
            return write(httpContext);
        }
    }
}
