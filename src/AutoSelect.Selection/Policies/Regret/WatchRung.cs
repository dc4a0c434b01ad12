using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>
/// A look at the committed run. It loses its place to the runner-up when it is no longer alive, or when its last points lie
/// outside the band of the forecast it was chosen on, on the bad side, and the runner-up is now expected to do better. On the
/// way to a target it also loses its place when the runner-up is by now expected there much sooner.
/// </summary>
internal sealed class WatchRung(JobOutlook job, RegretSettings settings, Commit commit)
{
    private readonly RungSlices slices = new(job.Input.Evaluation);

    public SelectionOutcome Decide()
    {
        var winner = job.Trials.FirstOrDefault(t => t.Id == commit.Winner);
        var fallback = Fallback();
        if (winner is { IsAlive: false }) return job.IsInformed && fallback is not null && job.Value.RemainingSeconds > 0
            ? FallBack(fallback, winner, $"{winner.Name} has come to its end without reaching the target")
            : Outcome([], null, $"{winner.Name} is complete.", winner);
        if (winner is null)
        {
            return fallback is null
                ? Outcome([], null, $"The chosen trial {commit.Winner} has failed and no other is left to fall back to.", null)
                : FallBack(fallback, null, $"the chosen trial {commit.Winner} has failed");
        }

        if (fallback is not null && job.Value.Target is not null && fallback.MeanLoss < (1 - settings.OvertakenBy) * winner.MeanLoss)
            return FallBack(fallback, winner,
                $"{fallback.Name} is now expected at the target {Wording.Amount(winner.MeanLoss - fallback.MeanLoss, job.Value.Unit)} "
                + $"sooner, more than {Wording.Percent(settings.OvertakenBy)} of what {winner.Name} still needs");
        var outside = PointsOutside(winner.Evidence);
        if (outside < settings.WatchPoints)
            return Stay(
                winner, outside == 0 ? "its curve keeps to its forecast"
                    : $"its last {outside} points are worse than its forecast, {settings.WatchPoints} would call the fall-back");
        if (fallback is null || fallback.MeanLoss >= winner.MeanLoss)
            return Stay(
                winner, $"its last {outside} points are worse than its forecast, but "
                    + $"{(fallback is null ? "no other trial is left" : $"{fallback.Name} is not expected to do better")}");
        return FallBack(
            fallback, winner, $"its last {outside} points are worse than the forecast it was chosen on, and {fallback.Name} is now "
                + $"expected to be better by {Wording.Amount(winner.MeanLoss - fallback.MeanLoss, job.Value.Unit)}");
    }

    /// <summary>Step at which a committed trial is next looked at.</summary>
    public static long NextLook(TrialView winner, RungSlices slices, RegretSettings settings)
    {
        var evidence = winner.Evidence;
        var seconds = Math.Max(
            settings.LeastSliceSeconds, settings.WatchShare * winner.Outlook.MedianSecondsPerStep * evidence.HorizonSteps);
        return slices.NextStep(evidence.AsCommitted(), seconds);
    }

    /// <summary>
    /// Whom to fall back to. One that has come to its end without the target is none; without a target its value is as good as any.
    /// </summary>
    private TrialView? Fallback()
    {
        var others = (job.Value.Target is null ? job.Trials : job.Alive).Where(t => t.Id != commit.Winner).ToArray();
        return others.FirstOrDefault(t => t.Id == commit.RunnerUp) ?? others.OrderBy(t => t.MeanLoss).ThenBy(t => t.Id).FirstOrDefault();
    }

    /// <summary>Consecutive points up to the last that lie on the bad side of the watched band.</summary>
    private int PointsOutside(TrialEvidence trial)
    {
        var (sign, count) = (job.Value.Sign, 0);
        for (var i = trial.Curve.Length - 1; i >= 0 && trial.Curve[i].Step > commit.Forecast.AtStep; i--)
        {
            var value = trial.Curve[i].Deliverable(job.Input.Objective.Direction);
            if (WatchedBand.Limit(commit.Forecast, trial.Curve[i].Step, sign, settings.WatchWidth) is not { } limit) break;
            if (double.IsFinite(value) && sign * value <= limit) break;
            count++;
        }
        return count;
    }

    private SelectionOutcome Stay(TrialView winner, string why)
    {
        var next = NextLook(winner, slices, settings);
        var seconds = (next - winner.Evidence.Step) * winner.Outlook.MedianSecondsPerStep;
        var runnerUp = job.Alive.FirstOrDefault(t => t.Id == commit.RunnerUp);
        Decision[] decisions =
        [
            RungReasons.Watched(winner, seconds, why),
            .. job.Alive.Where(t => t.Id != winner.Id).Select(t => RungReasons.RunnerUp(t, winner)), .. job.Waiting.Select(RungReasons.Wait)
        ];
        return Outcome([.. decisions], (winner.Id, next), $"{winner.Name} goes on: {why}.", winner) with { RunnerUp = runnerUp?.Id };
    }

    private SelectionOutcome FallBack(TrialView next, TrialView? fallen, string why)
    {
        var others = job.Alive.Where(t => t.Id != next.Id && t.Id != fallen?.Id);
        Decision[] decisions = [RungReasons.Commit(next, why), .. fallen is null ? [] : new[] { RungReasons.Fallen(fallen, why) },
            .. others.Select(RungReasons.Pause), .. job.Waiting.Select(RungReasons.Wait)];
        return Outcome([.. decisions], (next.Id, NextLook(next, slices, settings)), $"Fall back to {next.Name}: {why}.", next) with
        {
            Winner = next.Id,
            RunnerUp = fallen?.Id ?? others.FirstOrDefault()?.Id,
        };
    }

    private SelectionOutcome Outcome(ImmutableArray<Decision> decisions, (TrialId Trial, long Step)? next, string summary, TrialView? of)
    {
        var problem = of is null ? null : Feasibility.Problem(job, settings);
        var steps = ImmutableSortedDictionary<TrialId, long>.Empty;
        return new SelectionOutcome
        {
            Decisions = decisions,
            Forecasts = ForecastWriter.Write(job),
            NextStep = next is { } n ? steps.Add(n.Trial, n.Step) : steps,
            RegretOfCommitting = of?.Regret ?? 0,
            CostOfContinuing = 0,
            Unit = job.Value.Unit,
            Summary = RungReasons.Join(summary, problem),
            Feasible = problem is null && of is not null,
        };
    }
}
