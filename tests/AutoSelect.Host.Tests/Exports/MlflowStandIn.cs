using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Tests.Exports;

/// <summary>
/// A stand-in for a tracking server of MLflow, which could not be had where this was written: experiments and runs in memory, with the
/// paths, the limits and the errors that mlflow.org/docs/latest/rest-api.html documents, and nothing else.
/// </summary>
internal sealed partial class MlflowStandIn : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly Lock gate = new();

    private MlflowStandIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(Answer);
    }

    public string Address => server.Urls.First();
    public List<string> Experiments { get; } = [];
    public List<Run> Runs { get; } = [];
    public List<string> Requests { get; } = [];

    /// <summary>The Authorization header that each request must have; null for none.</summary>
    public string? Authorization { get; init; }

    /// <summary>The request, counted from 1, that the connection breaks at after it was carried out; 0 for none.</summary>
    public int BreaksAfter { get; set; }

    public static async Task<MlflowStandIn> Start(string? authorization = null)
    {
        var standIn = new MlflowStandIn { Authorization = authorization };
        await standIn.server.StartAsync();
        return standIn;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var (status, answer) = (200, new JsonObject());
        var path = context.Request.Path.Value!;
        try
        {
            if (!path.StartsWith("/api/2.0/mlflow/", StringComparison.Ordinal)) throw new Refused(404, "ENDPOINT_NOT_FOUND", path);
            if (Authorization is not null && context.Request.Headers.Authorization != Authorization)
                throw new Refused(401, "UNAUTHENTICATED", "You are not authenticated.");
            path = path["/api/2.0/mlflow/".Length..];
            if (context.Request.ContentLength > 1_000_000) throw Invalid("a request is limited to 1 MB");
            var body = context.Request.Method == "GET" ? [] : (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
            lock (gate)
            {
                Requests.Add(path);
                answer = Carry(path, body, context.Request.Query["experiment_name"]);
                if (Requests.Count == BreaksAfter)
                {
                    context.Abort();
                    return;
                }
            }
        }
        catch (Refused refused)
        {
            (status, answer) = (refused.Status, new JsonObject { ["error_code"] = refused.Code, ["message"] = refused.Message });
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Carry(string path, JsonObject body, string? name)
    {
        switch (path)
        {
            case "experiments/get-by-name":
                var index = Experiments.IndexOf(name!);
                if (index < 0) throw new Refused(404, "RESOURCE_DOES_NOT_EXIST", $"Could not find experiment with name '{name}'");
                return new JsonObject { ["experiment"] = new JsonObject { ["experiment_id"] = $"{index + 1}", ["name"] = name } };
            case "experiments/create":
                Experiments.Add((string)body["name"]!);
                return new JsonObject { ["experiment_id"] = $"{Experiments.Count}" };
            case "runs/create":
                var run = new Run(
                    $"run{Runs.Count + 1}", (string)body["experiment_id"]!, (string)body["run_name"]!, (long)body["start_time"]!);
                Tag(run, body["tags"]);
                Runs.Add(run);
                return new JsonObject { ["run"] = new JsonObject { ["info"] = new JsonObject { ["run_id"] = run.Id } } };
            case "runs/search":
                var filter = Filter().Match((string)body["filter"]!);
                if (!filter.Success) throw Invalid($"Invalid clause(s) in filter string: '{body["filter"]}'");
                var found = Runs.Where(r => body["experiment_ids"]!.AsArray().Any(e => (string)e! == r.Experiment)
                    && r.Tags.GetValueOrDefault(filter.Groups["key"].Value) == filter.Groups["value"].Value);
                return new JsonObject { ["runs"] = new JsonArray([.. found.Select(r => r.ToJson())]) };
            case "runs/log-batch":
                LogBatch(Known(body), body);
                return [];
            case "runs/update":
                var updated = Known(body);
                updated.Status = (string)body["status"]!;
                updated.Ended = (long?)body["end_time"];
                return new JsonObject { ["run_info"] = updated.ToJson()["info"]!.DeepClone() };
            default:
                throw new Refused(404, "ENDPOINT_NOT_FOUND", path);
        }
    }

    private Run Known(JsonObject body) => Runs.FirstOrDefault(r => r.Id == (string)body["run_id"]!)
        ?? throw new Refused(404, "RESOURCE_DOES_NOT_EXIST", $"Run with id={body["run_id"]} not found");

    private static void LogBatch(Run run, JsonObject body)
    {
        JsonArray List(string name) => body[name]?.AsArray() ?? [];
        var (metrics, parameters, tags) = (List("metrics"), List("params"), List("tags"));
        if (metrics.Count > 1000) throw Invalid("A batch logging request can contain at most 1000 metrics");
        if (parameters.Count > 100 || tags.Count > 100) throw Invalid("A batch logging request can contain at most 100 params, 100 tags");
        if (metrics.Count + parameters.Count + tags.Count > 1000) throw Invalid("A batch can contain at most 1000 items");
        foreach (var metric in metrics)
        {
            var (key, value) = ((string)metric!["key"]!, (double)metric["value"]!);
            if (!Name().IsMatch(key)) throw Invalid($"Invalid metric name: '{key}'");
            run.Metrics.Add((key, (long)metric["step"]!, value, (long)metric["timestamp"]!));
        }
        foreach (var parameter in parameters)
        {
            var (key, value) = ((string)parameter!["key"]!, (string)parameter["value"]!);
            if (!Name().IsMatch(key) || value.Length > 500) throw Invalid($"Invalid parameter: '{key}'");
            if (run.Parameters.TryGetValue(key, out var before) && before != value)
                throw Invalid($"Changing param values is not allowed. Param with key='{key}' was already logged with value='{before}'");
            run.Parameters[key] = value;
        }
        Tag(run, tags);
    }

    private static void Tag(Run run, JsonNode? tags)
    {
        foreach (var tag in tags?.AsArray() ?? [])
        {
            if (((string)tag!["value"]!).Length > 5000) throw Invalid("Tag value exceeded length limit of 5000 characters");
            run.Tags[(string)tag["key"]!] = (string)tag["value"]!;
        }
    }

    private static Refused Invalid(string message) => new(400, "INVALID_PARAMETER_VALUE", message);

    /// <summary>What a name may be made of, and a filter of one tag.</summary>
    [GeneratedRegex(@"^[\w\-. /]+$")]
    private static partial Regex Name();

    [GeneratedRegex("^tags\\.`(?<key>[^`]+)` = '(?<value>[^']*)'$")]
    private static partial Regex Filter();

    internal sealed record Run(string Id, string Experiment, string Name, long Started)
    {
        public string Status { get; set; } = "RUNNING";
        public long? Ended { get; set; }
        public Dictionary<string, string> Tags { get; } = [];
        public Dictionary<string, string> Parameters { get; } = [];
        public List<(string Key, long Step, double Value, long Time)> Metrics { get; } = [];

        public JsonObject ToJson() => new()
        {
            ["info"] = new JsonObject { ["run_id"] = Id, ["run_name"] = Name, ["status"] = Status },
            ["data"] = new JsonObject
            {
                ["tags"] = new JsonArray([.. Tags.Select(t => (JsonNode)new JsonObject { ["key"] = t.Key, ["value"] = t.Value })]),
            },
        };
    }

    private sealed class Refused(int status, string code, string message) : Exception(message)
    {
        public int Status => status;
        public string Code => code;
    }
}
