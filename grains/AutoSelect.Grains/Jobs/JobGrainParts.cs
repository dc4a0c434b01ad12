using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Selection.Policies;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>What job grains of a silo share.</summary>
internal sealed class JobGrainParts(
    IJobStore jobs, ILeaseLedger leases, CheckpointFiles checkpoints, HistoryShelf histories,
    PolicySource policies, SupervisedJobs supervised, HeldJobs held, TimeProvider time,
    LeaseOptions options, AutoSelectTelemetry telemetry) : IDisposable
{
    // Decisions are heavy; the silo's threads are for turns too.
    private readonly SemaphoreSlim computing = new(Math.Max(1, Environment.ProcessorCount));

    public IJobStore Jobs => jobs;
    public ILeaseLedger Leases => leases;
    public CheckpointFiles Checkpoints => checkpoints;
    public HeldJobs Held => held;
    public TimeProvider Time => time;
    public LeaseOptions Options => options;
    public AutoSelectTelemetry Telemetry => telemetry;

    public void Dispose() => computing.Dispose();

    /// <summary>
    /// False for a job that is left alone here, whatever its devices or its demand of earlier days say: one that nobody has named.
    /// </summary>
    public bool Attends(JobId job) => supervised.Contains(job);

    /// <summary>The policy of a job.</summary>
    public ISelectionPolicy PolicyFor(JobRecord record) => policies(record.Spec.Policy);

    /// <summary>
    /// Counts what the forecasts of a job that has ended were worth, off the turn: the job keeps only the newest in memory. Where the store
    /// cannot be read, they are not counted.
    /// </summary>
    public Task JudgeForecasts(JobId job) => Task.Run(async () =>
    {
        if (JobFold.FromEvents(await jobs.Changes(job, since: 0)) is { } record)
            telemetry.Jobs.Judged(JobAnalyses.FromRecord(record));
    });

    /// <summary>Starts to compute a decision outside the caller's turn; the job is woken when it is there.</summary>
    public DecisionRun Compute(JobRecord record, DecisionBasis basis, ISelectionPolicy policy, IJobGrain job)
    {
        var began = time.GetTimestamp();
        return DecisionRun.Start(record, basis, policy, () => histories.Get(basis.History), computing, () =>
        {
            telemetry.Computed(time.GetElapsedTime(began));
            job.Wake().Ignore();
        });
    }
}
