using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>
/// The first rung: every candidate gets the same small amount of device time, or those that history recommends, but none that cannot make
/// the deadline. Also the next one when all that were tried have ended without the answer.
/// </summary>
internal sealed class OpeningRung(SelectionInput input, RegretSettings settings)
{
    /// <summary>Share of its horizon that a trial must be able to do before the deadline, at its optimistic step time.</summary>
    private const double LeastReach = 0.05;

    public SelectionOutcome Decide()
    {
        var isInformed = JobOutlook.IsInformedBy(input);
        var alive = input.Trials.Where(JobOutlook.IsAlive).ToImmutableArray();
        var reach = alive.ToDictionary(t => t.Trial, Reach);
        var most = reach.Values.DefaultIfEmpty(1).Max();
        var slow = alive.Where(t => reach[t.Trial] < LeastReach && reach[t.Trial] < most / 5).Select(t => t.Trial).ToHashSet();
        var able = alive.Where(t => !slow.Contains(t.Trial)).ToImmutableArray();
        var starting = isInformed ? InformedOpening.Choose(input, able) : able;
        var later = able.Where(t => !starting.Contains(t)).ToImmutableArray();
        var slices = new RungSlices(input.Evaluation, isInformed ? 1 : double.PositiveInfinity);
        var seconds = isInformed ? FirstSlice.Seconds(input, settings) : FirstSlice.Seconds(input, starting, settings);
        var next = starting.ToImmutableSortedDictionary(t => t.Trial, t => slices.NextStep(t, seconds));
        var total = starting.Sum(t => slices.Seconds(t, seconds));
        return new SelectionOutcome
        {
            Decisions = [.. starting.Select(t => Start(t, slices.Seconds(t, seconds), reach[t.Trial])), .. later.Select(RungReasons.Wait),
                .. alive.Where(t => slow.Contains(t.Trial)).Select(t => GiveUp(t, reach[t.Trial]))],
            NextStep = next,
            RegretOfCommitting = 0,
            CostOfContinuing = 0,
            Unit = input.Objective.Kind == ObjectiveKind.BestBy ? input.Objective.Metric : "s",
            Summary = Summary(starting.Length, later.Length, slow.Count, seconds, total, most),
            Feasible = alive.IsEmpty || most > 0,
        };
    }

    private string Summary(int starting, int later, int slow, double seconds, double total, double most)
    {
        var chosen = later == 0 ? "" : $" Earlier jobs make them the best to begin with; {Wording.Count(later, "trial")} wait.";
        var pruned = slow == 0 ? "" : $" {Wording.Count(slow, "trial")} cannot make the deadline and will not start.";
        var warning = most >= 1 ? ""
            : " No candidate is expected to reach its horizon before the deadline of "
                + $"{Wording.Duration(input.Objective.DeadlineSeconds ?? 0)}; the fastest does {Wording.Percent(most)} of it.";
        var begun = input.Trials.Where(t => t.Step > 0).ToArray();
        var before = begun.Length > 0 && !begun.Any(JobOutlook.IsAlive) ? "What was tried has ended without reaching the target"
            : "Nothing is measured yet";
        return $"{before}: {Wording.Count(starting, "trial")} get about {Wording.Duration(seconds)} of device time each, "
            + $"{Wording.Duration(total)} together.{chosen}{pruned}{warning}";
    }

    /// <summary>Share of the horizon that fits before the deadline if steps are as fast as can reasonably be hoped (5 %).</summary>
    private double Reach(TrialEvidence trial)
    {
        if (input.Objective.DeadlineSeconds is not { } deadline) return 1;
        var committed = trial.AsCommitted();
        var hope = Math.Exp(-1.645 * Math.Clamp(committed.StepTime.LogStandardDeviation is var sd && double.IsFinite(sd) ? sd : 0, 0, 3));
        var seconds = StepCost.SecondsPerStep(committed, input.Evaluation) * hope * Math.Max(1, trial.HorizonSteps);
        return Math.Clamp((deadline - input.ElapsedSeconds) / seconds, 0, 1);
    }

    private static Decision Start(TrialEvidence trial, double seconds, double reach) => new()
    {
        Trial = trial.Trial,
        Kind = DecisionKind.Continue,
        Reason = $"{trial.Candidate.Name} starts with {Wording.Duration(seconds)} before it is judged.",
        Numbers = Numbers(("sliceSeconds", seconds), ("reach", reach), ("secondsPerStep", trial.StepTime.MedianSeconds)),
    };

    private static Decision GiveUp(TrialEvidence trial, double reach) => new()
    {
        Trial = trial.Trial,
        Kind = DecisionKind.Stop,
        Reason = $"{trial.Candidate.Name} would do at most {Wording.Percent(reach)} of its horizon before the deadline.",
        Numbers = Numbers(("reach", reach), ("secondsPerStep", trial.StepTime.MedianSeconds)),
    };

    private static ImmutableSortedDictionary<string, double> Numbers(params (string Name, double Value)[] numbers) =>
        numbers.ToImmutableSortedDictionary(n => n.Name, n => n.Value);
}
