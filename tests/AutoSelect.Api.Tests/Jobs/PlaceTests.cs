using System.Net;
using System.Text;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Api.Tests.Jobs;

/// <summary>Which files of the machine jobs may name.</summary>
public sealed class PlaceTests
{
    private const string Goal = "\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1/jobs", "submitJob")]
    [InlineData("v1/previews", "previewJob")]
    public async Task A_file_outside_is_refused_with_value_and_rule_and_is_written_down(string address, string operation)
    {
        await using var served = await Served.Start(allowed: s => AllowedPlaces.Parse([s["files"]]));
        using var http = served.Http(await served.Key(KeyRole.Submitter, "vision"));
        foreach (var path in (string[])["../store.db", "/etc/passwd", "link/store.db"])
        {
            File.Delete(served["files/link"]);
            File.CreateSymbolicLink(served["files/link"], served[""]);
            var before = await served.State();
            using var answer = await Post(http, address, $"workload: {{ assembly: {path}, type: X }}" + Goal);
            var problem = await answer.IsProblem(HttpStatusCode.UnprocessableEntity, $"workload.assembly is '{path}'");
            var error = Assert.Single(problem.Errors!.Value);
            Assert.Equal(("workload.assembly", path), (error.Path, error.Value));
            Assert.Contains($"it must lie in a place that is allowed here, and no link may lead out of it: {served["files"]}", error.Rule);
            Assert.Equal(before, await served.State());
            var entry = served.Audited()[^1];
            Assert.Equal((operation, "answered", 422), (entry.Operation, entry.Kind, entry.Status));
            Assert.Contains($"'{path}': it must lie", entry.RefusedPlace);
        }
    }

    [Fact]
    public async Task Without_a_place_only_the_catalogue_may_be_named()
    {
        await using var served = await Served.Start(allowed: _ => AllowedPlaces.BuiltIn);
        using var http = served.Http();
        using var built = await Post(http, "v1/jobs", "workload: toy-mlp" + Goal);
        Assert.Equal(HttpStatusCode.Created, built.StatusCode);
        using var own = await Post(http, "v1/jobs", "workload: { name: toy-mlp, options: { data: images } }" + Goal);
        await own.IsProblem(
            HttpStatusCode.UnprocessableEntity, "workload.options.data is 'images': no files of the machine may be named");
        Assert.Null(served.Audited().Single(e => e is { Kind: "answered", Status: 201 }).RefusedPlace);
    }

    [Fact]
    public async Task A_job_of_when_more_was_allowed_goes_no_further_than_it_is()
    {
        await using var served = await Served.Start(allowed: _ => AllowedPlaces.BuiltIn);
        using var client = served.Client();
        var workload = new WorkloadReference { Name = "X", Assembly = "/srv/X.dll" };
        var job = await served.Add(with: s => s with { Workload = workload });
        var before = await served.State();
        foreach (var ask in (Func<Task>[])
            [
                () => client.ExtendJob(job, new JobExtension(Target: .95), Cancelled), () => client.ResumeJob(job, ct: Cancelled),
                () => client.AddCandidates(job, "candidates: [sgd]\n", Cancelled),
            ])
        {
            var refusal = await Assert.ThrowsAsync<ApiRefusalException>(ask);
            Assert.Equal(HttpStatusCode.Conflict, refusal.Status);
            Assert.Contains($"The workload of job '{job}' is refused now: workload.assembly is '/srv/X.dll'", refusal.Message);
            Assert.Contains("'/srv/X.dll'", served.Audited()[^1].RefusedPlace);
        }
        Assert.Equal(before, await served.State());
        // What ends it is not refused.
        await client.CancelJob(job, ct: Cancelled);
    }

    [Fact]
    public async Task A_winner_with_a_strategy_of_its_own_assembly_is_written_where_that_may_not_be_loaded()
    {
        await using var served = await Served.Start(allowed: _ => AllowedPlaces.BuiltIn);
        using var client = served.Client(await served.Key(KeyRole.Viewer));
        // Whoever asked what is in this assembly would be refused.
        var job = await served.Add(with: s => s with
        {
            Workload = new WorkloadReference { Name = "Lab.Spirals", Assembly = "/srv/Lab.dll" },
            OwnStrategies = [SampleCatalogue.Catalogue.Strategies[0] with { Name = "mine" }],
            Candidates = [s.Candidates[0] with { Strategy = "mine" }, s.Candidates[1]],
        });
        await served.End(job);
        Assert.Contains("strategy: \"mine\"", await client.ExportWinner(job, ct: Cancelled));
        Assert.Contains("typeof(global::Lab.Spirals).Assembly", await client.ExportWinner(job, asCode: true, Cancelled));
    }

    private static Task<HttpResponseMessage> Post(HttpClient http, string address, string text) =>
        http.PostAsync(address, new StringContent(text, Encoding.UTF8, "application/yaml"), Cancelled);
}
