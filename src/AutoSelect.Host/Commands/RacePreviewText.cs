using AutoSelect.Contracts;
using AutoSelect.Host.Reports;
using AutoSelect.Planning.Previews;
using AutoSelect.Selection.Policies.Insured;

namespace AutoSelect.Host.Commands;

/// <summary>What can be said of a race before it begins: who is tried, in which order and why, and what it may cost.</summary>
internal static class RacePreviewText
{
    public static void Write(JobPreview preview, RaceForesight race, TextWriter output)
    {
        output.WriteLine(Baseline(preview, race));
        if (preview.Challengers.IsEmpty)
            output.WriteLine($"No challenger is expected to be worth a try; order of challengers: {StandingText.Order(preview.Standing)}.");
        else WriteChallengers(preview, race, output);
        output.WriteLine(Cost(preview, race));
    }

    private static string Baseline(JobPreview preview, RaceForesight race)
    {
        var (name, alone) = (preview.Spec.Baseline, race.BaselineSeconds);
        if (race.BaselineProbability is not { } chance)
            return $"The baseline {name} trains from the start, for {Wording.Duration(alone.P50)} at most.";
        var interval = ForecastText.Range(alone, Wording.Duration) + ForecastText.AtAll(chance);
        return $"The baseline {name} trains from the start. "
            + (double.IsFinite(alone.P50)
                ? $"Alone it is expected to need {Wording.Duration(alone.P50)} ({interval})."
                : $"Alone it is expected to reach the target with {Wording.Percent(chance)}.");
    }

    private static void WriteChallengers(JobPreview preview, RaceForesight race, TextWriter output)
    {
        var where = race.BorrowedDevices > 0 ? $"beside it on {Wording.Count(race.BorrowedDevices, "borrowed device")}" : "in its place";
        output.WriteLine($"{Wording.Count(preview.Challengers.Length, "challenger")} at most, {where}, the next where one disappoints:");
        foreach (var (i, challenger) in race.Challengers.Index())
        {
            var candidate = preview.Spec.Candidates.First(c => c.Name == preview.Challengers[i]);
            // Without history it is a draw.
            var chance = race.IsByHistory ? $"{Wording.Percent(challenger.ProbabilityOfBeatingBaseline)} to beat the baseline; " : "";
            output.WriteLine($"  {i + 1}. {candidate.Name}: {chance}first looked at after {Wording.Duration(challenger.FirstSeconds)} "
                + $"(step {challenger.FirstStep}); "
                + StandingText.Candidate(preview.Standing, candidate));
        }
        output.WriteLine($"Order of challengers: {StandingText.Order(preview.Standing)}.");
    }

    private static string Cost(JobPreview preview, RaceForesight race)
    {
        var late = $"The job ends at most {Wording.Duration(race.PremiumSeconds)} later than the baseline alone would";
        if (race.BorrowedDevices == 0 || preview.Challengers.IsEmpty) return $"{late}.";
        return $"Cost: about {Wording.Duration(race.ExpectedBorrowedSeconds)} of borrowed device time if the baseline does as expected, at "
            + $"most {Wording.Duration(race.MostBorrowedSeconds)} until its run is over. {late}"
            + (preview.SharesMachine ? ", not counting that cores of one machine slow each other down." : ".");
    }
}
