using System.CommandLine;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Host.Commands;

/// <summary>Which jobs a list is to show.</summary>
internal sealed class JobFilter
{
    private readonly Option<JobPhase[]> state = new("--state")
    {
        Description = "Only jobs in this phase; may be repeated.",
        HelpName = "PHASE",
    };

    private readonly Option<string?> owner = new("--owner") { Description = "Only jobs of this owner.", HelpName = "NAME" };
    private readonly Option<string?> project = new("--project") { Description = "Only jobs of this project.", HelpName = "NAME" };
    private readonly Option<string?> workload = new("--workload") { Description = "Only jobs of this workload.", HelpName = "NAME" };
    private readonly Option<string?> name = new("--name") { Description = "Only jobs whose id contains it.", HelpName = "TEXT" };
    private readonly Option<bool> newest = new("--newest") { Description = "The newest first." };
    private readonly Option<int> size = new("--size")
    {
        Description = "Most jobs to list.",
        HelpName = "N",
        DefaultValueFactory = _ => MostJobs,
    };

    private readonly Option<string?> after = new("--after") { Description = "Go on where the list before ended.", HelpName = "END" };
    private readonly Option<string[]> label = new("--label")
    {
        Description = "Only jobs with this label; may be repeated.",
        HelpName = "NAME=TEXT",
    };

    private const int MostJobs = 1000;

    public JobFilter() => size.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var number) && number is >= 1 and <= MostJobs))
            result.AddError($"--size is '{token.Value}': it must be an integer from 1 to {MostJobs}.");
    });

    public IEnumerable<Option> Options => [state, owner, project, workload, name, label, newest, size, after];

    /// <exception cref="CommandFault">A label is none.</exception>
    public JobQuery Query(ParseResult parsed) => new()
    {
        Phases = parsed.GetValue(state) ?? [],
        Owner = parsed.GetValue(owner),
        Projects = parsed.GetValue(project) is { } only ? [only] : [],
        Workload = parsed.GetValue(workload),
        Text = parsed.GetValue(name),
        Labels = SubmissionOptions.Labels(parsed.GetValue(label) ?? []),
        NewestFirst = parsed.GetValue(newest),
        Size = parsed.GetValue(size),
        After = parsed.GetValue(after),
    };
}
