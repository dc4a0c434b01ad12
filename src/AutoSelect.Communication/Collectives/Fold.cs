using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>
/// Makes a power of two of any number of ranks: of the first 2·<paramref name="Extra"/> ranks the odd ones stand aside and the even ones
/// act for both.
/// </summary>
internal readonly record struct Fold(int Extra)
{
    public static Fold ForRanks(int ranks) => new(ranks - (1 << int.Log2(ranks)));

    /// <summary>Rank of the participant with this number.</summary>
    public int Rank(int number) => number < Extra ? 2 * number : number + Extra;

    /// <summary>Number of a rank that takes part.</summary>
    public int Number(int rank) => rank < 2 * Extra ? rank / 2 : rank - Extra;

    /// <summary>Gives the values of those who stand aside to those who act for them.</summary>
    /// <returns>False on a rank that stands aside; its values are then the sums already.</returns>
    public bool Enter(Exchange exchange, int rank, Span<float> values)
    {
        if (rank >= 2 * Extra) return true;
        if (rank % 2 == 0)
        {
            exchange.ReceiveAdd(rank + 1, values);
            return true;
        }
        exchange.Send(rank - 1, MemoryMarshal.AsBytes(values));
        exchange.Receive(rank - 1, MemoryMarshal.AsBytes(values));
        return false;
    }

    /// <summary>Gives the sums to those who stand aside.</summary>
    public void Leave(Exchange exchange, int rank, Span<float> values)
    {
        if (rank < 2 * Extra) exchange.Send(rank + 1, MemoryMarshal.AsBytes(values));
    }
}
