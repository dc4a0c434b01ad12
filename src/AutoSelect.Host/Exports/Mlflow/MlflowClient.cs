using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoSelect.Host.Exports.Mlflow;

/// <summary>What a tracking server of MLflow does not do, with what it says.</summary>
internal sealed class MlflowException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Calls the REST interface of a tracking server of MLflow, version 2.0: mlflow.org/docs/latest/rest-api.html.</summary>
internal sealed class MlflowClient : IDisposable
{
    private const int LongestMessage = 300;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly MlflowAddress address;
    private readonly HttpClient http;

    /// <param name="address">Of the server.</param>
    public MlflowClient(MlflowAddress address)
    {
        this.address = address;
        // A redirection could send what lets in to somebody else.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(address.Server, "api/2.0/mlflow/"),
            Timeout = Longest,
        };
        http.DefaultRequestHeaders.Authorization = address.Credential;
    }

    public void Dispose() => http.Dispose();

    /// <summary>The id of an experiment, which is made where there is none of that name.</summary>
    public async Task<string> Experiment(string name, CancellationToken ct)
    {
        var known = await Find($"experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}", ct);
        var id = known?["experiment"]?["experiment_id"]
            ?? (await Post("experiments/create", new JsonObject { ["name"] = name }, ct))["experiment_id"];
        return id?.GetValue<string>() ?? throw new MlflowException($"{address} gave experiment '{name}' no id.");
    }

    /// <summary>The run that has a tag of that value, with its tags; null where there is none.</summary>
    public async Task<(string Id, IReadOnlyDictionary<string, string> Tags)?> FindRun(
        string experiment, string tag, string value, CancellationToken ct)
    {
        var found = await Post("runs/search", new JsonObject
        {
            ["experiment_ids"] = new JsonArray(experiment),
            ["filter"] = $"tags.`{tag}` = '{value}'",
            ["max_results"] = 1,
        }, ct);
        if (found["runs"] is not JsonArray { Count: > 0 } runs) return null;
        var tags = (runs[0]!["data"]?["tags"] as JsonArray ?? []).ToDictionary(
            t => t!["key"]!.GetValue<string>(), t => t!["value"]?.GetValue<string>() ?? "");
        return (runs[0]!["info"]!["run_id"]!.GetValue<string>(), tags);
    }

    public async Task<string> CreateRun(JsonObject body, CancellationToken ct) =>
        (await Post("runs/create", body, ct))["run"]?["info"]?["run_id"]?.GetValue<string>()
            ?? throw new MlflowException($"{address} gave a run no id.");

    public Task LogBatch(JsonObject body, CancellationToken ct) => Post("runs/log-batch", body, ct);

    public Task UpdateRun(JsonObject body, CancellationToken ct) => Post("runs/update", body, ct);

    private async Task<JsonNode> Post(string path, JsonObject body, CancellationToken ct) =>
        await Ask(() => http.PostAsJsonAsync(path, body, ct), path, ct)
            ?? throw new MlflowException($"{address} has no {path}: is it MLflow?");

    /// <summary>Null where it says that there is no such thing.</summary>
    private Task<JsonNode?> Find(string path, CancellationToken ct) => Ask(() => http.GetAsync(path, ct), path.Split('?')[0], ct);

    private async Task<JsonNode?> Ask(Func<Task<HttpResponseMessage>> send, string what, CancellationToken ct)
    {
        try
        {
            using var answer = await send();
            var text = await answer.Content.ReadAsStringAsync(ct);
            if (answer.StatusCode == HttpStatusCode.NotFound) return null;
            if (!answer.IsSuccessStatusCode)
                throw new MlflowException($"{address} refuses {what}: {(int)answer.StatusCode} {Told(text)}");
            return JsonNode.Parse(text) ?? throw new MlflowException($"{address} answers {what} with nothing.");
        }
        catch (JsonException e)
        {
            throw new MlflowException($"{address} answers {what} with no JSON: is it MLflow?", e);
        }
        catch (HttpRequestException e)
        {
            throw new MlflowException($"{address} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new MlflowException($"{address} did not answer {what} within {Longest.TotalSeconds:0} s.", e);
        }
    }

    /// <summary>The message of an error as MLflow writes it, else the beginning of the text.</summary>
    private static string Told(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is JsonObject { } error && error["message"] is { } message)
                text = $"{error["error_code"]}: {message}";
        }
        catch (JsonException)
        {
            // Somebody else answers in its place.
        }
        return text.Length > LongestMessage ? text[..LongestMessage] : text;
    }
}
