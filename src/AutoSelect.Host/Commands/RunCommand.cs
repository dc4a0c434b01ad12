using System.CommandLine;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect run JOB.yaml</c></summary>
internal static class RunCommand
{
    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("JOB.yaml") { Description = "The job file." };
        var name = new Option<string?>("--name") { Description = "Name of the job, in place of the file's.", HelpName = "NAME" };
        var exhaustive = new Option<bool>("--exhaustive")
        {
            Description = "Train every candidate to its end, as the comparison to measure AutoSelect against.",
        };
        var dashboard = new Option<bool>("--dashboard") { Description = "Show the job in a browser too, as it runs." };
        var notify = SubmissionOptions.CreateNotify();
        var prior = PriorOption.Create(isShipped: true);
        var providers = ProvidersOption.Create();
        var checkpoints = CheckpointsOption.Create("that of --store");
        var command = new Command("run", "Runs a job to its end.")
        {
            file, name, exhaustive, notify, dashboard, prior, checkpoints, providers,
        };
        return tree.Bind(command, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            if (parsed.GetValue(name) is { } given && !JobName.IsValid(given))
                throw new CommandFault(ExitCodes.BadInput, $"--name is '{given}': {JobName.Rule}.");
            var (ct, borrowing) = (surroundings.Interruption.Requested, ProvidersOption.Read(parsed.GetValue(providers)));
            var plan = await surroundings.Plan(parsed.GetValue(file)!);
            var earlier = await surroundings.Archive.Earlier(input.Store);
            var spec = plan.SpecWithForecasts(earlier) with
            {
                Name = parsed.GetValue(name) ?? plan.Spec.Name,
                Notify = parsed.GetValue(notify) ?? plan.Spec.Notify,
                Policy = parsed.GetValue(exhaustive) ? "exhaustive" : plan.Spec.Policy,
                History = new LearningSources(new ControlPaths(input.Store), parsed.IsShipped(prior)).Keep(earlier),
            };
            await using var session = await surroundings.Control.Open(
                Options(input, spec) with { Checkpoints = parsed.GetValue(checkpoints), Borrowing = borrowing }, ct);
            var job = await session.Submit(spec);
            if (parsed.GetValue(dashboard) && await input.Connect() is { } client)
                using (client) await DashboardLink.Show(surroundings, client, $"/jobs/{job}");
            return await new JobFollower(surroundings, input).Follow(session, job);
        });
    }

    public static ControlOptions Options(CommandInput input, JobSpec spec) => spec.Workload.IsElsewhere ? new(input.Store, Devices: 0)
        : new(input.Store, Math.Max(spec.Probe.Devices, Math.Max(spec.Commit.Devices, spec.Candidates.Max(c => c.Ranks))));
}
