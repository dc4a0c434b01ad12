using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Host.Api;

/// <summary>
/// Lets in who knows the token and asks for a loopback host. The latter keeps out pages of a browser whose name was made to lead here; they
/// get no permission to read answers either, since no header grants one.
/// </summary>
internal sealed class ApiAccess(string token)
{
    private const string Scheme = "Bearer ";

    private readonly byte[] digest = Digest(token);

    public Task Check(HttpContext context, RequestDelegate next)
    {
        var (host, authorization) = (context.Request.Host.Host, context.Request.Headers.Authorization.ToString());
        if (host is not ("127.0.0.1" or "localhost" or "[::1]"))
            return ApiProblems.Write(context, StatusCodes.Status403Forbidden, $"The host is '{host}': it must be 127.0.0.1 or localhost.");
        if (!authorization.StartsWith(Scheme, StringComparison.Ordinal) || !IsToken(authorization[Scheme.Length..]))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return ApiProblems.Write(context, StatusCodes.Status401Unauthorized,
                "The Authorization header does not have this process's token: it must be 'Bearer' and the token in api.json of its store.");
        }
        return next(context);
    }

    /// <summary>Takes the same time for every text: digests have one length, and are compared to their last byte.</summary>
    private bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(Digest(given), digest);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
