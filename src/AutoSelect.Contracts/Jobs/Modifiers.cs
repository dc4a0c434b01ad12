using System.Globalization;
using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

/// <summary>
/// What changes how a strategy's gradients or weights are made, whatever the strategy is. Every part is off by default, and all may be
/// combined; each belongs to the candidate, so two candidates may differ in it alone.
/// </summary>
[GenerateSerializer, Immutable, Alias("autoselect.Modifiers")]
public sealed record Modifiers
{
    /// <summary>Examples per forward and backward pass, below the batch size; the gradients are averaged, so that the update is that of the
    /// whole batch up to the order of summation. Null passes the whole batch at once. Refused with BatchNorm, whose statistics would
    /// change.</summary>
    [Id(0)] public int? MicroBatch { get; init; }

    /// <summary>
    /// Largest Euclidean norm of the gradient over all parameters, above 0; a longer one is scaled down to it. Null leaves it.
    /// </summary>
    [Id(1)] public double? ClipNorm { get; init; }

    /// <summary>Which average of the weights is kept beside the trained ones.</summary>
    [Id(2)] public WeightAveraging Averaging { get; init; }

    /// <summary>True lets only those entries of an update through that go down the batch's gradient, scaled up so that the mean step
    /// stays (Liang et al., arXiv 2411.16085).</summary>
    [Id(3)] public bool Cautious { get; init; }

    /// <summary>
    /// α of running mixup, above 0: each batch is blended with the previous blended one at λ ~ Beta(α, α), λ ≥ ½. Null is off.
    /// </summary>
    [Id(4)] public double? MixupAlpha { get; init; }

    /// <summary>Share of each target's probability that is spread over all classes, above 0 and below 1. Null is off.</summary>
    [Id(5)] public double? LabelSmoothing { get; init; }

    /// <summary>
    /// Standard deviation of the normal noise added to the weights for each pass, above 0: the gradient is that of E L(w + σε). Null is
    /// off.
    /// </summary>
    [Id(6)] public double? PerturbationSigma { get; init; }

    /// <summary>Radius ρ of sharpness-aware minimisation, above 0: the gradient is taken at w + ρ g/‖g‖, which doubles the cost of a
    /// step (Foret et al., arXiv 2010.01412). Null is off.</summary>
    [Id(7)] public double? SamRho { get; init; }

    [JsonIgnore] public bool IsDefault => this == new Modifiers();

    /// <summary>Every part that is not at its default, by its key in a job file, in the order of the keys.</summary>
    public IEnumerable<(string Key, string Value)> Given()
    {
        if (MicroBatch is { } microBatch) yield return ("microBatch", microBatch.ToString(CultureInfo.InvariantCulture));
        if (ClipNorm is { } clip) yield return ("clipNorm", Number(clip));
        if (Averaging != default) yield return ("averaging", Averaging.ToString().ToLowerInvariant());
        if (Cautious) yield return ("cautious", "true");
        if (MixupAlpha is { } alpha) yield return ("mixup", Number(alpha));
        if (LabelSmoothing is { } smoothing) yield return ("labelSmoothing", Number(smoothing));
        if (PerturbationSigma is { } sigma) yield return ("perturbation", Number(sigma));
        if (SamRho is { } rho) yield return ("sam", Number(rho));
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>The average of the weights that is evaluated beside them.</summary>
[JsonStringEnum]
public enum WeightAveraging
{
    /// <summary>
    /// The strategy's own where it keeps one, else an average with polynomially decaying weights over about the last ninth of the run.
    /// </summary>
    Polynomial,

    /// <summary>None beside the strategy's own.</summary>
    Off,

    /// <summary>Generalised primal averaging: gradients are taken at y = .7x + .3z, z is trained, and x ← .9967x + .0033z is delivered
    /// (Defazio et al., arXiv 2512.17131).</summary>
    Gpa,
}
