using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using AutoSelect.Campaigns.Running;
using AutoSelect.Client;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Campaigns.Tests.Running;

public sealed class CampaignNewsTests
{
    private readonly FakeTimeProvider time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task News_of_its_own_jobs_and_of_more_devices_are_told_once()
    {
        var server = new PlayedServer();
        using var client = new ApiClient(new ApiAddress(new Uri("http://127.0.0.1:1"), "key"), server);
        await using var news = new CampaignNews(client, time);
        Assert.True(news.Take("widths"));
        await server.Tell(Devices(1));
        await Until(() => news.Take("widths"));
        await server.Tell(Job("others"));
        await server.Tell(Devices(1));
        await server.Tell(Job("widths"));
        await Until(() => news.Take("widths"));
        Assert.False(news.Take("widths"));
        await server.Tell(Devices(2));
        await Until(() => news.Take("widths"));
        Assert.False(news.Take("widths"));
    }

    [Fact]
    public async Task A_stream_that_ends_is_news_and_is_followed_by_another()
    {
        var server = new PlayedServer();
        using var client = new ApiClient(new ApiAddress(new Uri("http://127.0.0.1:1"), "key"), server);
        await using var news = new CampaignNews(client, time);
        news.Take("widths");
        await server.Tell(Devices(1));
        await Until(() => news.Take("widths"));
        await server.End();
        await Until(() => news.Take("widths"));
        await Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return server.Streams == 2;
        });
        await server.Tell(Devices(1));
        await Until(() => news.Take("widths"));
    }

    private static Happening Devices(int count) => new()
    {
        Pool = new PoolState([.. Enumerable.Range(0, count).Select(i => new PoolDevice(Device(i), Lease: null))], []),
    };

    private static DeviceDescription Device(int index) =>
        new() { Id = new DeviceId($"here-cpu{index}"), Kind = DeviceKind.Cpu, Index = index, Model = "any", Host = "here" };

    private static Happening Job(string campaign) => new()
    {
        Listed = new JobSummary
        {
            Id = new JobId("widths-0001-1"),
            Name = "widths-0001",
            Phase = JobPhase.Completed,
            SubmittedAt = default,
            UpdatedAt = default,
            ElapsedSeconds = 1,
            Workload = "two-spirals",
            Objective = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "accuracy", Direction = Direction.Maximize, Target = 0.9 },
            Candidates = 2,
            Folder = "widths-0001-1",
            ChargedSeconds = 1,
            ProbeSeconds = 1,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("campaign", campaign),
        },
    };

    private static async Task Until(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!isSo()) await Task.Delay(1, limit.Token);
    }

    /// <summary>Answers with a stream that a test writes.</summary>
    private sealed class PlayedServer : HttpMessageHandler
    {
        private Pipe pipe = new();

        public int Streams { get; private set; }

        public async Task Tell(Happening news)
        {
            await pipe.Writer.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(news, RecordJson.Options), Cancelled);
            await pipe.Writer.WriteAsync("\n"u8.ToArray(), Cancelled);
        }

        public async Task End()
        {
            var ended = pipe;
            pipe = new Pipe();
            await ended.Writer.CompleteAsync();
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Streams++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(pipe.Reader.AsStream()) });
        }
    }
}
