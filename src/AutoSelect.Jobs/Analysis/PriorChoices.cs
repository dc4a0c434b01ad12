using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Analysis;

/// <summary>A challenger that was begun on the word of earlier runs alone.</summary>
internal sealed record PriorChoice(TrialId Trial, int Rung);

/// <summary>Which of a job's choices came from earlier runs, and not from curves of its own.</summary>
internal static class PriorChoices
{
    /// <summary>In the order in which they were begun; empty where earlier runs say nothing of the objective, or there were none.</summary>
    public static ImmutableArray<PriorChoice> FromRecord(JobRecord record)
    {
        var spec = record.Spec;
        if (spec is not { Objective.Kind: ObjectiveKind.FastestTo, History.Length: > 0 } || !PolicyCatalogue.InsuresBaseline(spec.Policy))
            return [];
        return
        [
            .. from trial in record.Trials
               where trial.Candidate.Name != spec.Baseline && trial.Candidate.Continues is null
               let first = record.Rungs.FirstOrDefault(r => r.NextStep.ContainsKey(trial.Id.Value))
               where first is { Basis: not null } && first.Horizon.GetValueOrDefault(trial.Id.Value) == 0
               orderby first.Rung, trial.Id
               select new PriorChoice(trial.Id, first.Rung),
        ];
    }
}
