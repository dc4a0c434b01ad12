using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Sessions;

/// <summary>Signing in and out of a browser's session.</summary>
internal static class SessionRoutes
{
    public static async Task<IResult> Begin(ApiCall call)
    {
        CheckKey(call);
        call.Context.Response.Headers.CacheControl = "no-store";
        return ApiCall.Json(await call.Run.Sessions.Begin(call.Context, call.Caller), StatusCodes.Status201Created);
    }

    public static Task<IResult> Describe(ApiCall call)
    {
        call.Context.Response.Headers.CacheControl = "no-store";
        var caller = call.Caller;
        return Task.FromResult(
            ApiCall.Json(new SessionDescription(caller.Name, caller.Role, caller.Project, caller.SessionExpires)));
    }

    public static async Task<IResult> End(ApiCall call)
    {
        await call.Run.Sessions.End(call.Context);
        return TypedResults.NoContent();
    }

    public static Task<IResult> Link(ApiCall call)
    {
        CheckKey(call);
        call.Context.Response.Headers.CacheControl = "no-store";
        return Task.FromResult(ApiCall.Json(call.Run.Links.Create(call.Caller), StatusCodes.Status201Created));
    }

    /// <summary>A session that could open others would have no end.</summary>
    private static void CheckKey(ApiCall call)
    {
        if (call.Caller.SessionExpires is not null)
            throw new ApiFaultException(StatusCodes.Status409Conflict, "The caller has a session already: another one takes a key.");
    }
}
