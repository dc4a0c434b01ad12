using System.Collections.Immutable;

namespace AutoSelect.Contracts;

[JsonStringEnum]
public enum JobPhase
{
    /// <summary>Stored, not started.</summary>
    Submitted,

    /// <summary>Trials run side by side.</summary>
    Probing,

    /// <summary>The winner goes on.</summary>
    Committed,

    /// <summary>Interrupted by the user; can be resumed.</summary>
    Paused,

    /// <summary>Ended with a model.</summary>
    Completed,

    /// <summary>Ended without: every candidate failed.</summary>
    Failed,
}

/// <summary>Everything known of a job: what the views, the report, the export and a replay read.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.JobRecord")]
public sealed record JobRecord
{
    [Id(0)] public required JobId Id { get; init; }
    [Id(1)] public required JobSpec Spec { get; init; }
    [Id(2)] public required JobPhase Phase { get; init; }
    [Id(3)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Seconds of wall clock while the job was not paused.</summary>
    [Id(4)] public required double ElapsedSeconds { get; init; }

    [Id(5)] public required ImmutableArray<Trial> Trials { get; init; }
    [Id(6)] public ImmutableArray<RungRecord> Rungs { get; init; } = [];

    /// <summary>In order; the last one is in force.</summary>
    [Id(7)] public ImmutableArray<Commit> Commits { get; init; } = [];

    [Id(8)] public ImmutableArray<DeviceDescription> Devices { get; init; } = [];
    [Id(9)] public Outcome? Outcome { get; init; }

    /// <summary>Bytes of the checkpoints on disk.</summary>
    [Id(10)] public long CheckpointBytes { get; init; }

    /// <summary>Folder of the job: checkpoints, report, final weights.</summary>
    [Id(11)] public required string Folder { get; init; }

    /// <summary>What went wrong, or is waited for; empty when all is well.</summary>
    [Id(12)] public string Notice { get; init; } = "";

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
            var inherited = winner?.Candidate.Continues is { } from ? winner.InheritedSeconds * (Trials.FirstOrDefault(t => t.Candidate.Name == from.Candidate)?.MeanDevices ?? 1) : 0;
            return Math.Max(0, Trials.Where(t => t.Id != winner?.Id).Sum(t => t.ChargedSeconds) - inherited);
        }
    }
}

/// <summary>How a job ended.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.Outcome")]
public sealed record Outcome
{
    /// <summary>True when the target was reached, or the deadline or horizon met with a finite value.</summary>
    [Id(0)] public required bool ObjectiveMet { get; init; }

    [Id(1)] public required string Summary { get; init; }
    [Id(2)] public TrialId? Winner { get; init; }

    /// <summary>Deliverable value of the final weights on the validation data.</summary>
    [Id(3)] public double? Value { get; init; }

    /// <summary>The same metric on the test data, never used for a decision; null where the workload has none.</summary>
    [Id(4)] public double? TestValue { get; init; }

    /// <summary>Wall-clock seconds from the start to the target; null when it was not reached.</summary>
    [Id(5)] public double? SecondsToTarget { get; init; }

    /// <summary>Path of final.safetensors.</summary>
    [Id(6)] public string? FinalWeights { get; init; }
}
