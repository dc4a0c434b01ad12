using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay;

/// <summary>
/// Interprets the job machine over recorded curves in virtual time: the same moves, transitions and decisions as of a job that trains. What
/// happens at the same time happens in the order of the trials. Simulated: nothing trains; what is charged besides is what the conditions
/// say.
/// </summary>
public sealed class SimulatedJob
{
    internal static readonly JobId Id = new("simulated");

    private readonly SimulatedConditions conditions;
    private readonly ISelectionPolicy policy;
    private readonly ImmutableArray<RecordedCurve> curves;
    private readonly SortedDictionary<TrialId, SimulatedTraining> trainings = [];
    private readonly ImmutableSortedDictionary<TrialId, RecordedRun> runs;
    private readonly double shortestInterval;
    private readonly ReferenceFigures reference;
    private readonly SimulatedLanes lanes;
    private readonly Dictionary<DeviceId, TrialId> lastOn = [];
    private readonly ImmutableArray<SimulatedRung>.Builder rungs = ImmutableArray.CreateBuilder<SimulatedRung>();
    private readonly RecordingPolicy recorder;
    private readonly List<JobEvent>? log;
    private JobRecord record;
    private double? reachedAt;
    private double now;

    private SimulatedJob(ImmutableArray<RecordedCurve> curves, ISelectionPolicy policy, SimulatedConditions conditions, List<JobEvent>? log)
    {
        (this.curves, this.policy, this.conditions, this.log) = (curves, policy, conditions, log);
        recorder = new RecordingPolicy(policy);
        foreach (var training in SimulatedTraining.ForProblem(curves, conditions.Costs)) trainings[training.Trial.Id] = training;
        shortestInterval = trainings.Values.Min(t => t.Run.Interval());
        runs = trainings.ToImmutableSortedDictionary(t => t.Key, t => t.Value.Run);
        lanes = new SimulatedLanes(conditions);
        reference = ReferenceFigures.FromCurves(curves, conditions.Objective, conditions.Baseline);
        record = SimulatedStart.Record(
            curves[0], [.. trainings.Values.Select(t => t.Trial)], reference.Baseline, policy, conditions, shortestInterval,
            RecordedPace.Predictions(
                trainings.Values.Select(t => (t.Trial.Candidate, t.Run)), $"{curves[0].Workload}/{curves[0].Problem}", conditions.Seed));
        log?.Add(new JobEvent(1, record.StartedAt, 0, new JobImported(record)));
    }

    /// <summary>Runs one job over the candidates of one problem.</summary>
    /// <param name="curves">At least one curve.</param>
    /// <param name="policy">Who decides.</param>
    /// <param name="conditions">What it is run under.</param>
    /// <param name="log">Gets the job's events; null keeps none.</param>
    /// <exception cref="ArgumentException">No curves.</exception>
    public static SimulatedOutcome Run(
        ImmutableArray<RecordedCurve> curves, ISelectionPolicy policy, SimulatedConditions conditions, List<JobEvent>? log = null)
    {
        if (curves.IsDefaultOrEmpty) throw new ArgumentException("0 curves: a simulated job needs at least 1.", nameof(curves));
        return new SimulatedJob(curves, policy, conditions, log).Run();
    }

    private SimulatedOutcome Run()
    {
        // A policy that sends trials to where they are would go on for ever.
        var mostDecisions = 500 + 20 * curves.Length;
        var limit = conditions.StopAfterSeconds ?? double.PositiveInfinity;
        while (!record.HasEnded && now < limit)
        {
            lanes.Match(record, Facts());
            GiveOrders();
            switch (JobMachine.Next(record, Facts()))
            {
                case Move.Dispatch dispatch:
                    foreach (var gang in dispatch.Gangs) Start(gang);
                    break;
                case Move.Decide when rungs.Count == mostDecisions:
                    return Outcome();
                case Move.Decide:
                    Decide();
                    if (IsGivenUp()) return Outcome();
                    break;
                case Move.Change change:
                    Append(change.Changes);
                    break;
                case Move.Export export:
                    Deliver(export.Gang.Trial);
                    break;
                case Move.Wait wait when !Advance(Math.Min(wait.Until, limit)) || IsGivenUp():
                    return Outcome();
            }
        }
        return Outcome();
    }

    /// <summary>True where each point counts at once, and not only what a segment brings.</summary>
    private bool IsWatched => conditions.IsGivenUp is not null || policy.Triggers.HasFlag(DecisionTriggers.Evaluation);

    private bool IsGivenUp() => conditions.IsGivenUp?.Invoke(record) == true;

    private JobFacts Facts() => new()
    {
        Now = now,
        Policy = policy,
        Leases = lanes.At(now),
        LeasesSince = lanes.Since,
        JoinSeconds = conditions.JoinSeconds,
    };

    private void Start(Gang gang)
    {
        var renewed = gang with { Leases = [.. gang.Leases.Select(lanes.Renew)] };
        Append([Dispatching.Started(record, renewed, lanes.At(now).Leases.Select(l => l.Device), now, isExport: false)]);
        var (device, training) = (renewed.Leases[0].Device, trainings[gang.Trial.Id]);
        var stopsAtTarget = conditions.Objective.Kind == ObjectiveKind.FastestTo && !policy.RunsTrialsToTheirHorizons;
        training.Start(now, record[gang.Trial.Id].OpenSegment()!, lastOn.GetValueOrDefault(device) == gang.Trial.Id,
            stopsAtTarget ? conditions.Objective : null);
        lastOn[device] = gang.Trial.Id;
    }

    private void Decide()
    {
        // A trial on a device has reported its points up to now.
        foreach (var training in trainings.Values.Where(t => t.Segment is not null)) Report(training);
        var pace = new RecordedPace(record, runs, shortestInterval);
        var decided = Judgement.Decide(record, Judgement.BasisFor(record, Facts()), recorder, conditions.History, pace);
        rungs.Add(new SimulatedRung(rungs.Count, now, recorder.Last!));
        Append([decided]);
    }

    private void GiveOrders()
    {
        foreach (var training in trainings.Values.Where(t => t.Segment is not null))
        {
            var (trial, token) = (record[training.Trial.Id], training.Segment!.Token);
            if (trial.OpenSegment()?.LeaseToken != token) training.Lose();
            else if (JobMachine.OrderFor(record, Facts(), trial, token) != SegmentOrder.Continue) training.Interrupt(now);
        }
        foreach (var training in trainings.Values.Where(t => t.Segment is { } s && s.LeavesAt <= now)) Report(training);
    }

    /// <summary>Goes on to the next thing that happens; false where nothing ever will.</summary>
    private bool Advance(double until)
    {
        var next = Math.Min(until, lanes.NextChange(now));
        foreach (var training in trainings.Values) next = Math.Min(next, NextOf(training));
        if (!double.IsFinite(next)) return false;
        now = Math.Max(now, next);
        foreach (var training in trainings.Values)
            if (training.Segment is { } segment && (segment.LeavesAt <= now || IsWatched)) Report(training);
        return true;
    }

    private double NextOf(SimulatedTraining training) => training.Segment is not { } segment ? double.PositiveInfinity
        : IsWatched ? Math.Min(segment.LeavesAt, training.NextPointAfter(now)) : segment.LeavesAt;

    private void Report(SimulatedTraining training)
    {
        var isLast = training.Segment!.IsLast;
        var report = training.ReportAt(now, Id);
        if (report.Points.FirstOrDefault(p => conditions.Objective.Reaches(p.Value)) is { } hit)
            reachedAt = Math.Min(
                reachedAt ?? double.PositiveInfinity, Math.Max(training.TimeOf(hit), report.End == SegmentEnd.TargetReached ? now : 0));
        Append(SegmentReports.Changes(record, report, now));
        // There is nothing to go on with, whatever was announced.
        if (isLast && report.End == SegmentEnd.BudgetReached && record[training.Trial.Id].IsAlive)
            Append([new TrialEnded(training.Trial.Id, TrialState.Completed, "its recording ends")]);
    }

    private void Deliver(Trial answer)
    {
        foreach (var training in trainings.Values.Where(t => t.Segment is not null)) Report(training);
        var value = answer.Curve.IsEmpty ? double.NaN : answer.Curve[^1].Deliverable(conditions.Objective.Direction);
        var weights = new FinalWeights { Uri = "simulated", Value = value, IsAveraged = false };
        Append([new JobEnded(JobPhase.Completed, Outcomes.Delivered(record, answer, weights, now))]);
    }

    private void Append(ImmutableArray<JobChange> changes)
    {
        foreach (var change in changes)
        {
            var e = new JobEvent(record.Version + 1, record.StartedAt.AddSeconds(now), now, change);
            record = JobFold.Apply(record, e);
            log?.Add(e);
        }
    }

    private SimulatedOutcome Outcome()
    {
        foreach (var training in trainings.Values.Where(t => t.Segment is not null))
        {
            training.Interrupt(now);
            Report(training);
        }
        var winner = record.Outcome?.Winner is { } id ? record[id] : Endings.Answer(record);
        return new SimulatedOutcome
        {
            Rungs = rungs.ToImmutable(),
            Winner = winner?.Candidate.Name,
            SecondsToTarget = conditions.Objective.Kind == ObjectiveKind.FastestTo ? reachedAt : null,
            Curve = winner?.Curve ?? [],
            WallSeconds = now,
            DeviceSeconds = record.ChargedSeconds,
            ProbeSeconds = record.Trials.Where(t => t.Id != winner?.Id).Sum(t => t.ChargedSeconds),
            Reference = reference,
        };
    }
}
