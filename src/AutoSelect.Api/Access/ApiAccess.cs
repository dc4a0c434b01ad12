using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AutoSelect.Api.Sessions;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Access;

/// <summary>
/// Lets in who has a key, or the owner's token, and asks for a host of ours from no page of another origin. The latter keeps out pages of
/// a browser whose name was made to lead here; they get no permission to read answers either, since no header grants one.
/// </summary>
internal sealed class ApiAccess(ApiParts parts, BrowserSessions sessions, ImmutableArray<string> hosts, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    private readonly KeyLookup keys = new(parts.Keys, time);
    private readonly byte[]? ownerDigest = parts.OwnerToken is { } token ? Digest(token) : null;

    public async Task Check(HttpContext context, RequestDelegate next)
    {
        var (host, origin) = (context.Request.Host.Host, context.Request.Headers.Origin.ToString());
        if (!IsOurs(host))
        {
            await ApiProblems.Write(context, StatusCodes.Status403Forbidden,
                $"The host is '{host}': it must be {string.Join(" or ", hosts.Prepend("localhost").Prepend("127.0.0.1"))}.");
            return;
        }
        if (origin.Length > 0 && origin != $"{context.Request.Scheme}://{context.Request.Host}")
        {
            await ApiProblems.Write(context, StatusCodes.Status403Forbidden,
                $"The origin is '{origin}': a page must be of this host and port, {context.Request.Scheme}://{context.Request.Host}.");
            return;
        }
        if ((await Who(context) ?? await sessions.Who(context)) is not { } caller)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await ApiProblems.Write(context, StatusCodes.Status401Unauthorized,
                "The Authorization header has no key that is good: it must be 'Bearer' and an API key that has neither expired nor been "
                + "revoked, or the token in api.json of the server's store.");
            return;
        }
        context.Features.Set(caller);
        await next(context);
    }

    private bool IsOurs(string host) =>
        host is "127.0.0.1" or "localhost" or "[::1]" || hosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    private async Task<Caller?> Who(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.Ordinal)) return null;
        var given = authorization[Scheme.Length..];
        // Takes the same time for every text: digests have one length, and are compared to their last byte. The file that has the token is
        // read on this machine alone.
        if (ownerDigest is not null && context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
            && CryptographicOperations.FixedTimeEquals(Digest(given), ownerDigest)) return Caller.OfOwner(parts.OwnerName);
        if (!given.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal)) return null;
        var digest = ApiKeys.Digest(given);
        // A session's secret lets nobody in but as the cookie that it was given as.
        return await keys.Find(digest) is { Session: null } key && key.IsGoodAt(time.GetUtcNow())
            ? Caller.OfKey(key) with { Digest = digest } : null;
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
