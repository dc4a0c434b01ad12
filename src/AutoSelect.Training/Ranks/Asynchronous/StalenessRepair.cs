namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>At which parameters a gradient is computed that will be applied some updates later.</summary>
public enum StalenessRepair
{
    /// <summary>At the newest there are.</summary>
    None,

    /// <summary>At those which momentum alone would lead to: W + vμ(1-μˢ)/(1-μ).</summary>
    Momentum,

    /// <summary>The same with μ̂ = ⟨v,v'⟩/⟨v',v'⟩ of the last two displacements, held in [0, 1], in the place of μ.</summary>
    LeastSquares,
}
