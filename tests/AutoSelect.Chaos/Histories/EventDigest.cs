using System.Security.Cryptography;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Histories;

/// <summary>Tells whether two readers saw the same event.</summary>
internal static class EventDigest
{
    /// <summary>The first 16 hex digits of its SHA-256 as JSON.</summary>
    public static string Of(JobEvent e) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(e, RecordJson.Options)))[..16];
}
