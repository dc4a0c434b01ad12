using System.Collections.Immutable;
using AutoSelect.Api.Requests;
using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// The files of a job that can be had: checkpoints of its trials, and its final weights. They are named by what they are; the place is the
/// control side's own, and only a file of the job's in it is ever opened.
/// </summary>
internal static class JobCheckpoints
{
    /// <summary>Name of the weights of the job's answer.</summary>
    private const string Final = "final";

    public static async Task<IResult> List(ApiCall call)
    {
        var (_, files) = await Files(await call.Record(), call.Parts, call.Aborted);
        return ApiCall.Json<ImmutableArray<CheckpointFile>>([.. files.Select(f => f.File)]);
    }

    public static async Task<IResult> Download(ApiCall call)
    {
        var record = await call.Record();
        // Of a program's answer a path below its folder, of which the router leaves the slashes as they were sent.
        var name = call.Part("file").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var (store, files) = await Files(record, call.Parts, call.Aborted);
        if (files.Find(f => f.File.Name == name) is { Stored: { } stored })
            return TypedResults.Stream(
                new StoredStream(store, stored), "application/octet-stream", FileName(record.Id, name, stored),
                enableRangeProcessing: true);
        var known = files.Count == 0 ? "there is none" : $"it must be one of {string.Join(", ", files.Select(f => f.File.Name))}";
        throw new KeyNotFoundException($"Job '{record.Id}' has no file '{name}': {known}.");
    }

    private static async Task<(ICheckpointStore Store, List<(CheckpointFile File, StoredFile Stored)> Files)> Files(
        JobRecord record, ApiParts parts, CancellationToken ct)
    {
        var store = parts.Checkpoints.Open(Place(record, parts));
        var present = new Dictionary<string, StoredFile>();
        await foreach (var file in store.List("", ct)) present[file.Name] = file;
        var files = new List<(CheckpointFile File, StoredFile Stored)>();
        foreach (var trial in record.Trials)
            if (trial.Checkpoint is { } kept && Find(kept.Uri) is { } stored)
                files.Add((new(trial.Id.Value, kept.Step, stored.Bytes), stored));
        if (record.Outcome?.FinalWeights is { } weights && CheckpointUri.NameBelow(store.Uri, weights) is { } answer)
            files.AddRange(Below(answer).Select(f => (new CheckpointFile(Final + f.Name[answer.Length..], null, f.Bytes), f)));
        return (store, files);

        // A record may name a place of another machine.
        StoredFile? Find(string uri) =>
            CheckpointUri.NameBelow(store.Uri, uri) is { } name ? present.GetValueOrDefault(name) : null;

        // A file of weights, or a folder of what a program has left.
        IEnumerable<StoredFile> Below(string name) =>
            present.Values.Where(f => f.Name == name || f.Name.StartsWith(name + "/", StringComparison.Ordinal))
                .OrderBy(f => f.Name, StringComparer.Ordinal);
    }

    private static string FileName(JobId job, string name, StoredFile stored) =>
        name.Contains('/', StringComparison.Ordinal) ? CheckpointUri.Name(stored.Name) : $"{job}-{name}{Path.GetExtension(stored.Name)}";

    /// <summary>
    /// Where the control side has put the job, or would: by the id that the store gave it, whatever a record of another machine says.
    /// </summary>
    private static string Place(JobRecord record, ApiParts parts) =>
        record.CheckpointStore is { } place && CheckpointUri.Name(place) == record.Id.Value ? place
            : Path.GetFullPath(Path.Combine(parts.JobsFolder, record.Id.Value));
}
