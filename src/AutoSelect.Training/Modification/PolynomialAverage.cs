using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Polynomial-decay averaging, a_j = a_{j-1} + (γ+1)/(j+γ) (w_j - a_{j-1}) with
/// γ = 8 (Shamir and Zhang, ICML 2013), which remembers about the last ninth of the run so far. Unlike an average of fixed decay it
/// knows no time scale, so it is as fair to large batches as to small ones and to short horizons as to long ones, and it gives
/// the same average when only every k-th step is counted (k = <see cref="Stride"/>), which keeps it cheap.
/// </summary>
internal sealed class PolynomialAverage(nn.Module model) : WeightAverage(model)
{
    public const int Stride = 10;
    private const double Gamma = 8;

    public override bool IsDue(long before, long after) => after / Stride > before / Stride;

    public override void Update() => TakeIn((Gamma + 1) / (Updates + 1 + Gamma));
}
