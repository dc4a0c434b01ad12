using System.Collections.Immutable;
using System.CommandLine;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Commands;

/// <summary>What a job is given beside its file.</summary>
internal sealed class SubmissionOptions
{
    public Option<string?> Name { get; } = new("--name") { Description = "Name of the job, in place of the file's.", HelpName = "NAME" };

    public Option<string?> Project { get; } = new("--project")
    {
        Description = "Project of the job; default that of the key.",
        HelpName = "NAME",
    };

    public Option<string?> Priority { get; } = new("--priority")
    {
        Description = $"Its priority, in place of the file's: {JobPriority.Rule}.",
        HelpName = "N",
    };

    public Option<string[]> Label { get; } = new("--label") { Description = "A label; may be repeated.", HelpName = "NAME=TEXT" };

    public Option<string?> Notify { get; } = CreateNotify();

    /// <summary>The option with the address that is told of the job's end.</summary>
    public static Option<string?> CreateNotify()
    {
        var notify = new Option<string?>("--notify")
        {
            Description = "Address that is told of the job's end, in place of the file's.",
            HelpName = "URL",
        };
        notify.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !HookAddress.IsValid(token.Value))
                result.AddError($"--notify is '{token.Value}': {HookAddress.Rule}.");
        });
        return notify;
    }

    /// <exception cref="CommandFault">The file cannot be read, or a label is none.</exception>
    public async Task<Submission> Read(ParseResult parsed, string path, CancellationToken ct) =>
        await ReadFile(path, ct) with
        {
            Name = parsed.GetValue(Name),
            Project = parsed.GetValue(Project),
            Notify = parsed.GetValue(Notify),
            Priority = parsed.GetValue(Priority),
            Labels = Labels(parsed.GetValue(Label) ?? []),
        };

    /// <exception cref="CommandFault">The file cannot be read.</exception>
    public static async Task<Submission> ReadFile(string path, CancellationToken ct) =>
        new((await Surroundings.ReadJobFile(path, ct)).Text) { File = Path.GetFileName(path) };

    /// <summary>Pairs of the form NAME=TEXT.</summary>
    /// <exception cref="CommandFault">One is none.</exception>
    public static ImmutableSortedDictionary<string, string> Labels(IEnumerable<string> given)
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty;
        foreach (var text in given)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, var value])
                throw new CommandFault(ExitCodes.BadInput, $"--label is '{text}': it must be NAME=TEXT.");
            labels = labels.SetItem(name, value);
        }
        return labels;
    }
}
