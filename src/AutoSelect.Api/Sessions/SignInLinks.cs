using System.Security.Cryptography;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Sessions;

/// <summary>
/// Codes that open one session each, for links: a key must never be in an address. They live in this process alone, and not for long.
/// </summary>
internal sealed class SignInLinks(TimeProvider time)
{
    private const string Scheme = "Bearer ";

    /// <summary>What a code begins with, so that it is taken for no key.</summary>
    private const string Prefix = "autoselect-link_";

    /// <summary>Codes that may be open at a time; the oldest are given up.</summary>
    private const int Most = 100;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Lock turn = new();
    private readonly List<(string Digest, Caller Caller, DateTimeOffset Expires)> open = [];

    /// <summary>A link for whoever asks for it.</summary>
    public SignInLink Create(Caller caller)
    {
        var (code, expires) = (Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), time.GetUtcNow() + Lifetime);
        lock (turn)
        {
            if (open.Count >= Most) open.RemoveAt(0);
            open.Add((ApiKeys.Digest(code), caller with { SessionExpires = null }, expires));
        }
        return new SignInLink("#link=" + code, expires);
    }

    /// <summary>Who made the code of an Authorization header; it is good for this once. Null where it is none.</summary>
    public Caller? Take(string authorization)
    {
        if (!authorization.StartsWith(Scheme + Prefix, StringComparison.Ordinal)) return null;
        var digest = ApiKeys.Digest(authorization[Scheme.Length..]);
        lock (turn)
        {
            open.RemoveAll(l => time.GetUtcNow() >= l.Expires);
            var at = open.FindIndex(l => l.Digest == digest);
            if (at < 0) return null;
            var caller = open[at].Caller;
            open.RemoveAt(at);
            return caller;
        }
    }
}
