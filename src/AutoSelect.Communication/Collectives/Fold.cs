namespace AutoSelect.Communication;

/// <summary>
/// Makes a power of two of any number of ranks: of the first 2·<paramref name="Extra"/> ranks the odd ones stand aside and the even ones act
/// for both.
/// </summary>
internal readonly record struct Fold(int Extra)
{
    public static Fold Of(int ranks) => new(ranks - (1 << int.Log2(ranks)));

    /// <summary>Rank of the participant with this number.</summary>
    public int Rank(int number) => number < Extra ? 2 * number : number + Extra;

    /// <summary>Number of a rank that takes part.</summary>
    public int Number(int rank) => rank < 2 * Extra ? rank / 2 : rank - Extra;

    /// <summary>Whether the rank acts for another one too, or is acted for.</summary>
    public bool Paired(int rank) => rank < 2 * Extra;
}
