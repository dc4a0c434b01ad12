using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay;

/// <summary>The pace of recorded runs: known within 2 % once a trial has begun, within a third before.</summary>
internal sealed class RecordedPace(IReadOnlyDictionary<TrialId, RecordedRun> runs, double shortestInterval) : ITrialPace
{
    public StepTimeForecast StepTime(Trial trial) =>
        new(runs[trial.Id].SecondsPerStep, trial.Segments.IsEmpty ? 0.3 : 0.02, runs[trial.Id].EvaluationSeconds);

    public long StepsPerEpoch(Trial trial) => Math.Max(1, (long)Math.Round(runs[trial.Id].Interval() / shortestInterval));

    public CommittedRun? Committed(Trial trial, StepTimeForecast step) => null;
}
