using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace AutoSelect.Campaigns.Reports;

/// <summary>How much a parameter matters.</summary>
/// <param name="Key">Of the parameter.</param>
/// <param name="Drop">By how much R² falls when its values are permuted; about 0 where it does not matter.</param>
internal sealed record ParameterImportance(string Key, double Drop)
{
    /// <summary>Points below which nothing is said.</summary>
    public const int Fewest = 10;

    private const int Folds = 5, Permutations = 10;

    /// <summary>
    /// Permutation importance of a random forest (Breiman, "Random forests", 2001), of ML.NET: a forest is trained on four fifths of the
    /// points, and how much its R² on the last fifth falls when a parameter's values are permuted there is averaged over five such splits.
    /// Points that failed are left out. Empty where fewer than <see cref="Fewest"/> points have a result.
    /// </summary>
    /// <param name="record">The campaign.</param>
    public static (ImmutableArray<ParameterImportance> Parameters, double RSquared) Of(CampaignRecord record)
    {
        var rows = record.Points.Where(p => p.Loss(record.Spec.Goal) is { } loss && double.IsFinite(loss)).Select(p => new Row
        {
            Features = [.. record.Spec.Space.SharesOf(p.Values).Select(s => (float)s)],
            Label = (float)p.Loss(record.Spec.Goal)!.Value,
        }).ToList();
        if (rows.Count < Fewest || rows.TrueForAll(r => r.Label == rows[0].Label)) return ([], 0);
        var count = record.Spec.Space.Parameters.Length;
        var (drops, rSquared) = (new double[count], 0.0);
        for (var fold = 0; fold < Folds; fold++)
        {
            var ml = new MLContext(seed: 1);
            var schema = SchemaDefinition.Create(typeof(Row));
            schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, count);
            var training = ml.Data.LoadFromEnumerable(rows.Where((_, i) => i % Folds != fold), schema);
            var held = ml.Data.LoadFromEnumerable(rows.Where((_, i) => i % Folds == fold), schema);
            var forest = ml.Regression.Trainers.FastForest(new FastForestRegressionTrainer.Options
            {
                NumberOfTrees = 100,
                NumberOfLeaves = 16,
                MinimumExampleCountPerLeaf = 2,
                NumberOfThreads = 1,
                Seed = 1,
            }).Fit(training);
            var scored = forest.Transform(held);
            rSquared += ml.Regression.Evaluate(scored).RSquared / Folds;
            var found = ml.Regression.PermutationFeatureImportance(forest, scored, permutationCount: Permutations);
            for (var i = 0; i < count; i++) drops[i] -= found[i].RSquared.Mean / Folds;
        }
        ImmutableArray<ParameterImportance> importance =
            [.. record.Spec.Space.Parameters.Select((p, i) => new ParameterImportance(p.Key, drops[i])).OrderByDescending(p => p.Drop)];
        return (importance, rSquared);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
        public float Label { get; set; }
    }
}
