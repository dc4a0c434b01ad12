using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>Boosted trees on the error of the roofline's step time. The spread is that of errors on left-out folds.</summary>
internal sealed class ResidualTrees
{
    private const int Folds = 4;
    private readonly ImmutableArray<string> strategies;
    private readonly BoostedTrees trees;

    private ResidualTrees(ImmutableArray<string> strategies, BoostedTrees trees) => (this.strategies, this.trees) = (strategies, trees);

    public static ResidualTrees Train(ImmutableArray<StepTimeMeasurement> history)
    {
        ImmutableArray<string> strategies = [.. history.Select(m => m.Question.Strategy).Distinct().Order(StringComparer.Ordinal)];
        return new ResidualTrees(strategies, BoostedTrees.Train(
            [.. history.Select(m => Features(m.Question, strategies))],
            [.. history.Select(StepTimeModel.LogError)],
            [.. history.Select((_, i) => i % Folds)]));
    }

    /// <summary>Log error of the base, and its standard deviation; a strategy never seen is trusted less.</summary>
    public (double Shift, double Spread) Predict(StepTimeQuestion question) => (
        trees.Predict(Features(question, strategies)),
        strategies.Contains(question.Strategy) ? trees.Spread : Math.Max(trees.Spread, RooflineBase.LogStandardDeviation / 2));

    private static float[] Features(StepTimeQuestion q, ImmutableArray<string> strategies)
    {
        float[] numbers =
        [
            (float)Math.Log(Math.Max(1, q.BatchSize)),
            Log(q.ForwardMultiplyAdds),
            Log(q.Parameters),
            (float)Math.Log(RooflineBase.StepSeconds(q)),
            q.Device == DeviceKind.Cuda ? 1 : 0,
            q.Precision == "fp32" ? 0 : 1,
            q.Threads,
            (float)q.StatePerParameter,
            q.CapturesLayers ? 1 : 0,
            Log(q.MatrixWork.Fixed),
            Log(q.MatrixWork.PerExample),
        ];
        return [.. numbers, .. strategies.Select(s => s == q.Strategy ? 1f : 0f)];
    }

    private static float Log(double? value) => value is > 0 ? (float)Math.Log(value.Value) : -1;
}
