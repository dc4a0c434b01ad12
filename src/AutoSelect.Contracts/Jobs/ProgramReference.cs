using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AutoSelect.Contracts;

/// <summary>
/// A training program of the user's own as a workload: a command that keeps to the protocol of docs/training-programs.md, or clients that
/// train elsewhere and speak over the API.
/// </summary>
[GenerateSerializer, Immutable, Alias("autoselect.ProgramReference")]
public sealed record ProgramReference
{
    /// <summary>Default of <see cref="PatienceSeconds"/>.</summary>
    public const double UsualPatienceSeconds = 600;

    /// <summary>Default of <see cref="DiskBytes"/>.</summary>
    public const long UsualDiskBytes = 16L << 30;

    /// <summary>Default of <see cref="ProcessLimit"/>.</summary>
    public const int UsualProcessLimit = 4096;

    /// <summary>Highest <see cref="ProcessLimit"/>: as many as Linux has numbers for.</summary>
    public const int HighestProcessLimit = 1 << 22;

    /// <summary>
    /// The program and its words; "{name}" in a word stands for an argument's value. No shell reads them. Empty where it runs elsewhere.
    /// </summary>
    [Id(0)] public required ImmutableArray<string> Command { get; init; }

    /// <summary>Name of the metric among those that the program reports.</summary>
    [Id(1)] public required string Metric { get; init; }

    [Id(2)] public required Direction Direction { get; init; }

    /// <summary>Variables of its environment beside those of the protocol; others of the device process are not passed on.</summary>
    [Id(3)]
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// Seconds that it may go without a step, a value or a checkpoint, and that it may take to save when asked, at least 1; default 600.
    /// Elsewhere: without telling anything.
    /// </summary>
    [Id(4)] public double PatienceSeconds { get; init; } = UsualPatienceSeconds;

    /// <summary>How points are found in what the program writes anyway; null where it reports them.</summary>
    [Id(5)] public PointSource? Points { get; init; }

    /// <summary>
    /// False for a program that cannot go on from a checkpoint: it is never paused, and what is in its working folder at its end is its
    /// answer. Default true.
    /// </summary>
    [Id(6)] public bool CanResume { get; init; } = true;

    /// <summary>Bytes that its folders may hold while it runs, at least 1 MiB; default 16 GiB.</summary>
    [Id(7)] public long DiskBytes { get; init; } = UsualDiskBytes;

    /// <summary>Arguments of all its candidates by name, each as JSON; those that join later get them too.</summary>
    [Id(8)]
    public ImmutableSortedDictionary<string, string> Arguments { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// True where clients ask for its runs and train them elsewhere; default false: devices of AutoSelect's run <see cref="Command"/>.
    /// </summary>
    [Id(9)] public bool IsElsewhere { get; init; }

    /// <summary>Processes and threads that it may have at once, at least 1; default 4096.</summary>
    [Id(10)] public int ProcessLimit { get; init; } = UsualProcessLimit;

    /// <summary>What tells its recordings from those of other programs.</summary>
    internal IEnumerable<string> Label()
    {
        foreach (var (name, value) in Arguments) yield return $"{name}={value.Trim('"')}";
        yield return IsElsewhere ? "elsewhere"
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', Command))))[..8];
    }

    public bool Equals(ProgramReference? other) => other is not null && Command.SequenceEqual(other.Command)
        && (Metric, Direction, PatienceSeconds, Points, CanResume, DiskBytes, IsElsewhere) == (
            other.Metric, other.Direction, other.PatienceSeconds, other.Points, other.CanResume, other.DiskBytes, other.IsElsewhere)
        && ProcessLimit == other.ProcessLimit && Environment.SequenceEqual(other.Environment) && Arguments.SequenceEqual(other.Arguments);

    public override int GetHashCode() => HashCode.Combine(string.Join('\0', Command), Metric, Direction);
}

/// <summary>Where points are read from when a program does not report them.</summary>
[JsonStringEnum]
public enum PointFormat
{
    /// <summary>Lines that match a regular expression with the groups "step" and "value".</summary>
    Pattern,

    /// <summary>JSON objects, one a line.</summary>
    JsonLines,

    /// <summary>Comma-separated values with a line of names.</summary>
    Csv,

    /// <summary>Scalars in TensorBoard's event files.</summary>
    TensorBoard,
}

/// <summary>Points in a program's output, or in files that it writes into its working folder.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.PointSource")]
public sealed record PointSource
{
    [Id(0)] public required PointFormat Format { get; init; }

    /// <summary>
    /// Path in the working folder, "*" for any part of a name; null reads standard output and error, of TensorBoard all event files.
    /// </summary>
    [Id(1)] public string? File { get; init; }

    /// <summary>The regular expression of <see cref="PointFormat.Pattern"/>, of .NET without backtracking; null elsewhere.</summary>
    [Id(2)] public string? Pattern { get; init; }

    /// <summary>Name of the step among the keys or columns; default "step". TensorBoard has its own.</summary>
    [Id(3)] public string Step { get; init; } = "step";

    /// <summary>Name of the value among the keys, columns or tags; null takes the metric's.</summary>
    [Id(4)] public string? Value { get; init; }
}
