using System.Security.Cryptography;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Client;

/// <summary>How another process of the same user reaches the one that has a store open: a file that only its owner can read.</summary>
public sealed record ApiFile
{
    /// <summary>Port on loopback.</summary>
    public required int Port { get; init; }

    /// <summary>Secret that every request has to carry.</summary>
    public required string Token { get; init; }

    /// <summary>The process that listens.</summary>
    public required int Process { get; init; }

    /// <summary>A new secret of 256 bits.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Writes the file as a whole, for its owner alone from its first byte on.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => OwnerFile.Replace(path, file => JsonSerializer.Serialize(file, this, RecordJson.Options));

    /// <summary>Where it says, with the secret.</summary>
    public ApiAddress ToAddress() => new(new Uri($"http://127.0.0.1:{Port}"), Token);

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"port {Port} of process {Process}";

    /// <summary>Reads a file; null where there is none, or its process is gone.</summary>
    public static ApiFile? Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<ApiFile>(File.ReadAllText(path), RecordJson.Options);
            return file is not null && IsAlive(file.Process) ? file : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
