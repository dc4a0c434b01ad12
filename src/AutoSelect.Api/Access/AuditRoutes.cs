using AutoSelect.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Access;

/// <summary>The audit log, as far as a caller may see it: an operator of one project sees what keys of that project did.</summary>
internal static class AuditRoutes
{
    public static async Task<IResult> Read(ApiCall call)
    {
        call.Context.Response.Headers.CacheControl = "no-store";
        return ApiCall.Json(await call.Parts.Audit.Read(
            call.Caller.OnlyProject, call.Query.Number("after") ?? 0, (int)(call.Query.Number("size") ?? ApiLimits.PageSize)));
    }
}
