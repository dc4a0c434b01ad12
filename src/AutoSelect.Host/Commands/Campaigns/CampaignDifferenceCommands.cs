using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Replay;
using AutoSelect.Campaigns.Storage;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands.Campaigns;

/// <summary><c>autoselect campaigns replay</c> and <c>difference</c>: a campaign with learning beside the same without.</summary>
internal static class CampaignDifferenceCommands
{
    public static Command Replay(CommandTree tree)
    {
        var file = new Argument<string>("FILE") { Description = "A suite of recorded curves with targets, .jsonl or .jsonl.gz." };
        var jobs = new Option<int>("--jobs") { Description = "Jobs of the campaign.", HelpName = "N", DefaultValueFactory = _ => 1000 };
        var point = new Option<int>("--point")
        {
            Description = "Which hyperparameter point of each algorithm takes part, from 0.",
            HelpName = "K",
            DefaultValueFactory = _ => 0,
        };
        var baseline = new Option<string?>("--baseline") { Description = "What would be run anyway.", HelpName = "NAME" };
        var seed = new Option<long>("--seed") { Description = "Seed of all random numbers.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "replay", "Simulates a campaign over recorded curves, with and without learning: the same jobs in the same order.")
        {
            file, jobs, point, baseline, seed,
        };
        return tree.Bind(command, (parsed, input) =>
        {
            var options = new CampaignReplayOptions { Jobs = parsed.Within(jobs, 2, 100_000), Seed = parsed.GetValue(seed) };
            var chosen = parsed.Within(point, 0, 1000);
            var output = tree.Surroundings.Terminal.Output;
            try
            {
                var points = new RecordedWorkloads(ReplayCommand.Read(parsed.GetValue(file)!), chosen, parsed.GetValue(baseline));
                var replay = new CampaignReplay(points, options);
                var (learned, without) = (replay.Run(ReplayedChoice.Learning), replay.Run(ReplayedChoice.Template));
                var totals = ReplayTotals.Of(learned,
                [
                    ("without learning", without), ("ASHA in every job", replay.Run(ReplayedChoice.Asha)),
                    ($"{points.Baseline.Name} alone", replay.Run(ReplayedChoice.Baseline)),
                ]);
                if (!input.Json)
                    output.WriteLine($"Simulated on recorded curves; seconds are virtual. The baseline is {points.Baseline.Name}; "
                        + $"{learned.Arms.Length} candidates.");
                Write(output, input.Json, learned, without, totals);
            }
            catch (ArgumentException e)
            {
                throw new CommandFault(ExitCodes.BadInput, e.Message.Split(" (Parameter")[0]);
            }
            return Task.FromResult(ExitCodes.ObjectiveMet);
        });
    }

    public static Command Difference(CommandTree tree)
    {
        var learned = new Argument<string>("CAMPAIGN") { Description = "A campaign that learns." };
        var without = new Argument<string>("WITHOUT") { Description = "The same points in the same order, without learning." };
        var store = new Option<string?>("--store-of-without")
        {
            Description = "Store of the second, where it is another.",
            HelpName = "DIR",
        };
        var command = new Command("difference", "Sets a campaign that learned beside the same campaign without, job by job.")
        {
            learned, without, store,
        };
        return tree.Bind(command, (parsed, input) =>
        {
            var other = parsed.GetValue(store) is { } folder ? Path.GetFullPath(folder) : input.Store;
            var (one, two) = (Find(input.Store, parsed.GetValue(learned)!), Find(other, parsed.GetValue(without)!));
            try
            {
                Write(tree.Surroundings.Terminal.Output, input.Json, one, two, []);
            }
            catch (ArgumentException e)
            {
                throw new CommandFault(ExitCodes.BadInput, e.Message.Split(" (Parameter")[0]);
            }
            return Task.FromResult(ExitCodes.ObjectiveMet);
        });
    }

    /// <summary>A campaign of a store.</summary>
    /// <exception cref="CommandFault">It is not there.</exception>
    public static CampaignRecord Find(string store, string name) => new CampaignFolder(store, TimeProvider.System).Find(name)
        ?? throw new CommandFault(ExitCodes.BadInput, $"Campaign '{name}' is not in {store}.");

    private static void Write(
        TextWriter output, bool isJson, CampaignRecord learned, CampaignRecord without, ImmutableArray<ReplayTotals> totals)
    {
        var stretches = ReplayComparison.Of(learned, without);
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new { Stretches = stretches, learned.Promotions, Others = totals }, RecordJson.Indented));
            return;
        }
        foreach (var promoted in learned.Promotions)
            output.WriteLine($"{Arms.Name(learned.Arms, promoted.To)} took the place of {Arms.Name(learned.Arms, promoted.From)} after "
                + $"{promoted.Wins} of {promoted.Wins + promoted.Losses} jobs.");
        TextTable.Write(output, ["jobs", "candidates", "device time over without", "time over without", "missed", "missed without"],
            stretches.Select(s => (string[])
            [
                $"{s.From}-{s.To}", Wording.Number(s.Candidates, 3),
                Interval(s.DeviceTime, s.DeviceTimeInterval), Interval(s.Time, s.TimeInterval),
                $"{s.Missed}", $"{s.MissedWithout}",
            ]));
        output.WriteLine("Intervals of 90 %. Time is that to the target, where both reached it, as a geometric mean.");
        if (totals.IsEmpty) return;
        output.WriteLine();
        TextTable.Write(output, ["the same jobs", "device time over learning", "time over learning", "missed"],
            totals.Select(t => (string[])
            [t.Name, Wording.Number(t.DeviceTime, 3), Wording.Number(t.Time, 3), $"{t.Missed}"]));
    }

    /// <summary>A figure with its interval, where it has one.</summary>
    public static string Interval(double value, double[]? interval) => Wording.Number(value, 3)
        + (interval is [var low, var high] ? $" [{Wording.Number(low, 3)}, {Wording.Number(high, 3)}]" : "");
}
