using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// The average of recent gradients that a first-order state holds, whatever it is kept as: the heavy ball's sum Σμᵏg over its
/// weight Σμᵏ, or Adam's first moment over its weight 1-βᵗ.
/// </summary>
internal static class GradientAverage
{
    /// <returns>
    /// The average, [n] in the order of <see cref="FlatParameters.ByDecay(TorchSharp.torch.nn.Module)"/>; null where the state has none.
    /// </returns>
    public static Tensor? FromState(StateDictionary? state) =>
        FromState(state, "momentum", "momentumWeight") ?? FromState(state, "first", "firstWeight");

    private static Tensor? FromState(StateDictionary? state, string sum, string weight) =>
        state is not null && state.Contains(sum) && state.GetScalar(weight) is var gathered && gathered > 0 ? state.Get(sum) / gathered
            : null;
}
