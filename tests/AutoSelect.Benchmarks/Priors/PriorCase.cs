using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Benchmarks;

/// <summary>A job on one recorded problem whose candidates all start from nothing. Times are in budgets.</summary>
internal sealed class PriorCase
{
    /// <summary>Where a run that does not reach the target is taken to end.</summary>
    public const double Miss = 1.5;

    private readonly RunToTarget[] runs;
    private readonly double budget;

    /// <param name="workload">As recorded.</param>
    /// <param name="family">As recorded.</param>
    /// <param name="runs">Of the candidates.</param>
    /// <param name="baseline">Index of one.</param>
    /// <param name="budget">Seconds.</param>
    public PriorCase(string workload, string family, RunToTarget[] runs, int baseline, double budget)
    {
        (Workload, Family, this.runs, Baseline, this.budget) = (workload, family, runs, baseline, budget);
        Times = [.. runs.Select(r => Within(r.Seconds))];
    }

    public string Workload { get; }
    public string Family { get; }

    /// <summary>Index of the baseline.</summary>
    public int Baseline { get; }

    /// <summary>By candidate, time to the target; a miss is <see cref="Miss"/>.</summary>
    public double[] Times { get; }

    public bool IsSolved => Times.Min() <= 1;

    /// <summary>By candidate, draws of the time to the target.</summary>
    public double[][] Draw(CandidatePrior prior, int samples, long seed)
    {
        var objective = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "", Direction = Direction.Minimize, Target = 0 };
        var question = new PriorQuestion(Workload, objective, [.. runs.Select(r => r.Candidate)], Baseline, seed);
        return [.. prior.Draw(question, samples).Select((draws, i) =>
            Array.ConvertAll(draws, x => Within(x * runs[i].Candidate.HorizonSteps * runs[i].SecondsPerStep)))];
    }

    private double Within(double seconds) => seconds / budget is var at && at <= 1 ? at : Miss;
}

/// <summary>A recorded run of a candidate.</summary>
/// <param name="Candidate">As the prior is asked.</param>
/// <param name="Seconds">At the target; infinite when it was not reached.</param>
/// <param name="SecondsPerStep">Of a step of its candidate's horizon.</param>
internal sealed record RunToTarget(PriorCandidate Candidate, double Seconds, double SecondsPerStep);
