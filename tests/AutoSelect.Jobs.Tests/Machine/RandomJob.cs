using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Machine;

/// <summary>Interprets the job machine in a world in which anything may happen that devices, leases, people and policies can do.</summary>
internal sealed class RandomJob
{
    /// <summary>Far more moves than any state needs: those of every candidate that begins or is lost, one by one.</summary>
    private const int MostMoves = 40;

    private static readonly string[] Policies = ["insured", "asha-stop", "asha-promote", "successive-halving", "exhaustive", "current-best",
        "median-stopping"];
    private static readonly SegmentEnd[] Faults =
        [SegmentEnd.Diverged, SegmentEnd.OutOfMemory, SegmentEnd.Failed, SegmentEnd.DeviceLost, SegmentEnd.StorageFailed,
            SegmentEnd.Interrupted, SegmentEnd.RankLost, SegmentEnd.CheckpointUnusable];

    private readonly Random random;
    private readonly ISelectionPolicy policy;
    private readonly SortedDictionary<int, long> held = [];
    private readonly List<LostLease> lost = [];
    private readonly List<JobEvent> events = [];
    private (JobDecided Decided, bool IsVoid)? pending;
    private long lastToken;
    private double now;

    public RandomJob(int seed)
    {
        random = new Random(seed);
        var spec = Spec();
        policy = random.Next(3) == 0 ? new RandomPolicy(random.Next()) : PolicyCatalogue.Get(spec.Policy);
        Record = SubmittedJobs.Record(spec, "/jobs");
        events.Add(new JobEvent(1, DateTimeOffset.UnixEpoch, 0, new JobSubmitted(Record.Id, spec, "/jobs")));
        for (var device = 0; device < 2; device++) held[device] = ++lastToken;
    }

    public JobRecord Record { get; private set; }

    public IReadOnlyList<JobEvent> Events => events;

    /// <summary>True where the policy can be had by its name alone.</summary>
    public bool IsOfCatalogue => policy is not RandomPolicy;

    private JobFacts Facts => new() { Now = now, Policy = policy, Leases = Leases(), IsDeciding = pending is not null };

    /// <summary>A while in which anything happens, then one in which all goes well.</summary>
    public void Run(int faults, int most)
    {
        for (var i = 0; i < faults && !Record.HasEnded; i++)
        {
            Settle();
            Happen(isFaulty: true);
        }
        for (var i = 0; i < most && !Record.HasEnded; i++)
        {
            Settle();
            Happen(isFaulty: false);
        }
    }

    /// <summary>Makes moves until the machine waits.</summary>
    private void Settle()
    {
        for (var moves = 0; ; moves++)
        {
            Assert.True(moves < MostMoves, $"{moves} moves without an end, the last: {events[^1].Change.GetType().Name}");
            foreach (var token in Lanes.ToRelease(Record, Facts)) Release(token);
            switch (JobMachine.Next(Record, Facts))
            {
                case Move.Dispatch dispatch:
                    Assert.NotEmpty(dispatch.Gangs);
                    foreach (var gang in dispatch.Gangs) Start(gang, isExport: false);
                    break;
                case Move.Export export:
                    Start(export.Gang, isExport: true);
                    break;
                case Move.Decide when random.Next(10) == 0:
                    Append(DecisionFaults.Next(Record, "no luck", now));
                    break;
                case Move.Decide:
                    var decided = Judgement.Decide(Record, Judgement.BasisFor(Record, Facts), policy, SelectionHistory.Empty);
                    if (random.Next(2) == 0) Append(decided);
                    else pending = (decided, false);
                    break;
                case Move.Change change:
                    Append([.. change.Changes]);
                    break;
                default:
                    return;
            }
        }
    }

    private void Happen(bool isFaulty)
    {
        if (pending is { } done && random.Next(2) == 0)
        {
            pending = null;
            if (!done.IsVoid && Record is { IsRunning: true, Exporting: null, Pausing: false }) Append(done.Decided);
            return;
        }
        now += random.NextDouble() * 4;
        var kind = isFaulty ? random.Next(10) : 9;
        if (kind == 0) Lose();
        else if (kind == 1) Ask(random.Next(12) switch
        {
            < 3 => JobRequest.Pause(),
            < 8 => JobRequest.Resume(),
            < 10 => JobRequest.StopTrial(AnyTrial()),
            10 => JobRequest.CommitTo(AnyTrial()),
            _ => random.Next(3) == 0 ? JobRequest.Add(Addition())
                : JobRequest.Extend(
                    random.Next(2) == 0 ? random.NextDouble() : null, random.Next(3) > 0 ? now + random.Next(1, 300) : null),
        });
        else if (!isFaulty && (Record.Pausing || Record.Phase == JobPhase.Paused)) Ask(JobRequest.Resume());
        else if (held.Count < 2 && random.Next(3) == 0) held[held.ContainsKey(0) ? 1 : 0] = ++lastToken;
        else if (random.Next(2) == 0 && Record.Trials.SelectMany(t => t.Segments.Select(s => (Trial: t, Segment: s)))
            .FirstOrDefault(s => !s.Segment.Awaited.IsDefaultOrEmpty) is { Trial: { } former } broken) SayLast(former, broken.Segment);
        else if (DesiredState.Running(Record).ToList() is { Count: > 0 } running)
            Report(running[random.Next(running.Count)], isFaulty && random.Next(8) == 0);
    }

    private void Report(Trial trial, bool isFault)
    {
        var open = trial.OpenSegment()!;
        var from = Math.Max(open.ToStep, trial.LastPoint());
        var order = JobMachine.OrderFor(Record, Facts, trial, open.LeaseToken);
        var isLast = isFault || order != SegmentOrder.Continue || random.Next(2) == 0;
        var end = isFault ? Faults[random.Next(Faults.Length)]
            : order == SegmentOrder.Continue ? SegmentEnd.BudgetReached : SegmentEnd.Interrupted;
        var until = end == SegmentEnd.BudgetReached && isLast ? open.UntilStep : Math.Min(open.UntilStep, from + random.Next(100));
        var points = Enumerable.Range(1, 100).Select(i => i * 25L).Where(s => s > from && s <= until)
            .Select(s => Point(s, Value(trial, s)));
        var report = new SegmentReport
        {
            Job = Record.Id,
            Trial = trial.Id,
            LeaseToken = open.LeaseToken,
            Step = until,
            Points = [.. points],
            DeviceSeconds = (until - open.FromStep) * .02,
            Checkpoint = isFault ? null : Stored(trial, until),
            End = isLast ? end : SegmentEnd.None,
            Final = open.IsExport && !isFault ? new FinalWeights { Uri = "final", Value = 1, IsAveraged = false } : null,
        };
        Append([.. SegmentReports.Changes(Record, report, now)]);
    }

    /// <summary>The end of a rank whose segment broke without it.</summary>
    private void SayLast(Trial trial, Segment broken)
    {
        var report = new SegmentReport
        {
            Job = Record.Id,
            Trial = trial.Id,
            LeaseToken = broken.Awaited[0],
            Step = 0,
            End = SegmentEnd.RankLost,
        };
        Append([.. SegmentReports.Changes(Record, report, now)]);
    }

    private Checkpoint Stored(Trial trial, long step) => new()
    {
        Uri = $"{trial.Id}-{step}",
        Step = Math.Max(step, trial.SafeStep()),
        Bytes = 9,
        Before = trial.Checkpoint is { } before && random.Next(2) == 0 ? before with { Before = null } : null,
    };

    internal static CurvePoint Point(long step, double value) =>
        new() { Step = step, DeviceSeconds = step * .02, EvaluationSeconds = 0, OverheadSeconds = 0, Value = value, TrainingLoss = 0 };

    private static double Value(Trial trial, long step) => (.5 + .1 * (trial.Candidate.Name.Length % 5)) * (1 - Math.Exp(-step / 300.0));

    private void Ask(JobRequest request)
    {
        try
        {
            Append([.. Requests.Changes(Record, request, now)]);
        }
        catch (Exception refused) when (refused is InvalidOperationException or ArgumentException)
        {
            // Refused.
        }
    }

    private void Lose()
    {
        if (held.Count == 0) return;
        var (device, token) = held.ElementAt(random.Next(held.Count));
        held.Remove(device);
        lost.Add(new LostLease(Lease(device, token), "gone", random.Next(2) == 0));
    }

    private void Start(Gang gang, bool isExport)
    {
        var renewed = gang with { Leases = [.. gang.Leases.Select(Renew)] };
        Append(Dispatching.Started(Record, renewed, Leases().Leases.Select(l => l.Device), now, isExport, Guid.Empty));
    }

    private Lease Renew(Lease lease)
    {
        var device = held.First(h => h.Value == lease.Token).Key;
        return Lease(device, held[device] = ++lastToken);
    }

    private void Release(long token)
    {
        lost.RemoveAll(l => l.Lease.Token == token);
        foreach (var (device, _) in held.Where(h => h.Value == token).ToList()) held.Remove(device);
    }

    private void Append(params ReadOnlySpan<JobChange> changes)
    {
        foreach (var change in changes)
        {
            var e = new JobEvent(Record.Version + 1, Record.StartedAt.AddSeconds(now), now, change);
            events.Add(e);
            Record = JobFold.Apply(Record, e);
            if (pending is { } running && Judgement.IsVoidedBy(Record, change)) pending = running with { IsVoid = true };
        }
    }

    private LeaseSet Leases() => new(lastToken, [.. held.Select(h => new HeldLease(Lease(h.Key, h.Value), Device(h.Key)))], [.. lost]);

    private Lease Lease(int device, long token) => new() { Device = Device(device).Id, Job = Record.Id, Token = token };

    private static DeviceDescription Device(int device) =>
        new() { Id = new DeviceId($"d{device}"), Kind = DeviceKind.Cpu, Index = device, Model = "simulated", Host = "simulated" };

    private CandidateAddition Addition()
    {
        var added = SimulatedJobs.Candidate($"added{new string('x', Record.Trials.Length)}");
        var from = Record.Trials[0].Candidate.Name;
        return new CandidateAddition
        {
            Candidates = [random.Next(2) == 0 ? added : added with
            {
                Continues = new Continuation { Candidate = from, At = .6, Kind = ContinuationKind.Convertible, RewarmSteps = 10 },
            }],
        };
    }

    private TrialId AnyTrial() => Record.Trials[random.Next(Record.Trials.Length)].Id;

    private JobSpec Spec()
    {
        var spec = SimulatedJobs.BestAtHorizon([.. Enumerable.Range(0, 1 + random.Next(4)).Select(i => $"c{new string('x', i)}")]);
        ImmutableArray<Candidate> candidates = [.. spec.Candidates.Select(c => c with { Ranks = 1 + random.Next(2) })];
        if (random.Next(2) == 0)
        {
            var from = new Continuation { Candidate = candidates[0].Name, At = .4, Kind = ContinuationKind.Convertible, RewarmSteps = 10 };
            candidates = candidates.Add(SimulatedJobs.Candidate("child") with { Continues = from });
        }
        var (target, deadline) = (.4 + random.NextDouble() * .5, random.Next(20, 400));
        var mayBeLate = random.Next(2) == 0;
        return spec with
        {
            Candidates = candidates,
            Policy = Policies[random.Next(Policies.Length)],
            Objective = random.Next(3) switch
            {
                0 => spec.Objective,
                1 => spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = deadline },
                _ => SimulatedJobs.FastestTo(target, candidates[0].Name).Objective with { DeadlineSeconds = mayBeLate ? null : deadline },
            },
        };
    }
}
