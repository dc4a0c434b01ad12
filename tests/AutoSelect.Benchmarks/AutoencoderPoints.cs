using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Benchmarks;

/// <summary>
/// Five hyperparameter points for each strategy on the autoencoder, for batch 500: a rate in the middle and steps of 2 or 3 around it.
/// </summary>
internal static class AutoencoderPoints
{
    private const int BatchSize = 500;

    public static string[] ForStrategy(string strategy) => strategy switch
    {
        "sgd" => Rates("", ".001", ".0003", ".003", ".01", ".03"),
        "lars" => Rates(",vectorLearningRate:.001", "1", ".3", "3", ".1", "10"),
        "lion" => Rates("", ".0003", ".0001", ".001", ".0006", ".00003"),
        "lamb" => Rates("", ".02", ".01", ".05", ".005", ".1"),
        "ademamix" => Rates(",slowWarmup:1", ".004", ".002", ".008", ".001", ".016"),
        "soap" => [.. Rates(",maxDimension:512", ".012", ".024", ".006"), "learningRate:.012,maxDimension:512,basisInterval:5",
            "learningRate:.012,maxDimension:128"],
        "muon" => [.. Rates(",adamLearningRate:.004", ".02", ".04", ".01"), "learningRate:.02,adamLearningRate:.008",
            "learningRate:.02,adamLearningRate:.002"],
        "shampoo" => [.. Rates(",rootInterval:20,maxDimension:512", ".008", ".016", ".004"),
            "learningRate:.008,rootInterval:10,maxDimension:512", "learningRate:.008,rootInterval:40,maxDimension:512"],
        // The clip, not the learning rate, sets the length of K-FAC's steps here.
        "kfac" or "kfac-large-batch" or "noisy-kfac" => ["damping:.0003,klClip:.003", "damping:.0003,klClip:.01",
            "damping:.001,klClip:.003", "damping:.0001,klClip:.003", "damping:.0003,klClip:.001"],
        _ => Rates("", ".004", ".002", ".008", ".001", ".016"),
    };

    /// <summary>The point's values at a batch size: what it names is scaled from batch 500 by the strategy's rule.</summary>
    public static Dictionary<string, double> At(StrategyDescription strategy, string point, int batch) =>
        point.Split(',').Select(v => v.Split(':')).ToDictionary(v => v[0], v =>
        {
            var hyperparameter = strategy.Hyperparameters.Single(h => h.Name == v[0]);
            return Math.Clamp(
                double.Parse(v[1], CultureInfo.InvariantCulture) * Math.Pow((double)batch / BatchSize, hyperparameter.BatchSizeExponent),
                Math.Min(hyperparameter.Minimum, 1e-5), hyperparameter.Maximum);
        });

    private static string[] Rates(string rest, params string[] rates) => [.. rates.Select(rate => $"learningRate:{rate}{rest}")];
}
