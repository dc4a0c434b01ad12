using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>Gathers what is decided of each trial, and becomes the outcome.</summary>
internal sealed class RaceDecisions(Race race)
{
    private readonly ImmutableArray<Decision>.Builder decisions = ImmutableArray.CreateBuilder<Decision>();
    private readonly ImmutableSortedDictionary<TrialId, long>.Builder next = ImmutableSortedDictionary.CreateBuilder<TrialId, long>();
    private Racer? winner;
    private bool fallsBack;

    /// <summary>Trains to a step.</summary>
    public void Send(Racer racer, long step, string why, params ReadOnlySpan<(string Name, double Value)> numbers)
    {
        next[racer.Id] = step;
        Say(racer, DecisionKind.Continue, why, numbers);
    }

    /// <summary>Gives its devices back and keeps its checkpoint, or, where it will hardly be wanted again, does not.</summary>
    public void Rest(Racer racer, bool isHopeless, string why, params ReadOnlySpan<(string Name, double Value)> numbers) =>
        Say(racer, isHopeless ? DecisionKind.Stop : DecisionKind.Pause, why, numbers);

    /// <summary>It holds the job from now on; what it was told stays.</summary>
    public void Commit(Succession next)
    {
        (winner, fallsBack) = (next.Racer, next.FallsBack);
        Say(winner, DecisionKind.Commit, next.Why, []);
    }

    public bool IsSent(Racer racer) => next.ContainsKey(racer.Id);

    /// <summary>True once something was said of it.</summary>
    public bool IsDecided(Racer racer) => decisions.Any(d => d.Trial == racer.Id);

    /// <param name="summary">What the decision as a whole is.</param>
    /// <param name="devices">That there is a use for.</param>
    /// <param name="bid">The best of all; null where nobody was worth a lane.</param>
    /// <param name="again">Seconds of the job's clock at which to decide anew at the latest.</param>
    public SelectionOutcome Outcome(string summary, int devices, Bid? bid, double? again)
    {
        var problem = Feasibility.Problem(race.Job);
        return new SelectionOutcome
        {
            Decisions = decisions.ToImmutable(),
            Forecasts = ForecastWriter.Write(race.Job),
            NextStep = next.ToImmutable(),
            Winner = winner?.Id,
            FallsBack = fallsBack,
            RunnerUp = winner is not null && race.IsInsured && winner.Id != race.Baseline!.Id ? race.Baseline.Id : null,
            ExpectedSaving = bid?.Gain ?? 0,
            PriceOfSaving = bid?.Cost ?? 0,
            Unit = race.IsTimed ? "s" : race.Input.Objective.Metric,
            Devices = Math.Max(1, devices),
            DecideAgainAt = again,
            Summary = problem is null ? summary : $"{summary} Not feasible: {problem}.",
            Feasible = problem is null,
        };
    }

    private void Say(Racer racer, DecisionKind kind, string why, ReadOnlySpan<(string Name, double Value)> more)
    {
        var numbers = ImmutableSortedDictionary.CreateBuilder<string, double>();
        numbers["progress"] = racer.Progress;
        numbers["chargedSeconds"] = racer.Evidence.ChargedSeconds;
        foreach (var (name, value) in more) numbers[name] = value;
        var at = decisions.Select((d, i) => (d, i)).FirstOrDefault(d => d.d.Trial == racer.Id, (null!, -1)).i;
        var decision = new Decision { Trial = racer.Id, Kind = kind, Reason = $"{racer.Name} {why}.", Numbers = numbers.ToImmutable() };
        if (at < 0) decisions.Add(decision);
        else decisions[at] = decision;
    }
}
