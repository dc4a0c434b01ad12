using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Performance;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay;

/// <summary>
/// The pace of recorded runs as a job would have known it then: predicted, with an error, until steps were measured, and corrected by what
/// any trial took. It never knows what a recording holds beyond where its trial stands.
/// </summary>
internal sealed class RecordedPace(JobRecord record, IReadOnlyDictionary<TrialId, RecordedRun> runs, double shortestInterval) : ITrialPace
{
    /// <summary>Standard deviation of the logarithm by which predictions err.</summary>
    private const double Error = .3;

    private readonly IReadOnlyDictionary<TrialId, StepTimeForecast> posterior = StepTimes.Posterior(record);

    /// <summary>
    /// What a performance model would have said before the job, by candidate: the truth with an error that is fixed by seed, problem,
    /// strategy and name.
    /// </summary>
    public static ImmutableSortedDictionary<string, StepTimeForecast> Predictions(
        IEnumerable<(Candidate Candidate, RecordedRun Run)> trials, string problem, long seed) =>
        trials.DistinctBy(t => t.Candidate.Name).ToImmutableSortedDictionary(t => t.Candidate.Name, t =>
        {
            double Draw(string what) => SeededNumbers.Named(seed, $"step time/{problem}/{what}").Normal();
            return JobStepTimes.Erring(
                new StepTimeForecast(t.Run.SecondsPerStep, Error, t.Run.EvaluationSeconds), Error, Draw("common"),
                Draw($"strategy/{t.Candidate.Strategy}"), Draw($"candidate/{t.Candidate.Name}"));
        }, StringComparer.Ordinal);

    public StepTimeForecast StepTime(Trial trial) => posterior[trial.Id];

    public long StepsPerEpoch(Trial trial) => Math.Max(1, (long)Math.Round(runs[trial.Id].Interval() / shortestInterval));

    public CommittedRun? Committed(Trial trial, StepTimeForecast step) => null;
}
