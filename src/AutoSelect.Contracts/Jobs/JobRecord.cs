using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

[JsonStringEnum]
public enum JobPhase
{
    /// <summary>Accepted; waits until its project and its user have fewer jobs running. It holds no device, and its clock runs.</summary>
    Waiting,

    /// <summary>Trials run side by side.</summary>
    Probing,

    /// <summary>The winner goes on.</summary>
    Committed,

    /// <summary>Training is over; the winner's weights are evaluated and written.</summary>
    Exporting,

    /// <summary>Interrupted by the user; can be resumed.</summary>
    Paused,

    /// <summary>Ended with a model.</summary>
    Completed,

    /// <summary>Ended without: every candidate failed, or the job itself did.</summary>
    Failed,

    /// <summary>Ended without, because somebody said so.</summary>
    Cancelled,
}

/// <summary>
/// Everything known of a job at one number of its events: what the machine decides by, and what the views, the report and the export read.
/// Made of the events alone, by <c>JobFold</c>.
/// </summary>
public sealed record JobRecord
{
    public required JobId Id { get; init; }
    /// <summary>
    /// What is in force: what was submitted, with the objective that was put in its place and the candidates that were added since.
    /// </summary>
    public required JobSpec Spec { get; init; }
    public required JobPhase Phase { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Seconds of the job's clock at the last event: since its submission, without the time it was paused.</summary>
    public required double ElapsedSeconds { get; init; }

    public required ImmutableArray<Trial> Trials { get; init; }
    public ImmutableArray<RungRecord> Rungs { get; init; } = [];

    /// <summary>In order; the last one is in force.</summary>
    public ImmutableArray<Commit> Commits { get; init; } = [];

    public ImmutableArray<DeviceDescription> Devices { get; init; } = [];
    public Outcome? Outcome { get; init; }

    /// <summary>Bytes of the checkpoints that are kept.</summary>
    public long CheckpointBytes => Trials.Sum(t => t.Checkpoint?.KeptBytes ?? 0);

    /// <summary>Folder of the job's documents, and of its checkpoints and weights where those go nowhere else.</summary>
    public required string Folder { get; init; }

    /// <summary>Where its checkpoints and weights are (<see cref="CheckpointUri"/>); null for <see cref="Folder"/>.</summary>
    public string? CheckpointStore { get; init; }

    /// <summary>What went wrong, or is waited for; empty when all is well.</summary>
    public string Notice { get; init; } = "";

    /// <summary>Number of the last event in it.</summary>
    public long Version { get; init; }

    /// <summary>Seconds it has been paused in all, without the pause that lasts.</summary>
    public double PausedSeconds { get; init; }

    /// <summary>Since when it is paused; null while it is not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>
    /// Seconds of the job's clock at the request to pause, until all segments have ended; null while nobody wants a pause.
    /// </summary>
    public double? PausingSince { get; init; }

    /// <summary>True where no person asked for the pause that is wanted or lasts.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>True from the request to pause until all segments have ended.</summary>
    [JsonIgnore] public bool Pausing => PausingSince is not null;

    /// <summary>The trial whose weights are the job's answer and are written, once training is over.</summary>
    public TrialId? Exporting { get; init; }

    /// <summary>What has happened since the last decision.</summary>
    public JobNews News { get; init; } = JobNews.Changes;

    /// <summary>The last attempt to decide, where that failed; null after a decision.</summary>
    public DecisionFailed? DecisionFault { get; init; }

    /// <summary>What became of the notice of its end; null before it was first sent, and where nobody is to be told.</summary>
    public HookStanding? Hook { get; init; }

    /// <summary>True while somebody is still to be told of its end.</summary>
    [JsonIgnore] public bool AwaitsHook => HasEnded && Spec.Notify is not null && Hook?.IsOver != true;

    /// <summary>True while it may train.</summary>
    [JsonIgnore] public bool IsRunning => Phase.IsRunning();

    /// <summary>True once nothing can happen to it any more.</summary>
    [JsonIgnore] public bool HasEnded => Phase.HasEnded();

    /// <summary>
    /// Seconds of the job's clock at a time: it runs on while nobody attends to the job, and stands still while it is paused.
    /// </summary>
    public double ClockAt(DateTimeOffset time) =>
        HasEnded ? ElapsedSeconds : Math.Max(0, ((PausedAt ?? time) - StartedAt).TotalSeconds - PausedSeconds);

    public Trial this[TrialId id] => Trials.First(t => t.Id == id);

    public Commit? Commit => Commits.IsEmpty ? null : Commits[^1];

    /// <summary>Seconds charged to all trials: training, evaluation and overhead.</summary>
    public double ChargedSeconds => Trials.Sum(t => t.ChargedSeconds);

    /// <summary>Seconds charged to all trials but the winner, without what the winner continues: the price of finding out.</summary>
    public double ProbeSeconds
    {
        get
        {
            var winner = Commit is { } commit ? this[commit.Winner] : null;
            var inherited = winner?.Candidate.Continues is { } from
                ? winner.InheritedSeconds * (Trials.FirstOrDefault(t => t.Candidate.Name == from.Candidate)?.MeanDevices ?? 1)
                : 0;
            return Math.Max(0, Trials.Where(t => t.Id != winner?.Id).Sum(t => t.ChargedSeconds) - inherited);
        }
    }
}

/// <summary>How a job ended.</summary>
public sealed record Outcome
{
    /// <summary>True when the target was reached, or the deadline or horizon met with a finite value.</summary>
    public required bool ObjectiveMet { get; init; }

    public required string Summary { get; init; }
    public TrialId? Winner { get; init; }

    /// <summary>Deliverable value of the final weights on the validation data.</summary>
    public double? Value { get; init; }

    /// <summary>The same metric on the test data, never used for a decision; null where the workload has none.</summary>
    public double? TestValue { get; init; }

    /// <summary>Wall-clock seconds from the start to the target; null when it was not reached.</summary>
    public double? SecondsToTarget { get; init; }

    /// <summary>
    /// The file final.safetensors, or a program's folder final, named as checkpoints are; null where it could not be written.
    /// </summary>
    public string? FinalWeights { get; init; }

    /// <summary>The winner's checkpoint where its weights could not be written; it is kept.</summary>
    public string? Checkpoint { get; init; }
}
