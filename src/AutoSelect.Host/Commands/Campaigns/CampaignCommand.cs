using System.CommandLine;
using AutoSelect.Campaigns.Files;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Storage;

namespace AutoSelect.Host.Commands.Campaigns;

/// <summary><c>autoselect campaign CAMPAIGN.yaml</c></summary>
internal static class CampaignCommand
{
    private const string Summary =
        """
        Runs a campaign: a job for each point of a space of the workload's own hyperparameters.

        Its jobs run in the store, or on a server, where the campaign itself is kept in the store all the same. Ctrl-C pauses it with its
        jobs, and autoselect campaigns resume goes on, also after the process was killed.
        """;

    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("CAMPAIGN.yaml") { Description = "The campaign file." };
        var name = new Option<string?>("--name") { Description = "Name of the campaign, in place of the file's.", HelpName = "NAME" };
        var plain = new Option<bool>("--no-learning")
        {
            Description = "Runs every job as the template is, whatever the file says of learning.",
        };
        var devices = CreateDevices();
        return tree.Bind(new Command("campaign", Summary) { file, name, plain, devices }, async (parsed, input) =>
        {
            var surroundings = tree.Surroundings;
            var text = await Surroundings.ReadJobFile(parsed.GetValue(file)!, surroundings.Interruption.Requested);
            var (spec, errors) = CampaignFileReader.Read(text, File.ReadAllText);
            if (spec is null) throw new CommandFault(ExitCodes.BadInput, string.Join(Environment.NewLine, errors));
            if (parsed.GetValue(name) is { } given)
            {
                if (!CampaignFileReader.IsName(given))
                    throw new CommandFault(ExitCodes.BadInput, $"--name is '{given}': {CampaignFileReader.NameRule}.");
                spec = spec with { Name = given };
            }
            if (parsed.GetValue(plain)) spec = spec with { Learning = null };
            var folder = new CampaignFolder(input.Store, TimeProvider.System);
            var session = new CampaignSession(surroundings, input, folder) { Devices = parsed.GetValue(devices) };
            return await session.Run(spec.Name, log =>
            {
                if (folder.Find(spec.Name) is { } known && !folder.RemoveEmpty(known)) throw Known(spec.Name, input.Store);
                folder.Log(spec.Name).Append(0, [new CampaignBegun(spec, session.Place)]);
            });
        });
    }

    private static CommandFault Known(string name, string store) => new(ExitCodes.BadInput,
        $"Campaign '{name}' is in {store} already: go on with autoselect campaigns resume {name}, or give another name with --name.");

    /// <summary>--devices</summary>
    public static Option<int?> CreateDevices()
    {
        var devices = new Option<int?>("--devices")
        {
            Description = "Device processes to start where no process has the store open; default the job's probe.devices for each job at "
                + "a time.",
            HelpName = "N",
        };
        devices.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var n) && n is >= 1 and <= 1024))
                result.AddError($"--devices is '{token.Value}': it must be an integer from 1 to 1024.");
        });
        return devices;
    }
}
