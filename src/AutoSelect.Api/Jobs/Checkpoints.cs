using System.Collections.Immutable;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// The files of a job that can be had: checkpoints of its trials, and its final weights. They are named by what they are; the path is the
/// control side's own, and only a file in the job's folder is ever opened.
/// </summary>
internal static class Checkpoints
{
    /// <summary>Name of the weights of the job's answer.</summary>
    private const string Final = "final";

    public static async Task<IResult> List(ApiCall call) =>
        ApiCall.Json<ImmutableArray<CheckpointFile>>([.. Files(await call.Record(), call.Parts.JobsFolder).Select(f => f.File)]);

    public static async Task<IResult> Download(ApiCall call)
    {
        var record = await call.Record();
        var name = call.Part("file");
        var files = Files(record, call.Parts.JobsFolder).ToList();
        if (files.Find(f => f.File.Name == name) is { Path: { } path })
            return TypedResults.PhysicalFile(path, "application/octet-stream", $"{record.Id}-{name}.safetensors", null, null, true);
        var known = files.Count == 0 ? "there is none" : $"it must be one of {string.Join(", ", files.Select(f => f.File.Name))}";
        throw new KeyNotFoundException($"Job '{record.Id}' has no file '{name}': {known}.");
    }

    private static IEnumerable<(CheckpointFile File, string Path)> Files(JobRecord record, string jobs)
    {
        foreach (var trial in record.Trials)
            if (trial.Checkpoint is { } kept && Find(kept.Uri, record, jobs) is { } path)
                yield return (new(trial.Id.Value, kept.Step, new FileInfo(path).Length), path);
        if (record.Outcome?.FinalWeights is { } weights && Find(weights, record, jobs) is { } final)
            yield return (new(Final, null, new FileInfo(final).Length), final);
    }

    /// <summary>
    /// The file of a path that a record names; null where it is gone, or not in the folder that the job's id stands for: a record may name
    /// a folder of another machine, and links lead elsewhere.
    /// </summary>
    private static string? Find(string path, JobRecord record, string jobs)
    {
        var folder = Path.GetFullPath(Path.Combine(jobs, record.Id.Value)) + Path.DirectorySeparatorChar;
        var whole = Path.GetFullPath(path);
        if (!whole.StartsWith(folder, StringComparison.Ordinal) || !File.Exists(whole)) return null;
        for (var part = whole; part.Length > folder.Length; part = Path.GetDirectoryName(part)!)
            if (File.ResolveLinkTarget(part, returnFinalTarget: false) is not null) return null;
        return whole;
    }
}
