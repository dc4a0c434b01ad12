using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Jobs;

/// <summary>JSON lines.</summary>
internal static class Lines
{
    public static async Task Write<T>(Stream body, T value, CancellationToken ct) =>
        await body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(value, RecordJson.Options), (byte)'\n'], ct);
}
