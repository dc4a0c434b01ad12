using System.Net;
using System.Net.Http.Headers;
using AutoSelect.Contracts;
using AutoSelect.Testing.Checkpoints;

namespace AutoSelect.Api.Tests.Jobs;

public sealed class CheckpointTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checkpoints_and_final_weights_are_listed_and_downloaded_also_in_part()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        Assert.Equal([new CheckpointFile("t01", 50, 7)], await client.ListCheckpoints(job, Cancelled));
        Assert.Equal("weights", await Text(await client.DownloadCheckpoint(job, "t01", 0, Cancelled)));
        using var http = served.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/jobs/{job}/checkpoints/t01")
        {
            Headers = { Range = new RangeHeaderValue(1, 3) },
        };
        using var part = await http.SendAsync(request, Cancelled);
        Assert.Equal((HttpStatusCode.PartialContent, "eig"), (part.StatusCode, await part.Content.ReadAsStringAsync(Cancelled)));
        await served.End(job);
        Assert.Equal([new CheckpointFile("final", null, 13)], await client.ListCheckpoints(job, Cancelled));
        Assert.Equal("weights", await Text(await client.DownloadCheckpoint(job, "final", 6, Cancelled)));
    }

    [Fact]
    public async Task What_a_program_has_left_is_listed_and_downloaded_file_by_file()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        var final = Path.Combine(served.Folder(job), "final");
        Directory.CreateDirectory(Path.Combine(final, "deep"));
        await File.WriteAllTextAsync(Path.Combine(final, "state.pt"), "weights", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(final, "deep", "a b.txt"), "more", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(served.Folder(job), "finally"), "other", Cancelled);
        await served.Tell(job, new JobEnded(JobPhase.Completed, new Outcome { ObjectiveMet = true, Summary = "", FinalWeights = final }));
        Assert.Equal(
            [new CheckpointFile("final/deep/a b.txt", null, 4), new CheckpointFile("final/state.pt", null, 7)],
            (await client.ListCheckpoints(job, Cancelled)).Where(f => f.Step is null));
        Assert.Equal("more", await Text(await client.DownloadCheckpoint(job, "final/deep/a b.txt", 0, Cancelled)));
        Assert.Equal("weights", await Text(await client.DownloadCheckpoint(job, "final/state.pt", 0, Cancelled)));
    }

    [Theory]
    [InlineData("final")]
    [InlineData("final%2F..%2F..%2Fstore.db")]
    [InlineData("none")]
    [InlineData("..%2F..%2F..%2Fstore.db")]
    [InlineData("%2Fetc%2Fpasswd")]
    [InlineData("50.safetensors")]
    [InlineData("t02")]
    public async Task A_name_is_never_a_path(string name)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        using var answer = await http.GetAsync($"v1/jobs/{job}/checkpoints/{name}", Cancelled);
        await answer.IsProblem(HttpStatusCode.NotFound, "it must be one of t01");
    }

    [Fact]
    public async Task A_path_that_a_record_names_outside_its_folder_and_a_link_out_of_it_are_not_followed()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var job = await served.Add();
        var checkpoint = new Checkpoint { Uri = served["store.db"], Step = 60, Bytes = 1 };
        await served.Tell(job, new SegmentReported(Stories.First, [], checkpoint, null, new SegmentProgress(60, 6)));
        Assert.Empty(await client.ListCheckpoints(job, Cancelled));
        var link = Path.Combine(served.Folder(job), "checkpoints", "link.safetensors");
        File.CreateSymbolicLink(link, served["store.db"]);
        await served.Tell(job, new SegmentReported(Stories.First, [], checkpoint with { Uri = link }, null, new SegmentProgress(70, 7)));
        Assert.Empty(await client.ListCheckpoints(job, Cancelled));
    }

    [Fact]
    public async Task What_lies_in_a_bucket_is_listed_and_downloaded_as_what_lies_in_a_folder_is()
    {
        AwsCredentials.Set();
        await using var bucket = await S3StandIn.Start();
        await using var served = await Served.Start();
        using var client = served.Client();
        served.Control.Checkpoints = bucket.Place;
        var job = await served.Add();
        Assert.Empty(await client.ListCheckpoints(job, Cancelled));
        bucket[$"jobs/{job}/checkpoints/t01/60.safetensors"] = "weights"u8.ToArray();
        bucket["jobs/other/checkpoints/t01/70.safetensors"] = "secret"u8.ToArray();
        await Report(60, CheckpointUri.Below(bucket.Place, $"{job}/checkpoints/t01/60.safetensors"));
        Assert.Equal([new CheckpointFile("t01", 60, 7)], await client.ListCheckpoints(job, Cancelled));
        Assert.Equal("weights", await Text(await client.DownloadCheckpoint(job, "t01", 0, Cancelled)));
        Assert.Equal("ights", await Text(await client.DownloadCheckpoint(job, "t01", 2, Cancelled)));

        // Of another job, whatever a device has said.
        await Report(70, CheckpointUri.Below(bucket.Place, "other/checkpoints/t01/70.safetensors"));
        Assert.Empty(await client.ListCheckpoints(job, Cancelled));

        bucket.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Answer(403, "AccessDenied"));
        using var http = served.Http();
        using var answer = await http.GetAsync($"v1/jobs/{job}/checkpoints", Cancelled);
        await answer.IsProblem(HttpStatusCode.ServiceUnavailable, "refuses the credentials");

        Task Report(long step, string uri) => served.Tell(job, new SegmentReported(
            Stories.First, [], new Checkpoint { Uri = uri, Step = step, Bytes = 7 }, null, new SegmentProgress(step, 6)));
    }

    private static async Task<string> Text(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancelled);
    }
}
