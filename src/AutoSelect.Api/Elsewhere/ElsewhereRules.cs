using System.Text.RegularExpressions;
using AutoSelect.Api.Devices;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Elsewhere;

/// <summary>What the words of clients that train elsewhere must look like. Each check returns what it was given.</summary>
internal static partial class ElsewhereRules
{
    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    public static AskCall Check(AskCall asked)
    {
        CheckClient(asked.Client);
        CheckText(asked.Device, "device", ApiLimits.MachineName);
        return asked;
    }

    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    public static TellCall Check(TellCall tell)
    {
        CheckClient(tell.Client);
        DeviceRules.Work(tell.Trial, tell.Token);
        if (tell.Step < 0) throw new ArgumentException($"step is {tell.Step}: it must be at least 0.");
        if (tell.Points.IsDefault) throw new ArgumentException("points is null: it must be given or left out.");
        if (tell.Points.Length > TellCall.MostPoints)
            throw new ArgumentException($"points are {tell.Points.Length}: they must be at most {TellCall.MostPoints}.");
        if (tell.Points.Any(p => p is null)) throw new ArgumentException("points has null: each must have a step and a value.");
        if (tell.Points.FirstOrDefault(p => p.Step < 1) is { } early)
            throw new ArgumentException($"points.step is {early.Step}: it must be at least 1.");
        CheckSeconds(tell.EvaluationSeconds, "evaluationSeconds");
        CheckSeconds(tell.OverheadSeconds, "overheadSeconds");
        if (tell.End is { } end && !Enum.IsDefined(end))
            throw new ArgumentException($"end is '{end}': it must be one of {string.Join(", ", Enum.GetNames<TellEnd>())}.");
        CheckText(tell.Reason, "reason", DeviceProtocol.ReasonLength);
        if (tell.Checkpoint is not { } name) return tell;
        CheckText(name, "checkpoint", TellCall.CheckpointLength);
        return name.Length > 0 && !name.Any(char.IsControl) ? tell
            : throw new ArgumentException(
                $"checkpoint is '{DeviceRules.Shortened(name)}': it must have a character, and no control character.");
    }

    private static void CheckClient(string? client)
    {
        if (client is null || !Client().IsMatch(client))
            throw new ArgumentException(
                $"client is '{DeviceRules.Shortened(client ?? "")}': it must be 1 to {ApiLimits.ClientName} letters, digits, dashes, dots, "
                + "underscores and at signs.");
    }

    private static void CheckText(string? text, string path, int most)
    {
        if (text is null) throw new ArgumentException($"{path} is null: it must be given or left out.");
        if (text.Length > most) throw new ArgumentException($"{path} has {text.Length} characters: it must have at most {most}.");
    }

    private static void CheckSeconds(double seconds, string path)
    {
        if (!(seconds >= 0 && double.IsFinite(seconds)))
            throw new ArgumentException($"{path} is {seconds}: it must be a number of at least 0.");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9@._-]{1,64}\z")]
    private static partial Regex Client();
}
