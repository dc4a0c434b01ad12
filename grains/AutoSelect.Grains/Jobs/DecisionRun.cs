using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Grains;

/// <summary>A decision on its way: computed outside the turns of its job, from a record that no longer changes.</summary>
internal sealed class DecisionRun
{
    /// <summary>How often in a row a decision may be overtaken by events before that counts as a failure to decide.</summary>
    public const int MostVoided = 5;

    private readonly Task<JobDecided> task;

    private DecisionRun(Task<JobDecided> task) => this.task = task;

    public bool IsCompleted => task.IsCompleted;

    /// <summary>What the policy said when it threw; null where it did not.</summary>
    public string? Fault => task.Exception?.InnerException?.Message;

    /// <summary>True once something has happened that it should have known.</summary>
    public bool IsVoid { get; set; }

    /// <summary>What came out; what the policy threw.</summary>
    public Task<JobDecided> Result => task;

    /// <param name="record">At the basis' event.</param>
    /// <param name="basis">What else it is computed from.</param>
    /// <param name="policy">Who decides.</param>
    /// <param name="history">
    /// What it has learned, asked for outside the turn too; null where that cannot be had: it decides without, and says so.
    /// </param>
    /// <param name="computing">Bounds how many are computed at once.</param>
    /// <param name="done">Called when it is completed, on any thread.</param>
    public static DecisionRun Start(
        JobRecord record, DecisionBasis basis, ISelectionPolicy policy, Func<SelectionHistory?> history,
        SemaphoreSlim computing, Action done)
    {
        var run = new DecisionRun(Task.Run(async () =>
        {
            await computing.WaitAsync();
            try
            {
                return history() is { } learned ? Judgement.Decide(record, basis, policy, learned)
                    : Judgement.Decide(record, basis with { History = "" }, policy, SelectionHistory.Empty);
            }
            finally
            {
                computing.Release();
            }
        }));
        run.task.ContinueWith(_ => done(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return run;
    }
}
