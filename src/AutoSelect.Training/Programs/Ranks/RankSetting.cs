using System.Globalization;

namespace AutoSelect.Training.Programs.Ranks;

/// <summary>
/// What a program is told of its part among several, in the variables that torchrun sets and PyTorch's <c>env://</c> reads.
/// </summary>
/// <param name="Rank">Number of the program, from 0.</param>
/// <param name="Size">Number of programs.</param>
/// <param name="Host">Where the first one's machine is reached.</param>
/// <param name="Port">Where the first one listens for the others.</param>
internal sealed record RankSetting(int Rank, int Size, string Host, int Port)
{
    /// <summary>By name. Each device runs one program, which sees no other device: of its machine it is the only one.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables
    {
        get
        {
            yield return new("MASTER_ADDR", Host);
            yield return new("MASTER_PORT", Text(Port));
            foreach (var name in (string[])["RANK", "GROUP_RANK", "ROLE_RANK"]) yield return new(name, Text(Rank));
            foreach (var name in (string[])["WORLD_SIZE", "GROUP_WORLD_SIZE", "ROLE_WORLD_SIZE"]) yield return new(name, Text(Size));
            yield return new("LOCAL_RANK", "0");
            yield return new("LOCAL_WORLD_SIZE", "1");
            if (Size > 1) yield return new(ProgramProtocol.RanksVariable, Text(Size));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
