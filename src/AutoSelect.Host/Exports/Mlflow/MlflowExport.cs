using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Exports.Mlflow;

/// <summary>What was sent.</summary>
/// <param name="Experiment">Id of the experiment.</param>
/// <param name="Run">Id of the job's run.</param>
/// <param name="Runs">Runs in all.</param>
/// <param name="Values">Values that the server did not have.</param>
internal sealed record SentRuns(string Experiment, string Run, int Runs, int Values);

/// <summary>
/// Sends a job to a tracking server of MLflow. Sent again, it adds what has come since: MLflow adds values and replaces none, so each run
/// has a tag with the number of the last event that it knows. What was sent and not noted, since the connection broke, is sent once more
/// with the same times and steps.
/// </summary>
internal static class MlflowExport
{
    /// <summary>The tag that a run is found by.</summary>
    public const string KeyTag = "autoselect.run";

    /// <summary>The tag with the number of the last event that was sent.</summary>
    public const string EventTag = "autoselect.event";

    /// <summary>Most values, and most parameters or tags, that a server takes at once.</summary>
    public const int MostValues = 1000, MostTexts = 100;

    public static async Task<SentRuns> Send(
        MlflowClient client, string experiment, IReadOnlyList<JobEvent> events, CancellationToken ct)
    {
        var runs = MlflowRuns.FromEvents(events);
        var (place, parent, values) = (await client.Experiment(experiment, ct), "", 0);
        foreach (var run in runs)
        {
            var known = await client.FindRun(place, KeyTag, run.Key, ct);
            var id = known?.Id ?? await Create(client, place, run, parent, ct);
            if (parent.Length == 0) parent = id;
            var last = long.TryParse(known?.Tags.GetValueOrDefault(EventTag), CultureInfo.InvariantCulture, out var number) ? number : 0;
            TrialValue[] news = [.. run.Values.Where(v => v.Event > last)];
            // One without the number was made, and the connection broke before all of it was sent.
            var isNew = known?.Tags.GetValueOrDefault(EventTag) is null;
            await Add(client, id, run, isNew, news, events[^1].Number, ct);
            values += news.Length;
        }
        return new SentRuns(place, parent, runs.Length, values);
    }

    private static Task<string> Create(MlflowClient client, string experiment, MlflowRun run, string parent, CancellationToken ct)
    {
        var tags = new JsonArray(Pair(KeyTag, run.Key));
        if (parent.Length > 0) tags.Add(Pair("mlflow.parentRunId", parent));
        return client.CreateRun(new JsonObject
        {
            ["experiment_id"] = experiment,
            ["run_name"] = run.Name,
            ["start_time"] = run.Started.ToUnixTimeMilliseconds(),
            ["tags"] = tags,
        }, ct);
    }

    private static async Task Add(
        MlflowClient client, string id, MlflowRun run, bool isNew, TrialValue[] news, long last, CancellationToken ct)
    {
        foreach (var some in news.Chunk(MostValues))
            await client.LogBatch(new JsonObject { ["run_id"] = id, ["metrics"] = new JsonArray([.. some.Select(Metric)]) }, ct);
        foreach (var some in run.Parameters.Where(_ => isNew).Chunk(MostTexts))
            await client.LogBatch(new JsonObject { ["run_id"] = id, ["params"] = Pairs(some) }, ct);
        // Last, so that a run which says that it knows an event does.
        foreach (var some in run.Tags.Append(new(EventTag, last.ToString(CultureInfo.InvariantCulture))).Chunk(MostTexts))
            await client.LogBatch(new JsonObject { ["run_id"] = id, ["tags"] = Pairs(some) }, ct);
        var update = new JsonObject { ["run_id"] = id, ["status"] = run.Status, ["run_name"] = run.Name };
        if (run.Ended is { } ended) update["end_time"] = ended.ToUnixTimeMilliseconds();
        await client.UpdateRun(update, ct);
    }

    private static JsonObject Metric(TrialValue value) => new JsonObject
    {
        ["key"] = value.Name,
        ["value"] = value.Value,
        ["timestamp"] = value.Time.ToUnixTimeMilliseconds(),
        ["step"] = value.Step,
    };

    private static JsonArray Pairs(IEnumerable<KeyValuePair<string, string>> pairs) => new([.. pairs.Select(p => Pair(p.Key, p.Value))]);

    private static JsonObject Pair(string key, string value) => new JsonObject { ["key"] = key, ["value"] = value };
}
