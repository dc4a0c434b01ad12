using System.Collections.Immutable;
using AutoSelect.Api.Access;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Keys;

/// <summary>API keys. An operator of one project knows and makes keys of that project alone.</summary>
internal static class KeyRoutes
{
    public static async Task<IResult> List(ApiCall call) => ApiCall.Json<ImmutableArray<KeyDescription>>(
        [.. (await call.Parts.Keys.List()).Where(k => k.Session is null && call.Caller.Covers(k.Project))]);

    public static async Task<IResult> Create(ApiCall call)
    {
        var asked = await ApiBody.Json<NewKey>(call);
        var project = asked.Project ?? call.Caller.Project;
        if (!call.Caller.Covers(project))
        {
            throw new ApiFaultException(StatusCodes.Status403Forbidden,
                $"project is '{project}': the key '{call.Caller.Id}' is good for project {call.Caller.Project} alone.");
        }
        var created = await ApiKeys.Create(call.Parts.Keys, asked with { Project = project }, call.Run.Time.GetUtcNow());
        call.Made = created.Description.Id;
        call.Context.Response.Headers.CacheControl = "no-store";
        return ApiCall.Json(created, StatusCodes.Status201Created);
    }

    public static async Task<IResult> Revoke(ApiCall call)
    {
        var id = call.Part("key");
        var known = (await call.Parts.Keys.List()).FirstOrDefault(k => k.Id == id);
        if (known is null || !call.Caller.Covers(known.Project)) throw new KeyNotFoundException($"No key '{id}' is stored.");
        return ApiCall.Json(await call.Parts.Keys.Revoke(id, call.Run.Time.GetUtcNow()) ?? throw new KeyNotFoundException(
            $"No key '{id}' is stored."));
    }
}
