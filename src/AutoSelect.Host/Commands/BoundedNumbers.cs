using System.CommandLine;

namespace AutoSelect.Host.Commands;

/// <summary>Reads options that are integers within bounds.</summary>
internal static class BoundedNumbers
{
    /// <exception cref="CommandFault">It is not within them; the message gives the value and the rule.</exception>
    public static int Within(this ParseResult parsed, Option<int> option, int least, int most) =>
        parsed.GetValue(option) is var value && value >= least && value <= most ? value
            : throw new CommandFault(ExitCodes.BadInput, $"{option.Name} is '{value}': it must be an integer from {least} to {most}.");
}
