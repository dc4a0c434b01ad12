using System.Net;
using System.Text;
using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Tests.Jobs;

public sealed class SubmissionTests
{
    private const string Yaml = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5\n";

    private const string Json = """
        {
        	"workload": "toy-mlp", "objective": { "fastest_to": 0.9 },
        	"batchSizes": [64], "epochs": 5
        }
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/yaml", Yaml)]
    [InlineData("text/yaml; charset=utf-8", Yaml)]
    [InlineData("application/json", Json)]
    public async Task A_job_comes_as_yaml_or_json(string type, string text)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var answer = await Submit(http, text, type, "?file=Toy_Job.yaml&label=team=vision&label=odd=a%3Db");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var submitted = JsonSerializer.Deserialize<SubmittedJob>(await answer.Content.ReadAsStringAsync(Cancelled), RecordJson.Options)!;
        Assert.Equal(("toy-job-1", "/v1/jobs/toy-job-1"), (submitted.Job.Value, answer.Headers.Location!.ToString()));
        var spec = (await served.Record(submitted.Job)).Spec;
        Assert.Equal(("default", "me", 2, "a=b"), (spec.Project, spec.Owner, spec.Candidates.Length, spec.Labels["odd"]));
        Assert.Equal("me", (await served.Jobs.Find(submitted.Job))!.Owner);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once_with_its_line_and_rule()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var answer = await Submit(http, "workload: toy-mlp\nobjective: { fastest_to: 90 }\nepochs: -1\nconfidence: 7\n");
        var problem = await answer.IsProblem(HttpStatusCode.UnprocessableEntity, "breaks 3 rules");
        Assert.Equal([2, 3, 4], problem.Errors!.Value.Select(e => e.Line));
        var last = problem.Errors!.Value[^1];
        Assert.Equal(("confidence", "7"), (last.Path, last.Value));
        Assert.Contains("0.5 to 0.999", last.Rule);
        Assert.Empty((await served.Jobs.List(new())).Jobs);
    }

    [Theory]
    [InlineData("", "application/yaml", "", HttpStatusCode.UnprocessableEntity, "empty")]
    [InlineData(Yaml, "application/xml", "", HttpStatusCode.UnsupportedMediaType, "'application/xml'")]
    [InlineData(Yaml, "application/yaml; charset=latin1", "", HttpStatusCode.UnsupportedMediaType, "UTF-8")]
    [InlineData("{\"workload\": ", "application/json", "", HttpStatusCode.BadRequest, "")]
    [InlineData(Yaml, "application/yaml", "?name=No%20Name", HttpStatusCode.BadRequest, "name is 'No Name'")]
    [InlineData(Yaml, "application/yaml", "?project=../x", HttpStatusCode.BadRequest, "project is '../x'")]
    [InlineData(Yaml, "application/yaml", "?label=x", HttpStatusCode.BadRequest, "label is 'x': it must be NAME=TEXT")]
    [InlineData(Yaml, "application/yaml", "?label=a=1&label=a=2", HttpStatusCode.BadRequest, "'a' is given twice")]
    [InlineData(Yaml, "application/yaml", "?lable=a=1", HttpStatusCode.BadRequest, "'lable' is not a parameter")]
    public async Task What_cannot_be_taken_is_refused(string text, string type, string query, HttpStatusCode status, string detail)
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var answer = await Submit(http, text, type, query);
        await answer.IsProblem(status, detail);
        Assert.Empty((await served.Jobs.List(new())).Jobs);
    }

    [Fact]
    public async Task A_body_that_is_no_utf8_or_too_large_is_refused()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        using var odd = new ByteArrayContent([.. "name: "u8, 0xff, 0xfe]) { Headers = { { "Content-Type", "application/yaml" } } };
        using var answer = await http.PostAsync("v1/jobs", odd, Cancelled);
        await answer.IsProblem(HttpStatusCode.BadRequest, "byte 6");
        using var large = await Submit(http, new string('#', ApiLimits.BodyBytes + 1));
        await large.IsProblem(HttpStatusCode.RequestEntityTooLarge, $"{ApiLimits.BodyBytes}");
    }

    [Fact]
    public async Task Too_many_candidates_are_refused()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var sizes = string.Join(", ", Enumerable.Range(1, 501));
        using var answer = await Submit(http, Yaml.Replace("[64]", $"[{sizes}]"));
        var problem = await answer.IsProblem(HttpStatusCode.UnprocessableEntity, "1002 candidates: it must have at most 1000");
        Assert.Equal("candidates", Assert.Single(problem.Errors!.Value).Path);
    }

    [Fact]
    public async Task Too_many_labels_are_refused()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var labels = string.Join('&', Enumerable.Range(0, JobLabels.Most + 1).Select(i => $"label=l{i}=x"));
        using var answer = await Submit(http, Yaml, query: $"?{labels}");
        await answer.IsProblem(HttpStatusCode.BadRequest, "33 labels: it must have at most 32");
    }

    [Fact]
    public async Task The_same_submission_gets_the_same_job_and_another_one_is_refused()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        string[] answers = [await Text(await Submit(http, Yaml, id: "mine-1")), await Text(await Submit(http, Yaml, id: "mine-1"))];
        Assert.Equal(answers[0], answers[1]);
        using var other = await Submit(http, Yaml + "seed: 3\n", id: "mine-1");
        await other.IsProblem(HttpStatusCode.UnprocessableEntity, "'mine-1': it was used for job 'job-1'");
        using var renamed = await Submit(http, Yaml, query: "?name=other", id: "mine-1");
        await renamed.IsProblem(HttpStatusCode.UnprocessableEntity, "another text, name, project, priority or labels");
        Assert.Single((await served.Jobs.List(new())).Jobs);
        await served.Jobs.Delete(new JobId("job-1"));
        using var gone = await Submit(http, Yaml, id: "mine-1");
        await gone.IsProblem(HttpStatusCode.Conflict, "deleted since");
        using var empty = await Submit(http, Yaml, id: "a b");
        await empty.IsProblem(HttpStatusCode.BadRequest, "visible ASCII");
    }

    [Fact]
    public async Task The_same_submission_many_times_at_once_is_one_job()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await Text(await Submit(http, Yaml, id: "once"))));
        Assert.Single(answers.Distinct());
        Assert.Single((await served.Jobs.List(new())).Jobs);
    }

    [Fact]
    public async Task Two_keys_may_use_the_same_id_for_different_jobs()
    {
        await using var served = await Served.Start();
        using var first = served.Http(await served.Key(KeyRole.Submitter, "a"));
        using var second = served.Http(await served.Key(KeyRole.Submitter, "b"));
        using var one = await Submit(first, Yaml, id: "x");
        using var two = await Submit(second, Yaml, id: "x");
        Assert.Equal(["a", "b"], (await served.Jobs.List(new())).Jobs.Select(j => j.Project));
    }

    [Fact]
    public async Task A_preview_tells_what_a_job_would_do_and_takes_nothing_in()
    {
        await using var served = await Served.Start();
        using var client = served.Client();
        var preview = await client.PreviewJob(new AutoSelect.Client.Submission(Yaml), Cancelled);
        Assert.Equal(["nadamw-b64", "sgd-b64"], preview.Candidates.Select(c => c.Name));
        Assert.Empty((await served.Jobs.List(new())).Jobs);
    }

    private static async Task<HttpResponseMessage> Submit(
        HttpClient http, string text, string type = "application/yaml", string query = "", string? id = null)
    {
        using var content = new StringContent(text, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/jobs" + query) { Content = content };
        if (id is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", id);
        return await http.SendAsync(request, Cancelled);
    }

    private static async Task<string> Text(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(Cancelled);
        }
    }
}
