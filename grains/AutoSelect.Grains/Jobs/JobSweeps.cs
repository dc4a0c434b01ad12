using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>
/// Runs sweeps of jobs, one of a job at a time and a few of all: a folder that does not answer takes a thread of the process for each, and
/// the grains run on the same. Of a job that is being swept the newest record waits, and no other.
/// </summary>
/// <param name="sweep">Sweeps by a record; does not fail.</param>
/// <param name="most">How many at a time.</param>
internal sealed class JobSweeps(Func<JobRecord, Task> sweep, int most) : IDisposable
{
    private readonly Lock mutex = new();
    private readonly SemaphoreSlim places = new(most);
    private readonly Dictionary<JobId, Job> jobs = [];

    /// <summary>Those that run or wait.</summary>
    public Task[] Running
    {
        get
        {
            lock (mutex) return [.. jobs.Values.Select(j => j.Running)];
        }
    }

    /// <summary>Completes when the job has been swept by this record, or by a later one.</summary>
    public Task Sweep(JobRecord record)
    {
        lock (mutex)
        {
            if (!jobs.TryGetValue(record.Id, out var job)) jobs.Add(record.Id, job = new Job());
            if (job.Next is null || job.Next.Version < record.Version) job.Next = record;
            job.Running ??= Task.Run(() => Run(record.Id, job));
            return job.Running;
        }
    }

    /// <summary>Once none runs any more.</summary>
    public void Dispose() => places.Dispose();

    private async Task Run(JobId id, Job job)
    {
        while (true)
        {
            await places.WaitAsync();
            try
            {
                JobRecord? next;
                lock (mutex)
                {
                    (next, job.Next) = (job.Next, null);
                    if (next is null)
                    {
                        jobs.Remove(id);
                        return;
                    }
                }
                await sweep(next);
            }
            catch
            {
                // A bug: the next record is swept all the same.
                lock (mutex) jobs.Remove(id);
                throw;
            }
            finally
            {
                places.Release();
            }
        }
    }

    private sealed class Job
    {
        public JobRecord? Next { get; set; }

        public Task Running { get; set; } = null!;
    }
}
