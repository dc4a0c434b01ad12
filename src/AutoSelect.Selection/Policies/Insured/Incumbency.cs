using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// Who holds the job. A challenger does once it will arrive before the baseline with the job's confidence, and gives way when that has
/// become less likely than not. Without insurance the best by forecast does. Whom somebody asked for holds it for as long as it can go on.
/// </summary>
internal sealed class Incumbency(Race race)
{
    /// <summary>Whom the last commit names, while it can still be the answer.</summary>
    public Racer? Current { get; } = race.Racers.FirstOrDefault(r => r.Id == race.Input.Commit?.Winner && r.IsAlive && r.HasStepsLeft);

    /// <summary>True where whoever was committed to cannot go on: the next one takes its place, however good it is.</summary>
    private bool IsVacant => Current is null && race.Input.Commit is not null;

    /// <summary>Whom to commit to now, and why; null where all stays as it is.</summary>
    /// <param name="byPrior">True where one that has not shown anything may be chosen for what history says of it.</param>
    public Succession? Change(bool byPrior) => Current is not null && race.Input.IsCommitAskedFor ? null
        : race.IsInsured ? Insured(race.Baseline!, byPrior) : Uninsured();

    private Succession? Insured(Racer baseline, bool byPrior)
    {
        var holder = Current ?? baseline;
        var best = Judged(byPrior).Where(r => r.Id != holder.Id && r.Id != baseline.Id)
            .Select(r => (Racer: r, Chance: Math.Min(Race.Beats(r, baseline), Race.Beats(r, holder))))
            .OrderByDescending(c => c.Chance).ThenBy(c => c.Racer.Id).FirstOrDefault();
        if (best.Racer is not null && best.Chance >= race.Confidence)
            return new(best.Racer, $"holds the job: it {Arrives()} before {holder.Name} with {Wording.Percent(best.Chance)}"
                + (race.HasShown(best.Racer) ? "" : ", by what earlier runs say alone"), IsVacant);
        if (holder.Id == baseline.Id)
            return race.Input.Commit is { } commit && commit.Winner != baseline.Id
                ? new(baseline, $"holds the job again: {Name(commit.Winner)}, which was ahead of it, cannot go on", true) : null;
        var chance = Race.Beats(holder, baseline);
        return chance < 0.5
            ? new(baseline, $"holds the job again: {holder.Name} has left its forecast and {Arrives()} before it with "
                + $"{Wording.Percent(chance)} only", true) : null;
    }

    private Succession? Uninsured()
    {
        var best = Judged(byPrior: false).OrderBy(r => r.MeanLoss).ThenBy(r => r.Id).FirstOrDefault();
        if (best is null || best.Id == Current?.Id) return null;
        if (Current is null)
            return new(best, "holds the job: the baseline is out of the race, and it is the best by forecast of those that are left",
                IsVacant);
        var chance = Race.Beats(best, Current);
        return chance >= race.Confidence
            ? new(best, $"holds the job: it {Arrives()} before {Current.Name} with {Wording.Percent(chance)}", false) : null;
    }

    /// <summary>Those whose curves say something, and where history may stand in for that, those that have none.</summary>
    private IEnumerable<Racer> Judged(bool byPrior) => race.Racers.Where(r => r is { IsAlive: true, HasStepsLeft: true }
        && (r.Outlook is null ? byPrior && race.Input.History.Prior is not null : r.Evidence.IsTried && race.HasShown(r)));

    private string Arrives() => race.IsToTarget ? "is there" : "is the better";

    private string Name(TrialId id) => race.Input.Trials.FirstOrDefault(t => t.Trial == id)?.Candidate.Name ?? id.Value;
}

/// <summary>Who holds the job next.</summary>
/// <param name="Racer">The next incumbent.</param>
/// <param name="Why">The rest of a sentence that begins with its name.</param>
/// <param name="FallsBack">True where the one before has left its forecast or cannot go on; false where this one is better.</param>
internal sealed record Succession(Racer Racer, string Why, bool FallsBack);
