using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.History;

/// <summary>A candidate of the job that the prior is asked about.</summary>
/// <param name="Key">See <see cref="CandidateKey"/>.</param>
/// <param name="Strategy">Name of its training strategy.</param>
/// <param name="BatchSize">Examples per step; null where that is not known.</param>
/// <param name="HorizonSteps">Steps of its whole run.</param>
/// <param name="Trained">Fraction of its horizon that it has trained without reaching the target.</param>
internal sealed record PriorCandidate(string Key, string Strategy, int? BatchSize, double HorizonSteps, double Trained)
{
    public string? Kind { get; } = StrategyKind.Find(Strategy);

    public static PriorCandidate FromTrial(TrialEvidence trial) => new(CandidateKey.ForCandidate(trial.Candidate),
        trial.Candidate.Strategy, trial.Candidate.BatchSize, Math.Max(1, trial.HorizonSteps),
        trial.Step / (double)Math.Max(1, trial.HorizonSteps));
}

/// <summary>What the prior is asked: the candidates of one job, which draws are joint over.</summary>
/// <param name="Workload">Of the job, as recordings name it.</param>
/// <param name="Objective">With the target.</param>
/// <param name="Candidates">In the order of the draws.</param>
/// <param name="Baseline">Index of what would have been run anyway; null where the job names none.</param>
/// <param name="Seed">Of the random numbers.</param>
internal sealed record PriorQuestion(
    string Workload, Objective Objective, IReadOnlyList<PriorCandidate> Candidates, int? Baseline, long Seed)
{
    /// <summary>Steps of the baseline's whole run; of the longest where there is no baseline.</summary>
    public double HorizonSteps => Baseline is { } index ? Candidates[index].HorizonSteps : Candidates.Max(c => c.HorizonSteps);

    public static PriorQuestion FromInput(SelectionInput input)
    {
        var baseline = input.Trials.Select((t, i) => (t.Trial, Index: (int?)i)).FirstOrDefault(t => t.Trial == input.Baseline).Index;
        return new(input.Workload, input.Objective, [.. input.Trials.Select(PriorCandidate.FromTrial)], baseline, input.Seed);
    }
}
