using System.CommandLine;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect extend JOB</c></summary>
internal static class ExtendCommand
{
    private const string Summary =
        """
        Puts another target or deadline in force for a job that has not ended, stricter or looser.

        A target that a candidate has reached already ends the job with it, as it stands. Epochs cannot be extended: learning rates come to
        their end with them; autoselect add tries candidates of another length.
        """;

    public static Command Create(CommandTree tree)
    {
        var target = new Option<double?>("--target")
        {
            Description = "Value of the metric to reach, where the objective has a target.",
            HelpName = "VALUE",
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
                if (isNumber && double.IsFinite(value)) return value;
                result.AddError($"--target is '{text}': it must be a finite number in the unit of the job's metric.");
                return null;
            },
        };
        var deadline = new Option<string?>("--deadline")
        {
            Description = "When to end at the latest: 1h30m after the start, +30m from now on, a time such as 2026-11-29T08:00, or none.",
            HelpName = "WHEN",
        };
        deadline.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !DeadlineText.IsValid(DeadlineText.WithOffset(token.Value)))
                result.AddError($"--deadline is '{token.Value}': {DeadlineText.Rule}.");
        });
        var reason = new Option<string?>("--reason") { Description = "Why, for people.", HelpName = "TEXT" };
        var command = JobCommands.WithJob(tree, "extend", Summary, async (parsed, job) =>
        {
            var (value, when) = (parsed.GetValue(target), parsed.GetValue(deadline));
            if (value is null && when is null)
                throw new CommandFault(ExitCodes.BadInput, "Neither --target nor --deadline is given: at least one of them must be.");
            var extension = new JobExtension(value, when is null ? null : DeadlineText.WithOffset(when), parsed.GetValue(reason) ?? "");
            await job.Control.Extend(job.Record, extension);
            return job.Say(string.Join(", ", Words(value, when)));
        });
        foreach (var option in (Option[])[target, deadline, reason]) command.Add(option);
        return command;
    }

    private static IEnumerable<string> Words(double? target, string? deadline)
    {
        if (target is { } value) yield return $"target {Wording.Number(value)}";
        if (deadline is not null) yield return $"deadline {deadline}";
    }
}
