using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>When a race is over before anybody arrives or the deadline comes.</summary>
internal static class RaceEnd
{
    /// <summary>Why; null while it goes on.</summary>
    public static string? Reason(Race race)
    {
        var going = race.Racers.Where(r => r.IsAlive && r.HasStepsLeft).ToArray();
        if (going.Length == 0) return "nobody has steps left to train";
        // Whoever asked for it wants it whole.
        if (race.Input.IsCommitAskedFor && going.Any(r => r.Id == race.Input.Commit?.Winner)) return null;
        var doubt = 1 - race.Confidence;
        return race.Input.Objective.Kind switch
        {
            ObjectiveKind.Tradeoff => AtBestTradeoff(race, going),
            // As long as it is insured the job tries for as long as the baseline alone would have.
            _ when race.IsInsured && race.IsToTarget => null,
            // Early curves say little: who has begun is not given up before it has shown something.
            ObjectiveKind.FastestTo => !going.Any(r => r.Outlook is not null && !race.HasShown(r))
                && going.Max(race.Arrives) is var chance && chance < doubt
                ? $"the target is unlikely ({Wording.Percent(chance)} at best) for all that are left" : null,
            _ => race.Racers.Where(r => r is { HasStepsLeft: false, Outlook: not null }).MinBy(r => r.MeanLoss) is { } best
                && going.All(r => Race.Beats(r, best) < doubt)
                ? $"{best.Name} has come to its end, and nobody is likely to become better by the deadline" : null,
        };
    }

    /// <summary>
    /// Training on is expected to cost more than what it brings: the least expected loss of anybody's future, its time included, is that of
    /// the best value at hand.
    /// </summary>
    private static string? AtBestTradeoff(Race race, Racer[] going)
    {
        var begun = race.Racers
            .Where(r => r.Outlook is not null && r.Evidence is { IsTried: true, Curve.IsDefaultOrEmpty: false }).ToArray();
        if (begun.Length == 0) return null;
        var price = race.Input.Objective.SecondsPerUnit ?? 0;
        var now = begun.Min(r => price * r.Outlook!.MeanAt(0));
        // Early curves say little: nobody is judged before it has shown something, and nobody has who might be worth a try.
        if (going.Any(r => !race.HasShown(r) && (r.IsTraining || r.Id == race.Baseline?.Id))) return null;
        var best = going.Where(r => r.Outlook is not null).Select(r => BestStop(r, price)).DefaultIfEmpty(double.PositiveInfinity).Min();
        return best >= now ? "training on is expected to cost more time than what it brings is worth" : null;
    }

    /// <summary>Least expected loss over the stopping moments ahead.</summary>
    private static double BestStop(Racer racer, double price)
    {
        var steps = racer.Outlook!.Steps;
        return Enumerable.Range(1, steps.Length - 1)
            .Min(j => price * racer.Outlook.MeanAt(j) + (steps[j] - steps[0]) * racer.Outlook.MedianSecondsPerStep);
    }
}
