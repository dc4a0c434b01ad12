using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

/// <summary>What may happen to a job. Closed: a record is changed by these and by nothing else.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(JobSubmitted), "submitted")]
[JsonDerivedType(typeof(JobImported), "imported")]
[JsonDerivedType(typeof(JobRequested), "requested")]
[JsonDerivedType(typeof(ObjectiveChanged), "objective-changed")]
[JsonDerivedType(typeof(CandidatesAdded), "candidates-added")]
[JsonDerivedType(typeof(SegmentStarted), "segment-started")]
[JsonDerivedType(typeof(SegmentReported), "reported")]
[JsonDerivedType(typeof(SegmentEnded), "segment-ended")]
[JsonDerivedType(typeof(MemberEnded), "member-ended")]
[JsonDerivedType(typeof(TrialBranched), "branched")]
[JsonDerivedType(typeof(CheckpointGivenUp), "checkpoint-given-up")]
[JsonDerivedType(typeof(TrialEnded), "trial-ended")]
[JsonDerivedType(typeof(JobDecided), "decided")]
[JsonDerivedType(typeof(DecisionFailed), "decision-failed")]
[JsonDerivedType(typeof(ExportBegun), "export-begun")]
[JsonDerivedType(typeof(JobPaused), "paused")]
[JsonDerivedType(typeof(JobHeld), "held")]
[JsonDerivedType(typeof(JobAdmitted), "admitted")]
[JsonDerivedType(typeof(JobEnded), "ended")]
[JsonDerivedType(typeof(HookTold), "hook")]
public abstract record JobChange;

/// <summary>The first event of every job: all that was asked for. What is changed of it later is an event of its own.</summary>
/// <param name="Job">Given by the store.</param>
/// <param name="Spec">What was submitted.</param>
/// <param name="Folder">Where its documents go.</param>
/// <param name="Checkpoints">Where its checkpoints and weights go (<see cref="CheckpointUri"/>); null for the folder.</param>
public sealed record JobSubmitted(JobId Job, JobSpec Spec, string Folder, string? Checkpoints = null) : JobChange;

/// <summary>Stands in for all events before it: a job of an older store, or the start of a simulated one.</summary>
public sealed record JobImported(JobRecord Record) : JobChange;

/// <summary>Somebody asked for something; what follows from it comes as further events.</summary>
public sealed record JobRequested(JobRequest Request) : JobChange;

/// <summary>Another objective is in force from now on. Of the one before everything decided by then stays as it was.</summary>
/// <param name="Objective">Of the same kind, metric and direction.</param>
public sealed record ObjectiveChanged(Objective Objective) : JobChange;

/// <summary>Candidates joined the job: each has a trial from now on, after those that there are.</summary>
public sealed record CandidatesAdded(CandidateAddition Addition) : JobChange;

/// <summary>A trial began to train on leased devices.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Segment">Its newest segment, open.</param>
/// <param name="Devices">Those of its devices that the job did not know, or not so.</param>
public sealed record SegmentStarted(TrialId Trial, Segment Segment, ImmutableArray<DeviceDescription> Devices) : JobChange;

/// <summary>News of an open segment that are worth keeping: points, a checkpoint, or both.</summary>
/// <param name="Trial">Whose newest segment.</param>
/// <param name="Points">In order of step, all beyond the trial's last.</param>
/// <param name="Checkpoint">Newer than the one before; null where there is none.</param>
/// <param name="StepTime">Null where nothing new was measured.</param>
/// <param name="Progress">How far the segment has come.</param>
/// <param name="StoreFault">Why new checkpoints wait from now on; empty where they do not any more; null where nothing changed.</param>
public sealed record SegmentReported(
    TrialId Trial, ImmutableArray<CurvePoint> Points, Checkpoint? Checkpoint, StepTime? StepTime, SegmentProgress Progress,
    string? StoreFault = null) : JobChange;

/// <summary>A trial's open segment is over.</summary>
/// <param name="Trial">Whose.</param>
/// <param name="End">How.</param>
/// <param name="Reason">Why, for people; empty where it did what it was sent for.</param>
/// <param name="Progress">How far it has come.</param>
/// <param name="State">The trial's state from now on.</param>
/// <param name="StateReason">Why the trial is in that state, for people.</param>
/// <param name="Restarts">How often the trial has lost a device by now.</param>
/// <param name="Awaited">Tokens of its devices that have not said their last word of it: they get nothing new before.</param>
public sealed record SegmentEnded(
    TrialId Trial, SegmentEnd End, string Reason, SegmentProgress Progress, TrialState State,
    string StateReason, int Restarts, ImmutableArray<long> Awaited) : JobChange;

/// <summary>
/// A device said its last word of a segment: of one that is over, or, as another rank than the leading one, of one that runs.
/// </summary>
public sealed record MemberEnded(TrialId Trial, long LeaseToken) : JobChange;

/// <summary>A trial begins with another one's checkpoint, and with that one's curve up to there.</summary>
public sealed record TrialBranched(TrialId Trial, TrialId Predecessor, Checkpoint Checkpoint, string Reason) : JobChange;

/// <summary>A trial's checkpoint cannot be read: it stands at an older one from now on, or at its beginning.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Instead">The older one; null where none is kept.</param>
/// <param name="Reason">What is wrong with it, for people.</param>
public sealed record CheckpointGivenUp(TrialId Trial, Checkpoint? Instead, string Reason) : JobChange;

/// <summary>A trial's state changed otherwise than by a segment or a decision.</summary>
public sealed record TrialEnded(TrialId Trial, TrialState State, string Reason) : JobChange;

/// <summary>Trials were judged. Holds the desired state of the job from now on: who trains how far, and who is committed to.</summary>
/// <param name="Rung">What was known and decided.</param>
/// <param name="Commit">Set when it commits, or falls back.</param>
public sealed record JobDecided(RungRecord Rung, Commit? Commit) : JobChange;

/// <summary>The policy threw, or took back its decisions too often.</summary>
/// <param name="Attempt">Counted from 1 since the last decision.</param>
/// <param name="Reason">What it said.</param>
/// <param name="RetryAt">Seconds of the job's clock at which it is asked again.</param>
public sealed record DecisionFailed(int Attempt, string Reason, double RetryAt) : JobChange;

/// <summary>Training is over: the weights of the trial are written next.</summary>
public sealed record ExportBegun(TrialId Trial, string Reason) : JobChange;

/// <summary>All segments have ended after a request to pause; the job's clock stands still.</summary>
public sealed record JobPaused : JobChange;

/// <summary>The job waits to be admitted, or for another reason than before; its clock runs on.</summary>
/// <param name="Reason">The quota that it would exceed, with its figures.</param>
public sealed record JobHeld(string Reason) : JobChange;

/// <summary>A job that waited may start.</summary>
public sealed record JobAdmitted : JobChange;

/// <summary>The last event of every job, but for what becomes of the notice of its end.</summary>
public sealed record JobEnded(JobPhase Phase, Outcome Outcome) : JobChange;

/// <summary>
/// News of the address that is to be told of the job's end. That it is being told is stored before it is, so that one silo alone does so.
/// </summary>
/// <param name="State">What came of it.</param>
/// <param name="Attempt">Counted from 1.</param>
/// <param name="Reason">Why it failed or was given up, for people; else empty.</param>
public sealed record HookTold(HookState State, int Attempt, string Reason = "") : JobChange;
