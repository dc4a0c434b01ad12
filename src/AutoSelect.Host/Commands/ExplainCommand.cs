using System.CommandLine;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect explain JOB</c></summary>
internal static class ExplainCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        var trial = new Option<string?>("--trial")
        {
            Description = "Only this trial, by its id or its candidate's name.",
            HelpName = "TRIAL",
        };
        return tree.Bind(new Command("explain", "Says why each candidate was paused, stopped or chosen.") { job, trial },
            async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            var record = await surroundings.Find(input, parsed.GetValue(job)!);
            var only = parsed.GetValue(trial) is { } name ? TrialNames.Find(record, name) : (TrialId?)null;
            var standing = EarlierRuns.Standing(input.Store, record.Spec);
            if (input.Json) surroundings.Terminal.Output.WriteLine(Explanation.Json(record, only, standing));
            else Explanation.Write(record, surroundings.Terminal.Output, only, standing);
            return ExitCodes.ObjectiveMet;
        });
    }
}
