using System.Security.Cryptography;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Sessions;

/// <summary>
/// Sessions of browsers, which can send no header with their streams. Whoever has come with a key gets a cookie that no script can read and
/// no page of another site can have sent. The session itself is kept with the keys, so that it outlives the server and holds in a whole
/// cluster; it ends with its time, when it is signed out, and with the key that it was opened with.
/// </summary>
internal sealed class BrowserSessions(ApiParts parts, SignInLinks links, bool isSecure, TimeProvider time)
{
    /// <summary>What each address of sessions begins with.</summary>
    public const string Path = "/v1/session";

    /// <summary>How long a session lasts at most: a working day.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>Who a cookie stands for, or the code of a link that asks for a session; null for nobody.</summary>
    /// <exception cref="ApiFaultException">A change that no page of this server asks for.</exception>
    public async Task<Caller?> Who(HttpContext context)
    {
        if (context.Request is { Path.Value: Path, Method: "POST" }
            && links.Take(context.Request.Headers.Authorization.ToString()) is { } guest) return guest;
        if (Secret(context) is not { } secret || await Find(secret) is not { Session: { } origin } session) return null;
        // Cookies are sent without anybody's doing: browsers name the page that asks for a change.
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            && context.Request.Headers.Origin.Count == 0)
        {
            throw new ApiFaultException(
                StatusCodes.Status403Forbidden, "There is no Origin header: a change by a session must name the page that asks for it.");
        }
        return new Caller(origin.Caller, session.Name, session.Role, session.Project)
        {
            Digest = origin.Digest,
            SessionDigest = ApiKeys.Digest(secret),
            SessionExpires = session.ExpiresAt,
        };
    }

    /// <summary>Opens a session for a caller and has the browser keep its cookie.</summary>
    public async Task<SessionDescription> Begin(HttpContext context, Caller caller)
    {
        var (now, secret) = (time.GetUtcNow(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        var opener = caller.Digest is { } digest ? await parts.Keys.Find(digest) : null;
        var expires = opener?.ExpiresAt is { } end && end < now + Lifetime ? end : now + Lifetime;
        var session = new KeyDescription
        {
            Id = "s" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)),
            Name = caller.Name,
            Role = caller.Role,
            Project = caller.Project,
            CreatedAt = now,
            ExpiresAt = expires,
            Session = new SessionOrigin(caller.Id, caller.Digest),
        };
        // Where sessions are made those that are over go, so that they do not become ever more.
        await parts.Keys.RemoveSessions(now);
        await parts.Keys.Add(session, ApiKeys.Digest(secret));
        context.Response.Cookies.Append(Cookie(context), secret, Options(expires - now));
        return new SessionDescription(caller.Name, caller.Role, caller.Project, expires);
    }

    /// <summary>Ends the session of a cookie, if there is one, and has the browser forget it.</summary>
    public async Task End(HttpContext context)
    {
        if (Secret(context) is { } secret && await parts.Keys.Find(ApiKeys.Digest(secret)) is { Session: not null } session)
            await parts.Keys.Revoke(session.Id, time.GetUtcNow());
        context.Response.Cookies.Delete(Cookie(context), Options(TimeSpan.Zero));
    }

    private string? Secret(HttpContext context) => context.Request.Cookies[Cookie(context)] is { Length: > 0 } secret ? secret : null;

    /// <summary>A session that is good, and whose key still is.</summary>
    private async Task<KeyDescription?> Find(string secret)
    {
        var now = time.GetUtcNow();
        if (await parts.Keys.Find(ApiKeys.Digest(secret)) is not { Session: { } origin } session || !session.IsGoodAt(now)) return null;
        return origin.Digest is null || (await parts.Keys.Find(origin.Digest))?.IsGoodAt(now) == true ? session : null;
    }

    /// <summary>Browsers keep cookies by host and not by port: each server of a machine has one of its own.</summary>
    private string Cookie(HttpContext context) => isSecure ? "__Host-autoselect" : $"autoselect-{context.Connection.LocalPort}";

    private CookieOptions Options(TimeSpan age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = isSecure,
        Path = "/",
        MaxAge = age,
        IsEssential = true,
    };
}
