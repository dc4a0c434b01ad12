using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AutoSelect.Client;
using AutoSelect.Contracts;
using CsCheck;

namespace AutoSelect.Api.Tests.BadInput;

/// <summary>
/// Whatever comes in place of a stream of events is events or a fault of the connection, of which its reader tries again. Half of the
/// streams of AUTOSELECT_BAD_INPUT, by default few.
/// </summary>
public sealed class BadEventStreamTests
{
    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(string.Concat(
        Stories.Trained("/jobs/toy-1").Append(Stories.Ended("/jobs/toy-1"))
            .Select((c, i) => JsonSerializer.Serialize(new JobEvent(i + 1, DateTimeOffset.UnixEpoch, i, c), RecordJson.Options) + "\n")));

    private static readonly Gen<byte[]> Piece = Gen.OneOf(
        Gen.Byte.Array[0, 8],
        Gen.OneOf(
            "null", "\n", "{}", "[]", "\"", "1e999", "-1", "{\"number\":", "\"change\":", ",", "\0", "\uFEFF", "data: ",
            "9223372036854775808", "NaN").Select(Encoding.UTF8.GetBytes),
        Gen.Int[1, 300].Select(n => Encoding.UTF8.GetBytes(new string('[', n))));

    private static long Count { get; } =
        long.TryParse(Environment.GetEnvironmentVariable("AUTOSELECT_BAD_INPUT"), CultureInfo.InvariantCulture, out var given)
            ? given : 400;

    [Fact]
    public async Task Whatever_comes_is_events_or_a_fault_of_the_connection()
    {
        var (whole, faults) = (0, 0);
        // A quarter of them is as it was sent.
        await Gen.Select(Gen.Int[0, Stream.Length], Gen.Int[0, 40], Piece).Array[0, 3].SampleAsync(async changes =>
        {
            var body = changes.Aggregate(Stream, (bytes, change) =>
            {
                var at = Math.Min(change.Item1, bytes.Length);
                return [.. bytes[..at], .. change.Item3, .. bytes[Math.Min(bytes.Length, at + change.Item2)..]];
            });
            using var client = new ApiClient(new ApiAddress(new Uri("http://127.0.0.1:1"), "key"), new Answering(body));
            try
            {
                await foreach (var e in client.FollowEvents(new JobId("toy-1"), 0, default)) Assert.NotNull(e.Change);
                whole++;
            }
            catch (HttpRequestException)
            {
                faults++;
            }
        }, iter: Math.Max(100, Count / 2), threads: 1);
        TestContext.Current.SendDiagnosticMessage($"{whole} whole, {faults} faults");
        Assert.True(whole > 0 && faults > 0, $"{whole} whole, {faults} faults");
    }

    private sealed class Answering(byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) });
    }
}
