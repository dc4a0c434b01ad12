using static TorchSharp.torch;

namespace AutoSelect.Training.Strategies;

/// <summary>A stretch of <see cref="FlatParameters"/> within one group, to be updated apart from the rest.</summary>
/// <param name="Flat">All parameters.</param>
/// <param name="Group">Group it lies in.</param>
/// <param name="Start">First entry.</param>
/// <param name="Length">Entries.</param>
public readonly record struct FlatPart(FlatParameters Flat, int Group, long Start, long Length)
{
    /// <summary>Its parameters, a view [length] owned by the caller's dispose scope.</summary>
    public Tensor Values => SliceOf(Flat.Values);

    /// <summary>Its gradients, a view [length].</summary>
    public Tensor Gradients => SliceOf(Flat.Gradients);

    /// <summary>Its stretch of a state of the parameters' length, a view [length].</summary>
    public Tensor SliceOf(Tensor state) => state.narrow(0, Start, Length);
}
