using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace AutoSelect.Performance;

/// <summary>
/// Boosted regression trees (ML.NET FastTree) on the logarithm of measured over modelled time. Trees cannot extrapolate, which
/// is why they learn a model's error and not the time.
/// </summary>
internal sealed class BoostedTrees
{
    private readonly PredictionEngine<Row, Answer> engine;
    private readonly Lock gate = new();
    private readonly double mean;

    private BoostedTrees(PredictionEngine<Row, Answer> engine, double mean, double spread) =>
        (this.engine, this.mean, Spread) = (engine, mean, spread);

    /// <summary>Root mean square of the errors on left-out folds.</summary>
    public double Spread { get; }

    /// <param name="features">[m, k].</param>
    /// <param name="logErrors">log(measured / modelled) [m].</param>
    /// <param name="folds">Fold of each row [m]: rows of one fold are left out together.</param>
    public static BoostedTrees Train(IReadOnlyList<float[]> features, IReadOnlyList<double> logErrors, IReadOnlyList<int> folds)
    {
        var ml = new MLContext(seed: 1);
        var rows = features.Select((f, i) => new Row { Features = f, Label = (float)logErrors[i] }).ToArray();
        var mean = rows.Average(r => r.Label);
        foreach (var row in rows) row.Label -= mean;
        var squares = 0.0;
        foreach (var fold in folds.Distinct().Order())
        {
            var left = Fit(ml, [.. rows.Where((_, i) => folds[i] != fold)]);
            foreach (var row in rows.Where((_, i) => folds[i] == fold)) squares += Math.Pow(left.Predict(row).Score - row.Label, 2);
        }
        return new BoostedTrees(Fit(ml, rows), mean, Math.Sqrt(squares / rows.Length));
    }

    /// <summary>The log error to expect.</summary>
    public double Predict(float[] features)
    {
        lock (gate) // a prediction engine is not thread-safe
            return mean + engine.Predict(new Row { Features = features }).Score;
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
