using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>
/// Plays a job on two devices with made-up curves: every rung trains the trials that are left a little further, forecasts them
/// and drops the slower ones. Not the product's policy; it only fills a record with figures that fit together.
/// </summary>
internal sealed class SimulatedJob
{
    private static readonly double[] EpochsByRung = [0.25, 0.5, 1, 2, 3];
    private readonly JobSpec spec;
    private readonly ImmutableArray<SimulatedTrial> trials;
    private readonly DeviceDescription[] devices;
    private readonly double[] free;
    private readonly List<RungRecord> rungs = [];
    private readonly List<Commit> commits = [];

    public SimulatedJob(JobSpec spec, ImmutableArray<SimulatedCandidate> candidates)
    {
        this.spec = spec;
        trials = [.. candidates.Select((c, i) => new SimulatedTrial(TrialId.At(i), c, spec, 17 + i))];
        devices = [.. Enumerable.Range(0, spec.Probe.Devices).Select(i =>
            new DeviceDescription
            {
                Id = new DeviceId($"laptop-cpu{i}"),
                Kind = DeviceKind.Cpu,
                Index = i,
                Model = "simulated core",
                Host = "laptop",
                ProcessId = 4100 + i,
            })];
        free = new double[devices.Length];
    }

    /// <summary>The next rung's number.</summary>
    public int Rung => rungs.Count;

    private double Now => free.Max();

    private IEnumerable<SimulatedTrial> Contenders => trials.Where(t => t.State is TrialState.Waiting or TrialState.Running);

    /// <summary>Rung 0: everyone starts.</summary>
    public void Begin()
    {
        foreach (var trial in trials) trial.State = TrialState.Running;
        Record([], [.. trials.Select(t => Decide(t, DecisionKind.Continue, "nothing is known yet: train to the first rung"))], 0, 0,
            $"Begin with {trials.Length} candidates on {devices.Length} devices.");
    }

    /// <summary>Trains the contenders to the next level.</summary>
    public void Train()
    {
        var level = EpochsByRung[Math.Min(Rung - 1, EpochsByRung.Length - 1)];
        foreach (var trial in Contenders.ToArray()) Place(trial, (long)Math.Round(level * trial.StepsPerEpoch), false);
        Array.Fill(free, Now);
    }

    /// <summary>Forecasts and keeps the given number, or commits when it is 1.</summary>
    public void Decide(int keep)
    {
        if (!Contenders.Any()) return;
        var forecasts = SimulatedForecast.Compare([.. Contenders.Select(t => SimulatedForecast.ForTrial(t, spec.Objective.Target, Rung))]);
        var ranked = forecasts.OrderBy(f => f.ExpectedRegret).ToArray();
        var (front, second) = (ranked[0], ranked.Length > 1 ? ranked[1] : null);
        var decisions = new List<Decision>();
        for (var i = 0; i < ranked.Length; i++)
        {
            var trial = Trial(ranked[i].Trial);
            var name = Trial(front.Trial).Source.Candidate.Name;
            var percent = $"{ranked[i].ProbabilityOfBest:0 %}";
            (trial.State, var kind, trial.Reason) = i switch
            {
                0 when keep == 1 => (
                    TrialState.Committed, DecisionKind.Commit, $"best with probability {percent}; committing now costs "
                        + $"{ranked[i].ExpectedRegret:0.0} s of expected regret, less than another rung"),
                1 when keep == 1 => (TrialState.Paused, DecisionKind.Pause,
                    $"runner-up to {name} with probability {percent}; its checkpoint is kept for a fall-back"),
                _ when i < keep => (TrialState.Running, DecisionKind.Continue, $"may still be the best with probability {percent}"),
                _ when i < 2 * keep && keep > 1 => (TrialState.Paused, DecisionKind.Pause,
                    $"behind {name} by {ranked[i].ExpectedRegret:0} s in expectation; kept for later"),
                _ => (TrialState.Stopped, DecisionKind.Stop,
                    $"behind {name} by {ranked[i].ExpectedRegret:0} s in expectation; best with probability {percent} only"),
            };
            decisions.Add(Decide(trial, kind, trial.Reason, ranked[i]));
        }
        var cost = 2.5 + 0.6 * keep;
        var summary = keep == 1 ? $"Commit to {Trial(front.Trial).Source.Candidate.Name}: regret {front.ExpectedRegret:0.0} s is below the "
            + $"cost of another rung, {cost:0.0} s."
            : $"Go on with {Math.Min(keep, ranked.Length)} of {ranked.Length}: committing now would lose {front.ExpectedRegret:0.0} s in "
                + "expectation.";
        Record(forecasts, decisions, front.ExpectedRegret, cost, summary);
        if (keep == 1)
            commits.Add(
                new Commit
                {
                    Winner = front.Trial,
                    RunnerUp = second?.Trial,
                    Rung = Rung - 1,
                    At = Now,
                    Forecast = front,
                    Reason = summary,
                });
    }

    /// <summary>Trains the committed trial to the target, its horizon, or up to an epoch.</summary>
    public void Finish(double? upToEpoch = null)
    {
        var winner = Trial(commits[^1].Winner);
        Place(winner, upToEpoch is { } e ? (long)(e * winner.StepsPerEpoch) : winner.HorizonSteps, true);
        Array.Fill(free, Now);
        if (upToEpoch is null && winner.State == TrialState.Committed)
            (winner.State, winner.Reason) = (TrialState.Completed, "reached the target");
    }

    /// <summary>The committed trial has left its forecast; the runner-up takes over.</summary>
    public void FallBack()
    {
        var (left, next) = (Trial(commits[^1].Winner), Trial(commits[^1].RunnerUp!.Value));
        (left.State, left.Reason) = (TrialState.Stopped, "left its forecast: three evaluations in a row below the 5 % quantile");
        (next.State, next.Reason) = (TrialState.Committed, $"took over from {left.Source.Candidate.Name}");
        var forecast = SimulatedForecast.Compare([SimulatedForecast.ForTrial(next, spec.Objective.Target, Rung)])[0];
        var summary = $"Fall back from {left.Source.Candidate.Name} to {next.Source.Candidate.Name}.";
        Record([forecast], [Decide(left, DecisionKind.Stop, left.Reason), Decide(next, DecisionKind.Commit, next.Reason, forecast)],
            forecast.ExpectedRegret, 0, summary);
        commits.Add(new Commit { Winner = next.Id, Rung = Rung - 1, At = Now, Forecast = forecast, IsFallback = true, Reason = summary });
    }

    /// <summary>Stops the clock: the last trial of each device still runs, or every trial is paused.</summary>
    public void Halt(bool running)
    {
        var busy = running ? Contenders.Where(t => t.LastSegment is not null)
            .GroupBy(t => t.LastSegment!.Device).Select(g => g.MaxBy(t => t.LastSegment!.StartedAt)!).ToArray()
            : [];
        foreach (var trial in busy) trial.Reopen();
        foreach (var trial in Contenders.Except(busy).ToArray())
            (trial.State, trial.Reason) = (TrialState.Paused, running ? "waits for the others at the rung" : "the job was paused");
    }

    public JobRecord ToRecord(JobPhase phase, Outcome? outcome = null, string notice = "") => new()
    {
        Id = new JobId(spec.Name),
        Spec = spec,
        Phase = phase,
        StartedAt = new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.Zero),
        ElapsedSeconds = Now + 0.6,
        Trials = [.. trials.Select(t => t.ToRecord())],
        Rungs = [.. rungs],
        Commits = [.. commits],
        Devices = [.. devices],
        Outcome = outcome,
        Folder = "/jobs/" + spec.Name,
        Notice = notice,
    };

    public Outcome Succeed()
    {
        var winner = Trial(commits[^1].Winner);
        var met = spec.Objective.Reaches(winner.LastValue ?? double.NaN);
        return new Outcome
        {
            ObjectiveMet = met,
            Winner = winner.Id,
            Value = winner.LastValue,
            TestValue = winner.LastValue - 0.0042,
            SecondsToTarget = met ? Now : null,
            FinalWeights = $"/jobs/{spec.Name}/final.safetensors",
            Summary = met ? $"{winner.Source.Candidate.Name} reached {spec.Objective.Metric} {spec.Objective.Target} after {Now:0} s."
                : $"{winner.Source.Candidate.Name} ended below the target.",
        };
    }

    private void Place(SimulatedTrial trial, long until, bool stopAtTarget)
    {
        var device = Array.IndexOf(free, free.Min());
        free[device] = trial.Train(devices[device].Id, Rung - 1, free[device] + 0.05, until, stopAtTarget);
    }

    private SimulatedTrial Trial(TrialId id) => trials.First(t => t.Id == id);

    private static Decision Decide(SimulatedTrial trial, DecisionKind kind, string reason, Forecast? forecast = null) => new()
    {
        Trial = trial.Id,
        Kind = kind,
        Reason = reason,
        Numbers = forecast is null ? ImmutableSortedDictionary<string, double>.Empty
            : ImmutableSortedDictionary<string, double>.Empty.Add("expectedRegret", forecast.ExpectedRegret)
                .Add("probabilityOfBest", forecast.ProbabilityOfBest)
                .Add("secondsToTarget", forecast.SecondsToTarget?.P50 ?? double.NaN)
                .Add("probabilityOfTarget", forecast.ProbabilityOfTarget ?? double.NaN),
    };

    private void Record(ImmutableArray<Forecast> forecasts, List<Decision> decisions, double regret, double cost, string summary) =>
        rungs.Add(new RungRecord
        {
            Rung = Rung,
            DecidedAt = Now,
            Forecasts = forecasts,
            Decisions = [.. decisions.OrderBy(d => d.Trial)],
            Unit = "s",
            ExpectedSaving = regret,
            PriceOfSaving = cost,
            SpentDeviceSeconds = trials.Sum(t => t.ToRecord().ChargedSeconds),
            Summary = summary,
            Horizon = trials.ToImmutableSortedDictionary(t => t.Id.Value, t => t.Step),
        });
}
