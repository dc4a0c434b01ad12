using System.Globalization;

namespace AutoSelect.Training.Programs;

/// <summary>Words of the protocol between a device and a training program (docs/training-programs.md).</summary>
internal static class ProgramProtocol
{
    /// <summary>Version of the protocol.</summary>
    public const int Version = 1;

    /// <summary>Longest line in bytes.</summary>
    public const int LongestLine = 65_536;

    /// <summary>Most values of the metric in a segment.</summary>
    public const int MostPoints = 10_000;

    public const string VersionVariable = "AUTOSELECT_PROTOCOL";
    public const string ArgumentsVariable = "AUTOSELECT_ARGUMENTS";
    public const string StepsVariable = "AUTOSELECT_STEPS";
    public const string FromStepVariable = "AUTOSELECT_FROM_STEP";
    public const string UntilStepVariable = "AUTOSELECT_UNTIL_STEP";
    public const string ResumeFromVariable = "AUTOSELECT_RESUME_FROM";
    public const string CheckpointsVariable = "AUTOSELECT_CHECKPOINTS";
    public const string ReportsVariable = "AUTOSELECT_REPORTS";
    public const string OrdersVariable = "AUTOSELECT_ORDERS";
    public const string SeedVariable = "AUTOSELECT_SEED";
    public const string RanksVariable = "AUTOSELECT_RANKS";

    public const string Save = """{"order":"save"}""";
    public const string Pause = """{"order":"pause"}""";
    public const string Stop = """{"order":"stop"}""";

    /// <summary>Asks one of several ranks for a step that it will not go beyond.</summary>
    public const string Halt = """{"order":"halt"}""";

    /// <summary>An order that takes effect after a step.</summary>
    public static string At(string order, long step) => string.Create(CultureInfo.InvariantCulture, $"{order[..^1]},\"at\":{step}}}");
}

/// <summary>A program said what the protocol does not allow; the message gives the line and the rule.</summary>
internal sealed class ProtocolBrokenException(string message) : Exception(message);
