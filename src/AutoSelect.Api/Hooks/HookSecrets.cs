using System.Security.Cryptography;
using System.Text;
using AutoSelect.Api.Access;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Hooks;

/// <summary>
/// What notices are signed with: a secret for each project, made of one of the store, so that whoever may check those of a project can sign
/// none of another.
/// </summary>
public static class HookSecrets
{
    private const string Name = "hooks", Prefix = "whsec_";

    /// <summary>The bytes to sign with.</summary>
    /// <exception cref="StoreUnavailableException">The store's secret cannot be had.</exception>
    public static async Task<byte[]> Key(IKeyStore keys, string project)
    {
        var own = Convert.FromHexString(await keys.Secret(Name, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
        return HMACSHA256.HashData(own, Encoding.UTF8.GetBytes(project));
    }

    /// <summary>The same as receivers are given it.</summary>
    public static async Task<HookSecret> Of(IKeyStore keys, string project) =>
        new(project, Prefix + Convert.ToBase64String(await Key(keys, project)));

    /// <summary>The header that proves a notice.</summary>
    /// <param name="key">Of the project.</param>
    /// <param name="id">Of the notice.</param>
    /// <param name="timestamp">Seconds since 1970 at which it is sent.</param>
    /// <param name="body">As it is sent.</param>
    public static string Signature(byte[] key, string id, long timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    internal static async Task<IResult> Show(ApiCall call)
    {
        var project = call.Query.Text("project") ?? call.Caller.OnlyProject ?? JobSpec.DefaultProject;
        ProjectNames.Check(project);
        if (!call.Caller.Covers(project))
            throw new ApiFaultException(StatusCodes.Status403Forbidden,
                $"project is '{project}': the key '{call.Caller.Id}' is good for project {call.Caller.Project} alone.");
        call.Context.Response.Headers.CacheControl = "no-store";
        return ApiCall.Json(await Of(call.Parts.Keys, project));
    }
}
