using System.CommandLine;
using System.Text.Json;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Storage;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports.Campaigns;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Commands.Campaigns;

/// <summary><c>autoselect campaigns</c>, and what can be asked of one.</summary>
internal static class CampaignsCommand
{
    public static Command Create(CommandTree tree)
    {
        var command = new Command("campaigns", "Lists the campaigns of the store, shows one, or asks something of it.")
        {
            Show(tree), Report(tree), Resume(tree), Extend(tree),
            CampaignDifferenceCommands.Replay(tree), CampaignDifferenceCommands.Difference(tree), CampaignCompareCommand.Create(tree),
            Asking(tree, "pause", "Pauses a campaign with its jobs.", CampaignRequest.Pause),
            Asking(tree, "cancel", "Ends a campaign and the jobs that have not ended.", CampaignRequest.Cancel),
        };
        return tree.Bind(command, (_, input) =>
        {
            var (campaigns, output) = (Folder(input).All(tree.Surroundings.Terminal.Error.WriteLine), tree.Surroundings.Terminal.Output);
            if (input.Json) output.WriteLine(JsonSerializer.Serialize(campaigns.Select(Brief), RecordJson.Indented));
            else if (campaigns.IsEmpty) output.WriteLine($"No campaign in {input.Store}.");
            else TextTable.Write(output, ["campaign", "state", "begun", "points", "device time", "best"], campaigns.Select(Row));
            return Task.FromResult(ExitCodes.ObjectiveMet);
        });
    }

    private static Command Show(CommandTree tree) => WithCampaign(tree, "show", "Shows a campaign's points.", (parsed, input, record) =>
    {
        var output = tree.Surroundings.Terminal.Output;
        if (input.Json) output.WriteLine(JsonSerializer.Serialize(record, RecordJson.Indented));
        else
        {
            output.WriteLine($"{record.Spec.Name} is {CampaignText.Phase(record)}: {CampaignText.Progress(record)}.");
            TextTable.Write(output, ["point", "job", "result"], record.Points.Select(p => (string[])
                [
                    CampaignText.Point(record, p), p.Job?.Value ?? "–",
                    CampaignText.State(record, p),
                ]));
        }
        return Task.FromResult(ExitCodes.ObjectiveMet);
    });

    private static Command Report(CommandTree tree)
    {
        var to = new Option<string?>("--output", "-o")
        {
            Description = "File to write; default in the campaign's folder.",
            HelpName = "FILE",
        };
        const string Summary = "Writes a campaign's report: one HTML file that needs no network.";
        var command = WithCampaign(tree, "report", Summary, (parsed, input, record) =>
        {
            var path = parsed.GetValue(to) ?? Folder(input).Report(record.Spec.Name);
            CampaignReport.Write(record, path);
            tree.Surroundings.Terminal.Output.WriteLine(path);
            return Task.FromResult(ExitCodes.ObjectiveMet);
        });
        command.Add(to);
        return command;
    }

    private static Command Resume(CommandTree tree)
    {
        var devices = CampaignCommand.CreateDevices();
        const string Summary = "Goes on with a campaign that was paused, or whose process ended.";
        var command = WithCampaign(tree, "resume", Summary, (parsed, input, record) =>
        {
            if (record.HasEnded) throw Ended(record);
            var session = new CampaignSession(tree.Surroundings, input, Folder(input)) { Devices = parsed.GetValue(devices) };
            // One that is to be cancelled goes on with that.
            return session.Run(record.Spec.Name, log => Append(
                log, now => now.Wish == CampaignRequest.Cancel ? null : new CampaignRequested(CampaignRequest.Resume)));
        });
        command.Add(devices);
        return command;
    }

    private static Command Extend(CommandTree tree)
    {
        var jobs = new Option<int?>("--jobs") { Description = "Points in all.", HelpName = "N" };
        var time = new Option<string?>("--device-time") { Description = "Device time in all, such as 2h.", HelpName = "DURATION" };
        const string Summary = "Has a campaign do more; one that was completed goes on with resume.";
        var command = WithCampaign(tree, "extend", Summary, (parsed, input, record) =>
        {
            var (points, text) = (parsed.GetValue(jobs), parsed.GetValue(time));
            if (points is null && text is null)
                throw new CommandFault(ExitCodes.BadInput, "Neither --jobs nor --device-time is given: at least one of them must be.");
            if (points is < 1 or > 100_000)
                throw new CommandFault(ExitCodes.BadInput, $"--jobs is '{points}': it must be an integer from 1 to 100000.");
            if (text is not null && Quantities.Seconds(text) is null)
                throw new CommandFault(ExitCodes.BadInput, $"--device-time is '{text}': {Quantities.DurationRule}.");
            if (record.Phase is CampaignPhase.Cancelled or CampaignPhase.Failed) throw Ended(record);
            Append(
                Folder(input).Log(record.Spec.Name), _ => new CampaignExtended(points, text is null ? null : Quantities.Seconds(text)),
                mayHaveEnded: true);
            tree.Surroundings.Terminal.Output.WriteLine($"Campaign '{record.Spec.Name}': extended.");
            return Task.FromResult(ExitCodes.ObjectiveMet);
        });
        command.Add(jobs);
        command.Add(time);
        return command;
    }

    private static Command Asking(CommandTree tree, string name, string summary, CampaignRequest request) =>
        WithCampaign(tree, name, summary, async (_, input, record) =>
        {
            var folder = Folder(input);
            Append(folder.Log(record.Spec.Name), now => request == CampaignRequest.Pause && now.Phase == CampaignPhase.Paused
                ? throw new CommandFault(ExitCodes.BadInput, $"Campaign '{now.Spec.Name}' is paused.") : new CampaignRequested(request));
            tree.Surroundings.Terminal.Output.WriteLine($"Campaign '{record.Spec.Name}': asked to {name}.");
            if (!folder.IsFree(record.Spec.Name)) return ExitCodes.ObjectiveMet;
            // Nobody runs it: its jobs are told here.
            var exitCode = await new CampaignSession(tree.Surroundings, input, folder).Run(record.Spec.Name, _ => { });
            return exitCode is ExitCodes.Interrupted or ExitCodes.Cancelled ? ExitCodes.ObjectiveMet : exitCode;
        });

    private static Command WithCampaign(
        CommandTree tree, string name, string summary, Func<ParseResult, CommandInput, CampaignRecord, Task<int>> act)
    {
        var campaign = new Argument<string>("CAMPAIGN") { Description = "Name of a campaign." };
        return tree.Bind(new Command(name, summary) { campaign }, (parsed, input) =>
        {
            var (folder, wanted) = (Folder(input), parsed.GetValue(campaign)!);
            if (folder.Find(wanted) is { } found) return act(parsed, input, found);
            var nearest = NearestName.Suggest(wanted, folder.All(_ => { }).Select(c => c.Spec.Name));
            throw new CommandFault(ExitCodes.BadInput, $"Campaign '{wanted}' is not in {input.Store}.{nearest}");
        });
    }

    /// <summary>Whoever runs the campaign writes too: on what it has stored by then.</summary>
    /// <param name="log">Of the campaign.</param>
    /// <param name="change">What to append to the campaign as it is then; null for nothing.</param>
    /// <param name="mayHaveEnded">False where a campaign that has ended is to be left as it is.</param>
    private static void Append(CampaignLog log, Func<CampaignRecord, CampaignChange?> change, bool mayHaveEnded = false)
    {
        while (true)
        {
            var now = CampaignFolder.Read(log)!;
            if (now.HasEnded && !mayHaveEnded) throw Ended(now);
            try
            {
                if (change(now) is { } made) log.Append(now.Version, [made]);
                return;
            }
            catch (CampaignConflictException)
            {
                // Once more, after the event that came between.
            }
        }
    }

    private static CommandFault Ended(CampaignRecord record) => new(ExitCodes.BadInput,
        $"Campaign '{record.Spec.Name}' has ended ({record.Phase.ToString().ToLowerInvariant()}): {record.Reason}."
        + (record.Phase == CampaignPhase.Completed ? $" Give it more to do with autoselect campaigns extend {record.Spec.Name}." : ""));

    private static CampaignFolder Folder(CommandInput input) => new(input.Store, TimeProvider.System);

    private static object Brief(CampaignRecord record) => new
    {
        Campaign = record.Spec.Name,
        State = CampaignText.Phase(record),
        record.BegunAt,
        Points = record.Points.Count(p => p.Result is not null),
        record.Spec.Jobs,
        record.DeviceSeconds,
        Best = record.Best?.Job?.Value,
        record.Reason,
    };

    private static string[] Row(CampaignRecord record) =>
    [
        record.Spec.Name, CampaignText.Phase(record), record.BegunAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'"),
        $"{record.Points.Count(p => p.Result is not null)}/{record.Spec.Jobs}", Wording.Duration(record.DeviceSeconds),
        record.Best is { } best ? $"{CampaignText.Result(record, best.Result!)} ({CampaignText.Point(record, best)})" : "–",
    ];
}
