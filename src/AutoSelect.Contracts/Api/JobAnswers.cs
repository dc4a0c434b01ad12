using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>A part of the list of jobs.</summary>
/// <param name="Jobs">By the time of their submission.</param>
/// <param name="Next">To be given as <c>after</c> for the page that follows; null for the last.</param>
public sealed record JobList(ImmutableArray<JobSummary> Jobs, string? Next);

/// <summary>A job that was taken in.</summary>
/// <param name="Job">Its id, given by the store.</param>
/// <param name="Warnings">What its submitter should know although nothing is wrong, in order of line.</param>
public sealed record SubmittedJob(JobId Job, ImmutableArray<JobNote> Warnings);

/// <summary>A job without what its candidates have measured.</summary>
public sealed record JobDescription
{
    /// <summary>As lists show it.</summary>
    public required JobSummary Summary { get; init; }

    /// <summary>What is in force: what was submitted, with what has been extended and added since.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>Number of the last event.</summary>
    public required long Version { get; init; }

    /// <summary>In order; the last one is in force.</summary>
    public required ImmutableArray<Commit> Commits { get; init; }

    /// <summary>Devices that it has trained on.</summary>
    public required ImmutableArray<DeviceDescription> Devices { get; init; }

    /// <summary>Bytes of the checkpoints on disk.</summary>
    public required long CheckpointBytes { get; init; }
}

/// <summary>Where one candidate of a job stands.</summary>
public sealed record CandidateProgress
{
    public required TrialId Trial { get; init; }
    public required Candidate Candidate { get; init; }
    public required TrialState State { get; init; }

    /// <summary>Why it is in its state, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Steps of the last point; 0 before the first.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required long HorizonSteps { get; init; }

    /// <summary>What the job would deliver of it now; null before the first point.</summary>
    public double? Value { get; init; }

    /// <summary>Device seconds charged to it.</summary>
    public required double ChargedSeconds { get; init; }

    /// <summary>How often it has lost a device.</summary>
    public required int Restarts { get; init; }

    /// <summary>What its steps took, as last measured; null where nothing was.</summary>
    public StepTime? StepTime { get; init; }

    /// <summary>When it trained on which devices, in order.</summary>
    public ImmutableArray<TrialSegment> Segments { get; init; } = [];
}

/// <summary>A part of a trial without interruption. Times of day are seconds of the job's clock.</summary>
public sealed record TrialSegment
{
    /// <summary>In the order of their ranks.</summary>
    public required ImmutableArray<DeviceId> Devices { get; init; }

    /// <summary>The decision that it followed, counted from 0.</summary>
    public required int Rung { get; init; }

    public required double StartedAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public double? EndedAt { get; init; }

    public required long FromStep { get; init; }
    public required long ToStep { get; init; }
    public required SegmentEnd End { get; init; }

    /// <summary>Training seconds.</summary>
    public required double DeviceSeconds { get; init; }

    /// <summary>Evaluation seconds.</summary>
    public required double EvaluationSeconds { get; init; }

    /// <summary>Loading, saving and set-up seconds.</summary>
    public required double OverheadSeconds { get; init; }

    /// <summary>True for the segment that writes the job's answer and trains nothing.</summary>
    public bool IsExport { get; init; }
}

/// <summary>The learning curve of one candidate.</summary>
public sealed record TrialCurve
{
    public required TrialId Trial { get; init; }

    /// <summary>Name of the candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>In order of step; where they are fewer than <see cref="Measured"/>, chosen among those that were measured.</summary>
    public required ImmutableArray<CurvePoint> Points { get; init; }

    /// <summary>Points that were measured.</summary>
    public required int Measured { get; init; }

    /// <summary>The points as columns, where they were asked for so; <see cref="Points"/> is empty then.</summary>
    public CurveColumns? Columns { get; init; }
}

/// <summary>Points of a curve by column, to seven digits: a seventh of the bytes, for plots.</summary>
public sealed record CurveColumns
{
    public required ImmutableArray<long> Step { get; init; }

    /// <summary>Seconds of training, summed.</summary>
    public required ImmutableArray<double> DeviceSeconds { get; init; }

    /// <summary>Seconds of training, evaluation and overhead, summed.</summary>
    public required ImmutableArray<double> Seconds { get; init; }

    /// <summary>Metric of the weights that are trained.</summary>
    public required ImmutableArray<double> Value { get; init; }

    /// <summary>Metric of the averaged weights; null where none are kept.</summary>
    public ImmutableArray<double?>? Averaged { get; init; }
}

/// <summary>What was forecast at one rung.</summary>
/// <param name="Rung">Counted from 0.</param>
/// <param name="At">Seconds of the job's clock.</param>
/// <param name="Forecasts">Of the trials that were judged.</param>
public sealed record RungForecasts(int Rung, double At, ImmutableArray<Forecast> Forecasts);

/// <summary>A file of a job that can be downloaded.</summary>
/// <param name="Name">
/// Id of a trial, "final" for the weights of the job's answer, or "final/PATH" for a file of what a program has left: the last part of the
/// download's address, with its slashes escaped.
/// </param>
/// <param name="Step">Steps done; null for the final weights.</param>
/// <param name="Bytes">Its size.</param>
public sealed record CheckpointFile(string Name, long? Step, long Bytes);

/// <summary>Another target, deadline or both for a job that has not ended.</summary>
/// <param name="Target">Value of the metric to reach from now on; null leaves it. Only where the objective has a target.</param>
/// <param name="Deadline">
/// When it has to end from now on: a duration from the job's start (1h30m), one from now on (+30m), a time with its offset
/// (2026-11-29T08:00Z), or none; null leaves it.
/// </param>
/// <param name="Reason">For people; empty for none. At most 500 characters.</param>
public sealed record JobExtension(double? Target = null, string? Deadline = null, string Reason = "");

/// <summary>Candidates that join a job.</summary>
/// <param name="Candidates">Their names, in the order of their trials.</param>
/// <param name="Warnings">What whoever added them should know although nothing is wrong, in order of line.</param>
public sealed record AddedCandidates(ImmutableArray<string> Candidates, ImmutableArray<JobNote> Warnings);

/// <summary>Why something is asked of a job.</summary>
/// <param name="Reason">For people; empty for none. At most 500 characters.</param>
public sealed record RequestReason(string Reason = "");
