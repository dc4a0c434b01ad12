namespace AutoSelect.Contracts;

/// <summary>What ranks that train together send each other.</summary>
[JsonStringEnum]
public enum CommunicationKind
{
    /// <summary>Nothing: the candidate is trained by one rank.</summary>
    None,

    /// <summary>Gradients as they are, at every step: the course of one rank with the same batch, up to the order of summation.</summary>
    Fp32,

    /// <summary>Gradients in fp16 with a scale for each bucket, added up in fp32.</summary>
    Fp16,

    /// <summary>Gradients in bf16, added up in fp32.</summary>
    Bf16,

    /// <summary>Gradients in 8-bit floats E4M3, rounded at random, with error feedback.</summary>
    Fp8E4M3,

    /// <summary>Gradients in 8-bit floats E5M2, rounded at random, with error feedback.</summary>
    Fp8E5M2,

    /// <summary>
    /// Gradient matrices as products of a low rank (the parameter), with error feedback: Vogels et al., arXiv 1905.13727.
    /// </summary>
    PowerSgd,

    /// <summary>The largest entries of the gradients (the parameter is their percentage), with error feedback.</summary>
    TopK,

    /// <summary>Weights, averaged once in as many steps as the parameter says: Stich, arXiv 1805.09767.</summary>
    LocalSgd,

    /// <summary>
    /// Local steps whose mean displacement is the gradient of an outer Nesterov step: Douillard et al., arXiv 2311.08105.
    /// </summary>
    DiLoCo,

    /// <summary>Gradients whenever they are ready, applied to weights that have moved on meanwhile.</summary>
    Asynchronous,

    /// <summary>The same, computed where the weights are expected to be by the time they are applied.</summary>
    AsynchronousPredicted,
}
