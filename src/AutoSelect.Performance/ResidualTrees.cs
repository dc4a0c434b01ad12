using System.Collections.Immutable;
using AutoSelect.Contracts;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace AutoSelect.Performance;

/// <summary>
/// Boosted regression trees (ML.NET FastTree) on the logarithm of measured over base step time. Trees cannot extrapolate, which
/// is why they learn the base's error and not the time. The spread is that of errors on left-out folds.
/// </summary>
internal sealed class ResidualTrees
{
    private const int Folds = 4;
    private readonly ImmutableArray<string> strategies;
    private readonly PredictionEngine<Row, Answer> engine;
    private readonly Lock gate = new();
    private readonly double spread;
    private readonly double mean;

    private ResidualTrees(ImmutableArray<string> strategies, PredictionEngine<Row, Answer> engine, double spread, double mean) =>
        (this.strategies, this.engine, this.spread, this.mean) = (strategies, engine, spread, mean);

    public static ResidualTrees Train(ImmutableArray<StepTimeMeasurement> history)
    {
        var ml = new MLContext(seed: 1);
        ImmutableArray<string> strategies = [.. history.Select(m => m.Question.Strategy).Distinct().Order(StringComparer.Ordinal)];
        var rows = history.Select(m => new Row { Features = Features(m.Question, strategies), Label = (float)StepTimeModel.LogError(m) }).ToArray();
        var mean = rows.Average(r => r.Label);
        foreach (var row in rows) row.Label -= mean;
        var squares = 0.0;
        for (var fold = 0; fold < Folds; fold++)
        {
            var left = Fit(ml, [.. rows.Where((_, i) => i % Folds != fold)]);
            foreach (var row in rows.Where((_, i) => i % Folds == fold)) squares += Math.Pow(left.Predict(row).Score - row.Label, 2);
        }
        return new ResidualTrees(strategies, Fit(ml, rows), Math.Sqrt(squares / rows.Length), mean);
    }

    /// <summary>Log error of the base, and its standard deviation; a strategy never seen is trusted less.</summary>
    public (double Shift, double Spread) Predict(StepTimeQuestion question)
    {
        var row = new Row { Features = Features(question, strategies) };
        lock (gate) // a prediction engine is not thread-safe
            return (mean + engine.Predict(row).Score, strategies.Contains(question.Strategy) ? spread : Math.Max(spread, RooflineBase.LogStandardDeviation / 2));
    }

    private static PredictionEngine<Row, Answer> Fit(MLContext ml, Row[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        var trainer = ml.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options
        {
            LabelColumnName = nameof(Row.Label),
            FeatureColumnName = nameof(Row.Features),
            NumberOfTrees = 80,
            NumberOfLeaves = 6,
            MinimumExampleCountPerLeaf = Math.Max(2, rows.Length / 40),
            LearningRate = 0.15,
            NumberOfThreads = 1,
        });
        var model = trainer.Fit(ml.Data.LoadFromEnumerable(rows, schema));
        return ml.Model.CreatePredictionEngine<Row, Answer>(model, inputSchemaDefinition: schema);
    }

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
        ];
        return [.. numbers, .. strategies.Select(s => s == q.Strategy ? 1f : 0f)];
    }

    private static float Log(double? value) => value is > 0 ? (float)Math.Log(value.Value) : -1;

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
        public float Label { get; set; }
    }

    private sealed class Answer
    {
        public float Score { get; set; }
    }
}
