using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Host.Tests.Retention;

/// <summary>Jobs of a real store with files in their folders.</summary>
internal sealed class KeptJobs(IJobStore jobs, ControlPaths paths)
{
    /// <summary>Stores a job as a story tells it, of which the last event was some days ago.</summary>
    public async Task<JobId> Add(SampleStory story, double days, Func<JobSpec, JobSpec>? with = null)
    {
        var shift = TimeProvider.System.GetUtcNow().AddDays(-days) - story.Events[^1].Time;
        var spec = (with ?? (s => s))(SampleJob.Spec);
        JobRecord? record = null;
        var id = await jobs.Create(spec, story.Events[0].Time + shift, id =>
        {
            var first = story.Events[0] with
            {
                Time = story.Events[0].Time + shift,
                Change = new JobSubmitted(id, spec, Path.Combine(paths.Jobs, id.Value)),
            };
            record = JobFold.Apply(null, first);
            return (first, JobSummaries.FromRecord(record, first.Time));
        });
        JobEvent[] more = [.. story.Events.Skip(1).Select(e => e with { Time = e.Time + shift })];
        if (more.Length > 0)
        {
            record = more.Aggregate(record!, JobFold.Apply);
            await jobs.Append(id, 1, more, JobSummaries.FromRecord(record, more[^1].Time));
        }
        Write(Path.Combine(Folder(id), "checkpoints", "t01", "newest.safetensors"), 3000);
        Write(Path.Combine(Folder(id), "final.safetensors"), 2000);
        Write(Path.Combine(Folder(id), "report.html"), 1000);
        return id;
    }

    public string Folder(JobId job) => Path.Combine(paths.Jobs, job.Value);

    /// <summary>What is left of a job: "events", and the names in its folder.</summary>
    public async Task<string> Left(JobId job)
    {
        var events = await jobs.Find(job) is null ? "" : "events";
        return string.Join(' ', Names(Folder(job)).Order(StringComparer.Ordinal).Prepend(events).Where(n => n.Length > 0));
    }

    private static string[] Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static void Write(string path, int bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[bytes]);
    }
}
