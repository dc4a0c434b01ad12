using System.Collections.Immutable;
using AutoSelect.Chaos.Checking;
using AutoSelect.Chaos.Clients;
using AutoSelect.Chaos.Devices;
using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Chaos.Tests.Checking;

/// <summary>
/// A small run in which all went well: one job of one trial that was submitted, trained on one device under token 7, followed and
/// completed. Tests spoil a part of it.
/// </summary>
internal sealed class Story
{
    public static readonly JobId Job = new("job-1");
    public static readonly TrialId Trial = TrialId.At(0);
    public static readonly DeviceId Device = new("simulated-0");
    public const long Token = 7;

    private static readonly DateTimeOffset Time = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private double clock;

    public Story()
    {
        var spec = SimulatedJobs.BestAtHorizon("wide") with
        {
            Policy = "exhaustive",
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add(JobDraws.KeyLabel, "chaos-0"),
        };
        Happens(new JobSubmitted(Job, spec, "/nowhere"));
        Happens(Started(Token));
        Happens(Reported(25, Token), Reported(50, Token));
        Happens(new SegmentEnded(Trial, SegmentEnd.BudgetReached, "", new SegmentProgress(50, 0.5), TrialState.Completed, "done", 0, []));
        var outcome = new Outcome { ObjectiveMet = true, Summary = "", Winner = Trial };
        Happens(new JobDecided(Rung(0), Commit(Trial)));
        Happens(new JobEnded(JobPhase.Completed, outcome));

        Says("submitter", Whats.Submit, e => e with { Key = "chaos-0" }, e => e with { Job = Job });
        Adds(EntryKind.Done, Device.Value, Whats.Work, e => e with { Device = Device, Job = Job, Trial = Trial, Token = Token });
        Says(Device.Value, Whats.Report, e => Report(e, Token, [25], .25),
            e => e with { Order = SegmentOrder.Continue, Acknowledged = 25 });
        Says(Device.Value, Whats.Report, e => Report(e, Token, [50], .5) with { Checkpoint = 50, End = SegmentEnd.BudgetReached },
            e => e with { Order = SegmentOrder.Continue, Acknowledged = 50 });
        foreach (var e in Events)
        {
            Adds(EntryKind.Done, "follower", Whats.Event, h => h with
            {
                Operation = 1,
                Job = Job,
                Number = e.Number,
                Digest = EventDigest.Of(e),
            });
        }
        Adds(EntryKind.Done, "auditor", Whats.Describe, e => e with { Job = Job, Phase = JobPhase.Completed, Number = Events.Count });
        Adds(EntryKind.Refused, "superseded-silo", Whats.Write, e => e with { Job = Job, Trial = Trial, Number = 2 });
        Adds(EntryKind.Note, "auditor", Whats.Leases, e => e with { Operation = 2, Device = Device, Job = Job });
    }

    public List<JobEvent> Events { get; } = [];
    public List<HistoryEntry> Histories { get; } = [];
    public JobPhase Phase { get; set; } = JobPhase.Completed;
    public List<StoredJob> Others { get; } = [];
    public Dictionary<string, JobId> Submissions { get; } = new() { ["k1/chaos-0"] = Job };

    public Evidence Evidence => new(
        Histories, [new StoredJob(Job, Phase, Events.Count == 0 ? 0 : Events[^1].Number, [.. Events]), .. Others], Submissions);

    public static SegmentStarted Started(long token, string device = "simulated-0") => new(Trial, new Segment
    {
        Device = new DeviceId(device),
        LeaseToken = token,
        Rung = 0,
        StartedAt = 0,
        FromStep = 0,
        UntilStep = 50,
    }, []);

    public static SegmentReported Reported(long step, long token) => new(
        Trial, [new SimulatedCurve(SimulatedJobs.Candidate("wide"), .01).Point(step, token)],
        new Checkpoint { Uri = $"/nowhere/{step:D9}-{token}.simulated", Step = step, Bytes = 9 }, null,
        new SegmentProgress(step, step * .01));

    public static RungRecord Rung(int number) => new()
    {
        Rung = number,
        DecidedAt = 2,
        Forecasts = [],
        Decisions = [new Decision { Trial = Trial, Kind = DecisionKind.Commit, Reason = "" }],
        Unit = "s",
        SpentDeviceSeconds = .5,
        Summary = "",
    };

    public static Commit Commit(TrialId winner) => new() { Winner = winner, Rung = 0, At = 2, Forecast = Forecast(winner), Reason = "" };

    private static Forecast Forecast(TrialId trial) => new()
    {
        Trial = trial,
        AtStep = 50,
        FinalValue = Quantiles.FromSamples([.5]),
        FinalAtSeconds = .5,
        ProbabilityOfBest = 1,
        ExpectedRegret = 0,
        SecondsPerStep = .01,
    };

    public static HistoryEntry Report(HistoryEntry entry, long token, ImmutableArray<long> points, double seconds) => entry with
    {
        Device = Device,
        Job = Job,
        Trial = Trial,
        Token = token,
        Step = points.Max(),
        Points = points,
        Seconds = seconds,
    };

    public void Happens(params IEnumerable<JobChange> changes)
    {
        foreach (var change in changes) Events.Add(new JobEvent(Events.Count + 1, Time.AddSeconds(Events.Count), Events.Count, change));
    }

    public HistoryEntry Adds(EntryKind kind, string client, string what, Func<HistoryEntry, HistoryEntry> more)
    {
        var entry = more(new HistoryEntry { At = ++clock, Client = client, Operation = Histories.Count + 100, Kind = kind, What = what });
        Histories.Add(entry);
        return entry;
    }

    public void Says(string client, string what, Func<HistoryEntry, HistoryEntry> asks, Func<HistoryEntry, HistoryEntry> answers)
    {
        var asked = Adds(EntryKind.Asked, client, what, asks);
        Histories.Add(answers(asked with { At = ++clock, Kind = EntryKind.Done }));
    }

    /// <summary>Changes the entries that a condition names.</summary>
    public void Spoil(Func<HistoryEntry, bool> which, Func<HistoryEntry, HistoryEntry> how)
    {
        for (var i = 0; i < Histories.Count; i++)
            if (which(Histories[i])) Histories[i] = how(Histories[i]);
    }
}
