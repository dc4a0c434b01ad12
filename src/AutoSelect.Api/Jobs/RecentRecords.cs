using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// Records of the jobs that were asked for last, so that a page which asks for one in parts, and again as it goes on, has only new events
/// read and folded, and what all new jobs learn from is read once. Records never change, and ids are never used twice.
/// </summary>
/// <param name="jobs">Where they are read from.</param>
/// <param name="most">Bytes that they may take together, about; the last one is kept whatever it takes.</param>
public sealed class RecentRecords(IJobStore jobs, long most = RecentRecords.MostBytes) : IDisposable
{
    private const long MostBytes = 128 << 20;

    /// <summary>Jobs that are read from their first event on at a time: a long one takes its time, and several times its size.</summary>
    private const int WholeReads = 2;

    private readonly Lock turn = new();
    private readonly Dictionary<JobId, LinkedListNode<(JobRecord Record, long Bytes)>> known = [];

    /// <summary>Those asked for last come last.</summary>
    private readonly LinkedList<(JobRecord Record, long Bytes)> kept = [];
    private readonly SemaphoreSlim reading = new(WholeReads);
    private long bytes;

    /// <summary>The record of a job at its last event; null where it is not stored.</summary>
    public async Task<JobRecord?> Find(JobId job)
    {
        if (Known(job) is { } record) return await Read(job, record);
        await reading.WaitAsync();
        try
        {
            // Somebody else may have read it meanwhile.
            return await Read(job, Known(job));
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>The same; where the job has ended, what happens to it after its end may be left out: who was told of it.</summary>
    public async Task<JobRecord?> Find(JobSummary job) =>
        job.Phase.HasEnded() && Known(job.Id) is { HasEnded: true } record ? record : await Find(job.Id);

    public void Dispose() => reading.Dispose();

    private async Task<JobRecord?> Read(JobId job, JobRecord? since)
    {
        var record = (await jobs.Changes(job, since?.Version ?? 0)).Aggregate(since, JobFold.Apply);
        return record is null ? null : Keep(record);
    }

    private JobRecord? Known(JobId job)
    {
        lock (turn)
        {
            if (!known.TryGetValue(job, out var node)) return null;
            kept.Remove(node);
            kept.AddLast(node);
            return node.Value.Record;
        }
    }

    private JobRecord Keep(JobRecord record)
    {
        lock (turn)
        {
            if (known.Remove(record.Id, out var before))
            {
                // Another request may have come farther meanwhile.
                if (before.Value.Record.Version > record.Version) record = before.Value.Record;
                Drop(before);
            }
            var size = RecordSize.Bytes(record);
            known.Add(record.Id, kept.AddLast((record, size)));
            bytes += size;
            while (bytes > most && kept.Count > 1)
            {
                var oldest = kept.First!;
                known.Remove(oldest.Value.Record.Id);
                Drop(oldest);
            }
            return record;
        }
    }

    private void Drop(LinkedListNode<(JobRecord Record, long Bytes)> node)
    {
        kept.Remove(node);
        bytes -= node.Value.Bytes;
    }
}
