using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>A rung with measurements and no commit yet.</summary>
internal sealed class ProbeRung(JobOutlook job, RegretSettings settings)
{
    private readonly SelectionInput input = job.Input;
    private readonly RungSlices slices = new(job.Input.Evaluation, job.IsInformed ? 1 : double.PositiveInfinity);

    public SelectionOutcome Decide()
    {
        if (Arrived() is { } arrived) return Commit(arrived, 0, $"{arrived.Name} has reached the target");
        var front = job.Front!;
        var alive = job.Alive.ToArray();
        if (!front.IsAlive) return Commit(front, 0, $"{front.Name} is complete and no other is expected to do better");
        if (alive.Length == 1 && !job.Waiting.Any()) return Commit(front, 0, $"{front.Name} is the only candidate left");

        var slice = SliceSeconds();
        var allowance = Allowance(front);
        var planner = new RungPlanner(job, slices);
        var cost = planner.LeastCost(front, slice);
        if (job.Value.RemainingSeconds <= 0) return Commit(front, cost, "the deadline has come");
        var progress = front.Outlook.Progress;
        if (progress >= settings.NoStopBefore && front.ProbabilityOfBest >= Math.Clamp(input.Confidence, 0.5, 0.999))
            return Commit(front, cost, $"{front.Name} is best with {Wording.Percent(front.ProbabilityOfBest)}, the confidence asked for");

        var finalists = Math.Clamp(input.Devices, 2, 4);
        var plan = planner.Plan(front, slice, LeastTrials(progress, finalists), MostTrials(finalists), allowance);
        if (plan.Chosen.Length > 1 || (job.IsInformed && progress < settings.NoCommitBefore)) return GoOn(front, plan);
        return Commit(front, cost, Spent(front, slice, allowance)
            ? $"the probe budget is spent ({Wording.Duration(ProbeAccount.SpentOnLosers(input.Trials, front.Id))} on the others)"
            : $"committing now is expected to lose {Wording.Amount(front.Regret, job.Value.Unit)}, and no other candidate is worth another "
                + "rung");
    }

    /// <summary>The trial that has measured the target, if any; the one that had spent least when several have.</summary>
    private TrialView? Arrived() => input.Objective.Kind != ObjectiveKind.FastestTo ? null : job.Trials
        .Where(t => t.Evidence.Curve.Any(p => input.Objective.Reaches(p.Deliverable(input.Objective.Direction))))
        .MinBy(t => (t.Evidence.ChargedSeconds, t.Id.Value));

    /// <summary>Slices grow while the trials get fewer, so that a rung stays about as long and its forecasts reach further.</summary>
    private double SliceSeconds() => FirstSlice.Seconds(input, settings);

    /// <summary>Device seconds the losers may still take in this rung: half of what is left, so that later rungs have their part.</summary>
    private double Allowance(TrialView front)
    {
        var left = Left(front);
        return Math.Max(left / 2, Math.Min(left, SliceSeconds() * 1.05));
    }

    private double Left(TrialView front)
    {
        var run = Math.Min(
            front.Outlook.MedianSecondsPerStep * front.Evidence.HorizonSteps, input.Objective.DeadlineSeconds ?? double.PositiveInfinity);
        return ProbeAccount.Allowance(input.Probe.Share, run * (front.Evidence.Committed?.Ranks ?? front.Evidence.Candidate.Ranks))
            - ProbeAccount.SpentOnLosers(input.Trials, front.Id);
    }

    private bool Spent(TrialView front, double slice, double allowance) => allowance < slice * 0.9 || Left(front) <= 0;

    /// <summary>
    /// Early forecasts are not to be trusted with more than halving: half goes on at first, then all finalists, then whoever is worth it.
    /// </summary>
    private int LeastTrials(double progress, int finalists) =>
        job.IsInformed ? (progress < settings.NoStopBefore ? job.Racing.Count() : 1)
        : progress < settings.NoStopBefore ? Math.Max(finalists, (input.Trials.Length + 1) / 2)
        : progress < settings.HedgeBefore ? finalists
        : 1;

    private int MostTrials(int finalists) => job.IsInformed ? Math.Max(2, input.Devices)
        : Math.Max(finalists, (int)Math.Ceiling(input.Trials.Length * Math.Pow(0.55, Math.Clamp(input.Rung, 1, 30))));

    private SelectionOutcome GoOn(TrialView front, RungPortfolio plan)
    {
        var chosen = plan.Chosen.Select(t => t.Id).ToHashSet();
        var rest = job.Alive.Where(t => !chosen.Contains(t.Id)).OrderByDescending(t => t.ProbabilityOfBest).ThenBy(t => t.Id).ToArray();
        var problem = Feasibility.Problem(job, settings);
        return new SelectionOutcome
        {
            Decisions =
            [
                .. plan.Chosen.Select((t, i) => RungReasons.Continue(
                    t, slices.Seconds(t.Evidence, plan.SliceSeconds), plan.Gains[i], i == 0, job.Value.Unit)),
                .. rest.Select(Drop),
                .. job.Waiting.Select(RungReasons.Wait),
            ],
            Forecasts = ForecastWriter.Write(job),
            NextStep = plan.Chosen.ToImmutableSortedDictionary(t => t.Id, t => slices.NextStep(t.Evidence, plan.SliceSeconds)),
            RegretOfCommitting = front.Regret,
            CostOfContinuing = plan.Cost,
            Unit = job.Value.Unit,
            Summary = RungReasons.GoingOn(front, plan, rest.Length + job.Waiting.Count(), problem, job.Value.Unit),
            Feasible = problem is null,
        };
    }

    /// <summary>Paused trials are a cheap hedge; only the hopeless give up their checkpoint.</summary>
    private Decision Drop(TrialView trial)
    {
        var hopeless = trial.ProbabilityOfBest < settings.StopBelow && trial.Outlook.Progress >= settings.NoStopBefore;
        return hopeless ? RungReasons.Stop(trial, job.Value.Unit) : RungReasons.Pause(trial);
    }

    private SelectionOutcome Commit(TrialView winner, double cost, string why)
    {
        var others = job.Alive.Where(t => t.Id != winner.Id).OrderBy(t => t.MeanLoss).ThenBy(t => t.Id).ToArray();
        var runnerUp = others.FirstOrDefault(t => t.Evidence.Step > 0);
        var problem = Feasibility.Problem(job, settings);
        return new SelectionOutcome
        {
            Decisions =
            [
                RungReasons.Commit(winner, why),
                .. others.Select(t => t.Id == runnerUp?.Id ? RungReasons.RunnerUp(t, winner) : RungReasons.Stop(t, job.Value.Unit)),
                .. job.Waiting.Select(RungReasons.Wait)
            ],
            Forecasts = ForecastWriter.Write(job),
            NextStep = ImmutableSortedDictionary<TrialId, long>.Empty.Add(winner.Id, WatchRung.NextLook(winner, slices, settings)),
            Winner = winner.Id,
            RunnerUp = runnerUp?.Id,
            RegretOfCommitting = winner.Regret,
            CostOfContinuing = cost,
            Unit = job.Value.Unit,
            Summary = RungReasons.Committing(winner, runnerUp, why, problem, job.Value.Unit),
            Feasible = problem is null,
        };
    }
}
