using System.CommandLine;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect resume JOB</c></summary>
internal static class ResumeCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job that was paused or whose process ended." };
        var providers = ProvidersOption.Create();
        return tree.Bind(new Command("resume", "Goes on with a job.") { job, providers }, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            var stored = await surroundings.Find(input, parsed.GetValue(job)!);
            if (stored.Outcome is { } outcome)
                throw new CommandFault(
                    ExitCodes.BadInput, $"Job '{stored.Id}' has ended: {outcome.Summary} Only a job that has not ended can go on.");
            if (input.Server is not null) return await JobCommands.Resume(tree, input, stored);
            var ct = surroundings.Interruption.Requested;
            var options = RunCommand.Options(input, stored.Spec) with
            {
                Job = stored.Id,
                Borrowing = ProvidersOption.Read(parsed.GetValue(providers)),
            };
            await using var session = await surroundings.Control.Open(options, ct);
            await session.Request(stored.Id, JobRequest.Resume());
            return await new JobFollower(surroundings, input).Follow(session, stored.Id);
        });
    }
}
