using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Benchmarks;

/// <summary>Five hyperparameter points for each strategy on the autoencoder, for batch 500: a rate in the middle and steps of 2 or 3 around it.</summary>
internal static class AutoencoderPoints
{
    private const int BatchSize = 500;

    public static string[] Of(string strategy) => strategy switch
    {
        "sgd" => Rates("", ".001", ".0003", ".003", ".01", ".03"),
        "lars" => Rates(",vectorLearningRate:.001", "3", "1", "10", "6", "20"),
        "lion" => Rates("", ".0003", ".001", ".0001", ".0006", ".002"),
        "lamb" => Rates("", ".05", ".02", ".1", ".03", ".07"),
        "ademamix" => Rates(",slowWarmup:1", ".004", ".002", ".008", ".001", ".016"),
        "soap" => ["learningRate:.006,maxDimension:512", "learningRate:.012,maxDimension:512", "learningRate:.003,maxDimension:512", "learningRate:.006", "learningRate:.012,maxDimension:128"],
        "muon" => Rates(",adamLearningRate:.004", ".02", ".04", ".01") is var muon ? [.. muon, "learningRate:.02,adamLearningRate:.008", "learningRate:.04,adamLearningRate:.008"] : [],
        "shampoo" => ["learningRate:.004,rootInterval:10", "learningRate:.008,rootInterval:10", "learningRate:.004,rootInterval:20,maxDimension:512", "learningRate:.008,rootInterval:20,maxDimension:512", "learningRate:.002,rootInterval:10"],
        "kfac" => ["damping:.0003,klClip:.003", "damping:.0003,klClip:.01", "damping:.001,klClip:.003", "damping:.0001,klClip:.003", "damping:.0003,klClip:.001"],
        _ => Rates("", ".004", ".002", ".008", ".001", ".016"),
    };

    /// <summary>The point's values at a batch size: what it names is scaled from batch 500 by the strategy's rule.</summary>
    public static Dictionary<string, double> At(StrategyDescription strategy, string point, int batch) => point.Split(',').Select(v => v.Split(':')).ToDictionary(v => v[0], v =>
    {
        var hyperparameter = strategy.Hyperparameters.Single(h => h.Name == v[0]);
        return Math.Clamp(double.Parse(v[1], CultureInfo.InvariantCulture) * Math.Pow((double)batch / BatchSize, hyperparameter.BatchSizeExponent), Math.Min(hyperparameter.Minimum, 1e-5), hyperparameter.Maximum);
    });

    private static string[] Rates(string rest, params string[] rates) => [.. rates.Select(rate => $"learningRate:{rate}{rest}")];
}
