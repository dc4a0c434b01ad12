using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Commands;

/// <summary>
/// What a replay is charged besides training and evaluating, as the option --costs writes it: load=2s,save=1s,interrupt=1s,arrival=10s.
/// </summary>
internal static class ReplayCosts
{
    public const string Rule = "a list of load, save, interrupt and arrival, each at most once, with =DURATION such as 2s or 500ms, or =0";

    /// <exception cref="CommandFault">Not of that form.</exception>
    public static SimulatedCosts Parse(string? text)
    {
        var costs = new SimulatedCosts();
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in text?.Split(',') ?? [])
        {
            var (name, seconds) = part.Split('=') is [var left, var right] ? (left.Trim(), Seconds(right.Trim())) : (part, null);
            if (seconds is not { } cost || !given.Add(name)) throw Refused(text!);
            costs = name switch
            {
                "load" => costs with { LoadSeconds = cost },
                "save" => costs with { SaveSeconds = cost },
                "interrupt" => costs with { InterruptSeconds = cost },
                "arrival" => costs with { ArrivalSeconds = cost },
                _ => throw Refused(text!),
            };
        }
        return costs;
    }

    /// <summary>For people.</summary>
    public static string Text(SimulatedCosts costs) => costs == new SimulatedCosts()
        ? "Nothing is charged for loading, saving, interruption or the arrival of devices."
        : $"Charged: loading {Wording.Duration(costs.LoadSeconds)}, saving {Wording.Duration(costs.SaveSeconds)}, "
            + $"interruption {Wording.Duration(costs.InterruptSeconds)}, arrival of devices {Wording.Duration(costs.ArrivalSeconds)}.";

    private static double? Seconds(string text) =>
        double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == 0 ? 0
        : Quantities.Seconds(text);

    private static CommandFault Refused(string text) => new(ExitCodes.BadInput, $"--costs is '{text}': it must be {Rule}.");
}
