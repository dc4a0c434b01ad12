using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Generalised primal averaging (Defazio et al., arXiv 2512.17131) around any strategy that does not average itself. The model holds z,
/// what the strategy trains; x, which begins at z, is delivered; gradients are taken at y:
/// <code>
/// y = .7 x + .3 z
/// z ← the strategy's step from z with the gradient at y
/// x ← .9967 x + .0033 z
/// </code>
/// Weight decay acts on z, where the strategy sees the weights.
/// </summary>
internal sealed class PrimalAverage(nn.Module model) : WeightAverage(model)
{
    private const double ShareOfAverage = .7;
    private const double ShareOfTrained = .0033;

    public override void Update() => TakeIn(ShareOfTrained);

    /// <summary>A pass that takes its gradients at y.</summary>
    public GradientPass Around(GradientPass inner) => new PointPass(this, inner);

    private sealed class PointPass(PrimalAverage average, GradientPass inner) : GradientPass
    {
        public override Tensor Run(Batch batch, PassWatch watch = default, double share = 1)
        {
            var held = new HeldWeights([.. average.Parameters.Select(p => p.Live)]);
            using (no_grad())
            {
                for (var i = 0; i < average.Averages.Length; i++)
                    average.Parameters[i].Live.mul_(1 - ShareOfAverage).add_(average.Averages[i], alpha: ShareOfAverage);
            }
            try
            {
                return inner.Run(batch, watch, share);
            }
            finally
            {
                held.PutBack();
            }
        }
    }
}
