using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>Everything that can be wrong with a request, found in one go.</summary>
internal static class CandidateValidation
{
    public static ImmutableArray<CandidateError> Check(
        CandidateRequest request, Catalogue catalogue, int trainingExamples, IReadOnlySet<int> skipped)
    {
        var errors = ImmutableArray.CreateBuilder<CandidateError>();
        if (catalogue.Strategies.IsDefaultOrEmpty) errors.Add(new(null, "candidates", "", "the catalogue holds no strategy to expand."));
        CheckSizes(errors, null, "batchSizes", request.BatchSizes, trainingExamples);
        if (request.Epochs.IsDefaultOrEmpty) errors.Add(new(null, "epochs", "", "at least one run length in epochs is needed."));
        else
            for (var i = 0; i < request.Epochs.Length; i++)
                if (!double.IsFinite(request.Epochs[i]) || request.Epochs[i] <= 0)
                    errors.Add(new(null, $"epochs[{i}]", Number(request.Epochs[i]), "a run length must be a number of epochs above 0."));
        if (request.PointsPerStrategy < 0)
            errors.Add(new(null, "pointsPerStrategy", Number(request.PointsPerStrategy), "the number of points must be at least 0."));
        if (!request.Strategies.IsDefaultOrEmpty)
            for (var i = 0; i < request.Strategies.Length; i++)
                if (!skipped.Contains(i)) CheckStrategy(errors, i, request.Strategies[i], catalogue, trainingExamples);
        return errors.ToImmutable();
    }

    private static void CheckStrategy(
        ImmutableArray<CandidateError>.Builder errors, int index, StrategyRequest request, Catalogue catalogue, int trainingExamples)
    {
        var path = $"candidates[{index}]";
        CheckSizes(errors, index, $"{path}.batchSizes", request.BatchSizes, trainingExamples);
        if (request.Points is < 1)
            errors.Add(new(index, $"{path}.points", Number(request.Points.Value), "the number of points must be at least 1."));
        var strategy = catalogue.Strategies.IsDefaultOrEmpty ? null : catalogue.Strategies.FirstOrDefault(s => s.Name == request.Strategy);
        if (strategy is null)
        {
            errors.Add(new(
                index, $"{path}.strategy", request.Strategy,
                $"it must be one of {string.Join(", ", catalogue.Strategies.IsDefault ? [] : catalogue.Strategies.Select(s => s.Name))}."));
            return;
        }
        if (request.Continues is { } from)
        {
            if (from.After.IsDefaultOrEmpty)
                errors.Add(new(index, $"{path}.continues.after", "", "at least one share of the run is needed."));
            foreach (var share in from.After.IsDefault ? [] : from.After.Where(share => share is not (> 0 and < 1)))
                errors.Add(new(index, $"{path}.continues.after", Number(share), "it must be a share of the run above 0 and below 1."));
            if (from.RewarmSteps < 0)
                errors.Add(new(
                    index, $"{path}.continues.rewarm", Number(from.RewarmSteps.Value), "it must be a number of steps of at least 0."));
        }
        foreach (var (name, values) in request.Values) CheckValues(errors, index, $"{path}.values.{name}", name, values, strategy);
        foreach (var (name, range) in request.Ranges) CheckRange(errors, index, $"{path}.ranges.{name}", name, range, request, strategy);
    }

    private static void CheckValues(
        ImmutableArray<CandidateError>.Builder errors, int index, string path, string name,
        ImmutableArray<double> values, StrategyDescription strategy)
    {
        if (Find(errors, index, path, name, strategy) is not { } hyperparameter) return;
        if (values.IsDefaultOrEmpty) errors.Add(new(index, path, "", "at least one value is needed."));
        else
            foreach (var value in values)
                if (!(value >= hyperparameter.Minimum && value <= hyperparameter.Maximum))
                    errors.Add(new(index, path, Number(value), Bounds(hyperparameter)));
                else if (hyperparameter.Scale == HyperparameterScale.Integer && value != Math.Round(value))
                    errors.Add(new(index, path, Number(value), "it must be a whole number."));
    }

    private static void CheckRange(
        ImmutableArray<CandidateError>.Builder errors, int index, string path, string name, SearchRange range,
        StrategyRequest request, StrategyDescription strategy)
    {
        if (Find(errors, index, path, name, strategy) is not { } hyperparameter) return;
        var text = $"{Number(range.Minimum)} to {Number(range.Maximum)}";
        if (request.Values.ContainsKey(name)) errors.Add(new(index, path, text, "a hyperparameter has either values or a range."));
        if (!(range.Minimum < range.Maximum)) errors.Add(new(index, path, text, "the minimum must be below the maximum."));
        else if (!(range.Minimum >= hyperparameter.Minimum && range.Maximum <= hyperparameter.Maximum))
            errors.Add(new(index, path, text, Bounds(hyperparameter)));
        else if (range.Scale == HyperparameterScale.Logarithmic && range.Minimum <= 0)
            errors.Add(new(index, path, text, "a logarithmic range must begin above 0."));
    }

    private static HyperparameterDescription? Find(
        ImmutableArray<CandidateError>.Builder errors, int index, string path, string name, StrategyDescription strategy)
    {
        var found = strategy.Hyperparameters.FirstOrDefault(h => h.Name == name);
        if (found is null)
            errors.Add(new(
                index, path, name,
                $"{strategy.Name} has no such hyperparameter; it has {string.Join(", ", strategy.Hyperparameters.Select(h => h.Name))}."));
        return found;
    }

    private static void CheckSizes(
        ImmutableArray<CandidateError>.Builder errors, int? strategy, string path, ImmutableArray<int> sizes, int trainingExamples)
    {
        if (sizes.IsDefaultOrEmpty) return;
        for (var i = 0; i < sizes.Length; i++)
            if (sizes[i] < 1 || sizes[i] > trainingExamples)
                errors.Add(new(
                    strategy, $"{path}[{i}]", Number(sizes[i]),
                    $"a batch size must be from 1 to {trainingExamples}, the number of training examples."));
    }

    private static string Bounds(HyperparameterDescription h) => $"it must be from {Number(h.Minimum)} to {Number(h.Maximum)}.";

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
